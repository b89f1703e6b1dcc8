// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "livesonic/storage/contract.h"

namespace livesonic::storage {
namespace {

using namespace std::chrono_literals;

class RulesContract : public ContractTest {};
INSTANTIATE_TEST_SUITE_P(Stores, RulesContract, testing::ValuesIn(backends()), backend_name);

TEST_P(RulesContract, rules_are_read_back_by_name_also_after_a_restart) {
  std::vector<Rule> expected;
  for (const std::string& text : hostile_texts()) {
    Rule rule;
    rule.name = "r" + std::to_string(expected.size());
    rule.kind = RuleKind::kCapacity;
    rule.below = 60;
    rule.bad = {2min, 3};
    rule.clusters = {"web-*"};
    rule.channels = {"ops"};
    rule.actions = {{ActionKind::kPublish, 0, "topic", text}};
    rule.origin = RuleOrigin::kOperator;
    ASSERT_TRUE(store().put_rule(rule));
    expected.push_back(rule);
  }
  std::sort(expected.begin(), expected.end(),
            [](const Rule& a, const Rule& b) { return a.name < b.name; });
  reopen();
  EXPECT_EQ(store().rules().value(), expected);
}

TEST_P(RulesContract, a_rule_of_the_same_name_takes_its_place) {
  Rule rule;
  rule.name = "slow";
  rule.below = 60;
  ASSERT_TRUE(store().put_rule(rule));
  rule.below = 50;
  ASSERT_TRUE(store().put_rule(rule));
  ASSERT_EQ(store().rules().value().size(), 1U);
  EXPECT_EQ(store().rules().value()[0].below, 50);
}

TEST_P(RulesContract, a_rule_is_removed_once) {
  Rule rule;
  rule.name = "slow";
  ASSERT_TRUE(store().put_rule(rule));
  ASSERT_TRUE(store().remove_rule("slow"));
  EXPECT_TRUE(store().rules().value().empty());
  EXPECT_EQ(store().remove_rule("slow").error().kind, ErrorKind::kNotFound);
}

}  // namespace
}  // namespace livesonic::storage
