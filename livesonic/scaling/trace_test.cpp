// SPDX-License-Identifier: Apache-2.0
#include "livesonic/scaling/trace.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <numeric>
#include <string>

#include "livesonic/base/time_text.h"

namespace livesonic::scaling {
namespace {

using namespace std::chrono_literals;
using testing::DoubleNear;
using testing::ElementsAre;
using testing::HasSubstr;

Trace parsed(std::string_view csv) {
  const auto trace = parse_trace(csv, "requests.csv");
  EXPECT_TRUE(trace) << trace.error().message;
  return trace ? *trace : Trace{};
}

std::string mistake(std::string_view csv) {
  const auto trace = parse_trace(csv, "requests.csv");
  return trace ? "(no mistake)" : trace.error().message;
}

TEST(ParseTrace, minutes_are_taken_as_they_are) {
  const Trace trace = parsed("0,10\n60,20\n120,0\n");
  EXPECT_EQ(trace.begin, Time{0s});
  EXPECT_EQ(trace.step, 1min);
  EXPECT_EQ(trace.filled, 0);
  EXPECT_THAT(trace.load, ElementsAre(10, 20, 0));
}

TEST(ParseTrace, a_time_is_read_in_each_way_it_is_written) {
  const Time eight = parse_iso8601("2026-03-01T08:30:00Z").value();
  for (const char* time : {"2026-03-01T08:30:00Z", "2026-03-01 08:30:00", "2026-03-01T08:30",
                           "2026-03-01T17:30:00+09:00", "1772353800", "1772353800.0",
                           "\"2026-03-01 08:30:00\"", "  2026-03-01T08:30:00Z "}) {
    EXPECT_EQ(parsed(fmt::format("{},1\n1772353860,2\n", time)).begin, eight) << time;
  }
}

TEST(ParseTrace, titles_comments_empty_lines_and_carriage_returns_are_passed_over) {
  const Trace trace = parsed(
      "time,requests\r\n# by the balancer\r\n\r\n0,\"1\"\r\n  \r\n60 , 2 \r\n# end\r\n120,3");
  EXPECT_THAT(trace.load, ElementsAre(1, 2, 3));
}

TEST(ParseTrace, only_the_first_line_may_be_titles) {
  EXPECT_THAT(mistake("0,1\ntime,requests\n60,2\n"),
              HasSubstr("requests.csv:2: 'time' is no time"));
}

TEST(ParseTrace, short_steps_are_added_up_and_an_incomplete_last_minute_is_left_out) {
  std::string csv;
  for (int i = 0; i < 14; ++i) csv += fmt::format("{},{}\n", i * 10, i < 6 ? 1 : 2);
  EXPECT_THAT(parsed(csv).load, ElementsAre(6, 12));
}

TEST(ParseTrace, long_steps_are_drawn_as_a_line) {
  const Trace trace = parsed("0,60\n600,120\n1200,120\n");
  ASSERT_EQ(trace.load.size(), 30U);
  EXPECT_EQ(trace.step, 10min);
  EXPECT_DOUBLE_EQ(trace.load[0], 6);
  EXPECT_DOUBLE_EQ(trace.load[5], 9);
  EXPECT_DOUBLE_EQ(trace.load[10], 12);
  EXPECT_DOUBLE_EQ(trace.load[29], 12);
}

TEST(ParseTrace, missing_steps_lie_on_a_line_between_their_neighbours) {
  const Trace trace = parsed("0,0\n60,10\n120,20\n300,80\n");
  EXPECT_EQ(trace.filled, 2);
  EXPECT_THAT(trace.load, ElementsAre(0, 10, 20, DoubleNear(40, 1e-9), DoubleNear(60, 1e-9), 80));
}

TEST(ParseTrace, a_day_may_be_missing_and_no_more) {
  EXPECT_EQ(parsed("0,1\n60,1\n120,1\n86520,1\n").filled, 1439);
  EXPECT_THAT(mistake("0,1\n60,1\n120,1\n86580,1\n"),
              HasSubstr("requests.csv:4: 1970-01-02T00:03:00Z comes 1d1m after the line before"));
}

TEST(ParseTrace, a_time_may_be_a_quarter_of_the_step_off_it) {
  EXPECT_EQ(parsed("0,1\n60,1\n120,1\n195,1\n").load.size(), 4U);
  EXPECT_THAT(mistake("0,1\n60,1\n120,1\n200,1\n"), HasSubstr("the steps of this trace are 1m"));
}

TEST(ParseTrace, a_wrong_line_is_told_with_its_number) {
  EXPECT_THAT(mistake("0,1\n60\n"), HasSubstr("requests.csv:2: has 1 fields"));
  EXPECT_THAT(mistake("0,1\n60,1,2\n"), HasSubstr("requests.csv:2: has 3 fields"));
  EXPECT_THAT(mistake("0,1\nnoon,2\n"), HasSubstr("'noon' is no time"));
  EXPECT_THAT(mistake("0,1\n-60,2\n"), HasSubstr("'-60' is no time"));
  EXPECT_THAT(mistake("0,1\n1e12,2\n"), HasSubstr("is no time"));
  for (const char* load : {"-1", "many", "nan", "inf", "1e16", "", "1 2"}) {
    EXPECT_THAT(mistake(fmt::format("0,1\n60,{}\n", load)),
                HasSubstr(fmt::format("requests.csv:2: '{}' is no load", load)));
  }
  EXPECT_THAT(mistake("0,1\n60,1\n60,1\n"),
              HasSubstr("requests.csv:3: 1970-01-01T00:01:00Z is not after the line before"));
  EXPECT_THAT(mistake("60,1\n0,1\n"), HasSubstr("requests.csv:2:"));
}

TEST(ParseTrace, a_step_has_two_ends) {
  for (const char* csv : {"", "\n\n", "time,requests\n", "0,1\n", "# 0,1\n60,1\n"}) {
    EXPECT_THAT(mistake(csv), HasSubstr("requests.csv: a trace has at least two lines")) << csv;
  }
}

TEST(ParseTrace, steps_of_more_than_a_day_and_more_than_ten_years_are_refused) {
  EXPECT_THAT(mistake("0,1\n86401,1\n"), HasSubstr("at most a day"));
  std::string csv;
  for (int day = 0; day <= 3661; ++day) csv += fmt::format("{},1\n", day * 86'400L);
  EXPECT_THAT(mistake(csv), HasSubstr("more than ten years"));
}

TEST(ParseTrace, what_is_quoted_of_a_wrong_line_is_short_and_printable) {
  const std::string message = mistake("0,1\n" + std::string(10'000, '\x1b') + ",1\n");
  EXPECT_LT(message.size(), 400U);
  EXPECT_EQ(message.find('\x1b'), std::string::npos);
}

TEST(ParseTrace, no_request_is_lost_where_steps_are_parts_of_a_minute) {
  for (const int step : {1, 2, 5, 7, 13, 20, 30, 45, 59}) {
    std::string csv;
    const int steps = step * 60;  // so the last minute is complete
    for (int i = 0; i < steps; ++i) csv += fmt::format("{},{}\n", i * step, i % 9);
    const Trace trace = parsed(csv);
    double sum = 0;
    for (int i = 0; i < steps; ++i) sum += i % 9;
    EXPECT_DOUBLE_EQ(std::accumulate(trace.load.begin(), trace.load.end(), 0.0), sum) << step;
    EXPECT_EQ(trace.load.size(), static_cast<std::size_t>(step * step)) << step;
  }
}

}  // namespace
}  // namespace livesonic::scaling
