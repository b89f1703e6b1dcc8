// SPDX-License-Identifier: Apache-2.0
#include "simulator/happenings.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "livesonic/base/time_text.h"
#include "simulator/fleet.h"
#include "simulator/scenario.h"

namespace livesonic::simulator {
namespace {

using std::chrono::minutes;
using testing::HasSubstr;

const Time kNow = *parse_iso8601("2026-03-02T03:00:00Z");

World world_of(const std::string& clusters) {
  FleetPlan plan;
  plan.clusters = *parse_clusters(clusters);
  return *build_world(plan, kNow);
}

TEST(Happenings, each_befalls_a_cluster_of_the_kind_that_knows_it) {
  for (const std::string& what : known_happenings()) {
    World world = world_of("web:6:asg");
    if (what == "spot_interruption" || what == "rebalance") world = world_of("batch:20:asg");
    const std::string cluster = world.groups.groups.contains("web-asg") ? "web" : "batch";
    if (what == "mend") {
      ASSERT_TRUE(let_happen(world, "impair", cluster, 1, kNow, 7));
    }
    if (what == "start") continue;  // a group replaces what is stopped
    const auto happened = let_happen(world, what, cluster, 1, kNow, 7);
    EXPECT_TRUE(happened) << what << ": " << happened.error().message;
    world.advance(kNow + minutes{10});
  }
}

TEST(Happenings, stopped_hosts_of_a_classic_balancer_can_be_started) {
  World world = world_of("web:3");
  EXPECT_FALSE(let_happen(world, "start", "web", 1, kNow, 7));
  ASSERT_TRUE(let_happen(world, "stop", "web", 1, kNow, 7));
  world.advance(kNow + minutes{1});
  EXPECT_TRUE(let_happen(world, "start", "web", 1, kNow + minutes{1}, 7));
}

TEST(Happenings, clusters_of_every_kind_have_the_members_that_were_asked_for) {
  for (const char* kind : {"elb", "alb", "nlb", "asg", "ecs"}) {
    const World world = world_of(std::string("web:4:") + kind);
    EXPECT_EQ(fleet_members(world, "web", kNow).size(), 4u) << kind;
  }
}

TEST(Happenings, containers_run_from_the_start) {
  for (const char* clusters : {"web:3:ecs", "web:6:fargate"}) {
    const World world = world_of(clusters);
    int running = 0;
    for (const auto& [arn, task] : world.containers.clusters.at("web").tasks) {
      running += status_of(world, task, kNow) == "RUNNING" ? 1 : 0;
    }
    EXPECT_EQ(running, 6) << clusters;
  }
}

TEST(Happenings, a_deploy_to_a_classic_fleet_replaces_its_hosts) {
  World world = world_of("web:3");
  const auto before = fleet_members(world, "web", kNow);
  ASSERT_TRUE(let_happen(world, "deploy", "web", 1, kNow, 7));
  const auto after = fleet_members(world, "web", kNow);
  EXPECT_EQ(after.size(), 3u);
  const std::string old_image = world.find(before.front(), kNow)->image_id;
  for (const std::string& id : after) {
    EXPECT_THAT(before, testing::Not(testing::Contains(id)));
    EXPECT_NE(world.find(id, kNow)->image_id, old_image);
  }
}

TEST(Happenings, a_group_scaled_in_stays_small) {
  World world = world_of("web:6:asg");
  ASSERT_TRUE(let_happen(world, "scale_in", "web", 2, kNow, 7));
  world.advance(kNow + minutes{5});
  EXPECT_EQ(fleet_members(world, "web", kNow + minutes{5}).size(), 4u);
}

TEST(Happenings, what_cannot_happen_says_why) {
  World world = world_of("web:3");
  EXPECT_THAT(let_happen(world, "gremlins", "web", 1, kNow, 7).error().message,
              HasSubstr("scale_in"));
  EXPECT_THAT(let_happen(world, "instance_refresh", "web", 1, kNow, 7).error().message,
              HasSubstr("no Auto Scaling group"));
  EXPECT_THAT(let_happen(world, "stop", "web", 9, kNow, 7).error().message, HasSubstr("only 3"));
  EXPECT_FALSE(let_happen(world, "stop", "none", 1, kNow, 7));
}

TEST(Happenings, scenarios_may_have_them) {
  const auto scenario = parse_scenario("events: [{at: 1s, cluster: web, hosts: 2, happen: stop}]");
  ASSERT_TRUE(scenario) << scenario.error().message;
  World world = world_of("web:3");
  EXPECT_THAT(*apply(scenario->events.front(), world, kNow, 7), HasSubstr("stop"));
  EXPECT_FALSE(parse_scenario("events: [{at: 1s, cluster: web, happen: gremlins}]"));
  EXPECT_FALSE(parse_scenario("events: [{at: 1s, happen: stop}]"));
}

TEST(Clusters, kinds_are_told_by_a_word) {
  EXPECT_EQ(parse_clusters("web:3:asg")->front().kind, ClusterKind::kAsg);
  EXPECT_EQ(parse_clusters("web:3")->front().kind, ClusterKind::kElb);
  EXPECT_FALSE(parse_clusters("web:3:ring"));
  EXPECT_FALSE(parse_clusters("web::asg"));
}

}  // namespace
}  // namespace livesonic::simulator
