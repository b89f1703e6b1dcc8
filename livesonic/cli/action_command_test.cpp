// SPDX-License-Identifier: Apache-2.0
// `livesonic action`: what it asks, what it prints, and its exit status.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "livesonic/cli/fake_program_test.h"

namespace livesonic::cli {
namespace {

using ActionCommand = CommandTest;

std::string action_json(const std::string& state) {
  return R"json({"id":"abc","cluster":"web","kind":"reboot","state":")json" + state +
         R"json(","deed":"reboot web-1 (i-1)","by":"user:alice","why":"within the limits","result":"",
         "inputs":{"sound":"4"},"requested_at":"2026-03-01T11:30:00Z","decided_by":"",
         "decided_at":null,"output":"fine\n"})json";
}

TEST_F(ActionCommand, asks_for_an_action_in_the_name_of_the_user) {
  program.answer("POST /api/v1/clusters/web/actions", action_json("approved"), 201);
  EXPECT_EQ(run({"action", "do", "web", "set_capacity", "--capacity", "6", "--reason", "sale",
                 "--override-breaker", "--preview"}),
            0)
      << err;
  const auto body = nlohmann::json::parse(program.requests.at(0).body);
  EXPECT_EQ(body["kind"], "set_capacity");
  EXPECT_EQ(body["capacity"], 6);
  EXPECT_EQ(body["reason"], "sale");
  EXPECT_EQ(body["override_breaker"], true);
  EXPECT_EQ(body["preview"], true);
  EXPECT_TRUE(body["by"].get<std::string>().starts_with("user:"));
  EXPECT_NE(out.find("reboot web-1 (i-1): approved"), std::string::npos) << out;
  EXPECT_NE(out.find("within the limits"), std::string::npos);
}

TEST_F(ActionCommand, what_is_refused_or_fails_is_a_failure) {
  for (const char* state : {"refused", "failed", "unknown", "cancelled"}) {
    program.answer("POST /api/v1/clusters/web/actions", action_json(state), 201);
    EXPECT_EQ(run({"action", "do", "web", "reboot", "--instance", "i-1"}), 1) << state;
  }
  for (const char* state : {"done", "dry_run", "awaiting_approval"}) {
    program.answer("POST /api/v1/clusters/web/actions", action_json(state), 201);
    EXPECT_EQ(run({"action", "do", "web", "reboot", "--instance", "i-1"}), 0) << state;
  }
  EXPECT_EQ(run({"action", "do", "web", "set_capacity", "--capacity", "six"}), 2);
  EXPECT_EQ(run({"action", "do", "web", "set_health", "--health", "so-so"}), 2);
}

TEST_F(ActionCommand, lists_and_shows) {
  program.answer("GET /api/v1/actions",
                 R"({"switch":{"stopped":true,"by":"user:bob","reason":"storm","at":null},
                     "actions":[)" +
                     action_json("done") + R"(],"next":null})");
  EXPECT_EQ(run({"action", "list", "--cluster", "web", "--state", "done"}), 0) << err;
  EXPECT_EQ(program.requests.at(0).query.at("state"), "done");
  EXPECT_NE(out.find("user:bob has stopped all actions: storm"), std::string::npos) << out;
  EXPECT_NE(out.find("reboot web-1 (i-1)"), std::string::npos);
  program.answer("GET /api/v1/actions/abc", action_json("done"));
  EXPECT_EQ(run({"action", "show", "abc"}), 0) << err;
  EXPECT_NE(out.find("sound"), std::string::npos);
  EXPECT_NE(out.find("fine"), std::string::npos);
}

TEST_F(ActionCommand, decides_and_stops) {
  program.answer("POST /api/v1/actions/abc/approve", action_json("done"));
  EXPECT_EQ(run({"action", "approve", "abc"}), 0) << err;
  program.answer("POST /api/v1/actions/abc/reject", action_json("rejected"));
  EXPECT_EQ(run({"action", "reject", "abc", "--reason", "no"}), 0) << err;
  EXPECT_EQ(nlohmann::json::parse(program.requests.back().body)["reason"], "no");
  program.answer("POST /api/v1/actions/stop-all", R"({"stopped":true})");
  EXPECT_EQ(run({"action", "stop-all"}), 0) << err;
  EXPECT_NE(out.find("livesonic action resume"), std::string::npos);
  program.answer("POST /api/v1/actions/resume", R"({"stopped":false})");
  EXPECT_EQ(run({"action", "resume"}), 0) << err;
}

TEST_F(ActionCommand, the_policy_is_printed_as_it_is) {
  EXPECT_EQ(run({"iam-policy"}), 0) << err;
  EXPECT_EQ(out, "{\"Version\": \"x\"}\n");
}

}  // namespace
}  // namespace livesonic::cli
