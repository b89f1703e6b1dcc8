// SPDX-License-Identifier: Apache-2.0
#include "livesonic/alerting/remedies.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <set>

namespace livesonic::alerting {
namespace {

using testing::IsEmpty;
using testing::SizeIs;

Incident incident() {
  Incident one;
  one.id = "id";
  one.cluster = "web";
  one.members = {{"i-1", "web-1", "score 3", {}, {}}, {"i-2", "web-2", "score 4", {}, {}}};
  return one;
}

Rule rule(std::vector<Remedy> actions) {
  Rule rule;
  rule.name = "hopeless";
  rule.actions = std::move(actions);
  return rule;
}

TEST(Remedies, are_asked_for_in_order_for_each_instance_that_suffers) {
  Incident one = incident();
  one.members.push_back({"i-3", "web-3", "", {}, Time{}});  // it is well again
  const auto lists = remedies(
      one, rule({{ActionKind::kDiagnose, 0, "", ""}, {ActionKind::kReplace, 0, "", ""}}), {});
  ASSERT_THAT(lists, SizeIs(2));
  std::set<std::string> keys;
  for (const auto& list : lists) {
    ASSERT_THAT(list, SizeIs(2));
    EXPECT_EQ(list[0].kind, ActionKind::kDiagnose);
    EXPECT_EQ(list[1].kind, ActionKind::kReplace);
    EXPECT_EQ(list[1].by, "rule:hopeless");
    EXPECT_EQ(list[1].incident, "id");
    for (const ActionRequest& request : list) keys.insert(request.key);
  }
  EXPECT_THAT(keys, SizeIs(4));
  EXPECT_EQ(remedies(one, rule({{ActionKind::kDiagnose, 0, "", ""}}), {})[0][0].key,
            lists[0][0].key);
}

TEST(Remedies, of_the_cluster_are_asked_for_once) {
  const auto lists = remedies(incident(), rule({{ActionKind::kSetCapacity, 2, "", ""}}), 4);
  ASSERT_THAT(lists, SizeIs(1));
  EXPECT_EQ(lists[0].at(0).capacity, 6);
  EXPECT_EQ(lists[0].at(0).instance, "");
  EXPECT_THAT(remedies(incident(), rule({{ActionKind::kSetCapacity, 2, "", ""}}), {}), IsEmpty());
}

TEST(Remedies, are_none_while_somebody_sees_to_it_or_nobody_is_to_be_told) {
  const Rule replace = rule({{ActionKind::kReplace, 0, "", ""}});
  Incident muted = incident();
  muted.muted = "silence";
  Incident acknowledged = incident();
  acknowledged.acknowledged = Acknowledgement{"ann", Time{}, {}, ""};
  Incident flapping = incident();
  flapping.flapping_since = Time{};
  Incident closed = incident();
  closed.closed_at = Time{};
  for (const Incident& one : {muted, acknowledged, flapping, closed}) {
    EXPECT_THAT(remedies(one, replace, {}), IsEmpty());
  }
}

TEST(Remedies, are_asked_for_again_more_and_more_rarely) {
  using std::chrono::minutes;
  EXPECT_EQ(ask_again_after(1), minutes{1});
  EXPECT_EQ(ask_again_after(3), minutes{4});
  EXPECT_EQ(ask_again_after(5), minutes{15});
  EXPECT_EQ(ask_again_after(1000), minutes{15});
}

}  // namespace
}  // namespace livesonic::alerting
