// SPDX-License-Identifier: Apache-2.0
// Instances of our own: launched once, whatever happens in between, and ended when drained.
#include <gmock/gmock.h>

#include "livesonic/actions/desk_fixture_test.h"

namespace livesonic::actions {
namespace {

using testing::HasSubstr;

class LaunchTest : public DeskTest {
 protected:
  LaunchTest() {
    settings.launches["web"] = {.launch_template = "web",
                                .version = "$Default",
                                .subnets = {},
                                .drain = std::chrono::minutes{2},
                                .most = 10};
  }
  static ActionRequest launching(int count, const char* what = "spot:c6i.large:us-east-1a") {
    ActionRequest request = asked(ActionKind::kLaunch, "", "rule:scaling");
    request.target = what;
    request.capacity = count;
    return request;
  }
  static ActionRequest releasing(const std::string& ids) {
    ActionRequest request = asked(ActionKind::kRelease, "", "rule:scaling");
    request.target = ids;
    return request;
  }
  std::vector<std::string> launched_ids() {
    std::vector<std::string> ids;
    for (const LaunchedHost& host : cloud.launched_hosts) ids.push_back(host.id);
    return ids;
  }
};

TEST_F(LaunchTest, launched_instances_join_the_balancer) {
  const Action action = done(launching(3));
  EXPECT_EQ(action.state, ActionState::kDone) << action.result;
  EXPECT_EQ(cloud.launched_hosts.size(), 3U);
  EXPECT_EQ(cloud.launched_hosts[0].launch, action.id);
  for (const std::string& id : launched_ids()) EXPECT_TRUE(cloud.registered.contains(id));
  EXPECT_THAT(action.progress.at("instances"), HasSubstr(launched_ids()[2]));
}

TEST_F(LaunchTest, what_aws_has_none_of_is_told) {
  cloud.capacity = 1;
  const Action some = done(launching(3));
  EXPECT_EQ(some.state, ActionState::kDone);
  EXPECT_EQ(some.progress.at("refused"), "InsufficientInstanceCapacity");
  cloud.capacity = 0;
  const Action none = done(launching(3));
  EXPECT_EQ(none.state, ActionState::kFailed);
  EXPECT_EQ(none.progress.at("refused"), "InsufficientInstanceCapacity");
  EXPECT_THAT(none.result, HasSubstr("AWS launched none: InsufficientInstanceCapacity"));
}

TEST_F(LaunchTest, an_answer_that_is_lost_launches_no_second_time) {
  cloud.lost_answer = Error{ErrorKind::kTimeout, "no answer"};
  const auto action = desk->request(launching(2)).value();
  const Action over_now = over(action.id);
  EXPECT_EQ(cloud.launched_hosts.size(), 2U);
  EXPECT_NE(over_now.state, ActionState::kRefused);
}

TEST_F(LaunchTest, a_restart_in_the_middle_launches_no_second_time) {
  // Killed before the call was made.
  const Action before = left_behind(launching(2), {});
  desk->recover();
  EXPECT_EQ(over(before.id).state, ActionState::kDone);
  EXPECT_EQ(cloud.launched_hosts.size(), 2U);
  // Killed after it, before the answer was written.
  const Action after = left_behind(launching(2), {});
  cloud.launched_hosts.push_back({"i-x", "running", after.id, {}, false});
  cloud.launched_hosts.push_back({"i-y", "running", after.id, {}, false});
  desk->recover();
  const Action found = over(after.id);
  EXPECT_EQ(found.state, ActionState::kDone);
  EXPECT_EQ(found.progress.at("instances"), "i-x i-y");
  EXPECT_EQ(cloud.launched_hosts.size(), 4U);
  EXPECT_TRUE(cloud.registered.contains("i-y"));
}

TEST_F(LaunchTest, there_are_never_more_than_may_be) {
  EXPECT_EQ(done(launching(6)).state, ActionState::kDone);  // and four there were
  const Action beyond = desk->request(launching(1)).value();
  EXPECT_EQ(beyond.state, ActionState::kRefused);
  EXPECT_EQ(beyond.rule, "bounds");
  EXPECT_THAT(beyond.why, HasSubstr("11 instances, more than the 10"));
}

TEST_F(LaunchTest, what_is_on_its_way_counts) {
  const Action pending = left_behind(launching(6), {});
  const Action beyond = desk->request(launching(1)).value();
  EXPECT_EQ(beyond.rule, "bounds") << beyond.why;
  EXPECT_EQ(beyond.inputs.at("pending"), "6");
}

TEST_F(LaunchTest, nothing_is_launched_where_the_configuration_does_not_say_what) {
  settings.launches.clear();
  const auto refused = desk->request(launching(1));
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().message, HasSubstr("through: fleet"));
  settings.launches["web"].most = 10;
  EXPECT_THAT(desk->request(launching(1, "c6i.large")).error().message,
              HasSubstr("MARKET:TYPE:ZONE"));
  EXPECT_THAT(desk->request(launching(0)).error().message, HasSubstr("at least 1"));
}

TEST_F(LaunchTest, released_instances_drain_first) {
  done(launching(2));
  const std::vector<std::string> ids = launched_ids();
  cloud.never_drained = {ids[0]};
  const Time before = clock.now();
  const Action action = done(releasing(ids[0] + " " + ids[1]));
  EXPECT_EQ(action.state, ActionState::kDone) << action.why << action.result;
  EXPECT_EQ(action.removes, 2);
  for (const LaunchedHost& host : cloud.launched_hosts) EXPECT_EQ(host.state, "terminated");
  for (const std::string& id : ids) EXPECT_FALSE(cloud.registered.contains(id));
  // One never drains, and is waited for as long as that may take.
  EXPECT_GE(clock.now() - before, std::chrono::minutes{2});
  EXPECT_EQ(cloud.called("end"), 1);
}

TEST_F(LaunchTest, nothing_else_than_what_was_launched_is_ended) {
  done(launching(1));
  const Action other = desk->request(releasing(launched_ids()[0] + " i-2")).value();
  EXPECT_EQ(other.state, ActionState::kRefused);
  EXPECT_EQ(other.rule, "ownership");
  EXPECT_THAT(other.why, HasSubstr("i-2 does not bear the tag livesonic:cluster=web"));
  cloud.launched_hosts[0].is_protected = true;
  EXPECT_EQ(desk->request(releasing(launched_ids()[0])).value().rule, "protection");
  EXPECT_EQ(cloud.called("end"), 0);
}

TEST_F(LaunchTest, a_restart_while_it_drains_ends_each_once) {
  done(launching(2));
  const std::vector<std::string> ids = launched_ids();
  cloud.launched_hosts[0].state = "terminated";
  const Action left = left_behind(releasing(ids[0] + " " + ids[1]), {});
  desk->recover();
  EXPECT_EQ(over(left.id).state, ActionState::kDone);
  EXPECT_EQ(cloud.launched_hosts[1].state, "terminated");
  EXPECT_EQ(cloud.called("ended twice"), 0);
}

}  // namespace
}  // namespace livesonic::actions
