// SPDX-License-Identifier: Apache-2.0
#include "simulator/world/queues.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "livesonic/base/time_text.h"
#include "simulator/world/world.h"

namespace livesonic::simulator {
namespace {

using std::chrono::seconds;
using testing::ElementsAre;
using testing::SizeIs;

const Time kNow = *parse_iso8601("2026-03-02T03:00:00Z");

class Queues : public testing::Test {
 protected:
  Queues() {
    EXPECT_TRUE(add_queue(world_, "events", kNow));
    world_.queues.event_queue = "events";
  }
  // What was announced by then, as "TYPE STATE".
  std::vector<std::string> heard(Time at) {
    world_.advance(at);
    std::vector<std::string> words;
    const auto received = receive_messages(world_, "events", 100, at);
    for (const Message& message : *received) {
      const auto event = nlohmann::json::parse(message.body);
      words.push_back(event["detail-type"].get<std::string>() + " " +
                      event["detail"].value("state", ""));
      EXPECT_TRUE(delete_message(world_, "events", message.receipt));
    }
    return words;
  }

  World world_{7, "ap-northeast-1", {}, {}};
};

TEST_F(Queues, a_received_message_is_hidden_until_it_is_deleted_or_forgotten) {
  ASSERT_TRUE(send_message(world_, "events", "hello", kNow));
  const auto first = *receive_messages(world_, "events", 10, kNow);
  ASSERT_THAT(first, SizeIs(1));
  EXPECT_THAT(*receive_messages(world_, "events", 10, kNow), SizeIs(0));
  const auto again = *receive_messages(world_, "events", 10, kNow + seconds{31});
  ASSERT_THAT(again, SizeIs(1));
  EXPECT_EQ(again.front().receives, 2);
  ASSERT_TRUE(delete_message(world_, "events", first.front().receipt));  // a stale receipt
  EXPECT_THAT(world_.queues.queues.at("events").messages, SizeIs(1));
  ASSERT_TRUE(delete_message(world_, "events", again.front().receipt));
  EXPECT_THAT(world_.queues.queues.at("events").messages, SizeIs(0));
}

TEST_F(Queues, an_instances_states_are_announced_when_they_come) {
  LaunchPlan plan;
  plan.cluster = "web";
  const std::string id = world_.launch(plan, kNow)->front();
  EXPECT_THAT(heard(kNow), ElementsAre("EC2 Instance State-change Notification pending"));
  EXPECT_THAT(heard(kNow + seconds{4}),
              ElementsAre("EC2 Instance State-change Notification running"));
  ASSERT_TRUE(world_.terminate(id, kNow + seconds{5}));
  EXPECT_THAT(heard(kNow + seconds{5}),
              ElementsAre("EC2 Instance State-change Notification shutting-down"));
}

TEST_F(Queues, an_interruption_is_announced_two_minutes_before) {
  LaunchPlan plan;
  plan.cluster = "web";
  plan.spot = true;
  const std::string id = world_.launch(plan, kNow - seconds{60})->front();
  (void)heard(kNow);
  ASSERT_TRUE(world_.interrupt(id, kNow));
  EXPECT_THAT(heard(kNow), ElementsAre("EC2 Spot Instance Interruption Warning "));
  EXPECT_FALSE(world_.find(id, kNow)->terminated);
  EXPECT_THAT(heard(kNow + seconds{120}),
              ElementsAre("EC2 Instance State-change Notification shutting-down"));
}

}  // namespace
}  // namespace livesonic::simulator
