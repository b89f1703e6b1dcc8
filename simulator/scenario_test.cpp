// SPDX-License-Identifier: Apache-2.0
#include "simulator/scenario.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "livesonic/base/time_text.h"
#include "simulator/fleet.h"

namespace livesonic::simulator {
namespace {

using std::chrono::seconds;
using testing::HasSubstr;

const Time kNow = *parse_iso8601("2026-03-02T03:00:00Z");

World demo_world() {
  FleetPlan plan;
  plan.clusters = {{"web", 20}, {"api", 14}, {"batch", 6}};
  return *build_world(plan, kNow);
}

int suffering(const World& world, Time at) {
  int count = 0;
  for (const Instance* instance : world.instances(at)) {
    count += world.host(*instance, at).score <= 10 ? 1 : 0;
  }
  return count;
}

TEST(Scenario, the_built_in_one_can_go_on_for_ever) {
  const Scenario scenario = *parse_scenario(demo_scenario());
  ASSERT_TRUE(scenario.every);
  World world = demo_world();
  for (std::uint64_t round = 0; round < 50; ++round) {
    const Time start = kNow + round * *scenario.every;
    for (const ScenarioEvent& event : scenario.events) {
      const auto happened = apply(event, world, start + event.at, round);
      ASSERT_TRUE(happened) << happened.error().message;
    }
    EXPECT_EQ(world.balancers().at("web-elb").instances.size(), 20u);
  }
}

TEST(Scenario, within_the_first_minute_a_host_suffers_and_recovers) {
  const Scenario scenario = *parse_scenario(demo_scenario());
  World world = demo_world();
  const ScenarioEvent& first = scenario.events.front();
  EXPECT_LE(first.at + first.lasting, seconds{60});
  ASSERT_TRUE(apply(first, world, kNow + first.at, 1));
  EXPECT_EQ(suffering(world, kNow + first.at), 1);
  EXPECT_EQ(suffering(world, kNow + first.at + first.lasting), 0);
}

TEST(Scenario, the_choice_decides_whom_it_befalls) {
  ScenarioEvent event;
  event.cluster = "web";
  event.hosts = 2;
  event.score = 10;
  event.lasting = seconds{10};
  World world = demo_world();
  const std::string one = *apply(event, world, kNow, 1);
  EXPECT_EQ(*apply(event, world, kNow, 1), one);
  EXPECT_NE(*apply(event, world, kNow, 2), one);
  event.cluster = "nowhere";
  EXPECT_THAT(apply(event, world, kNow, 1).error().message, HasSubstr("nowhere"));
  event.cluster = "web";
  event.hosts = 21;
  EXPECT_THAT(apply(event, world, kNow, 1).error().message, HasSubstr("only 20"));
}

TEST(Scenario, mistakes_are_named_with_their_line) {
  const auto message = [](const char* yaml) { return parse_scenario(yaml).error().message; };
  EXPECT_THAT(message("events:\n  - { at: 1s, score: 9 }\n"), HasSubstr("line 2"));
  EXPECT_THAT(message("events:\n  - { at: soon, scale: 1 }\n"), HasSubstr("'soon'"));
  EXPECT_THAT(message("events:\n  - { at: 1s, scale: 1, score: 9, for: 1s }\n"),
              HasSubstr("one of"));
  EXPECT_THAT(message("events:\n  - { at: 1s, fault: gremlins, for: 1s }\n"),
              HasSubstr("gremlins"));
  EXPECT_THAT(message("every: 1s\nevents:\n  - { at: 2s, scale: 1 }\n"), HasSubstr("longer"));
  EXPECT_THAT(message("colour: red\n"), HasSubstr("unknown key 'colour'"));
  EXPECT_FALSE(parse_scenario("- - ["));
  EXPECT_FALSE(parse_scenario("events: {}"));
}

}  // namespace
}  // namespace livesonic::simulator
