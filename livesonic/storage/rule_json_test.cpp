// SPDX-License-Identifier: Apache-2.0
#include "livesonic/storage/rule_json.h"

#include <gtest/gtest.h>

namespace livesonic::storage {
namespace {

using namespace std::chrono_literals;

TEST(RuleJson, everything_that_a_rule_says_is_read_back) {
  Rule rule;
  rule.kind = RuleKind::kBurnRate;
  rule.clusters = {"web", "prod-*"};
  rule.services = {"nginx"};
  rule.part = ScorePart::kMemory;
  rule.below = 12.5;
  rule.well_at = 80;
  rule.bad = {2min, 3};
  rule.good = {5min, 4};
  rule.severity = Severity::kInfo;
  rule.burn = {99.9, 6, 2h, 10min};
  rule.runbook = "https://wiki.example/\"x\"";
  rule.channels = {"pager"};
  rule.escalate = {{15min, {"boss"}}};
  rule.actions = {{ActionKind::kSetCapacity, -2, "", ""},
                  {ActionKind::kPublish, 0, "ops", "日本語"}};
  rule.repeat = 4h;
  const auto read = rule_from_json(rule_to_json(rule));
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(*read, rule);
}

TEST(RuleJson, says_only_what_there_is_to_say) {
  Rule rule;
  rule.below = 10;
  EXPECT_EQ(
      rule_to_json(rule),
      R"({"bad":{"for":0,"polls":1},"below":10.0,"good":{"for":0,"polls":1},"kind":"score"})");
}

TEST(RuleJson, that_we_did_not_write_is_refused) {
  for (
      const char* text :
      {"", "x", "[]", "null", "{}", R"({"kind": 1})", R"({"kind": "score"})",
       R"({"kind": "odd", "bad": {"for": 0, "polls": 1}, "good": {"for": 0, "polls": 1}})",
       R"({"kind": "score", "part": "gpu", "bad": {"for": 0, "polls": 1}, "good": {"for": 0, "polls": 1}})",
       R"({"kind": "score", "bad": {"for": "x", "polls": 1}, "good": {"for": 0, "polls": 1}})",
       R"({"kind": "score", "bad": {"for": 0, "polls": 1}, "good": {"for": 0, "polls": 1},
            "actions": [{"kind": "dance"}]})",
       R"({"kind": "score", "bad": {"for": 0, "polls": 1}, "good": {"for": 0, "polls": 1},
            "channels": "ops"})"}) {
    EXPECT_FALSE(rule_from_json(text)) << text;
  }
}

}  // namespace
}  // namespace livesonic::storage
