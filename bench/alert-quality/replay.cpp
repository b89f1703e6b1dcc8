// SPDX-License-Identifier: Apache-2.0
// One host's scores, replayed through the real alerting in virtual time. Reads one JSON object,
// {"interval_s", "rule": {"below", "well_at", "polls", "well_polls"}, "scores": [[time, score], …]}
// with times in seconds, and prints what opened and closed: {"incidents": [[opened, closed or
// null], …], "openings", "closings"}, the latter two as a channel hears them.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <iostream>
#include <nlohmann/json.hpp>

#include "livesonic/alerting/alerting.h"
#include "livesonic/alerting/memory_incidents.h"

namespace {

using namespace livesonic;
using namespace livesonic::alerting;
using nlohmann::json;

class DeafEvents final : public EventSink {
 public:
  void publish(const Event&) override {}
};

Rules rules_of(const json& asked) {
  Rule rule;
  rule.name = std::string(kScoreCause);
  rule.kind = RuleKind::kScore;
  const json& given = asked.at("rule");
  rule.below = given.at("below");
  rule.well_at = given.at("well_at").get<double>();
  rule.bad.polls = given.at("polls");
  rule.good.polls = given.at("well_polls");
  Rules rules;
  rules.rules = {rule};
  rules.interval = std::chrono::seconds{asked.at("interval_s").get<int>()};
  return rules;
}

Round round_of(Time at, int score) {
  Round round;
  round.cluster.name = "trace";
  round.at = at;
  Instance instance;
  instance.cluster = "trace";
  instance.id = "i-0";
  round.instances = {instance};
  round.readings = {{{"trace", "i-0", at, {}, Outcome::kOk, score, ""}, {}}};
  round.point = summarize(at, round.readings);
  return round;
}

long long seconds(Time at) {
  return std::chrono::duration_cast<std::chrono::seconds>(at.time_since_epoch()).count();
}

json replay(const json& asked) {
  MemoryIncidents store;
  store.clusters = {"trace"};
  MemoryHistory history;
  DeafEvents events;
  Alerting alerting({store, history, events}, rules_of(asked), {"pager"});
  for (const json& one : asked.at("scores")) {
    const Time at{std::chrono::seconds{one.at(0).get<long long>()}};
    if (!alerting.finish(round_of(at, one.at(1))) || !alerting.tick(at)) return {};
  }
  json incidents = json::array();
  for (const Incident& one : store.all) {
    if (one.cluster.empty()) continue;  // where the trace has a gap, nothing was looked at
    incidents.push_back(
        {seconds(one.opened_at), one.closed_at ? json(seconds(*one.closed_at)) : json(nullptr)});
  }
  const auto count = [&](DeliveryKind kind) {
    return std::count_if(store.deliveries.begin(), store.deliveries.end(),
                         [&](const Delivery& one) { return one.kind == kind; });
  };
  return {{"incidents", incidents},
          {"openings", count(DeliveryKind::kOpening)},
          {"closings", count(DeliveryKind::kClosing)}};
}

}  // namespace

int main() {
  try {
    std::cout << replay(json::parse(std::cin)) << '\n';
  } catch (const json::exception& error) {
    std::fprintf(stderr, "alert-replay: %s\n", error.what());
    return 2;
  }
  return 0;
}
