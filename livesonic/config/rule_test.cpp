// SPDX-License-Identifier: Apache-2.0
// One rule that comes in no file: by the same keys and limits.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "livesonic/config/config.h"

namespace livesonic::config {
namespace {

using namespace std::chrono_literals;

Config with_channels() {
  Config config;
  config.channels.resize(2);
  config.channels[0].name = "ops";
  config.channels[1].name = "boss";
  config.alerts.repeat = 4h;
  config.actions.commands.resize(2);
  config.actions.commands[0].name = "fix";
  config.actions.commands[1].name = "restart";
  return config;
}

std::string mistakes(std::string_view text) {
  const auto rule = parse_rule(text, with_channels());
  return rule ? "(no mistake)" : rule.error().message;
}

TEST(OneRule, is_read_as_one_of_the_file) {
  const auto rule = parse_rule(R"({"name": "half-gone", "kind": "capacity", "below": 60,
      "clusters": ["web", "prod-*"], "for": "2m", "well_at": 75, "well_for": "5m",
      "severity": "critical", "channels": ["ops"],
      "escalate": [{"after": "15m", "channels": ["boss"]}],
      "actions": [{"kind": "set_capacity", "add": 2}],
      "runbook": "https://wiki.example/\u65e5"})",
                               with_channels());
  ASSERT_TRUE(rule) << rule.error().message;
  EXPECT_EQ(rule->name, "half-gone");
  EXPECT_EQ(rule->kind, RuleKind::kCapacity);
  EXPECT_EQ(rule->below, 60);
  EXPECT_EQ(rule->well_at, 75);
  EXPECT_EQ(rule->bad.duration, Duration{2min});
  EXPECT_EQ(rule->severity, Severity::kCritical);
  EXPECT_EQ(rule->clusters, (std::vector<std::string>{"web", "prod-*"}));
  ASSERT_EQ(rule->actions.size(), 1U);
  EXPECT_EQ(rule->actions[0].add, 2);
  EXPECT_EQ(rule->repeat, Duration{4h}) << "unless it says otherwise";
}

TEST(OneRule, may_be_about_one_part_of_the_score) {
  const auto rule =
      parse_rule(R"({"name": "full", "kind": "score", "part": "danger", "below": 30})", {});
  ASSERT_TRUE(rule) << rule.error().message;
  EXPECT_EQ(rule->part, ScorePart::kDanger);
  EXPECT_EQ(mistakes(R"({"name": "full", "kind": "score", "part": "gpu", "below": 30})"),
            "'rule.part' 'gpu' is no part of a score: there are cpu, io, memory and danger");
  EXPECT_THAT(mistakes(R"({"name": "full", "kind": "cluster_mean", "part": "cpu", "below": 3})"),
              testing::HasSubstr("unknown key 'part' in 'rule'"));
}

TEST(OneRule, may_only_ask_for_what_there_is) {
  EXPECT_EQ(mistakes(R"({"name": "a", "kind": "score", "below": 9,
                         "actions": [{"kind": "run", "target": "fixx"}]})"),
            "'rule.actions.target' there is no command 'fixx'; below actions.commands there are "
            "fix, restart");
  EXPECT_EQ(mistakes(R"({"name": "a", "kind": "drift", "actions": [{"kind": "webhook"}]})"),
            "'rule.actions.target' is missing: the name of a webhook; there are none below "
            "actions.webhooks");
  EXPECT_EQ(mistakes(R"({"name": "a", "kind": "drift",
                         "actions": [{"kind": "publish", "target": "fix"}]})"),
            "'rule.actions.target' there is no topic 'fix'; there are none below actions.topics");
  EXPECT_EQ(mistakes(R"({"name": "a", "kind": "drift",
                         "actions": [{"kind": "roll_back", "target": "7"}]})"),
            "'rule.actions.target' goes with run, webhook and publish only, not with roll_back");
  EXPECT_EQ(mistakes(R"({"name": "a", "kind": "score", "below": 9,
                         "actions": [{"kind": "run", "target": "fix"}, {"kind": "roll_back"}]})"),
            "(no mistake)");
}

TEST(OneRule, is_told_what_is_wrong_in_sentences_without_a_place) {
  EXPECT_EQ(mistakes(R"({"name": "a", "kind": "capacity"})"),
            "'rule.below' is missing: a percentage of the capacity");
  EXPECT_EQ(mistakes(R"({"name": "a", "kind": "drift", "channels": ["nobody"]})"),
            "'rule.channels' there is no channel 'nobody' below notify");
  EXPECT_EQ(mistakes(R"({"name": "a", "kind": "drift", "sevrity": "info"})"),
            "unknown key 'sevrity' in 'rule'; did you mean 'severity'?");
  EXPECT_EQ(mistakes(R"({"name": "a", "kind": "drift", "for": 120})"),
            "'rule.for' needs a unit (ms, s, m, h or d), such as 120s");
  EXPECT_EQ(mistakes("{}"),
            "'rule.name' is missing; 'rule.kind' is missing: what the rule is about, such as score "
            "or capacity; 'rule.below' is missing: a score");
  EXPECT_NE(mistakes("["), "(no mistake)");
  EXPECT_NE(mistakes("[]"), "(no mistake)");
  EXPECT_NE(mistakes(R"({"name": "breaker", "kind": "drift"})"), "(no mistake)");
}

}  // namespace
}  // namespace livesonic::config
