// SPDX-License-Identifier: Apache-2.0
#include "livesonic/aws/renewing_credentials.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <latch>
#include <thread>
#include <vector>

#include "livesonic/base/time_text.h"

namespace livesonic::aws {
namespace {

using namespace std::chrono_literals;

// Hands out credentials that last an hour, or for ever, called by how many there were.
struct Desk {
  FakeClock clock{*parse_iso8601("2026-03-01T08:00:00Z")};
  std::atomic<int> handed_out = 0;
  std::atomic<int> asked = 0;
  std::atomic<bool> broken = false;
  std::optional<Duration> last = 1h;
  RenewingCredentials source{"web", [this](const std::stop_token&) { return look(); }, clock};

  Result<Credentials> look() {
    ++asked;
    if (broken) return fail(ErrorKind::kUnavailable, "out of order");
    Credentials credentials{.access_key_id = "KEY" + std::to_string(++handed_out),
                            .secret_access_key = Secret("s"),
                            .session_token = {},
                            .expires_at = {}};
    if (last) credentials.expires_at = clock.now() + *last;
    return credentials;
  }

  std::string get() {
    const auto found = source.get({});
    return found ? found->access_key_id : found.error().message;
  }
};

TEST(RenewingCredentials, are_renewed_a_quarter_of_an_hour_before_they_expire) {
  Desk desk;
  EXPECT_EQ(desk.get(), "KEY1");
  desk.clock.advance(44min);
  EXPECT_EQ(desk.get(), "KEY1");
  desk.clock.advance(1min);
  EXPECT_EQ(desk.get(), "KEY2");
}

TEST(RenewingCredentials, that_last_minutes_are_not_renewed_all_the_time) {
  const Time now = *parse_iso8601("2026-03-01T08:00:00Z");
  const auto times = [&](Duration left) {
    return renewal_times({.access_key_id = {},
                          .secret_access_key = {},
                          .session_token = {},
                          .expires_at = now + left},
                         now);
  };
  EXPECT_EQ(times(1h).advised, now + 45min);
  EXPECT_EQ(times(1h).needed, now + 50min);
  EXPECT_EQ(times(15min).advised, now + 7min + 30s);
  EXPECT_EQ(times(15min).needed, now + 10min);
  EXPECT_EQ(times(-1h).advised, now + 1min) << "a metadata service in trouble";
}

TEST(RenewingCredentials, go_on_being_used_while_they_cannot_be_renewed) {
  Desk desk;
  EXPECT_EQ(desk.get(), "KEY1");
  desk.clock.advance(55min);
  desk.broken = true;
  EXPECT_EQ(desk.get(), "KEY1");
  EXPECT_EQ(desk.get(), "KEY1");
  EXPECT_EQ(desk.asked, 2) << "not asked again at once";
  desk.clock.advance(1min);
  EXPECT_EQ(desk.get(), "KEY1");
  EXPECT_EQ(desk.asked, 3);
  desk.clock.advance(4min);
  EXPECT_EQ(desk.get(), "out of order");
  desk.broken = false;
  EXPECT_EQ(desk.get(), "KEY2");
}

TEST(RenewingCredentials, without_an_end_are_looked_at_every_few_minutes) {
  Desk desk;
  desk.last.reset();
  EXPECT_EQ(desk.get(), "KEY1");
  desk.clock.advance(4min);
  EXPECT_EQ(desk.get(), "KEY1");
  desk.clock.advance(1min);
  EXPECT_EQ(desk.get(), "KEY2");
}

TEST(RenewingCredentials, are_replaced_at_once_when_aws_rejected_them) {
  Desk desk;
  desk.source.reject(*desk.source.get({}));
  EXPECT_EQ(desk.get(), "KEY2");
}

TEST(RenewingCredentials, are_looked_for_once_for_many_callers) {
  Desk desk;
  {
    std::latch start(8);
    std::vector<std::jthread> callers;
    for (int i = 0; i < 8; ++i) {
      callers.emplace_back([&] {
        start.arrive_and_wait();
        EXPECT_EQ(desk.get(), "KEY1");
      });
    }
  }
  EXPECT_EQ(desk.asked, 1);
}

TEST(RenewingCredentials, keep_others_from_waiting_as_long_as_there_is_time) {
  FakeClock clock(*parse_iso8601("2026-03-01T08:00:00Z"));
  std::latch renewing(1);
  std::latch may_end(1);
  int looks = 0;
  RenewingCredentials source(
      "web",
      [&](const std::stop_token&) -> Result<Credentials> {
        if (++looks == 2) {
          renewing.count_down();
          may_end.wait();
        }
        return Credentials{.access_key_id = "KEY" + std::to_string(looks),
                           .secret_access_key = Secret("s"),
                           .session_token = {},
                           .expires_at = clock.now() + 1h};
      },
      clock);
  EXPECT_EQ(source.get({})->access_key_id, "KEY1");
  clock.advance(46min);
  std::jthread renewer([&] { EXPECT_EQ(source.get({})->access_key_id, "KEY2"); });
  renewing.wait();
  EXPECT_EQ(source.get({})->access_key_id, "KEY1");
  may_end.count_down();
  renewer.join();
  EXPECT_EQ(source.get({})->access_key_id, "KEY2");
}

TEST(RenewingCredentials, do_not_keep_a_caller_who_is_to_stop) {
  Desk desk;
  std::stop_source stop;
  stop.request_stop();
  EXPECT_FALSE(desk.source.get(stop.get_token()));
  EXPECT_EQ(desk.asked, 0);
}

}  // namespace
}  // namespace livesonic::aws
