// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "livesonic/web/api_fixture.h"

namespace livesonic::web {
namespace {

using Rules = ApiTest;

TEST_F(Rules, are_listed_with_where_they_come_from) {
  const auto rules = get("/rules").json["rules"];
  ASSERT_EQ(rules.size(), 1U);
  EXPECT_EQ(rules[0]["name"], "slow");
  EXPECT_EQ(rules[0]["origin"], "file");
}

TEST_F(Rules, are_added_changed_and_removed) {
  const Reply added = post("/rules", R"({"name": "low", "kind": "score", "below": 10})");
  ASSERT_EQ(added.status, 201) << added.json;
  EXPECT_EQ(added.json["origin"], "operator");
  // What it says is read by the configuration's rules: it gets there as it was sent.
  EXPECT_EQ(nlohmann::json::parse(added.json["runbook"].get<std::string>()),
            nlohmann::json::parse(R"({"name": "low", "kind": "score", "below": 10})"));
  EXPECT_EQ(get("/rules").json["rules"].size(), 2U);
  refused(post("/rules", R"({"name": "low", "kind": "score", "below": 20})"), 409, "conflict");
  const Reply changed = ask("PUT", "/rules/low", R"({"kind": "score", "below": 20})");
  EXPECT_EQ(changed.status, 200);
  EXPECT_EQ(changed.json["name"], "low");
  EXPECT_EQ(ask("DELETE", "/rules/low").status, 200);
  refused(ask("DELETE", "/rules/low"), 404, "not_found");
  EXPECT_EQ(ask("PUT", "/rules/low", R"({"name": "low", "kind": "score"})").status, 201);
}

TEST_F(Rules, of_the_file_are_left_alone) {
  refused(post("/rules", R"({"name": "slow", "kind": "score"})"), 409, "conflict");
  refused(ask("PUT", "/rules/slow", R"({"kind": "score"})"), 409, "conflict");
}

TEST_F(Rules, are_objects_of_one_name) {
  for (const char* body : {"", "x", "[]", "null", "1"}) {
    refused(post("/rules", body), 400, "invalid_input");
  }
  EXPECT_EQ(refused(ask("PUT", "/rules/a", R"({"name": "b"})"), 400, "invalid_input"),
            "name: is another one than in the path");
}

}  // namespace
}  // namespace livesonic::web
