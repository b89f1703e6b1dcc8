// SPDX-License-Identifier: Apache-2.0
#include "simulator/world/groups.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "livesonic/base/time_text.h"
#include "simulator/world/world.h"

namespace livesonic::simulator {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;
using testing::HasSubstr;

const Time kNow = *parse_iso8601("2026-03-02T03:00:00Z");

class Groups : public testing::Test {
 protected:
  Groups() {
    EXPECT_TRUE(world_.add_balancer("web-elb", kNow));
    Group group;
    group.name = "web";
    group.min = 1;
    group.max = 10;
    group.desired = 3;
    group.balancers = {"web-elb"};
    group.health_check_type = "ELB";
    EXPECT_TRUE(add_group(world_, group, kNow));
    pass(seconds{60});
  }
  void pass(Duration time) {
    now_ += time;
    world_.advance(now_);
  }
  const Group& group() { return world_.groups.groups.at("web"); }
  const std::vector<std::string>& served() { return world_.balancers().at("web-elb").instances; }
  // The causes of what was done to the instance, the latest last.
  std::string ending_of(const std::string& id) {
    for (const Activity& activity : group().activities) {
      if (activity.instance == id && activity.description.starts_with("Terminating")) {
        return activity.cause;
      }
    }
    return "";
  }

  // The group launches from version 1 of a template that has two, and all its members are of it.
  std::string give_template() {
    const std::string id = add_template(world_, "web", {}, now_).value();
    EXPECT_EQ(add_template_version(world_, id, {}, now_), 2);
    Group& group = world_.groups.groups.at("web");
    group.launch_template = id;
    group.template_version = "1";
    EXPECT_TRUE(start_refresh(world_, "web", {}, now_));
    finish_refresh();
    EXPECT_EQ(versions(), (std::set<int>{1}));
    return id;
  }
  void finish_refresh() {
    for (int i = 0; i < 240 && is_refreshing(group()); ++i) pass(seconds{1});
  }
  // Of the members' template.
  std::set<int> versions() {
    std::set<int> all;
    for (const std::string& id : served()) all.insert(world_.find(id, now_)->template_version);
    return all;
  }

  World world_{7, "ap-northeast-1", {}, {}};
  Time now_ = kNow;
};

TEST_F(Groups, a_group_launches_what_is_desired_and_registers_it) {
  EXPECT_EQ(group().members.size(), 3u);
  EXPECT_EQ(served().size(), 3u);
  EXPECT_EQ(group().activities.front().cause,
            "At 2026-03-02T03:00:00Z a user request created an AutoScalingGroup changing the "
            "desired capacity from 0 to 3.  At 2026-03-02T03:00:00Z an instance was started in "
            "response to a difference between desired and actual capacity, increasing the capacity "
            "from 0 to 3.");
  EXPECT_EQ(group().activities.front().status, "Successful");
}

TEST_F(Groups, scaling_in_says_that_capacity_shrank) {
  const auto before = served();
  ASSERT_TRUE(
      set_desired(world_, "web", 2, "a user request explicitly set group desired capacity", now_));
  pass(seconds{30});
  EXPECT_EQ(group().members.size(), 2u);
  EXPECT_THAT(ending_of(before.front()), HasSubstr("shrinking the capacity from 3 to 2"));
}

TEST_F(Groups, a_protected_instance_is_spared) {
  const auto before = served();
  ASSERT_TRUE(protect_members(world_, "web", {before[0], before[1]}, true));
  ASSERT_TRUE(
      set_desired(world_, "web", 2, "a user request explicitly set group desired capacity", now_));
  pass(seconds{30});
  EXPECT_EQ(served(), (std::vector{before[0], before[1]}));
}

TEST_F(Groups, what_somebody_terminates_is_replaced) {
  const auto gone = served().front();
  ASSERT_TRUE(world_.terminate(gone, now_));
  pass(seconds{60});
  EXPECT_EQ(served().size(), 3u);
  EXPECT_THAT(ending_of(gone), HasSubstr("EC2 health check"));
  EXPECT_THAT(group().activities.back().cause, HasSubstr("unhealthy instance needing to be"));
}

TEST_F(Groups, an_instance_that_the_balancer_calls_unwell_is_replaced) {
  const auto sick = served().front();
  ASSERT_TRUE(world_.impose_service_down(sick, "nginx", now_, minutes{60}));
  pass(seconds{60});
  EXPECT_THAT(ending_of(sick), HasSubstr("ELB system health check"));
  EXPECT_EQ(served().size(), 3u);
}

TEST_F(Groups, suspended_replacement_leaves_the_sick_alone) {
  const auto sick = served().front();
  world_.groups.groups.at("web").suspended.insert("ReplaceUnhealthy");
  ASSERT_TRUE(world_.impose_service_down(sick, "nginx", now_, minutes{60}));
  pass(seconds{60});
  EXPECT_EQ(ending_of(sick), "");
}

TEST_F(Groups, a_refresh_replaces_every_instance_and_keeps_most_in_service) {
  const auto before = served();
  ASSERT_TRUE(start_refresh(world_, "web", {.min_healthy_percentage = 60}, now_));
  std::size_t fewest = before.size();
  for (int i = 0; i < 240 && is_refreshing(group()); ++i) {
    pass(seconds{1});
    fewest = std::min(fewest, served().size());
  }
  EXPECT_EQ(group().refreshes.back().status, "Successful");
  EXPECT_EQ(served().size(), 3u);
  EXPECT_GE(fewest, 2u);
  for (const std::string& id : before) {
    EXPECT_THAT(ending_of(id), HasSubstr("in response to an instance refresh"));
  }
}

TEST_F(Groups, a_refresh_with_a_version_of_its_own_changes_the_group_once_it_is_over) {
  const std::string used = give_template();
  ASSERT_TRUE(start_refresh(world_, "web",
                            {.min_healthy_percentage = 100,
                             .max_healthy_percentage = 110,
                             .desired = TemplateChoice{used, "2"}},
                            now_));
  std::size_t fewest = served().size();
  for (int i = 0; i < 240 && is_refreshing(group()); ++i) {
    EXPECT_EQ(group().template_version, "1");
    pass(seconds{1});
    fewest = std::min(fewest, served().size());
  }
  EXPECT_EQ(group().refreshes.back().status, "Successful");
  EXPECT_EQ(group().template_version, "2");
  EXPECT_EQ(served().size(), 3u);
  EXPECT_EQ(fewest, 3u) << "another one is launched before one goes";
  EXPECT_EQ(versions(), (std::set<int>{2}));
}

TEST_F(Groups, a_refresh_is_rolled_back_to_what_the_group_launched_before) {
  const std::string used = give_template();
  EXPECT_EQ(roll_back_refresh(world_, "web", now_).error().kind, ErrorKind::kNotFound);
  ASSERT_TRUE(start_refresh(world_, "web", {.desired = TemplateChoice{used, "2"}}, now_));
  for (int i = 0; i < 240 && !versions().contains(2); ++i) pass(seconds{1});
  ASSERT_TRUE(is_refreshing(group()));
  ASSERT_TRUE(roll_back_refresh(world_, "web", now_));
  EXPECT_EQ(group().refreshes.back().status, "RollbackInProgress");
  EXPECT_FALSE(roll_back_refresh(world_, "web", now_)) << "it is being rolled back already";
  finish_refresh();
  EXPECT_EQ(group().refreshes.back().status, "RollbackSuccessful");
  EXPECT_EQ(versions(), (std::set<int>{1}));
  EXPECT_EQ(served().size(), 3u);
  // Without a version of its own, or where the group has none that is fixed, AWS can't.
  ASSERT_TRUE(start_refresh(world_, "web", {}, now_));
  EXPECT_EQ(roll_back_refresh(world_, "web", now_).error().kind, ErrorKind::kConflict);
  ASSERT_TRUE(cancel_refresh(world_, "web", now_));
  world_.groups.groups.at("web").template_version = "$Latest";
  ASSERT_TRUE(start_refresh(world_, "web", {.desired = TemplateChoice{used, "2"}}, now_));
  EXPECT_EQ(roll_back_refresh(world_, "web", now_).error().kind, ErrorKind::kConflict);
}

TEST_F(Groups, standby_takes_an_instance_out_of_the_balancer_and_back) {
  const auto id = served().front();
  ASSERT_TRUE(enter_standby(world_, "web", {id}, true, now_));
  pass(seconds{30});
  EXPECT_EQ(served().size(), 2u);
  EXPECT_EQ(group().members.size(), 3u);
  ASSERT_TRUE(exit_standby(world_, "web", {id}, now_));
  pass(seconds{30});
  EXPECT_EQ(served().size(), 3u);
  EXPECT_EQ(group().desired, 3);
}

TEST_F(Groups, a_detached_instance_runs_on_and_is_replaced) {
  const auto id = served().front();
  ASSERT_TRUE(detach_members(world_, "web", {id}, false, now_));
  pass(seconds{30});
  EXPECT_EQ(served().size(), 3u);
  EXPECT_EQ(world_.state(*world_.find(id, now_), now_), InstanceState::kRunning);
}

TEST_F(Groups, a_shortage_fails_launches_until_it_is_over) {
  world_.set_shortage({});
  ASSERT_TRUE(
      set_desired(world_, "web", 4, "a user request explicitly set group desired capacity", now_));
  pass(seconds{30});
  EXPECT_EQ(group().activities.back().status, "Failed");
  EXPECT_THAT(group().activities.back().message, HasSubstr("do not have sufficient"));
  world_.set_shortage({}, true);
  pass(seconds{60});
  EXPECT_EQ(served().size(), 4u);
}

TEST_F(Groups, with_capacity_rebalancing_an_endangered_spot_instance_goes_first) {
  LaunchPlan plan;
  plan.cluster = "web";
  plan.spot = true;
  const auto spot = world_.launch(plan, now_)->front();
  pass(seconds{30});
  ASSERT_TRUE(attach_members(world_, "web", {spot}, now_));
  world_.groups.groups.at("web").capacity_rebalance = true;
  ASSERT_TRUE(world_.recommend_rebalance(spot, now_));
  pass(seconds{60});
  EXPECT_THAT(ending_of(spot), HasSubstr("rebalance recommendation"));
  EXPECT_EQ(served().size(), 4u);
}

TEST_F(Groups, a_group_deleted_by_force_ends_its_instances) {
  EXPECT_FALSE(remove_group(world_, "web", false, now_));
  ASSERT_TRUE(remove_group(world_, "web", true, now_));
  pass(seconds{60});
  EXPECT_TRUE(world_.groups.groups.empty());
  EXPECT_TRUE(served().empty());
}

}  // namespace
}  // namespace livesonic::simulator
