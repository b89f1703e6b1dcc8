// SPDX-License-Identifier: Apache-2.0
#include "simulator/world/targets.h"

#include <gtest/gtest.h>

#include "livesonic/base/time_text.h"
#include "simulator/world/world.h"

namespace livesonic::simulator {
namespace {

using std::chrono::seconds;

const Time kNow = *parse_iso8601("2026-03-02T03:00:00Z");

class Targets : public testing::Test {
 protected:
  Targets() {
    ModernBalancer balancer;
    balancer.name = "shop";
    const std::string arn = *add_balancer(world_, balancer, kNow);
    TargetGroup group;
    group.name = "shop-web";
    group_ = *add_target_group(world_, group, kNow);
    Listener listener;
    listener.target_group_arns = {group_};
    EXPECT_TRUE(add_listener(world_, arn, listener));
    LaunchPlan plan;
    plan.cluster = "shop";
    id_ = world_.launch(plan, kNow)->front();
    EXPECT_TRUE(register_target(world_, group_, id_, 0, kNow));
  }
  TargetHealth health(Time at) {
    world_.advance(at);
    const TargetGroup& group = world_.targets.groups.at(group_);
    return group.targets.empty() ? TargetHealth{}
                                 : health_of(world_, group, group.targets.front(), at);
  }

  World world_{7, "ap-northeast-1", {}, {}};
  std::string group_, id_;
};

TEST_F(Targets, a_new_target_is_registered_then_checked_then_healthy) {
  EXPECT_EQ(health(kNow).reason, "Elb.RegistrationInProgress");
  EXPECT_EQ(health(kNow + seconds{6}).reason, "Elb.InitialHealthChecking");
  EXPECT_EQ(health(kNow + seconds{8}).state, "healthy");
}

TEST_F(Targets, what_is_wrong_with_a_host_is_told_by_awss_reasons) {
  const Time later = kNow + seconds{60};
  ASSERT_TRUE(world_.impose_service_down(id_, "nginx", later, seconds{9}));
  EXPECT_EQ(health(later).reason, "Target.ResponseCodeMismatch");
  ASSERT_TRUE(world_.relieve(id_, later));
  ASSERT_TRUE(world_.impose_fault(id_, HostFault::kIgnoreEverything, later, seconds{9}));
  EXPECT_EQ(health(later).reason, "Target.Timeout");
  ASSERT_TRUE(world_.stop(id_, later));
  EXPECT_EQ(health(later).reason, "Target.InvalidState");
}

TEST_F(Targets, a_deregistered_target_drains_and_is_gone) {
  const Time later = kNow + seconds{60};
  ASSERT_TRUE(deregister_target(world_, group_, id_, 0, later));
  EXPECT_EQ(health(later).state, "draining");
  EXPECT_EQ(health(later + seconds{11}).state, "");
}

TEST_F(Targets, a_terminated_instance_leaves_its_groups) {
  ASSERT_TRUE(world_.terminate(id_, kNow));
  EXPECT_EQ(health(kNow).state, "");
}

TEST_F(Targets, a_group_in_use_cannot_be_removed) {
  EXPECT_FALSE(remove_target_group(world_, group_));
  ASSERT_TRUE(remove_modern_balancer(world_, world_.targets.balancers.begin()->first));
  EXPECT_EQ(health(kNow).reason, "Target.NotInUse");
  EXPECT_TRUE(remove_target_group(world_, group_));
}

}  // namespace
}  // namespace livesonic::simulator
