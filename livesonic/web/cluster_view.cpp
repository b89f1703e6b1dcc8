// SPDX-License-Identifier: Apache-2.0
#include "livesonic/web/cluster_view.h"

#include <algorithm>
#include <chrono>
#include <map>
#include <set>
#include <tuple>

#include "livesonic/web/thinning.h"

namespace livesonic::web {
namespace {

constexpr Duration kTrendLength = std::chrono::hours{24};
constexpr std::size_t kTrendSteps = 60;
constexpr Duration kLookBack = std::chrono::days{31};  // for a cluster without a score for a day

Result<void> read_scores(const Dependencies& dependencies, ClusterView& view) {
  const Time end = dependencies.clock.now() + Duration{1};
  const storage::TimeRange day{end - kTrendLength, end};
  auto points = dependencies.history.cluster_history(view.cluster.name, day);
  if (!points) return fail(points.error());
  view.trend = trend(*points, day, kTrendSteps);
  if (points->empty()) {
    points = dependencies.history.cluster_history(view.cluster.name, {end - kLookBack, day.from});
    if (!points) return fail(points.error());
  }
  if (!points->empty()) view.latest = points->back();
  return {};
}

// Moves the value of `from` to `to`, or passes its error on.
template <typename T>
Result<void> take(Result<T> from, T& to) {
  if (!from) return fail(from.error());
  to = *std::move(from);
  return {};
}

Json count_json(const ClusterView& view) {
  std::set<std::string> watched;
  int in_service = 0;
  for (const Instance& instance : view.instances) {
    if (!instance.watched()) continue;
    watched.insert(instance.id);
    if (is_in_service(instance.balancer_state)) ++in_service;
  }
  int scored = 0;
  int unreachable = 0;
  for (const ScoreReading& score : view.scores) {
    if (!watched.contains(score.instance)) continue;
    if (score.outcome == Outcome::kOk) ++scored;
    if (is_transport_failure(score.outcome)) ++unreachable;
  }
  std::set<std::string> failing;
  for (const CheckReading& check : view.checks) {
    if (watched.contains(check.instance) && is_failed_check(check.outcome)) {
      failing.insert(check.instance);
    }
  }
  return {{"watched", watched.size()}, {"in_service", in_service},   {"scored", scored},
          {"failing", failing.size()}, {"unreachable", unreachable}, {"retired", view.retired}};
}

Json front_json(const ClusterView& view) {
  const auto failing =
      std::count_if(view.fronts.begin(), view.fronts.end(),
                    [](const CheckReading& one) { return is_failed_check(one.outcome); });
  return {{"probes", view.probes.size()}, {"failing", failing}};
}

}  // namespace

Result<ClusterView> view_cluster(const Dependencies& dependencies, const Cluster& cluster,
                                 storage::Which which) {
  ClusterView view;
  view.cluster = cluster;
  view.at = dependencies.clock.now();
  view.judging = dependencies.desk.judging();
  const std::string& name = cluster.name;
  auto done = take(dependencies.inventory.instances(name, which), view.instances);
  if (done) done = take(dependencies.inventory.retired_count(name), view.retired);
  if (done) done = take(dependencies.inventory.services(), view.services);
  if (done) done = take(dependencies.inventory.probes(), view.probes);
  if (done) done = take(dependencies.history.latest_probes(name), view.fronts);
  if (done) done = take(dependencies.history.latest_scores(name), view.scores);
  if (done) done = take(dependencies.history.latest_checks(name), view.checks);
  if (done) done = take(dependencies.incidents.open_incidents(name), view.incidents);
  if (done) done = read_scores(dependencies, view);
  if (!done) return fail(done.error());

  view.streams = dependencies.streams();
  std::erase_if(view.streams, [&](const StreamState& stream) { return stream.cluster != name; });
  std::erase_if(view.services, [&](const Service& s) { return !s.applies_to(name); });
  std::erase_if(view.probes, [&](const Probe& probe) { return !probe.applies_to(name); });
  // The last outcome of a check that is made no more says nothing about now.
  std::set<std::string> services;
  for (const Service& service : view.services) services.insert(service.name);
  std::erase_if(view.checks,
                [&](const CheckReading& check) { return !services.contains(check.service); });
  return view;
}

Json summary_json(const ClusterView& view) {
  const Cluster& cluster = view.cluster;
  Json trend = Json::array();
  for (const auto& mean : view.trend) trend.push_back(mean ? Json(*mean) : Json(nullptr));
  return {{"name", cluster.name},
          {"kind", to_string(cluster.kind)},
          {"resource", cluster.resource},
          {"account", cluster.account},
          {"region", cluster.region},
          {"target_groups", cluster.target_groups},
          {"remote", to_string(cluster.access.reach)},
          {"user", cluster.access.user.empty() ? Json(nullptr) : Json(cluster.access.user)},
          {"port", cluster.access.port == 0 ? Json(nullptr) : Json(cluster.access.port)},
          {"jump", cluster.access.jump.empty() ? Json(nullptr) : Json(cluster.access.jump)},
          {"mode", to_string(cluster.mode)},
          {"parent", cluster.parent.empty() ? Json(nullptr) : Json(cluster.parent)},
          {"registration", is_registration(cluster)},
          {"origin", to_string(cluster.origin)},
          {"registered_at", to_json(cluster.registered_at)},
          {"discovery",
           {{"last_attempt", to_json(cluster.discovery.last_attempt)},
            {"last_success", to_json(cluster.discovery.last_success)},
            {"error", cluster.discovery.error},
            {"warning", cluster.discovery.warning}}},
          {"score", view.latest ? to_json(*view.latest) : Json(nullptr)},
          {"instances", count_json(view)},
          {"streams",
           {{"live", std::count_if(view.streams.begin(), view.streams.end(),
                                   [](const StreamState& stream) { return stream.live; })},
            {"broken", std::count_if(view.streams.begin(), view.streams.end(),
                                     [](const StreamState& stream) { return !stream.live; })}}},
          {"front", front_json(view)},
          {"drift", to_json(drift_of(cluster, view.instances, view.scores))},
          {"open_incidents", view.incidents.size()},
          {"trend", std::move(trend)}};
}

Json probes_json(const ClusterView& view) {
  Json probes = Json::array();
  for (const Probe& probe : view.probes) {
    const auto found =
        std::find_if(view.fronts.begin(), view.fronts.end(),
                     [&](const CheckReading& one) { return one.service == probe.name; });
    Json json = to_json(probe);
    json["reading"] = found == view.fronts.end() ? Json(nullptr) : probe_reading_json(*found);
    probes.push_back(std::move(json));
  }
  return probes;
}

Json members_json(const ClusterView& view) {
  std::map<std::string, const ScoreReading*> scores;
  for (const ScoreReading& score : view.scores) scores[score.instance] = &score;
  std::map<std::string, std::vector<const CheckReading*>> checks;
  for (const CheckReading& check : view.checks) checks[check.instance].push_back(&check);

  std::map<std::string, const StreamState*> streams;
  for (const StreamState& stream : view.streams) streams[stream.instance] = &stream;

  std::set<std::string> suffering;
  for (const Incident& incident : view.incidents) {
    for (const IncidentMember& member : incident.members) {
      if (!member.until) suffering.insert(member.instance);
    }
  }

  std::vector<const Instance*> shown;
  for (const Instance& instance : view.instances) shown.push_back(&instance);
  std::sort(shown.begin(), shown.end(), [](const Instance* a, const Instance* b) {
    return std::tie(a->label(), a->id) < std::tie(b->label(), b->id);
  });
  Json members = Json::array();
  for (const Instance* instance : shown) {
    const auto score = scores.find(instance->id);
    const ScoreReading* own_score = score == scores.end() ? nullptr : score->second;
    const auto& own_checks = checks[instance->id];
    Judging judging = view.judging;
    // A host that an incident is about was sound before: it isn't booting.
    if (suffering.contains(instance->id)) judging.boot_grace = Duration::zero();
    Json member = to_json(*instance, own_score, own_checks,
                          verdict_of(*instance, own_score, own_checks, view.at, judging));
    const auto stream = streams.find(instance->id);
    member["stream"] = stream == streams.end() ? Json(nullptr) : to_json(*stream->second);
    members.push_back(std::move(member));
  }
  return members;
}

Result<Json> all_summaries(const Dependencies& dependencies) {
  const auto clusters = dependencies.inventory.clusters();
  if (!clusters) return fail(clusters.error());
  Json list = Json::array();
  for (const Cluster& cluster : *clusters) {
    const auto view = view_cluster(dependencies, cluster);
    if (!view) return fail(view.error());
    list.push_back(summary_json(*view));
  }
  return list;
}

}  // namespace livesonic::web
