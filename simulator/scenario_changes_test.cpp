// SPDX-License-Identifier: Apache-2.0
// Scenarios that change AWS: shortages, throttling, faults, and whatever the control API can.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "livesonic/base/time_text.h"
#include "simulator/fleet.h"
#include "simulator/scenario.h"
#include "simulator/world/prices.h"

namespace livesonic::simulator {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;
using testing::HasSubstr;

const Time kNow = *parse_iso8601("2026-03-02T03:00:00Z");

class ScenarioChanges : public testing::Test {
 protected:
  // Plays all events that are due before `until`.
  void play(const std::string& yaml, Duration until = Duration::max()) {
    const auto scenario = parse_scenario(yaml);
    ASSERT_TRUE(scenario) << scenario.error().message;
    for (const ScenarioEvent& event : scenario->events) {
      if (event.at >= until) break;
      world_.advance(kNow + event.at);
      const auto happened = apply(event, world_, kNow + event.at, 1);
      ASSERT_TRUE(happened) << happened.error().message;
    }
  }
  [[nodiscard]] int can_launch(bool spot) const {
    return world_.capacity("c6i.large", "ap-northeast-1a", spot);
  }

  World world_ = [] {
    FleetPlan plan;
    plan.clusters = {{"web", 4}, {"shop", 4, ClusterKind::kAsg}};
    return *build_world(plan, kNow);
  }();
};

TEST_F(ScenarioChanges, a_shortage_begins_and_ends) {
  const std::string yaml =
      "events:\n"
      "  - { at: 10s, shortage: { type: c6i.large, market: spot, left: 2 }, for: 5m }\n";
  play(yaml, seconds{5});
  EXPECT_EQ(can_launch(true), kPlenty);
  play(yaml, minutes{1});
  EXPECT_EQ(can_launch(true), 2);
  EXPECT_EQ(can_launch(false), kPlenty);
  play(yaml);
  EXPECT_EQ(can_launch(true), kPlenty);
}

TEST_F(ScenarioChanges, throttling_is_put_on_and_taken_off) {
  const ChargedCall call{"ec2", "DescribeInstances"};
  const std::string yaml = "events:\n  - { at: 10s, throttling: 'ec2=1/0.001', for: 5m }\n";
  play(yaml, minutes{1});
  EXPECT_TRUE(take_tokens(world_.throttles, call, kNow + minutes{1}));
  EXPECT_FALSE(take_tokens(world_.throttles, call, kNow + minutes{1}));
  play(yaml);
  EXPECT_TRUE(take_tokens(world_.throttles, call, kNow + minutes{6}));
  EXPECT_TRUE(take_tokens(world_.throttles, call, kNow + minutes{6}));
}

TEST_F(ScenarioChanges, spot_prices_rise_and_fall_back) {
  const auto price = [&](Duration at) {
    return spot_price(world_.spot_market, "c6i.large", "ap-northeast-1a", kNow + at);
  };
  const double usual = price(minutes{1});
  play("events:\n  - { at: 10s, spot_price: { type: c6i.large, times: 1.5 }, for: 5m }\n");
  EXPECT_DOUBLE_EQ(price(seconds{9}), usual);
  EXPECT_DOUBLE_EQ(price(seconds{10}), 1.5 * usual);
  EXPECT_DOUBLE_EQ(price(minutes{6}), usual);
}

TEST_F(ScenarioChanges, a_service_fails_for_a_while_however_often_it_is_asked) {
  play("events:\n  - { at: 10s, aws_fault: { fault: throttle, service: ec2 }, for: 1m }\n");
  for (int i = 0; i < 100; ++i) {
    EXPECT_TRUE(world_.take_aws_fault("ec2", "DescribeInstances", kNow + seconds{11}));
  }
  EXPECT_FALSE(world_.take_aws_fault("elasticloadbalancing", "DescribeTags", kNow + seconds{11}));
  EXPECT_FALSE(world_.take_aws_fault("ec2", "DescribeInstances", kNow + seconds{70}));
  EXPECT_TRUE(world_.aws_faults().empty());
}

TEST_F(ScenarioChanges, any_request_of_the_control_api_can_be_made) {
  const std::string victim = world_.balancers().at("web-elb").instances.front();
  play(
      "events:\n"
      "  - { at: 1s, post: /sim/zones, body: { name: example.org, tags: { team: shop } } }\n"
      "  - { at: 2s, post: /sim/domains, body: { name: example.org, expires_in_days: 3 } }\n"
      "  - { at: 3s, post: /sim/clusters, body: { name: late, instances: 2, kind: alb } }\n"
      "  - { at: 4s, post: /sim/instances/" +
      victim +
      "/terminate }\n"
      "  - { at: 5s, delete: /sim/domains/example.org }\n");
  EXPECT_EQ(world_.zones().size(), 1u);
  EXPECT_TRUE(world_.registrations.domains.empty());
  EXPECT_TRUE(world_.find(victim, kNow + seconds{5})->terminated);
  EXPECT_NE(find_balancer(world_.targets, "late-alb"), nullptr);
}

TEST_F(ScenarioChanges, hosts_are_impaired_and_mended_stopped_and_started) {
  const auto impaired = [&] {
    int count = 0;
    for (const Instance* one : world_.instances(kNow)) count += one->impaired ? 1 : 0;
    return count;
  };
  const std::string yaml =
      "events:\n"
      "  - { at: 1s, cluster: web, hosts: 2, happen: impair }\n"
      "  - { at: 2s, cluster: web, hosts: 2, happen: mend }\n"
      "  - { at: 3s, cluster: web, hosts: 1, happen: schedule }\n"
      "  - { at: 4s, cluster: web, hosts: 1, happen: stop }\n"
      "  - { at: 60s, cluster: web, hosts: 1, happen: start }\n";
  play(yaml, seconds{2});
  EXPECT_EQ(impaired(), 2);
  play(yaml);
  EXPECT_EQ(impaired(), 0);
}

TEST_F(ScenarioChanges, an_instance_refresh_and_a_deployment_begin_when_they_are_due) {
  play("events:\n  - { at: 1m, cluster: shop, happen: instance_refresh }\n");
  EXPECT_TRUE(is_refreshing(world_.groups.groups.at("shop-asg")));
}

TEST_F(ScenarioChanges, what_cannot_be_done_when_it_is_due_says_what_it_was) {
  const auto scenario =
      parse_scenario("events:\n  - { at: 1s, delete: /sim/domains/example.org }\n");
  ASSERT_TRUE(scenario);
  const auto happened = apply(scenario->events.front(), world_, kNow, 1);
  ASSERT_FALSE(happened);
  EXPECT_THAT(happened.error().message, HasSubstr("/sim/domains/example.org"));
  EXPECT_THAT(happened.error().message, HasSubstr("no such domain"));
}

struct Mistake {
  const char *yaml, *line, *remedy;
};

class ScenarioMistakes : public testing::TestWithParam<Mistake> {};

TEST_P(ScenarioMistakes, are_named_with_their_line_and_the_remedy) {
  const auto scenario = parse_scenario(GetParam().yaml);
  ASSERT_FALSE(scenario);
  EXPECT_THAT(scenario.error().message, HasSubstr(fmt::format("line {}:", GetParam().line)));
  EXPECT_THAT(scenario.error().message, HasSubstr(GetParam().remedy));
}

INSTANTIATE_TEST_SUITE_P(
    Scenario, ScenarioMistakes,
    testing::Values(
        Mistake{"events:\n  - at: 1s\n    shortage:\n      left: 1\n      marked: spot\n", "5",
                "unknown key 'marked'; there are type, zone, market, left, over"},
        Mistake{"events:\n  - { at: 1s, shortage: { market: blue } }\n", "2",
                "must be spot or on-demand"},
        Mistake{"events:\n  - { at: 1s, shortage: 3 }\n", "2", "a map was expected"},
        Mistake{"events:\n  - { at: 1s, shortage: { left: 1, left: 2 } }\n", "2", "twice"},
        Mistake{"events:\n  - { at: 1s, spot_price: { times: 0 } }\n", "2", "1 is the usual price"},
        Mistake{"events:\n  - { at: 1s, aws_fault: { fault: throttel } }\n", "2", "throttel"},
        Mistake{"events:\n  - { at: 1s, throttling: 'ec2=x' }\n", "2", "ec2"},
        Mistake{"events:\n  - { at: 1s, post: /zones }\n", "2", "/sim/zones"},
        Mistake{"events:\n  - { at: 1s, post: /sim/nothing }\n", "2", "docs/simulator.md"},
        Mistake{"events:\n  - { at: 1s, post: /sim/zones }\n", "2", "'name' must be a text"},
        Mistake{"events:\n  - { at: 1s, post: /sim/zones, for: 1s }\n", "2",
                "unknown key 'for'; there are at, post, body"},
        Mistake{"events:\n  - { at: 1s, cluster: web, shortage: {} }\n", "2",
                "unknown key 'cluster'"},
        Mistake{"events:\n  - { at: 1s, at: 2s, scale: 1 }\n", "2", "'at' is there twice"},
        Mistake{"events:\n  - { at: 1s, score: 900, for: 1s }\n", "2", "from 1 to 100"},
        Mistake{"events:\n  - { at: 1s, scale: many }\n", "2", "must be a whole number"},
        Mistake{"events:\n  - { at: 1s, scale: 1, for: 9s }\n", "2", "unknown key 'for'"},
        Mistake{"events:\n  - { at: 1s, happen: stop }\n", "2", "name it"},
        Mistake{"every: 1m\nevents:\n  - { at: 1s, shortage: {}, for: 1h }\n", "1",
                "make 'every' longer"},
        Mistake{"events:\n  - { at: 1s, post: /sim/zones, body: &a { name: *a } }\n", "2", ""}));

}  // namespace
}  // namespace livesonic::simulator
