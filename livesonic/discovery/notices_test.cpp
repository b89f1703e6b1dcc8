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

Notice recommended(Time at) {
  Notice notice;
  notice.at = at;
  return notice;
}

Notice taken_back(const std::string& action, std::optional<Time> deadline) {
  Notice notice;
  notice.interruption = true;
  notice.action = action;
  notice.deadline = deadline;
  return notice;
}

TEST(Notices, that_a_host_tells_are_news_once) {
  Notices notices;
  const Notice said = taken_back("terminate", kNoticed + 90s);
  EXPECT_TRUE(notices.note("i-1", said, kNoticed));
  EXPECT_FALSE(notices.note("i-1", said, kNoticed + 1s));
  EXPECT_EQ(notices.of("i-1", kNoticed)->at, kNoticed);
  EXPECT_EQ(notices.of("i-1", kNoticed)->deadline, kNoticed + 90s);
  // What EventBridge said first is known.
  notices.note(event(samples::kInterruption), kNoticed);
  EXPECT_FALSE(notices.note(kInstance, said, kNoticed + 1s));
  // A recommendation is less than an interruption, and an interruption more.
  EXPECT_FALSE(notices.note("i-1", recommended(kNoticed), kNoticed));
  EXPECT_TRUE(notices.note("i-2", recommended(kNoticed), kNoticed + 1s));
  EXPECT_FALSE(notices.note("i-2", recommended(kNoticed), kNoticed + 2s));
  EXPECT_TRUE(notices.note("i-2", said, kNoticed + 3s));
}

TEST(Notices, that_a_host_tells_need_not_have_a_time_that_makes_sense) {
  Notices notices;
  EXPECT_TRUE(notices.note("i-1", taken_back("stop", std::nullopt), kNoticed));
  EXPECT_EQ(notices.of("i-1", kNoticed)->deadline, kNoticed + 2min);
  EXPECT_TRUE(notices.note("i-2", recommended(kNoticed + 24h), kNoticed));
  EXPECT_EQ(notices.of("i-2", kNoticed)->at, kNoticed);
  EXPECT_FALSE(notices.note("i-3", recommended(kNoticed - 2h), kNoticed));
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
