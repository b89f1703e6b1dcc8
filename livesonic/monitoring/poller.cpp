// SPDX-License-Identifier: Apache-2.0
#include "livesonic/monitoring/poller.h"

#include <fmt/format.h>

#include <chrono>
#include <memory>
#include <utility>

#include "livesonic/base/bounded_queue.h"
#include "livesonic/base/log.h"
#include "livesonic/monitoring/judge.h"

namespace livesonic::monitoring {
namespace {

struct Answer {
  std::size_t instance;  // index into Round::instances
  std::vector<remote::CommandResult> results;
};

InstanceReadings judge(const Instance& instance, const std::vector<Service>& services,
                       const std::vector<remote::CommandResult>& results, Time at) {
  InstanceReadings readings;
  readings.score = judge_score(instance, results.front(), at);
  for (std::size_t i = 0; i < services.size(); ++i) {
    readings.checks.push_back(judge_check(instance, services[i], results[i + 1], at));
  }
  return readings;
}

}  // namespace

Result<Membership::Refreshed> Poller::refresh(const Cluster& cluster, const std::stop_token& stop) {
  auto refreshed = parts_.membership.refresh(cluster, stop);
  if (!refreshed) return fail(refreshed.error().context("discovering " + cluster.name));
  if (parts_.remote != nullptr) {
    for (const std::string& id : refreshed->retired) parts_.remote->forget(id);
  }
  return refreshed;
}

Result<PollResult> Poller::poll(const std::string& name, std::stop_token stop) {
  auto cluster = parts_.inventory.cluster(name);
  if (!cluster) return fail(cluster.error());

  auto refreshed = refresh(*cluster, stop);
  if (!refreshed) return fail(refreshed.error());

  PollResult result;
  result.aws_error = refreshed->error;
  Round& round = result.round;
  round.cluster = *cluster;
  auto instances = parts_.inventory.instances(name, storage::Which::kWatched);
  if (!instances) return fail(instances.error());
  round.instances = std::move(*instances);
  auto services = parts_.inventory.services();
  if (!services) return fail(services.error());
  std::erase_if(*services, [&](const Service& service) { return !service.applies_to(name); });
  round.services = std::move(*services);

  if (parts_.remote != nullptr) {
    auto readings = read_all(round, stop);
    if (!readings) return fail(readings.error());
    round.readings = std::move(*readings);
  }
  round.at = parts_.clock.now();
  round.point = summarize(round.at, round.readings);

  auto finished = parts_.sink.finish(round);
  if (!finished) return fail(finished.error());
  parts_.events.publish({"round", name, "", "", round.at});
  return result;
}

Result<std::vector<InstanceReadings>> Poller::read_all(const Round& round,
                                                       const std::stop_token& stop) {
  const std::size_t expected = round.instances.size();
  // Shared, because a late answer may come after this poll was given up.
  const auto answers = std::make_shared<BoundedQueue<Answer>>(expected);
  std::vector<InstanceReadings> readings(expected);
  std::vector<InstanceReadings> unaddressed;

  const std::vector<remote::Command> commands = commands_for(round.services, access_);
  for (std::size_t i = 0; i < expected; ++i) {
    const Instance& instance = round.instances[i];
    if (auto host = host_of(instance, round.cluster.access, access_)) {
      parts_.remote->run(std::move(*host), commands,
                         [answers, i](std::vector<remote::CommandResult> results) {
                           answers->try_push({i, std::move(results)});
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
      readings[answer.instance] = judge(round.instances[answer.instance], round.services,
                                        answer.results, parts_.clock.now());
      judged.push_back(readings[answer.instance]);
    }
    done += batch.size();
    if (!judged.empty()) store(round.cluster.name, judged);
  }
  return readings;
}

void Poller::store(const std::string& cluster, const std::vector<InstanceReadings>& readings) {
  // That a reading can't be stored must not keep the round from being judged and told.
  if (const auto stored = parts_.history.record(readings); !stored) {
    log::error("{}: {} readings are lost: {}", cluster, readings.size(), stored.error().message);
  }
  parts_.events.publish({"readings", cluster, "", "", parts_.clock.now()});
}

}  // namespace livesonic::monitoring
