// SPDX-License-Identifier: Apache-2.0
#include "livesonic/monitoring/score_line.h"

#include <gtest/gtest.h>

#include "livesonic/base/time_text.h"

namespace livesonic::monitoring {
namespace {

TEST(ScoreLine, a_number_alone_is_a_score) {
  EXPECT_EQ(parse_score_line("1\n")->score, 1);
  EXPECT_EQ(parse_score_line(" 100 \r\n")->score, 100);
  EXPECT_FALSE(parse_score_line("87\n")->parts);
  EXPECT_FALSE(parse_score_line("87\n")->notice);
}

TEST(ScoreLine, the_parts_follow_by_name) {
  const auto line = parse_score_line("12 cpu=40 io=100 memory=98 danger=12\n");
  ASSERT_TRUE(line && line->parts);
  EXPECT_EQ(line->score, 12);
  EXPECT_EQ(*line->parts, (ScoreParts{40, 100, 98, 12}));
  EXPECT_EQ(*parse_score_line("97 memory=97")->parts, (ScoreParts{0, 0, 97, 100}));
}

TEST(ScoreLine, words_of_later_versions_are_skipped) {
  const auto line = parse_score_line("50 cpu=50 gpu=20 network=much memory=");
  ASSERT_TRUE(line && line->parts);
  EXPECT_EQ(*line->parts, (ScoreParts{50, 0, 0, 100}));
}

TEST(ScoreLine, what_AWS_announced_is_told) {
  const auto line =
      parse_score_line("90 spot=terminate@2017-09-18T08:22:00Z rebalance=2017-09-18T08:20:00Z");
  ASSERT_TRUE(line && line->notice);
  EXPECT_TRUE(line->notice->interruption);
  EXPECT_EQ(line->notice->action, "terminate");
  EXPECT_EQ(line->notice->deadline, parse_iso8601("2017-09-18T08:22:00Z").value());
  const auto earlier = parse_score_line("90 rebalance=2017-09-18T08:20:00Z");
  ASSERT_TRUE(earlier && earlier->notice);
  EXPECT_FALSE(earlier->notice->interruption);
  EXPECT_EQ(earlier->notice->at, parse_iso8601("2017-09-18T08:20:00Z").value());
}

TEST(ScoreLine, an_interruption_whose_time_cannot_be_read_is_one) {
  for (const char* text : {"90 spot=stop@soon", "90 spot=stop", "90 spot=stop@"}) {
    const auto line = parse_score_line(text);
    ASSERT_TRUE(line && line->notice) << text;
    EXPECT_EQ(line->notice->action, "stop");
    EXPECT_FALSE(line->notice->deadline);
  }
  EXPECT_FALSE(parse_score_line("90 spot=explode@2017-09-18T08:22:00Z")->notice);
}

TEST(ScoreLine, anything_else_is_none) {
  for (const char* text :
       {"", "0", "101", "-5", "5.5", "87%", "87 88", "score 87", "87\n88", "abc", "99999999999",
        "87 users", "87 =5", "87 cpu=5 x", "87\ncpu=5", "87 cpu=5\nx", "+5"}) {
    EXPECT_FALSE(parse_score_line(text)) << text;
  }
  EXPECT_FALSE(parse_score_line(std::string_view("5\0", 2)));
}

}  // namespace
}  // namespace livesonic::monitoring
