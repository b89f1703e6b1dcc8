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
      "plugin": false,
      "expect": {"exact": "active", "contains": "act", "regex": "^a", "exit_status": 0,
                 "json": null},
      "expect_not": {"exact": null, "contains": null, "regex": null, "exit_status": null,
                     "json": null},
      "thresholds": {"metric": null, "warning": null, "critical": null},
      "clusters": ["web"], "timeout_ms": 5000, "interval_ms": 0, "origin": "operator"})"));
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
      "regex": null, "exit_status": null, "json": null})"));
  EXPECT_EQ(added.json["plugin"], true);
  EXPECT_EQ(added.json["timeout_ms"], 10'000);
  EXPECT_TRUE(added.json["clusters"].empty());
}

TEST_F(Services, take_negations_json_thresholds_and_an_interval) {
  const Reply added = post("/services", R"({"name": "a", "command": "x",
      "expect_json": {"pointer": "/n", "equals": 1}, "expect_not": "down",
      "expect_not_contains": "E", "expect_not_regex": "^E", "expect_not_exit": 3,
      "expect_not_json": {"pointer": "/ok", "equals": false},
      "metric": "load1", "warning": "10:", "critical": "@1:2", "plugin": false,
      "interval": "5m"})");
  ASSERT_EQ(added.status, 201) << added.json;
  EXPECT_EQ(added.json["expect"]["json"],
            nlohmann::json::parse(R"({"pointer": "/n", "equals": "1", "range": null})"));
  EXPECT_EQ(added.json["expect_not"], nlohmann::json::parse(R"({"exact": "down", "contains": "E",
      "regex": "^E", "exit_status": 3,
      "json": {"pointer": "/ok", "equals": "false", "range": null}})"));
  EXPECT_EQ(added.json["thresholds"],
            nlohmann::json::parse(R"({"metric": "load1", "warning": "10:", "critical": "@1:2"})"));
  EXPECT_EQ(added.json["interval_ms"], 300'000);
}

TEST_F(Services, have_metrics_over_time) {
  register_cluster("web");
  put_instances("web", {instance("web", "i-1")});
  put_service("disk");
  InstanceReadings readings;
  readings.score = {"web", "i-1", clock.now() - std::chrono::minutes{2}, {}, Outcome::kOk, 50, ""};
  CheckReading check{"web", "i-1", "disk", readings.score.at, {}, Outcome::kOk, 0, "", "", ""};
  check.metrics = {{"/", 12.5, "MB", "80", "", 0, 100}};
  readings.checks = {check};
  ASSERT_TRUE(store->record({readings}));
  const Reply reply = get("/clusters/web/instances/i-1/services/disk/metrics?last=1h");
  ASSERT_EQ(reply.status, 200) << reply.json;
  const auto& metric = reply.json["metrics"].at(0);
  EXPECT_EQ(metric["label"], "/");
  EXPECT_EQ(metric["unit"], "MB");
  EXPECT_EQ(metric["warning"], "80");
  EXPECT_TRUE(metric["critical"].is_null());
  EXPECT_EQ(metric["max"], 100);
  EXPECT_EQ(metric["points"].at(0)["value"], 12.5);
  EXPECT_TRUE(get("/clusters/web/instances/i-1/services/no/metrics").json["metrics"].empty());
  refused(get("/clusters/web/instances/i-9/services/disk/metrics"), 404, "not_found");
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
  EXPECT_EQ(message_of(R"("expect_json": {"equals": 1})"), "expect_json.pointer: is missing");
  EXPECT_EQ(message_of(R"("expect_json": {"pointer": "", "x": 1})"),
            "expect_json.x: is no key known here");
  EXPECT_NE(message_of(R"("warning": "20:10")").find("warning: '20:10' is no range"),
            std::string::npos);
  EXPECT_NE(message_of(R"("metric": "x")").find("give warning or critical"), std::string::npos);
  EXPECT_EQ(message_of(R"("plugin": 1)"), "plugin: must be true or false");
  message_of(R"("plugin": true, "expect_not_exit": 1)");
  message_of(R"("expect_not_contains": "")");
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
