// SPDX-License-Identifier: Apache-2.0
#include "livesonic/scaling/requests.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>

namespace livesonic::scaling {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr Time kNoon{std::chrono::sys_days{std::chrono::year{2026} / 3 / 2} + 12h};

ScalingPolicy policy_of(double requests_per_instance) {
  ScalingPolicy policy;
  policy.requests_per_instance = requests_per_instance;
  policy.max = 50;
  return policy;
}

Bounds usual_bounds() {
  Bounds bounds;
  bounds.max = 50;
  return bounds;
}

// So many requests in each of the minutes, which end at `end`.
RequestRecord record_of(Time end, int minutes, double requests) {
  RequestRecord record;
  record.source = "AWS/ELB RequestCount of web";
  for (int i = minutes; i > 0; --i) record.counts.push_back({end - i * 1min, requests});
  return record;
}

TEST(RequestMinutes, are_whole_a_minute_after_their_end_and_the_newest_three_minutes_after) {
  RequestRecord record = record_of(kNoon, 3, 100);
  // 11:57, 11:58 and 11:59.
  const RequestMinutes early = minutes_of(record, kNoon + 30s);
  EXPECT_THAT(early.whole,
              ElementsAre(MinuteCount{kNoon - 3min, 100}, MinuteCount{kNoon - 2min, 100}));
  EXPECT_EQ(minutes_of(record, kNoon - 1s).whole.size(), 1U);
  const RequestMinutes later = minutes_of(record, kNoon + 2min);
  EXPECT_EQ(later.whole.size(), 2U);
  EXPECT_EQ(later.grows, (MinuteCount{kNoon - 1min, 100}));
  EXPECT_EQ(minutes_of(record, kNoon + 3min).whole.size(), 3U);
  // A newer one shows that the other has long been counted.
  record.counts.push_back({kNoon, 7});
  EXPECT_EQ(minutes_of(record, kNoon + 1min).whole.size(), 3U);
}

TEST(RequestMinutes, had_no_requests_where_cloudwatch_has_only_something_else_to_say) {
  RequestRecord record = record_of(kNoon, 2, 100);
  record.reported = {kNoon - 2min, kNoon - 1min, kNoon, kNoon + 1min, kNoon + 2min};
  const RequestMinutes minutes = minutes_of(record, kNoon + 3min);
  EXPECT_THAT(minutes.whole,
              ElementsAre(MinuteCount{kNoon - 2min, 100}, MinuteCount{kNoon - 1min, 100},
                          MinuteCount{kNoon, 0}, MinuteCount{kNoon + 1min, 0}));
}

TEST(RequestMinutes, are_left_out_where_nothing_is_known) {
  RequestRecord record = record_of(kNoon, 1, 100);
  record.counts.push_back({kNoon + 5min, 200});
  EXPECT_EQ(minutes_of(record, kNoon + 10min).whole.size(), 2U);
  EXPECT_THAT(minutes_of({}, kNoon).whole, IsEmpty());
}

TEST(RequestMinutes, are_sound_whatever_is_counted) {
  RequestRecord record;
  record.counts = {{kNoon, -5},
                   {kNoon + 1min, std::numeric_limits<double>::infinity()},
                   {kNoon + 2min, std::numeric_limits<double>::quiet_NaN()}};
  for (const MinuteCount& one : minutes_of(record, kNoon + 1h).whole) EXPECT_EQ(one.requests, 0);
}

TEST(RequestLoad, wants_as_many_as_the_requests_need) {
  RequestLoad load(policy_of(100));
  const Bounds bounds = usual_bounds();
  const auto wanted =
      load.next(record_of(kNoon - 1min, 10, 1000), {.serving = 4, .owned = 4}, bounds, kNoon);
  ASSERT_TRUE(wanted);
  EXPECT_GE(*wanted, 10);
  EXPECT_LE(*wanted, 15);  // while too little is known: half more
  EXPECT_DOUBLE_EQ(load.load(), 10);
  EXPECT_DOUBLE_EQ(load.seen().per_instance, 250);
  EXPECT_EQ(load.seen().at, kNoon - 3min);
  EXPECT_EQ(load.seen().source, "AWS/ELB RequestCount of web");
  EXPECT_EQ(load.known_until(), kNoon - 2min);
}

TEST(RequestLoad, does_not_wait_for_the_end_of_a_minute_that_is_busy_already) {
  RequestLoad load(policy_of(100));
  const Bounds bounds = usual_bounds();
  RequestRecord record = record_of(kNoon - 1min, 10, 200);
  record.counts.push_back({kNoon - 1min, 3'000});
  EXPECT_EQ(load.next(record, {.serving = 4, .owned = 4}, bounds, kNoon), 30);
  EXPECT_EQ(load.already(), 30);
  record.counts.back().requests = 1e300;
  EXPECT_EQ(load.next(record, {.serving = 4, .owned = 4}, bounds, kNoon), 50);
}

TEST(RequestLoad, learns_from_each_minute_once_however_often_it_is_told) {
  RequestLoad once(policy_of(100));
  RequestLoad often(policy_of(100));
  const Bounds bounds = usual_bounds();
  const RequestRecord all = record_of(kNoon, 300, 700);
  std::optional<int> wanted;
  for (Time now = kNoon - 250min; now <= kNoon + 1min; now += 1min) {
    RequestRecord seen = all;
    std::erase_if(seen.counts, [&](const MinuteCount& one) { return one.minute >= now; });
    wanted = often.next(seen, {.serving = 7, .owned = 7}, bounds, now);
  }
  EXPECT_EQ(wanted, once.next(all, {.serving = 7, .owned = 7}, bounds, kNoon + 1min));
  EXPECT_EQ(often.wish().instances, once.wish().instances);
}

TEST(RequestLoad, says_why_it_knows_nothing) {
  RequestLoad load(policy_of(100));
  const Bounds bounds = usual_bounds();
  RequestRecord none;
  none.missing = "AccessDenied: attach cloudwatch:GetMetricData";
  EXPECT_FALSE(load.next(none, {.serving = 4, .owned = 4}, bounds, kNoon));
  EXPECT_EQ(load.seen().missing, none.missing);
  EXPECT_FALSE(load.next({}, {.serving = 4, .owned = 4}, bounds, kNoon));
  EXPECT_EQ(load.seen().missing, "CloudWatch has counted none yet");

  const RequestRecord record = record_of(kNoon, 5, 100);
  EXPECT_TRUE(load.next(record, {.serving = 4, .owned = 4}, bounds, kNoon + 7min));
  EXPECT_EQ(load.seen().missing, "");
  EXPECT_FALSE(load.next(none, {.serving = 4, .owned = 4}, bounds, kNoon + 8min));
  EXPECT_THAT(load.seen().missing, HasSubstr("last count is that of 2026-03-02T11:59:00"));
  EXPECT_THAT(load.seen().missing, HasSubstr("attach cloudwatch:GetMetricData"));
}

TEST(RequestLoad, believes_no_count_from_the_future) {
  RequestLoad load(policy_of(100));
  const RequestRecord record = record_of(kNoon, 5, 100);
  EXPECT_TRUE(load.next(record, {.serving = 4, .owned = 4}, {}, kNoon + 3min));
  EXPECT_FALSE(load.next(record, {.serving = 4, .owned = 4}, {}, kNoon - 30min));
}

}  // namespace
}  // namespace livesonic::scaling
