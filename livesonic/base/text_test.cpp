// SPDX-License-Identifier: Apache-2.0
#include "livesonic/base/text.h"

#include <gtest/gtest.h>

namespace livesonic {
namespace {

TEST(Text, trim_takes_white_space_from_both_ends_only) {
  EXPECT_EQ(trim(" \t a b \r\n"), "a b");
  EXPECT_EQ(trim(" \n "), "");
}

TEST(Text, split_keeps_empty_parts) {
  EXPECT_EQ(split("a,,b", ','), (std::vector<std::string_view>{"a", "", "b"}));
  EXPECT_EQ(split("", ','), (std::vector<std::string_view>{""}));
}

TEST(Text, bytes_that_are_no_utf8_become_replacement_characters) {
  EXPECT_EQ(to_valid_utf8("caf\xC3\xA9 \xE6\x97\xA5"), "caf\xC3\xA9 \xE6\x97\xA5");
  EXPECT_EQ(to_valid_utf8("\xFF\xFE"), "\xEF\xBF\xBD\xEF\xBF\xBD");
  EXPECT_EQ(to_valid_utf8("\xC0\x80"), "\xEF\xBF\xBD\xEF\xBF\xBD");       // overlong
  EXPECT_EQ(to_valid_utf8("\xED\xA0\x80").substr(0, 3), "\xEF\xBF\xBD");  // surrogate
  EXPECT_EQ(to_valid_utf8("\xE6\x97"), "\xEF\xBF\xBD\xEF\xBF\xBD");       // cut short
}

TEST(Text, printable_text_cannot_forge_a_log_line_or_move_the_cursor) {
  EXPECT_EQ(printable("a\nb\x1b[2J\x7f"), "a\\nb\\x1b[2J\\x7f");
  EXPECT_EQ(printable("\xC2\x9B"
                      "2J \xC2\x80\xC2\x9F\xC2\xA0\xC3\x9B"),
            "\\x9b2J \\x80\\x9f\xC2\xA0\xC3\x9B");
}

TEST(Text, shortened_text_never_ends_within_a_character) {
  EXPECT_EQ(shorten("abc", 3), "abc");
  EXPECT_EQ(shorten("ab\xE6\x97\xA5", 4), "ab…");
}

TEST(Text, random_ids_differ) {
  EXPECT_NE(random_id(), random_id());
}

}  // namespace
}  // namespace livesonic
