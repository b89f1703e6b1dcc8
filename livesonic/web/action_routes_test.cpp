// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>

#include "livesonic/web/api_fixture.h"

namespace livesonic::web {
namespace {

using testing::HasSubstr;

class ActionRoutes : public ApiTest {
 protected:
  void SetUp() override { register_cluster("web"); }
};

TEST_F(ActionRoutes, a_request_is_kept_with_its_decision) {
  const Reply asked = post("/clusters/web/actions",
                           R"({"kind": "reboot", "instance": "i-1", "by": "user:alice",
                               "reason": "stuck", "override_breaker": true})");
  ASSERT_EQ(asked.status, 201) << asked.json;
  EXPECT_EQ(asked.json["state"], "approved");
  EXPECT_EQ(asked.json["inputs"]["sound"], "3");
  const std::string id = asked.json["id"];
  const Reply shown = get("/actions/" + id);
  EXPECT_EQ(shown.json["by"], "user:alice");
  EXPECT_EQ(shown.json["reason"], "stuck");
  EXPECT_EQ(shown.json["override_breaker"], true);
  EXPECT_EQ(shown.json["output"], "");
  refused(get("/actions/nowhere"), 404, "not_found");
  refused(post("/clusters/db/actions", R"({"kind": "deploy"})"), 404, "not_found");
}

TEST_F(ActionRoutes, a_preview_keeps_nothing) {
  const Reply preview =
      post("/clusters/web/actions", R"({"kind": "reboot", "instance": "i-1", "preview": true})");
  EXPECT_EQ(preview.status, 200);
  EXPECT_EQ(preview.json["id"], "");
  EXPECT_EQ(preview.json["by"], "api");
  EXPECT_TRUE(get("/actions").json["actions"].empty());
}

TEST_F(ActionRoutes, only_what_makes_sense_is_taken) {
  const auto mistake = [&](const std::string& body) {
    return refused(post("/clusters/web/actions", body), 400, "invalid_input");
  };
  EXPECT_THAT(mistake("{}"), HasSubstr("kind"));
  EXPECT_THAT(mistake(R"({"kind": "explode"})"), HasSubstr("'explode' is no kind of action"));
  EXPECT_THAT(mistake(R"({"kind": "reboot", "instance": "i 1"})"), HasSubstr("instance"));
  EXPECT_THAT(mistake(R"({"kind": "reboot", "capacity": -1})"), HasSubstr("capacity"));
  EXPECT_THAT(mistake(R"({"kind": "reboot", "healthy": "yes"})"), HasSubstr("healthy"));
  EXPECT_THAT(mistake(R"({"kind": "reboot", "preview": 1})"), HasSubstr("preview"));
  EXPECT_THAT(mistake(R"({"kind": "reboot", "sudo": true})"), HasSubstr("sudo"));
  // Nobody may say that a rule asks.
  EXPECT_THAT(mistake(R"({"kind": "reboot", "by": "rule:heal"})"), HasSubstr("by"));
  EXPECT_THAT(mistake(R"({"kind": "reboot", "by": "user:"})"), HasSubstr("by"));
}

TEST_F(ActionRoutes, one_that_waits_is_approved_or_rejected_once) {
  const auto ask = [&] {
    return post("/clusters/web/actions", R"({"kind": "stop", "instance": "i-1"})")
        .json["id"]
        .get<std::string>();
  };
  const std::string first = ask();
  const Reply approved = post("/actions/" + first + "/approve", R"({"by": "user:bob"})");
  EXPECT_EQ(approved.json["state"], "approved");
  EXPECT_EQ(approved.json["decided_by"], "user:bob");
  refused(post("/actions/" + first + "/approve", ""), 409, "conflict");
  const Reply rejected = post("/actions/" + ask() + "/reject", R"({"reason": "no"})");
  EXPECT_EQ(rejected.json["state"], "rejected");
  EXPECT_EQ(rejected.json["result"], "no");
  refused(post("/actions/nowhere/reject", "{}"), 404, "not_found");
}

TEST_F(ActionRoutes, the_switch_is_turned_and_shown) {
  EXPECT_EQ(get("/actions").json["switch"]["stopped"], false);
  const Reply stopped = post("/actions/stop-all", R"({"by": "user:bob", "reason": "storm"})");
  EXPECT_EQ(stopped.json["stopped"], true);
  EXPECT_EQ(get("/actions").json["switch"]["reason"], "storm");
  EXPECT_EQ(post("/actions/resume", "").json["stopped"], false);
  refused(post("/actions/stop-all", R"({"for": "ever"})"), 400, "invalid_input");
}

TEST_F(ActionRoutes, the_list_is_filtered_and_comes_in_pages) {
  for (int i = 0; i < 3; ++i) {
    post("/clusters/web/actions", R"({"kind": "reboot", "instance": "i-1"})");
  }
  post("/clusters/web/actions", R"({"kind": "deploy"})");
  const Reply page = get("/actions?limit=2");
  ASSERT_EQ(page.json["actions"].size(), 2U);
  EXPECT_EQ(page.json["actions"][0]["kind"], "deploy");
  const std::string next = page.json["next"];
  EXPECT_EQ(page.json["actions"][1]["id"], next);
  const Reply rest = get("/actions?limit=3&before=" + next);
  EXPECT_EQ(rest.json["actions"].size(), 2U);
  EXPECT_TRUE(rest.json["next"].is_null());
  EXPECT_EQ(get("/actions?kind=deploy").json["actions"].size(), 1U);
  EXPECT_EQ(get("/actions?state=approved&cluster=web").json["actions"].size(), 3U);
  EXPECT_EQ(get("/actions?instance=i-1").json["actions"].size(), 3U);
  EXPECT_TRUE(get("/actions?cluster=db").json["actions"].empty());
  refused(get("/actions?kind=explode"), 400, "invalid_input");
  refused(get("/actions?state=odd"), 400, "invalid_input");
  refused(get("/actions?limit=0"), 400, "invalid_input");
}

}  // namespace
}  // namespace livesonic::web
