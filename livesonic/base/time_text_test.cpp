// SPDX-License-Identifier: Apache-2.0
#include "livesonic/base/time_text.h"

#include <gtest/gtest.h>

namespace livesonic {
namespace {

using namespace std::chrono_literals;

TEST(Iso8601, what_is_written_is_read_back) {
  for (const std::int64_t ms : {0LL, 1LL, 951'782'400'000LL, 1'772'353'800'250LL}) {
    const Time time{Duration{ms}};
    EXPECT_EQ(parse_iso8601(to_iso8601(time)), time) << to_iso8601(time);
  }
}

TEST(Iso8601, offsets_and_fractions_are_understood) {
  EXPECT_EQ(parse_iso8601("2026-03-01T17:30:00+09:00"), parse_iso8601("2026-03-01T08:30:00Z"));
  EXPECT_EQ(parse_iso8601("2026-03-01T08:30:00.123456Z").value().time_since_epoch() % 1s, 123ms);
}

TEST(Iso8601, what_is_no_time_is_refused) {
  for (const char* text :
       {"", "now", "2026-02-30T00:00:00Z", "2026-03-01T24:00:00Z", "2026-03-01T08:30:00",
        "2026-03-01T08:30:00Zx", "1969-12-31T23:59:59Z", "2026-03-01T08:30:00.Z",
        "2026-13-01T00:00:00Z", "1970-01-01T00:00:00+09:00", "9999-12-31T23:00:00-09:00"}) {
    EXPECT_FALSE(parse_iso8601(text)) << text;
  }
}

TEST(Durations, are_sums_of_counted_units) {
  EXPECT_EQ(parse_duration("60s"), Duration{60s});
  EXPECT_EQ(parse_duration("1h30m"), Duration{90min});
  EXPECT_EQ(parse_duration("250ms"), Duration{250ms});
  EXPECT_EQ(parse_duration("7d"), Duration{168h});
}

TEST(Durations, without_a_unit_negative_or_too_long_are_refused) {
  for (const char* text :
       {"", "60", "s", "-5s", "5 s", "1w", "99999999999999999999s", "40000d", "1h-5m"}) {
    EXPECT_FALSE(parse_duration(text)) << text;
  }
}

TEST(Durations, are_formatted_so_that_they_can_be_read_back) {
  for (const Duration duration :
       {Duration{1ms}, Duration{60s}, Duration{90s}, Duration{25h + 1s}}) {
    EXPECT_EQ(parse_duration(format_duration(duration)), duration);
  }
  EXPECT_EQ(format_duration(90s), "1m30s");
}

TEST(Ages, name_at_most_two_units) {
  EXPECT_EQ(format_age(42s), "42s");
  EXPECT_EQ(format_age(190s), "3m 10s");
  EXPECT_EQ(format_age(52h), "2d 4h");
  EXPECT_EQ(format_age(-5s), "0s");
}

}  // namespace
}  // namespace livesonic
