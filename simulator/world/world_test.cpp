// SPDX-License-Identifier: Apache-2.0
#include "simulator/world/world.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "livesonic/base/time_text.h"
#include "simulator/fleet.h"

namespace livesonic::simulator {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;
using testing::ElementsAre;
using testing::HasSubstr;

const Time kNow = *parse_iso8601("2026-03-02T03:00:00Z");

World small_world() {
  FleetPlan plan;
  plan.seed = 7;
  plan.clusters = {{"web", 3}, {"batch", 2}};
  plan.zones = 3;
  return *build_world(plan, kNow);
}

const std::string& first_id(const World& world) {
  return world.balancers().at("web-elb").instances.front();
}

TEST(Fleet, the_same_plan_gives_the_same_instances_on_another_day) {
  FleetPlan plan;
  plan.seed = 7;
  plan.clusters = {{"web", 3}};
  const World today = *build_world(plan, kNow);
  const World later = *build_world(plan, kNow + hours{100});
  EXPECT_EQ(today.balancers().at("web-elb").instances, later.balancers().at("web-elb").instances);
  plan.seed = 8;
  EXPECT_NE(today.balancers().at("web-elb").instances,
            build_world(plan, kNow)->balancers().at("web-elb").instances);
}

TEST(Fleet, a_larger_cluster_keeps_the_instances_of_the_smaller) {
  FleetPlan plan;
  plan.clusters = {{"web", 2}};
  const auto two = build_world(plan, kNow)->balancers().at("web-elb").instances;
  plan.clusters = {{"web", 3}};
  const auto three = build_world(plan, kNow)->balancers().at("web-elb").instances;
  EXPECT_EQ(two, std::vector(three.begin(), three.begin() + 2));
}

TEST(Fleet, clusters_are_given_as_names_and_sizes) {
  const auto clusters = *parse_clusters("web:20, api:14");
  ASSERT_EQ(clusters.size(), 2u);
  EXPECT_EQ(clusters[1].name, "api");
  EXPECT_EQ(clusters[1].instances, 14);
  EXPECT_TRUE(parse_clusters("")->empty());
  for (const char* wrong : {"web", "web:", ":3", "web:x", "web:-1", "web:3,", "web:10001"}) {
    EXPECT_FALSE(parse_clusters(wrong)) << wrong;
  }
}

TEST(World, a_new_instance_is_pending_then_running_then_in_service) {
  World world = small_world();
  const std::string id = world.launch("web-elb", 1, {}, kNow)->front();
  const Instance& instance = *world.find(id, kNow);
  EXPECT_EQ(world.state(instance, kNow), InstanceState::kPending);
  EXPECT_EQ(world.state(instance, kNow + seconds{4}), InstanceState::kRunning);
  EXPECT_FALSE(world.health(instance, kNow + seconds{4}).in_service);
  EXPECT_TRUE(world.health(instance, kNow + seconds{9}).in_service);
}

TEST(World, a_terminated_instance_is_remembered_for_an_hour) {
  World world = small_world();
  const std::string id = first_id(world);
  ASSERT_TRUE(world.terminate(id, kNow));
  const Instance& instance = *world.find(id, kNow);
  EXPECT_EQ(world.state(instance, kNow), InstanceState::kShuttingDown);
  EXPECT_EQ(world.state(instance, kNow + seconds{11}), InstanceState::kTerminated);
  EXPECT_NE(world.find(id, kNow + minutes{59}), nullptr);
  EXPECT_EQ(world.find(id, kNow + minutes{61}), nullptr);
  EXPECT_EQ(world.instances(kNow + minutes{61}).size(), 4u);
}

TEST(World, scaling_in_takes_the_oldest_out_of_the_balancer) {
  World world = small_world();
  const auto before = world.balancers().at("web-elb").instances;
  EXPECT_EQ(*world.retire("web-elb", 2, kNow), std::vector(before.begin(), before.begin() + 2));
  EXPECT_THAT(world.balancers().at("web-elb").instances, ElementsAre(before[2]));
  EXPECT_THAT(world.retire("web-elb", 2, kNow).error().message, HasSubstr("has 1"));
}

TEST(World, ids_and_addresses_are_never_given_twice) {
  World world = small_world();
  const std::string id = world.retire("web-elb", 1, kNow)->front();
  const std::string address = world.find(id, kNow)->address;
  const std::string fresh = world.launch("web-elb", 1, {}, kNow)->front();
  EXPECT_NE(fresh, id);
  EXPECT_NE(world.find(fresh, kNow)->address, address);
}

TEST(World, an_instance_is_found_at_its_address) {
  const World world = small_world();
  for (const Instance* instance : world.instances(kNow)) {
    EXPECT_EQ(world.find_at(instance->address, kNow), instance);
  }
  for (const char* other : {"127.0.0.1", "127.99.0.1", "10.0.0.1", "::1", "127.88.0", ""}) {
    EXPECT_EQ(world.find_at(other, kNow), nullptr) << other;
  }
}

TEST(World, what_is_imposed_on_a_host_ends_by_itself) {
  World world = small_world();
  const std::string id = first_id(world);
  ASSERT_TRUE(world.impose_score(id, 12, kNow, seconds{60}));
  ASSERT_TRUE(world.impose_service_down(id, "nginx", kNow, seconds{30}));
  ASSERT_TRUE(world.impose_fault(id, HostFault::kGarbage, kNow, seconds{10}));
  const Instance& instance = *world.find(id, kNow);
  EXPECT_EQ(world.host(instance, kNow + seconds{59}).score, 12);
  EXPECT_GE(world.host(instance, kNow + seconds{60}).score, 45);
  EXPECT_FALSE(world.health(instance, kNow + seconds{29}).in_service);
  EXPECT_TRUE(world.health(instance, kNow + seconds{30}).in_service);
  EXPECT_EQ(world.next_change(kNow), kNow + seconds{10});
  EXPECT_EQ(world.host(instance, kNow + seconds{10}).fault, HostFault::kNone);
}

TEST(World, what_is_imposed_for_ever_lasts) {
  World world = small_world();
  const std::string id = first_id(world);
  ASSERT_TRUE(world.impose_score(id, 12, kNow, Duration::max()));
  EXPECT_EQ(world.host(*world.find(id, kNow), kNow + hours{24 * 365}).score, 12);
  ASSERT_TRUE(world.relieve(id, kNow));
  EXPECT_GE(world.host(*world.find(id, kNow), kNow).score, 45);
}

TEST(World, what_does_not_exist_or_is_out_of_range_is_refused) {
  World world = small_world();
  const std::string id = first_id(world);
  EXPECT_EQ(world.launch("none", 1, {}, kNow).error().kind, ErrorKind::kNotFound);
  EXPECT_EQ(world.impose_score("i-1", 12, kNow, {}).error().kind, ErrorKind::kNotFound);
  EXPECT_EQ(world.impose_score(id, 101, kNow, {}).error().kind, ErrorKind::kInvalidInput);
  EXPECT_EQ(world.add_balancer("web-elb", kNow).error().kind, ErrorKind::kConflict);
  EXPECT_EQ(world.add_balancer("web elb", kNow).error().kind, ErrorKind::kInvalidInput);
  ASSERT_TRUE(world.terminate(id, kNow));
  EXPECT_EQ(world.terminate(id, kNow).error().kind, ErrorKind::kConflict);
}

class SpotInstance : public testing::Test {
 protected:
  std::string launch(std::optional<double> max_price) {
    LaunchPlan plan;
    plan.cluster = "web";
    plan.type = "c6i.large";
    plan.zone = "ap-northeast-1a";
    plan.spot = true;
    plan.max_price = max_price;
    return world_.launch(plan, kNow)->front();
  }
  bool interrupted(const std::string& id, Time now) {
    return world_.find(id, now)->spot->interruption.has_value();
  }
  double price(Time now) {
    return spot_price(world_.spot_market, "c6i.large", "ap-northeast-1a", now);
  }

  World world_{7, "ap-northeast-1", hours{9}, Pace{}};
};

TEST_F(SpotInstance, is_taken_two_minutes_after_its_price_exceeds_its_maximum) {
  const std::string cheap = launch(price(kNow) * 1.1);
  const std::string usual = launch({});
  world_.move_spot_prices({"c6i.large", "ap-northeast-1c", 2, kNow}, kNow);  // not where they are
  EXPECT_FALSE(interrupted(cheap, kNow));
  world_.move_spot_prices({"c6i.large", "", 100, kNow}, kNow);
  EXPECT_TRUE(interrupted(cheap, kNow));
  EXPECT_FALSE(interrupted(usual, kNow)) << "it may cost what it costs on demand";
  world_.advance(kNow + minutes{3});
  EXPECT_TRUE(world_.find(cheap, kNow + minutes{3})->terminated);
}

TEST_F(SpotInstance, is_taken_when_the_market_moves_by_itself) {
  const double paid = price(kNow) * 1.001;
  Time dearer = kNow;
  while (price(dearer) <= paid) dearer += hours{1};
  const std::string cheap = launch(paid);
  world_.advance(dearer - hours{1});
  EXPECT_FALSE(interrupted(cheap, dearer - hours{1}));
  world_.advance(dearer);
  EXPECT_TRUE(interrupted(cheap, dearer));
}

TEST(World, removing_a_balancer_terminates_its_instances) {
  World world = small_world();
  const std::string id = first_id(world);
  ASSERT_TRUE(world.remove_balancer("web-elb", kNow));
  EXPECT_FALSE(world.balancers().contains("web-elb"));
  EXPECT_TRUE(world.find(id, kNow)->terminated);
}

TEST(World, a_fault_of_aws_befalls_only_the_calls_that_fit) {
  World world = small_world();
  AwsFault fault;
  fault.calls = 2;
  fault.service = "ec2";
  world.add_aws_fault(fault);
  EXPECT_FALSE(world.take_aws_fault("route53", "ListHostedZones", kNow));
  EXPECT_TRUE(world.take_aws_fault("ec2", "DescribeInstances", kNow));
  EXPECT_TRUE(world.take_aws_fault("ec2", "DescribeInstances", kNow));
  EXPECT_FALSE(world.take_aws_fault("ec2", "DescribeInstances", kNow));
}

TEST(World, faults_have_words) {
  EXPECT_EQ(parse_host_fault("refuse_keys"), HostFault::kRefuseKeys);
  EXPECT_EQ(parse_aws_fault(to_string(AwsFaultKind::kHang)), AwsFaultKind::kHang);
  EXPECT_THAT(parse_host_fault("x").error().message, HasSubstr("hang_commands"));
}

}  // namespace
}  // namespace livesonic::simulator
