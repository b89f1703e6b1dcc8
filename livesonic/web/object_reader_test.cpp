// SPDX-License-Identifier: Apache-2.0
#include "livesonic/web/object_reader.h"

#include <gtest/gtest.h>

#include "livesonic/web/bodies.h"

namespace livesonic::web {
namespace {

TEST(Json, nested_too_deep_is_refused_before_it_is_parsed) {
  EXPECT_TRUE(parse_json("[[[[[[[[1]]]]]]]]"));
  EXPECT_FALSE(parse_json("[[[[[[[[[1]]]]]]]]]"));
  EXPECT_FALSE(parse_json(std::string(1'000'000, '[')));
  EXPECT_TRUE(parse_json(R"(["[[[[[[[[[[[\"[[[["])"));
}

TEST(Json, that_is_none_says_where) {
  const auto wrong = parse_json("{\"a\": tru}");
  ASSERT_FALSE(wrong);
  EXPECT_NE(wrong.error().message.find("column"), std::string::npos) << wrong.error().message;
  EXPECT_FALSE(parse_json("{} {}"));
  EXPECT_FALSE(parse_json("\"\xff\""));
}

TEST(Bodies, without_content_may_be_an_empty_object_or_nothing) {
  EXPECT_TRUE(read_empty_body(""));
  EXPECT_TRUE(read_empty_body(" {} "));
  EXPECT_FALSE(read_empty_body("[]"));
  EXPECT_FALSE(read_empty_body("null"));
  EXPECT_FALSE(read_empty_body(R"({"a": 1})"));
}

TEST(Bodies, of_history_are_checked_point_by_point) {
  const auto message = [](const std::string& body) {
    const auto read = read_history_body(body);
    return read ? std::string("taken") : read.error().message;
  };
  const auto cluster_point = [&](const std::string& rest) {
    return message(R"({"cluster": [{"at": "2026-03-01T08:00:00Z", "spread": 0, "members": 3, )" +
                   rest + "}]}");
  };
  EXPECT_EQ(cluster_point(R"("mean": 5, "min": 5, "max": 5, "count": 1)"), "taken");
  EXPECT_EQ(cluster_point(R"("mean": 6, "min": 5, "max": 5, "count": 1)"),
            "cluster[0].mean: must lie between min and max");
  EXPECT_EQ(cluster_point(R"("mean": 5, "min": 5, "max": 5, "count": 4)"),
            "cluster[0].count: must not be more than members");
  EXPECT_EQ(cluster_point(R"("mean": 5, "min": 5, "max": 5)"), "cluster[0].count: is missing");
  EXPECT_EQ(message(R"({"instances": {"i-a": [5]}})"), "instances.i-a[0]: must be an object");
  EXPECT_EQ(message(R"({"instances": {"i-a": [{"at": "x", "score": 1}]}})").substr(0, 18),
            "instances.i-a[0].a");
  EXPECT_NE(message(R"({"instances": {"../x": []}})"), "taken");
  EXPECT_NE(message(R"({"instances": {"i-a": 5}})"), "taken");
  EXPECT_EQ(message(R"({"instances": []})"), "instances: must be an object");
}

}  // namespace
}  // namespace livesonic::web
