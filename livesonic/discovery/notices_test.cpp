// SPDX-License-Identifier: Apache-2.0
#include "livesonic/discovery/notices.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "livesonic/base/time_text.h"
#include "livesonic/discovery/event_samples.h"

namespace livesonic::discovery {
namespace {

using namespace std::chrono_literals;

const Time kNoticed = *parse_iso8601("2026-03-01T08:30:00Z");
constexpr const char* kInstance = "i-1234567890abcdef0";

CloudEvent event(const char* sample) {
  return parse_cloud_event(sample).value();
}

TEST(Notices, an_interruption_comes_two_minutes_after_its_notice) {
  Notices notices;
  notices.note(event(samples::kInterruption), kNoticed + 3s);
  const auto notice = notices.of(kInstance, kNoticed + 4s);
  ASSERT_TRUE(notice);
  EXPECT_EQ(*notice, (Notice{.interruption = true,
                             .action = "terminate",
                             .at = kNoticed,
                             .deadline = kNoticed + 2min}));
  EXPECT_EQ(in_words(*notice), "spot interruption: terminate at 2026-03-01T08:32:00Z");
  EXPECT_FALSE(notices.of("i-other", kNoticed));
}

TEST(Notices, hold_for_an_hour) {
  Notices notices;
  notices.note(event(samples::kInterruption), kNoticed);
  EXPECT_TRUE(notices.of(kInstance, kNoticed + kNoticeHolds));
  EXPECT_FALSE(notices.of(kInstance, kNoticed + kNoticeHolds + 1s));
  Notices late;
  late.note(event(samples::kInterruption), kNoticed + 2h);
  EXPECT_FALSE(late.of(kInstance, kNoticed));
}

TEST(Notices, a_recommendation_takes_nothing_from_an_interruption) {
  Notices notices;
  notices.note(event(samples::kRebalance), kNoticed - 30min);
  EXPECT_EQ(in_words(*notices.of(kInstance, kNoticed)),
            "rebalance recommendation of 2026-03-01T08:00:00Z");
  notices.note(event(samples::kInterruption), kNoticed);
  notices.note(event(samples::kRebalance), kNoticed);
  EXPECT_TRUE(notices.of(kInstance, kNoticed)->interruption);
}

TEST(Notices, a_time_in_the_future_is_not_believed) {
  const auto notice = notice_of(event(samples::kInterruption), kNoticed - 24h);
  ASSERT_TRUE(notice);
  EXPECT_EQ(notice->at, kNoticed - 24h);
}

TEST(Notices, other_events_are_none) {
  EXPECT_FALSE(notice_of(event(samples::kState), kNoticed));
}

TEST(Notices, are_no_more_than_a_bound) {
  Notices notices;
  CloudEvent many = event(samples::kInterruption);
  for (std::size_t i = 0; i < Notices::kMost + 10; ++i) {
    many.instances = {fmt::format("i-{}", i)};
    many.at = kNoticed + Duration(i);
    notices.note(many, kNoticed + 1min);
  }
  EXPECT_FALSE(notices.of("i-0", kNoticed + 1min));
  EXPECT_TRUE(notices.of(fmt::format("i-{}", Notices::kMost + 9), kNoticed + 1min));
}

}  // namespace
}  // namespace livesonic::discovery
