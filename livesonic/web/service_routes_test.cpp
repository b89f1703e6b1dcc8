// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "livesonic/web/api_fixture.h"

namespace livesonic::web {
namespace {

using Services = ApiTest;

TEST_F(Services, are_added_with_the_keys_of_the_configuration_file) {
  const auto stream = std::make_shared<TestStream>();
  events.add(stream);
  const std::string body = R"({"name": "nginx", "command": "systemctl is-active nginx",
      "expect": "active", "expect_contains": "act", "expect_regex": "^a", "expect_exit": 0,
      "clusters": ["web"], "timeout": "5s"})";
  const Reply added = post("/services", body);
  EXPECT_EQ(added.status, 201);
  EXPECT_EQ(added.json, nlohmann::json::parse(R"({"name": "nginx",
      "command": "systemctl is-active nginx",
      "expect": {"exact": "active", "contains": "act", "regex": "^a", "exit_status": 0},
      "clusters": ["web"], "timeout_ms": 5000, "origin": "operator"})"));
  EXPECT_EQ(get("/services").json["services"], nlohmann::json::array({added.json}));
  ASSERT_EQ(stream->sent.size(), 1U);
  EXPECT_EQ(stream->sent[0].first, "services.changed");

  EXPECT_EQ(post("/services", body).status, 200);
  EXPECT_EQ(stream->sent.size(), 1U);
}

TEST_F(Services, need_no_more_than_a_name_and_a_command) {
  const Reply added = post("/services", R"({"name": "up", "command": "true", "expect": null})");
  EXPECT_EQ(added.status, 201);
  EXPECT_EQ(added.json["expect"], nlohmann::json::parse(R"({"exact": null, "contains": null,
      "regex": null, "exit_status": null})"));
  EXPECT_EQ(added.json["timeout_ms"], 10'000);
  EXPECT_TRUE(added.json["clusters"].empty());
}

TEST_F(Services, with_mistakes_are_refused_by_the_key) {
  const auto message_of = [&](const std::string& rest) {
    return refused(post("/services", R"({"name": "a", "command": "b", )" + rest + "}"), 400,
                   "invalid_input");
  };
  EXPECT_NE(message_of(R"("expect_regex": "(")").find("expect_regex: is not a regular expression"),
            std::string::npos);
  EXPECT_EQ(message_of(R"("expect_exit": 256)"), "expect_exit: must be a number from 0 to 255");
  EXPECT_EQ(message_of(R"("expect_exit": 1.5)"),
            "expect_exit: must be a whole number from 0 to 255");
  EXPECT_EQ(message_of(R"("timeout": "1h")"), "timeout: must be from 100ms to 10m");
  EXPECT_EQ(message_of(R"("timeout": 5)"), "timeout: must be a text");
  EXPECT_EQ(message_of(R"("clusters": "web")"), "clusters: must be a list");
  EXPECT_EQ(message_of(R"("clusters": [1])"), "clusters: must be a list of texts");
  EXPECT_EQ(message_of(R"("clusters": ["a", "a"])"), "clusters: 'a' is named twice");
  EXPECT_NE(message_of(R"("clusters": ["a b"])").find("'a b'"), std::string::npos);
  EXPECT_EQ(message_of(R"("expected": 1)"), "expected: is no key known here");
  message_of(R"("expect_contains": "")");
  message_of(R"("expect": " x")");
  refused(post("/services", R"({"name": "a", "command": " "})"), 400, "invalid_input");
  refused(post("/services", R"({"name": "a/b", "command": "x"})"), 400, "invalid_input");
}

TEST_F(Services, too_large_to_be_meant_are_refused) {
  refused(post("/services", R"({"name": "a", "command": ")" + std::string(20'000, 'x') + "\"}"),
          400, "invalid_input");
  refused(post("/services", std::string(70'000, ' ')), 413, "too_large");
}

TEST_F(Services, of_the_file_are_neither_replaced_nor_removed) {
  put_service("nginx", Origin::kFile);
  refused(post("/services", R"({"name": "nginx", "command": "other"})"), 409, "conflict");
  const std::string message = refused(ask("DELETE", "/services/nginx"), 409, "conflict");
  EXPECT_NE(message.find("configuration file"), std::string::npos);
}

TEST_F(Services, are_removed) {
  put_service("nginx");
  refused(post("/services", R"({"name": "nginx", "command": "other"})"), 409, "conflict");
  EXPECT_EQ(ask("DELETE", "/services/nginx", "{}").json,
            nlohmann::json::parse(R"({"removed": "nginx"})"));
  refused(ask("DELETE", "/services/nginx"), 404, "not_found");
}

}  // namespace
}  // namespace livesonic::web
