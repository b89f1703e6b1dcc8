// SPDX-License-Identifier: Apache-2.0
#include "serverscore/program/stream_plan.h"

#include <gtest/gtest.h>

#include <vector>

namespace serverscore {
namespace {

using namespace std::chrono_literals;

constexpr Instant kBegin = 1000s;

struct Happened {
  std::vector<Instant> samples;
  std::vector<Instant> lines;
  std::vector<Instant> heartbeats;
};

// Wakes up when it is due, `late` behind.
Happened follow(StreamPlan& plan, Instant until, Instant late = 0ns) {
  Happened happened;
  while (plan.next() <= until) {
    const Instant now = plan.next() + late;
    const StreamPlan::Due due = plan.reached(now);
    EXPECT_TRUE(due.sample || due.line || due.heartbeat);
    if (due.sample) happened.samples.push_back(now);
    if (due.line) happened.lines.push_back(now);
    if (due.heartbeat) happened.heartbeats.push_back(now);
  }
  return happened;
}

TEST(StreamPlan, lines_come_at_the_multiples_of_the_interval) {
  StreamPlan plan(1s, kBegin);
  EXPECT_EQ(follow(plan, kBegin + 3s).lines,
            (std::vector<Instant>{kBegin + 1s, kBegin + 2s, kBegin + 3s}));
}

TEST(StreamPlan, waking_up_late_does_not_add_up) {
  StreamPlan plan(1s, kBegin);
  const auto lines = follow(plan, kBegin + 1000s, 3ms).lines;
  ASSERT_EQ(lines.size(), 1000U);
  EXPECT_EQ(lines.back(), kBegin + 1000s + 3ms);
}

TEST(StreamPlan, the_run_queue_is_looked_at_four_times_a_second_at_most) {
  StreamPlan second(1s, kBegin);
  EXPECT_EQ(second.samples(), 4);
  EXPECT_EQ(follow(second, kBegin + 100s).samples.size(), 400U);
  StreamPlan tenth(100ms, kBegin);
  EXPECT_EQ(tenth.samples(), 1);
  EXPECT_EQ(follow(tenth, kBegin + 10s).samples.size(), 100U);
  StreamPlan half(500ms, kBegin);
  EXPECT_EQ(half.samples(), 2);
}

TEST(StreamPlan, long_intervals_are_looked_at_less_often) {
  StreamPlan plan(1h, kBegin);
  EXPECT_EQ(follow(plan, kBegin + 1h).samples.size(), 300U);
}

TEST(StreamPlan, samples_follow_no_beat_and_never_crowd) {
  StreamPlan plan(1s, kBegin);
  const auto samples = follow(plan, kBegin + 200s).samples;
  std::vector<int> tenths(10);
  for (std::size_t i = 1; i < samples.size(); ++i) {
    EXPECT_GT(samples[i], samples[i - 1]);
    ++tenths[static_cast<std::size_t>((samples[i] % 1s) / 100ms)];
  }
  // Those around the line are the line's own.
  for (std::size_t tenth = 1; tenth < 9; ++tenth) EXPECT_GT(tenths[tenth], 30) << tenth;
}

TEST(StreamPlan, after_a_long_sleep_there_is_one_line_and_no_burst) {
  StreamPlan plan(1s, kBegin);
  EXPECT_TRUE(plan.reached(kBegin + 3600s + 300ms).line);
  EXPECT_GT(plan.next(), kBegin + 3600s + 300ms);
  EXPECT_FALSE(plan.reached(kBegin + 3600s + 301ms).line);
  EXPECT_EQ(follow(plan, kBegin + 3601s).lines, std::vector<Instant>{kBegin + 3601s});
}

TEST(StreamPlan, long_intervals_are_filled_with_heartbeats) {
  StreamPlan plan(35s, kBegin);
  const Happened happened = follow(plan, kBegin + 70s);
  EXPECT_EQ(happened.lines, (std::vector<Instant>{kBegin + 35s, kBegin + 70s}));
  EXPECT_EQ(happened.heartbeats, (std::vector<Instant>{kBegin + 10s, kBegin + 20s, kBegin + 30s,
                                                       kBegin + 45s, kBegin + 55s, kBegin + 65s}));
}

TEST(StreamPlan, up_to_ten_seconds_the_lines_are_heartbeats_enough) {
  StreamPlan plan(10s, kBegin);
  EXPECT_TRUE(follow(plan, kBegin + 60s).heartbeats.empty());
}

TEST(StreamPlan, nothing_is_due_twice) {
  StreamPlan plan(1s, kBegin);
  EXPECT_TRUE(plan.reached(kBegin + 1s).line);
  const StreamPlan::Due again = plan.reached(kBegin + 1s);
  EXPECT_FALSE(again.line || again.sample || again.heartbeat);
}

}  // namespace
}  // namespace serverscore
