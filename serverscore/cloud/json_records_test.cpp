// SPDX-License-Identifier: Apache-2.0
#include "serverscore/cloud/json_records.h"

#include <gtest/gtest.h>

#include <string>

namespace serverscore {
namespace {

TEST(JsonRecords, an_object_is_one_record_of_its_texts) {
  const auto records = read_records(R"( {"a" : "1", "n": -1.5e+3, "deep": {"a": [1, "x"]},
                                        "t": true, "z": null, "b": ""} )");
  ASSERT_TRUE(records);
  ASSERT_EQ(records->size(), 1U);
  EXPECT_EQ(records->front().text("a"), "1");
  EXPECT_EQ(records->front().texts.size(), 2U);
  EXPECT_EQ(records->front().text("n"), "");
}

TEST(JsonRecords, a_list_has_a_record_for_each_object) {
  EXPECT_TRUE(read_records("[]")->empty());
  const auto records = read_records(R"([{"a":"1"},{},{"a":"3"}])");
  ASSERT_TRUE(records);
  ASSERT_EQ(records->size(), 3U);
  EXPECT_EQ(records->at(2).text("a"), "3");
}

TEST(JsonRecords, texts_become_printable_ascii) {
  const auto records = read_records(
      "{\"a\": \"\\u0041\\n\\t\\\"\\\\\\/\\u001b\\u00e9\\ud83d\\ude00"
      "\xe3\x81\x82\"}");
  ASSERT_TRUE(records);
  EXPECT_EQ(records->front().text("a"), "A  \"\\/????");
}

TEST(JsonRecords, what_is_not_json_is_nothing) {
  for (const char* text : {"",
                           " ",
                           "{",
                           "}",
                           "[",
                           "[,]",
                           "{}{}",
                           "[{}",
                           "[{},]",
                           "{\"a\"}",
                           "{\"a\":}",
                           "{a:1}",
                           "{\"a\":\"1\",}",
                           "{\"a\":01}",
                           "{\"a\":1.}",
                           "{\"a\":.5}",
                           "{\"a\":+1}",
                           "{\"a\":1e}",
                           "{\"a\":tru}",
                           "{\"a\":\"\\x\"}",
                           "{\"a\":\"\\u12g4\"}",
                           "{\"a\":\"\\",
                           "{\"a\":\"x\ny\"}",
                           "{\"a\":'1'}",
                           "1",
                           "\"text\"",
                           "[1]",
                           "<html></html>"}) {
    EXPECT_FALSE(read_records(text)) << text;
  }
}

TEST(JsonRecords, nesting_has_an_end) {
  const auto nested = [](std::size_t depth) {
    return "{\"a\":" + std::string(depth, '[') + std::string(depth, ']') + "}";
  };
  EXPECT_TRUE(read_records(nested(16)));
  EXPECT_FALSE(read_records(nested(17)));
  EXPECT_FALSE(read_records(std::string(100'000, '[')));
}

TEST(JsonRecords, of_too_much_the_rest_is_left_out) {
  std::string many = "[{\"a\":\"" + std::string(1000, 'x') + "\"";
  for (int i = 0; i < 100; ++i) many += ",\"k" + std::to_string(i) + "\":\"v\"";
  many += "}";
  for (int i = 0; i < 100; ++i) many += ",{\"a\":\"b\"}";
  const auto records = read_records(many + "]");
  ASSERT_TRUE(records);
  EXPECT_EQ(records->size(), 64U);
  EXPECT_EQ(records->front().texts.size(), 32U);
  EXPECT_EQ(records->front().text("a").size(), 256U);
}

}  // namespace
}  // namespace serverscore
