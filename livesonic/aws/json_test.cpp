// SPDX-License-Identifier: Apache-2.0
#include "livesonic/aws/json.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>

#include "livesonic/base/time_text.h"

namespace livesonic::aws::json {
namespace {

using testing::HasSubstr;

std::string complaint_of(std::string_view body, const std::function<void(const Value&)>& read) {
  const auto document = Document::parse(body);
  if (!document) return document.error().message;
  read(document->root());
  return document->complaint().value_or("none");
}

TEST(Json, gives_what_is_there_and_nothing_for_what_is_not) {
  const auto document = Document::parse(
      R"({"name": "web", "on": true, "n": 3, "at": 1425168000.5, "iso": "2015-03-01T00:00:00Z",
          "list": [{"x": "1"}, {"x": "2"}], "tags": {"Team": "a"}, "none": null})");
  ASSERT_TRUE(document) << document.error().message;
  const Value root = document->root();
  EXPECT_EQ(root.text("name"), "web");
  EXPECT_TRUE(root.boolean("on", false));
  EXPECT_EQ(root.count("n", 0), 3);
  EXPECT_EQ(to_iso8601(*root.time("at")), "2015-03-01T00:00:00.500Z");
  EXPECT_EQ(to_iso8601(*root.time("iso")), "2015-03-01T00:00:00Z");
  ASSERT_EQ(root.list("list").size(), 2U);
  EXPECT_EQ(root.list("list")[1].text("x"), "2");
  EXPECT_EQ(root.child("tags").members().at(0).first, "Team");
  EXPECT_EQ(root.text("none"), "");
  EXPECT_FALSE(root.time("absent"));
  EXPECT_TRUE(root.list("absent").empty());
  EXPECT_FALSE(document->complaint());
}

TEST(Json, complains_of_the_first_thing_that_is_not_as_it_must_be) {
  EXPECT_EQ(complaint_of(R"({"a": {"b": 1}})",
                         [](const Value& root) {
                           EXPECT_EQ(root.child("a").text("b"), "");
                           EXPECT_EQ(root.required_text("c"), "");
                         }),
            "a/b: is no text");
  EXPECT_EQ(complaint_of(R"({"l": [{"n": -1}]})",
                         [](const Value& root) { (void)root.list("l").at(0).count("n", 0); }),
            "l/0/n: is no count");
  for (const char* body :
       {R"({"t": 1e300})", R"({"t": -1})", R"({"t": true})", R"({"t": "soon"})"}) {
    EXPECT_EQ(complaint_of(body, [](const Value& root) { (void)root.time("t"); }), "t: is no time");
  }
  EXPECT_EQ(complaint_of(R"({"l": {}})", [](const Value& root) { (void)root.list("l"); }),
            "l: is no list");
  EXPECT_EQ(complaint_of(R"({"s": "a\u0000b"})", [](const Value& root) { (void)root.text("s"); }),
            "s: has control characters");
}

TEST(Json, gives_what_programs_said_as_they_said_it) {
  const auto document = Document::parse(R"({"out": "a\u0007\u001b[0m", "n": 1})");
  ASSERT_TRUE(document);
  EXPECT_EQ(document->root().raw_text("out"), "a\a\x1b[0m");
  EXPECT_EQ(document->root().raw_text("none"), "");
  EXPECT_EQ(document->complaint(), std::nullopt);
  EXPECT_EQ(complaint_of(R"({"n": 1})", [](const Value& root) { (void)root.raw_text("n"); }),
            "n: is no text");
  EXPECT_EQ(complaint_of(R"({"n": ")" + std::string(kMaxLongText + 1, 'x') + "\"}",
                         [](const Value& root) { (void)root.raw_text("n"); }),
            "n: is too long");
}

TEST(Json, reads_integers_of_either_sign) {
  const auto document =
      Document::parse(R"({"a": -1, "b": 137, "c": null, "d": 9223372036854775807})");
  ASSERT_TRUE(document);
  EXPECT_EQ(document->root().integer("a"), -1);
  EXPECT_EQ(document->root().integer("b"), 137);
  EXPECT_EQ(document->root().integer("c"), std::nullopt);
  EXPECT_EQ(document->root().integer("d"), INT64_MAX);
  EXPECT_EQ(document->complaint(), std::nullopt);
  for (const char* body : {R"({"a": 1.5})", R"({"a": "1"})", R"({"a": 9223372036854775808})"}) {
    EXPECT_EQ(complaint_of(body, [](const Value& root) { (void)root.integer("a"); }),
              "a: is no integer");
  }
}

TEST(Json, is_refused_when_it_is_not_one_whole_object) {
  for (const char* body : {"", "  ", "[]", "null", "{", R"({"a": )", R"({"a": 1} x)", "\xFF",
                           R"({"a": "\xFF"})", "<html>"}) {
    EXPECT_FALSE(Document::parse(body)) << body;
  }
}

TEST(Json, is_bounded_in_depth_and_size) {
  EXPECT_THAT(complaint_of(R"({"a":)" + std::string(1000000, '[') + "}", [](const Value&) {}),
              HasSubstr("nested too deeply"));
  std::string many = R"({"a":[0)";
  for (std::size_t i = 0; i < kMaxValues; ++i) many += ",0";
  EXPECT_THAT(complaint_of(many + "]}", [](const Value&) {}), HasSubstr("too many values"));
  EXPECT_TRUE(Document::parse(R"({"a": "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[["})"));
}

}  // namespace
}  // namespace livesonic::aws::json
