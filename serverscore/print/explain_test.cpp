// SPDX-License-Identifier: Apache-2.0
#include "serverscore/print/explain.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "serverscore/testing/fixture.h"

namespace serverscore {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

constexpr Style kColour = {.colour = true, .blocks = false};
constexpr Style kBlocks = {.colour = true, .blocks = true};

std::string explained(const Capture& capture, const Style& style = {}) {
  const Inputs inputs = interpret(capture);
  return explain(inputs, judge(inputs), style);
}

Part part_of(double slowdown) {
  return {.slowdown = slowdown,
          .score = static_cast<int>(100 / slowdown),
          .known = true,
          .estimated = false};
}

TEST(Explain, the_headline_names_what_is_mostly_to_blame) {
  Verdict verdict;
  verdict.cpu = part_of(4);
  verdict.io = part_of(1.1);
  verdict.memory = part_of(1);
  verdict.slowdown = 4.4;
  verdict.score = 23;
  EXPECT_THAT(explain({}, verdict),
              StartsWith("score 23: a typical request takes about 4.4 times as long as on the idle "
                         "host, mostly for want of CPU\n"));
  verdict.memory = part_of(3.5);
  verdict.slowdown = 15.4;
  EXPECT_THAT(explain({}, verdict), StartsWith("score 23: a typical request takes about 15.4 times "
                                               "as long as on the idle host\n"));
}

TEST(Explain, a_host_at_rest_is_as_fast_as_itself) {
  EXPECT_THAT(explained(with_pressure({})),
              StartsWith("score 100: a typical request is served as fast as on the idle host\n"));
}

TEST(Explain, a_danger_comes_first_where_it_holds_the_score_down) {
  const std::string text = explained(with_pressure({.available_kib = 100'000}));
  EXPECT_THAT(text, StartsWith("score 31: in danger (memory); a typical request is served as fast "
                               "as on the idle host\n  danger: at most 31, as memory is about to "
                               "run out: 97.7 MiB available, 0 B of swap free\n  cpu "));
}

TEST(Explain, a_danger_that_decides_nothing_stays_out_of_the_headline) {
  Verdict verdict;
  verdict.slowdown = 10;
  verdict.score = 10;
  verdict.dangers = {{.name = "disk", .cap = 40, .what = "/"}};
  EXPECT_THAT(explain({}, verdict), Not(HasSubstr("in danger (")));
  EXPECT_THAT(explain({}, verdict), HasSubstr("danger: at most 40, as / is nearly full"));
}

TEST(Explain, every_danger_is_told_in_words) {
  for (const std::string_view name : {"memory", "swap", "disk", "inodes", "files", "tasks",
                                      "conntrack", "oom", "read_only", "steal", "new"}) {
    EXPECT_NE(explain_danger({}, {.name = name, .cap = 5, .what = "/srv"}), "") << name;
    const std::string known =
        explain_danger(interpret(with_pressure({})), {.name = name, .cap = 5, .what = "/srv"});
    EXPECT_LE(known.size(), 200U) << name;
  }
}

TEST(Explain, colours_go_by_the_score) {
  EXPECT_EQ(coloured("x", 60, kColour), "\x1b[32mx\x1b[0m");
  EXPECT_EQ(coloured("x", 59, kColour), "\x1b[33mx\x1b[0m");
  EXPECT_EQ(coloured("x", 29, kColour), "\x1b[31mx\x1b[0m");
  EXPECT_EQ(coloured("x", 29, {}), "x");
}

TEST(Explain, a_bar_is_as_long_as_the_score) {
  EXPECT_EQ(bar(100, {}), "####################");
  EXPECT_EQ(bar(40, {}), "########............");
  EXPECT_EQ(bar(1, {}), "....................");
  EXPECT_THAT(bar(5, kBlocks), HasSubstr("\u2588"));
  EXPECT_THAT(bar(5, kColour), HasSubstr("#"));
}

TEST(Explain, plain_text_is_ascii_and_has_a_line_a_part) {
  const std::string text = explained(with_pressure({.others = 4, .cpu_some = 100}));
  EXPECT_TRUE(std::all_of(text.begin(), text.end(),
                          [](char c) { return c == '\n' || (c >= ' ' && c <= '~'); }));
  EXPECT_THAT(text, HasSubstr("\n  cpu  "));
  EXPECT_THAT(text, HasSubstr("\n  io  "));
  EXPECT_THAT(text, HasSubstr("\n  memory  "));
  EXPECT_THAT(text, HasSubstr("4.0 others want the 2 CPUs; someone waited"));
}

TEST(Explain, says_what_is_estimated_and_that_nothing_is_known) {
  EXPECT_THAT(explained(without_pressure({})), HasSubstr("(estimated)"));
  EXPECT_THAT(explain({}, {}), HasSubstr("  cpu       ?  nothing known about it\n"));
}

}  // namespace
}  // namespace serverscore
