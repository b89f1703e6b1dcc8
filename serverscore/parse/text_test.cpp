// SPDX-License-Identifier: Apache-2.0
#include "serverscore/parse/text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace serverscore {
namespace {

TEST(Text, is_taken_apart_line_by_line_and_word_by_word) {
  std::string_view text = "a  b\tc\r\n\nlast";
  std::string_view line = take_line(text);
  EXPECT_EQ(take_word(line), "a");
  EXPECT_EQ(take_word(line), "b");
  EXPECT_EQ(take_word(line), "c");
  EXPECT_EQ(take_word(line), "");
  EXPECT_EQ(take_line(text), "");
  EXPECT_EQ(take_line(text), "last");
  EXPECT_EQ(take_line(text), "");
  EXPECT_TRUE(text.empty());
}

TEST(Text, up_to_a_separator_that_is_missing_is_all_of_it) {
  std::string_view list = "1,2";
  EXPECT_EQ(take_up_to(list, ','), "1");
  EXPECT_EQ(take_up_to(list, ','), "2");
  EXPECT_EQ(take_up_to(list, ','), "");
}

TEST(Count, is_a_whole_number_within_its_bound) {
  EXPECT_EQ(to_count("0"), 0);
  EXPECT_EQ(to_count("12345"), 12345);
  EXPECT_EQ(to_count("5", 5), 5);
  for (const char* word :
       {"", "-1", "+1", " 1", "1 ", "1.0", "0x1", "nan", "6", "99999999999999999999999"}) {
    EXPECT_FALSE(to_count(word, 5)) << word;
  }
}

TEST(Decimal, is_digits_with_a_fraction_perhaps) {
  EXPECT_EQ(to_decimal("12", 100), 12);
  EXPECT_DOUBLE_EQ(*to_decimal("12.34", 100), 12.34);
  EXPECT_EQ(to_decimal("100.9", 100), 100);
  for (const char* word : {"", ".5", "1.2.3", "-1", "1e3", "inf", "101"}) {
    EXPECT_FALSE(to_decimal(word, 100)) << word;
  }
}

TEST(Printable, is_one_short_line_of_plain_characters) {
  EXPECT_EQ(printable("6.1\x1b[2J\xff\nmore"), "6.1?[2J?");
  EXPECT_EQ(printable(std::string(500, 'x')).size(), 64U);
  EXPECT_EQ(printable("abc", 2), "ab");
}

}  // namespace
}  // namespace serverscore
