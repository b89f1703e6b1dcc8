// SPDX-License-Identifier: Apache-2.0
#include "serverscore/program/terminal.h"

#include <gtest/gtest.h>

namespace serverscore {
namespace {

constexpr Surroundings kTerminal = {.terminal = true,
                                    .no_color = {},
                                    .term = "xterm-256color",
                                    .lc_all = {},
                                    .lc_ctype = {},
                                    .lang = "en_US.UTF-8"};

TEST(Terminal, shows_colours_and_blocks) {
  EXPECT_TRUE(style_for(Colour::kAuto, kTerminal).colour);
  EXPECT_TRUE(style_for(Colour::kAuto, kTerminal).blocks);
}

TEST(Terminal, a_pipe_gets_plain_text_unless_asked) {
  Surroundings pipe = kTerminal;
  pipe.terminal = false;
  EXPECT_FALSE(style_for(Colour::kAuto, pipe).colour);
  EXPECT_TRUE(style_for(Colour::kAlways, pipe).colour);
  EXPECT_FALSE(style_for(Colour::kAlways, pipe).blocks);
}

TEST(Terminal, who_wants_no_colour_gets_none) {
  EXPECT_FALSE(style_for(Colour::kNever, kTerminal).colour);
  EXPECT_FALSE(style_for(Colour::kNever, kTerminal).blocks);
  Surroundings plain = kTerminal;
  plain.no_color = "1";
  EXPECT_FALSE(style_for(Colour::kAuto, plain).colour);
  EXPECT_TRUE(style_for(Colour::kAlways, plain).colour);
}

TEST(Terminal, a_dumb_one_is_taken_at_its_word) {
  for (const char* term : {"dumb", ""}) {
    Surroundings dumb = kTerminal;
    dumb.term = term;
    EXPECT_FALSE(style_for(Colour::kAuto, dumb).colour);
  }
}

TEST(Terminal, blocks_need_a_locale_in_utf8) {
  for (const char* utf8 : {"C.UTF-8", "ja_JP.utf8", "de_DE.UTF-8@euro", "en_US.Utf-8"}) {
    Surroundings surroundings = kTerminal;
    surroundings.lang = utf8;
    EXPECT_TRUE(style_for(Colour::kAuto, surroundings).blocks) << utf8;
  }
  for (const char* other : {"", "C", "POSIX", "ja_JP.eucJP", "en_US.UTF-16", "de_DE.ISO-8859-1"}) {
    Surroundings surroundings = kTerminal;
    surroundings.lang = other;
    EXPECT_FALSE(style_for(Colour::kAuto, surroundings).blocks) << other;
    EXPECT_TRUE(style_for(Colour::kAuto, surroundings).colour) << other;
  }
}

TEST(Terminal, the_first_variable_that_is_set_says_the_locale) {
  Surroundings surroundings = kTerminal;
  surroundings.lc_ctype = "C";
  EXPECT_FALSE(style_for(Colour::kAuto, surroundings).blocks);
  surroundings.lc_all = "C.UTF-8";
  EXPECT_TRUE(style_for(Colour::kAuto, surroundings).blocks);
}

}  // namespace
}  // namespace serverscore
