// SPDX-License-Identifier: Apache-2.0
#include "livesonic/monitoring/poller.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <memory>
#include <optional>
#include <utility>

#include "livesonic/base/bounded_queue.h"
#include "livesonic/base/log.h"
#include "livesonic/monitoring/judge.h"
#include "livesonic/monitoring/pacing.h"
#include "livesonic/monitoring/score_line.h"

namespace livesonic::monitoring {
namespace {

struct Answer {
  std::size_t instance;  // index into Round::instances
  HostAnswer host;
};

}  // namespace

Poller::Poller(Parts parts, HostAccess access) : parts_(parts), access_(std::move(access)) {
  if (parts_.remote == nullptr) return;
  tool_ =
      std::make_shared<ScoreTool>(access_.score, access_.binaries, *parts_.remote, parts_.clock);
}

void Poller::forget(const std::string& host_id) {
  parts_.remote->forget(host_id);
  tool_->forget(host_id);
}

void Poller::remember(const Cluster& cluster, const std::vector<Instance>& instances) {
  std::set<std::string> ids;
  for (const Instance& instance : instances) ids.insert(instance.id);
  if (parts_.streamer != nullptr) {
    const bool streams = cluster.mode == Mode::kStream;
    parts_.streamer->keep_only(cluster.name, streams ? ids : std::set<std::string>());
  }
  const std::lock_guard lock(mutex_);
  hosts_[cluster.name] = std::move(ids);
}

void Poller::clusters_are(const std::vector<std::string>& names) {
  const std::set<std::string> known(names.begin(), names.end());
  if (parts_.tally != nullptr) parts_.tally->clusters_are(known);
  if (parts_.remote == nullptr) return;
  std::vector<std::string> removed;
  std::set<std::string> left_alone;
  {
    const std::lock_guard lock(mutex_);
    std::set<std::string> watched;
    for (const auto& [cluster, ids] : hosts_) {
      if (known.contains(cluster)) {
        watched.insert(ids.begin(), ids.end());
      } else {
        removed.push_back(cluster);
        left_alone.insert(ids.begin(), ids.end());
      }
    }
    for (const std::string& cluster : removed) hosts_.erase(cluster);
    std::erase_if(left_alone, [&](const std::string& id) { return watched.contains(id); });
  }
  for (const std::string& cluster : removed) {
    if (parts_.streamer != nullptr) parts_.streamer->keep_only(cluster, {});
  }
  for (const std::string& id : left_alone) forget(id);
}

InstanceReadings Poller::judge(const Instance& instance, const std::vector<Service>& services,
                               const HostAnswer& answer, Time at) const {
  InstanceReadings readings;
  if (answer.score) {
    readings.score = judge_score(instance, *answer.score, at);
    if (readings.score.outcome == Outcome::kCommandNotFound) {
      const std::string trouble = tool_->trouble(instance.id);
      if (!trouble.empty()) readings.score.detail += "; bringing it there failed: " + trouble;
    }
  }
  for (std::size_t i = 0; i < services.size(); ++i) {
    readings.checks.push_back(judge_check(instance, services[i], answer.checks[i], at));
  }
  return readings;
}

Result<Membership::Refreshed> Poller::refresh(const Cluster& cluster, const std::stop_token& stop) {
  auto refreshed = parts_.membership.refresh(cluster, stop);
  if (!refreshed) return fail(refreshed.error().context("discovering " + cluster.name));
  if (parts_.remote != nullptr) {
    for (const std::string& id : refreshed->retired) forget(id);
  }
  return refreshed;
}

Result<PollResult> Poller::poll(const std::string& name, std::stop_token stop,
                                std::optional<Time> due) {
  if (!due) due = parts_.clock.now();
  auto cluster = parts_.inventory.cluster(name);
  if (!cluster) return fail(cluster.error());

  auto refreshed = refresh(*cluster, stop);
  if (!refreshed) return fail(refreshed.error());

  PollResult result;
  result.aws_error = refreshed->error;
  Round& round = result.round;
  round.cluster = *cluster;
  round.aws_error = refreshed->error;
  auto instances = parts_.inventory.instances(name, storage::Which::kWatched);
  if (!instances) return fail(instances.error());
  round.instances = std::move(*instances);
  auto vanished = parts_.inventory.vanished_since(name, parts_.clock.now() - kVanishedFor);
  if (!vanished) return fail(vanished.error());
  round.vanished = std::move(*vanished);
  auto services = parts_.inventory.services();
  if (!services) return fail(services.error());
  std::erase_if(*services, [&](const Service& service) { return !service.applies_to(name); });
  round.services = std::move(*services);

  auto fronts = begin_probes(round.cluster, stop);
  if (!fronts) return fail(fronts.error());
  if (parts_.remote != nullptr) {
    auto readings = read_all(round, *due, stop);
    if (!readings) return fail(readings.error());
    round.readings = std::move(*readings);
  }
  auto probes = end_probes(name, std::move(*fronts), stop);
  if (!probes) return fail(probes.error());
  round.probes = std::move(*probes);
  round.at = parts_.clock.now();
  round.point = summarize(round.at, round.readings);

  auto finished = parts_.sink.finish(round);
  if (!finished) return fail(finished.error());
  if (parts_.tally != nullptr) parts_.tally->finished(round);
  parts_.events.publish({"round", name, "", "", round.at});
  return result;
}

Result<Poller::Fronts> Poller::begin_probes(const Cluster& cluster, const std::stop_token& stop) {
  Fronts fronts;
  if (parts_.probing == nullptr) return fronts;
  auto probes = parts_.inventory.probes();
  if (!probes) return fail(probes.error());
  std::erase_if(*probes, [&](const Probe& probe) { return !probe.applies_to(cluster.name); });
  if (probes->empty()) return fronts;
  auto latest = parts_.history.latest_probes(cluster.name);
  if (!latest) return fail(latest.error());
  const Time now = parts_.clock.now();
  std::erase_if(*probes, [&](const Probe& probe) {
    const auto last = std::find_if(latest->begin(), latest->end(), [&](const CheckReading& one) {
      return one.service == probe.name;
    });
    if (is_due(probe.interval, last == latest->end() ? nullptr : &*last, now)) return false;
    fronts.kept.push_back(*last);
    fronts.kept.back().kept = true;
    return true;
  });
  fronts.batch.emplace(parts_.probing->begin(cluster, *probes, stop));
  return fronts;
}

Result<std::vector<CheckReading>> Poller::end_probes(const std::string& cluster, Fronts fronts,
                                                     const std::stop_token& stop) {
  if (!fronts.batch) return std::vector<CheckReading>();
  std::vector<CheckReading> readings = fronts.batch->wait(stop);
  if (stop.stop_requested()) return fail(ErrorKind::kUnavailable, "stopped during the poll");
  if (const auto stored = parts_.history.record_probes(readings); !stored) {
    log::error("{}: what {} probes found is lost: {}", cluster, readings.size(),
               stored.error().message);
  }
  add_kept(readings, std::move(fronts.kept));
  return readings;
}

std::map<std::string, std::vector<CheckReading>> Poller::latest_where_needed(
    const Round& round) const {
  std::map<std::string, std::vector<CheckReading>> latest;
  if (!is_paced(round.services)) return latest;
  auto checks = parts_.history.latest_checks(round.cluster.name);
  if (!checks) {
    log::warning("{}: all services are run, since when each was last can't be read: {}",
                 round.cluster.name, checks.error().message);
    return latest;
  }
  for (CheckReading& check : *checks) latest[check.instance].push_back(std::move(check));
  return latest;
}

Result<std::vector<InstanceReadings>> Poller::read_all(const Round& round, Time due,
                                                       const std::stop_token& stop) {
  const std::size_t expected = round.instances.size();
  remember(round.cluster, round.instances);
  const bool streams = parts_.streamer != nullptr && round.cluster.mode == Mode::kStream;
  // Shared, because a late answer may come after this poll was given up.
  const auto answers = std::make_shared<BoundedQueue<Answer>>(expected);
  std::vector<InstanceReadings> readings(expected);
  std::vector<std::optional<ScoreReading>> streamed(expected);
  std::vector<InstanceReadings> unaddressed;

  const bool paced = is_paced(round.services);
  auto latest = latest_where_needed(round);
  std::vector<Share> shares(paced ? expected : 0);
  const std::vector<remote::Command> all_commands = commands_for(round.services);
  for (std::size_t i = 0; i < expected; ++i) {
    const Instance& instance = round.instances[i];
    if (auto host = host_of(instance, round.cluster.access, access_)) {
      if (streams) streamed[i] = parts_.streamer->fresh(round.cluster.name, instance.id);
      if (paced) shares[i] = share_of(round.services, latest[instance.id], parts_.clock.now());
      poll_host(*parts_.remote, tool_, std::move(*host),
                {.checks = paced ? commands_for(shares[i].due) : all_commands,
                 .score = !streamed[i],
                 .cloud = asks_cloud(instance)},
                [answers, i](HostAnswer answer) {
                  answers->try_push({i, std::move(answer)});
                });
      continue;
    }
    readings[i] = not_run(instance, round.services,
                          fmt::format("AWS gives it no address of the kind 'ssh.address: {}'",
                                      to_string(access_.address)),
                          parts_.clock.now());
    unaddressed.push_back(readings[i]);
  }
  if (!unaddressed.empty()) store(round.cluster.name, unaddressed);

  std::size_t done = unaddressed.size();
  while (done < expected) {
    const auto patience = std::chrono::steady_clock::now() + std::chrono::hours{1};
    // While one batch is stored the next one gathers: few transactions, however many hosts.
    const std::vector<Answer> batch = answers->pop_all(patience, stop);
    if (stop.stop_requested()) return fail(ErrorKind::kUnavailable, "stopped during the poll");
    std::vector<InstanceReadings> judged;
    for (const Answer& answer : batch) {
      const Instance& instance = round.instances[answer.instance];
      InstanceReadings& one = readings[answer.instance];
      one = judge(instance, paced ? shares[answer.instance].due : round.services, answer.host,
                  parts_.clock.now());
      if (streamed[answer.instance]) one.score = *streamed[answer.instance];
      if (streams && !streamed[answer.instance] && one.score.score) {
        parts_.streamer->offer(instance, *host_of(instance, round.cluster.access, access_),
                               tool_->score_command(instance.id, asks_cloud(instance)).line);
      }
      tell_notice(instance, answer.host);
      if (parts_.tally != nullptr) {
        parts_.tally->polled(one, !streamed[answer.instance], parts_.clock.now() - due);
      }
      judged.push_back(one);
      if (paced) add_kept(one.checks, std::move(shares[answer.instance].kept));
    }
    done += batch.size();
    if (!judged.empty()) store(round.cluster.name, judged);
  }
  return readings;
}

// Only spot instances have notices that nobody else tells as fast.
bool Poller::asks_cloud(const Instance& instance) const {
  return parts_.notices != nullptr && instance.lifecycle == Lifecycle::kSpot;
}

void Poller::tell_notice(const Instance& instance, const HostAnswer& answer) {
  if (!asks_cloud(instance) || !answer.score) return;
  const auto line = parse_score_line(answer.score->out);
  if (line && line->notice) {
    parts_.notices->announced(instance.cluster, instance.id, *line->notice);
  }
}

void Poller::store(const std::string& cluster, const std::vector<InstanceReadings>& readings) {
  // That a reading can't be stored must not keep the round from being judged and told.
  if (const auto stored = parts_.history.record(readings); !stored) {
    log::error("{}: {} readings are lost: {}", cluster, readings.size(), stored.error().message);
  }
  parts_.events.publish({"readings", cluster, "", "", parts_.clock.now()});
}

}  // namespace livesonic::monitoring
