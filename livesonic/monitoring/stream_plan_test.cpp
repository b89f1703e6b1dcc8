// SPDX-License-Identifier: Apache-2.0
#include "livesonic/monitoring/stream_plan.h"

#include <gtest/gtest.h>

#include "livesonic/remote/fake_remote.h"

namespace livesonic::monitoring {
namespace {

using namespace std::chrono_literals;
using remote::End;

ScoreReading scored(Duration at, int score) {
  ScoreReading reading;
  reading.at = Time{at};
  reading.outcome = Outcome::kOk;
  reading.score = score;
  return reading;
}

TEST(StreamPlan, keeps_what_differs_and_one_each_ten_seconds) {
  EXPECT_TRUE(worth_keeping(std::nullopt, scored(0s, 90)));
  EXPECT_FALSE(worth_keeping(scored(0s, 90), scored(1s, 90)));
  EXPECT_FALSE(worth_keeping(scored(0s, 90), scored(9s, 90)));
  EXPECT_TRUE(worth_keeping(scored(0s, 90), scored(10s, 90)));
  EXPECT_TRUE(worth_keeping(scored(0s, 90), scored(1s, 89)));
  ScoreReading lost = scored(1s, 90);
  lost.outcome = Outcome::kConnectionLost;
  EXPECT_TRUE(worth_keeping(scored(0s, 90), lost));
  EXPECT_TRUE(worth_keeping(scored(60s, 90), scored(1s, 90)));  // the clock was set back
}

TEST(StreamPlan, a_gap_is_noticed_within_two_heartbeats) {
  const auto command = stream_command("~/bin/serverscore", 10s);
  EXPECT_EQ(command.line, "~/bin/serverscore --stream 1s");
  EXPECT_EQ(command.silence, 2 * kHeartbeat);
}

TEST(StreamPlan, a_stream_that_broke_is_tried_again_soon_and_then_ever_less_often) {
  const StreamEnd broke{remote::ended(End::kConnectionLost), true};
  EXPECT_GE(retry_delay(broke, 0, 0), 750ms);
  EXPECT_LT(retry_delay(broke, 0, 12345), 1250ms);
  const StreamEnd refused{remote::ended(End::kConnectionRefused), false};
  EXPECT_LT(retry_delay(refused, 1, 7), retry_delay(refused, 3, 7));
  EXPECT_LE(retry_delay(refused, 1000, 59'999'999), 75s);
}

TEST(StreamPlan, where_there_can_be_no_stream_it_is_seldom_tried) {
  for (const StreamEnd& end :
       {StreamEnd{remote::exited(127), false}, StreamEnd{remote::exited(2), false},
        StreamEnd{remote::ended(End::kChannelRefused), true},
        StreamEnd{remote::ended(End::kProtocolError), false}}) {
    EXPECT_TRUE(cannot_stream(end));
    EXPECT_GE(retry_delay(end, 1, 0), 5min);
  }
  EXPECT_FALSE(cannot_stream({remote::ended(End::kUnreachable), false}));
  EXPECT_FALSE(cannot_stream({remote::exited(0), true}));  // serverscore was replaced
}

}  // namespace
}  // namespace livesonic::monitoring
