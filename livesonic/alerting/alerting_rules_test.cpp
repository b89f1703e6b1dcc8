// SPDX-License-Identifier: Apache-2.0
// Rules that operators add and remove while rounds are judged.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>

#include "livesonic/alerting/alerting.h"
#include "livesonic/alerting/memory_incidents.h"
#include "livesonic/alerting/rules_for_test.h"

namespace livesonic::alerting {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

const Time kStart = Time{1'770'000'000s};

class Events final : public EventSink {
 public:
  void publish(const Event& event) override { kinds.push_back(event.kind); }
  std::vector<std::string> kinds;
};

Rule rule(const std::string& name, double below) {
  Rule rule;
  rule.name = name;
  rule.kind = RuleKind::kClusterMean;
  rule.below = below;
  return rule;
}

class OperatorsRules : public testing::Test {
 protected:
  OperatorsRules() { store_.clusters = {"web"}; }

  Alerting make() {
    Rules rules;
    rules.rules = with_basics({}, {rule("written", 10)});
    return {{store_, history_, events_}, rules, {"ops"}};
  }
  // A round in which the mean of the scores is this.
  static Round round(double mean, Time at) {
    Round round;
    round.cluster.name = "web";
    round.at = at;
    Instance instance;
    instance.id = "i-1";
    round.instances.push_back(instance);
    InstanceReadings readings;
    readings.score.instance = "i-1";
    readings.score.at = at;
    readings.score.outcome = Outcome::kOk;
    readings.score.score = static_cast<int>(mean);
    round.readings.push_back(readings);
    const int score = static_cast<int>(mean);
    round.point = ClusterPoint{at, mean, score, score, 0, 1, 1};
    return round;
  }
  std::vector<std::string> told() const {
    std::vector<std::string> kinds;
    for (const Delivery& one : store_.deliveries) kinds.emplace_back(to_string(one.kind));
    return kinds;
  }

  MemoryIncidents store_;
  MemoryHistory history_;
  Events events_;
};

TEST_F(OperatorsRules, hold_from_the_next_round_on_and_after_a_restart) {
  Alerting alerting = make();
  ASSERT_TRUE(alerting.finish(round(50, kStart)));
  EXPECT_THAT(store_.all, IsEmpty());
  const auto added = alerting.put_rule(rule("slow", 60), false, kStart);
  ASSERT_TRUE(added);
  EXPECT_EQ(added->origin, RuleOrigin::kOperator);
  EXPECT_THAT(events_.kinds, ElementsAre("rules.changed"));
  ASSERT_TRUE(alerting.finish(round(50, kStart + 60s)));
  ASSERT_THAT(store_.all, SizeIs(1));
  EXPECT_EQ(store_.all[0].cause, "slow");

  Alerting next = make();
  ASSERT_TRUE(next.load_rules());
  EXPECT_NE(find_rule(*next.rules(), "slow"), nullptr);
  ASSERT_TRUE(next.finish(round(50, kStart + 120s)));
  EXPECT_THAT(store_.all, SizeIs(1));
  EXPECT_TRUE(store_.all[0].open());
}

TEST_F(OperatorsRules, whose_rule_is_removed_are_closed_and_told_at_once) {
  Alerting alerting = make();
  ASSERT_TRUE(alerting.put_rule(rule("slow", 60), false, kStart));
  ASSERT_TRUE(alerting.finish(round(50, kStart)));
  ASSERT_TRUE(alerting.remove_rule("slow", kStart + 5s));
  ASSERT_THAT(store_.all, SizeIs(1));
  EXPECT_FALSE(store_.all[0].open());
  EXPECT_THAT(store_.all[0].summary, HasSubstr("its rule is gone"));
  EXPECT_THAT(told(), ElementsAre("opening", "closing"));
  ASSERT_TRUE(alerting.finish(round(50, kStart + 60s)));
  EXPECT_THAT(told(), ElementsAre("opening", "closing"));
  EXPECT_EQ(alerting.remove_rule("slow", kStart + 70s).error().kind, ErrorKind::kNotFound);
}

TEST_F(OperatorsRules, never_take_the_place_of_one_of_the_file) {
  Alerting alerting = make();
  const auto refused = alerting.put_rule(rule("written", 60), true, kStart);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::kConflict);
  EXPECT_THAT(refused.error().message, HasSubstr("one of the configuration file"));
  EXPECT_EQ(alerting.remove_rule("written", kStart).error().kind, ErrorKind::kConflict);

  // It came into the file later.
  store_.own_rules["written"] = rule("written", 60);
  ASSERT_TRUE(alerting.load_rules());
  EXPECT_EQ(find_rule(*alerting.rules(), "written")->below, 10);
}

TEST_F(OperatorsRules, take_the_place_of_those_that_nobody_wrote_down) {
  Alerting alerting = make();
  ASSERT_TRUE(alerting.put_rule(rule("score", 60), false, kStart));
  EXPECT_EQ(find_rule(*alerting.rules(), "score")->kind, RuleKind::kClusterMean);
  ASSERT_TRUE(alerting.remove_rule("score", kStart));
  EXPECT_EQ(find_rule(*alerting.rules(), "score")->kind, RuleKind::kScore);
  EXPECT_EQ(alerting.remove_rule("score", kStart).error().kind, ErrorKind::kConflict);
}

TEST_F(OperatorsRules, are_replaced_where_that_is_meant) {
  Alerting alerting = make();
  ASSERT_TRUE(alerting.put_rule(rule("slow", 60), false, kStart));
  EXPECT_TRUE(alerting.put_rule(rule("slow", 60), false, kStart)) << "it is that one";
  EXPECT_EQ(alerting.put_rule(rule("slow", 50), false, kStart).error().kind, ErrorKind::kConflict);
  ASSERT_TRUE(alerting.put_rule(rule("slow", 50), true, kStart));
  EXPECT_EQ(find_rule(*alerting.rules(), "slow")->below, 50);
}

TEST_F(OperatorsRules, that_name_channels_which_are_gone_tell_the_others) {
  Rule slow = rule("slow", 60);
  slow.channels = {"pager"};
  slow.escalate = {{5min, {"boss"}}, {10min, {"ops", "boss"}}};
  store_.own_rules["slow"] = slow;
  Alerting alerting = make();
  ASSERT_TRUE(alerting.load_rules());
  const Rule& held = *find_rule(*alerting.rules(), "slow");
  EXPECT_THAT(held.channels, IsEmpty());
  ASSERT_THAT(held.escalate, SizeIs(1));
  EXPECT_THAT(held.escalate[0].channels, ElementsAre("ops"));
}

TEST_F(OperatorsRules, that_can_not_be_stored_do_not_hold) {
  Alerting alerting = make();
  store_.failing = true;
  EXPECT_FALSE(alerting.put_rule(rule("slow", 60), false, kStart));
  EXPECT_EQ(find_rule(*alerting.rules(), "slow"), nullptr);
}

}  // namespace
}  // namespace livesonic::alerting
