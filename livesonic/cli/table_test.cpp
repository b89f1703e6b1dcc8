// SPDX-License-Identifier: Apache-2.0
#include "livesonic/cli/table.h"

#include <gtest/gtest.h>

#include <sstream>

#include "livesonic/base/time_text.h"
#include "livesonic/cli/display.h"
#include "livesonic/cli/sparkline.h"

namespace livesonic::cli {
namespace {

using namespace std::chrono_literals;

std::string printed(const Table& table, bool colours, std::optional<std::size_t> width) {
  std::ostringstream out;
  std::ostringstream err;
  Screen screen(out, err, colours, width);
  table.print(screen);
  return out.str();
}

TEST(Display, wide_characters_count_twice_and_joining_marks_not_at_all) {
  EXPECT_EQ(display_width("web"), 3U);
  EXPECT_EQ(display_width("日本"), 4U);
  EXPECT_EQ(display_width("한글"), 4U);
  EXPECT_EQ(display_width("🔥"), 2U);
  EXPECT_EQ(display_width("e\u0301"), 1U);
  EXPECT_EQ(display_width("ｱ"), 1U);  // half-width katakana
  EXPECT_EQ(display_width("▁█…"), 3U);
}

TEST(Display, text_is_cut_between_characters) {
  EXPECT_EQ(cut_to_width("abcdef", 6), "abcdef");
  EXPECT_EQ(cut_to_width("abcdef", 4), "abc…");
  EXPECT_EQ(cut_to_width("日本語", 5), "日本…");
  EXPECT_EQ(cut_to_width("日本語", 4), "日…");
  EXPECT_EQ(cut_to_width("abc", 1), "…");
  EXPECT_EQ(cut_to_width("abc", 0), "");
}

TEST(Display, nothing_from_outside_moves_the_cursor_or_turns_the_text_around) {
  EXPECT_EQ(terminal_text("a\x1b[2Jb\nc"), "a\\x1b[2Jb\\nc");
  EXPECT_EQ(terminal_text("a\u009b2J"), "a\\x9b2J");     // CSI as one character
  EXPECT_EQ(terminal_text("a\u202Eexe"), "a\uFFFDexe");  // right-to-left override
  EXPECT_EQ(terminal_text("日本\xff"), "日本\uFFFD");
}

TEST(Table, columns_are_aligned_by_what_they_look_like) {
  Table table({{"NAME"}, {"SCORE", Align::kRight}, {"NOTE"}});
  table.add({"東京", "7", "ok"});
  table.add({"web-1", "100", ""});
  EXPECT_EQ(printed(table, false, std::nullopt),
            "NAME   SCORE  NOTE\n"
            "東京       7  ok\n"
            "web-1    100  -\n");
}

TEST(Table, the_widest_columns_give_way_on_a_narrow_terminal) {
  Table table({{"NAME"}, {"DETAIL"}});
  table.add({"web-1", "a long story about what went wrong on this instance"});
  EXPECT_EQ(printed(table, false, 24),
            "NAME   DETAIL\n"
            "web-1  a long story abo…\n");
  EXPECT_EQ(printed(table, false, 3),
            "NAME   DETAIL\n"
            "web-1  a lon…\n");
}

TEST(Table, colours_are_only_for_terminals_that_want_them) {
  Table table({{"SCORE", Align::kRight}});
  table.add({Span("7", Style::kRed)});
  EXPECT_EQ(printed(table, true, 80), "\x1b[1mSCORE\x1b[0m\n    \x1b[31m7\x1b[0m\n");
  EXPECT_EQ(printed(table, false, 80).find('\x1b'), std::string::npos);
}

TEST(Table, a_name_from_outside_cannot_break_it) {
  Table table({{"NAME"}});
  table.add({"evil\n\x1b[31mname"});
  EXPECT_EQ(printed(table, true, std::nullopt), "\x1b[1mNAME\x1b[0m\nevil\\n\\x1b[31mname\n");
}

TEST(Sparkline, has_a_fixed_scale_and_gaps) {
  EXPECT_EQ(sparkline({1.0, 50.0, std::nullopt, 100.0}), "▁▄ █");
  EXPECT_EQ(sparkline({-5.0, 1e9}), "▁█");
  EXPECT_EQ(sparkline({}), "");
}

TEST(Sparkline, steps_hold_the_mean_of_what_falls_into_them) {
  const Time from = parse_iso8601("2026-03-01T00:00:00Z").value();
  const auto steps = in_equal_steps(
      {{from, 10}, {from + 1s, 20}, {from + 40s, 50}, {from + 99h, 1}}, from, from + 40s, 4);
  EXPECT_EQ(steps, (std::vector<std::optional<double>>{15, std::nullopt, std::nullopt, 50}));
  EXPECT_EQ(in_equal_steps({}, from, from, 2).size(), 2U);
}

TEST(Scores, are_red_yellow_or_green) {
  EXPECT_EQ(score_style(39), Style::kRed);
  EXPECT_EQ(score_style(40), Style::kYellow);
  EXPECT_EQ(score_style(70), Style::kGreen);
}

}  // namespace
}  // namespace livesonic::cli
