// SPDX-License-Identifier: Apache-2.0
// Incidents seen to, silences and rules on the command line.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "livesonic/cli/fake_program_test.h"

namespace livesonic::cli {
namespace {

using testing::HasSubstr;

constexpr const char* kOne = R"({"id": "abc", "cluster": "web", "cause": "score",
  "severity": "critical", "summary": "web: low score on 1 of 3 instances",
  "opened_at": "2026-03-01T11:30:00Z", "closed_at": null, "muted": "silence until noon",
  "runbook": "https://wiki/low", "flapping_since": null, "channels": ["ops"],
  "acknowledged": {"by": "ann", "at": "2026-03-01T11:40:00Z", "until": null, "comment": "on it"},
  "comments": [{"by": "bob", "at": "2026-03-01T11:50:00Z", "text": "the new kernel"}],
  "members": [{"instance": "i-1", "label": "web-1", "detail": "score 3",
               "since": "2026-03-01T11:28:00Z", "until": null}]})";

class IncidentCommands : public CommandTest {};

TEST_F(IncidentCommands, one_incident_shows_who_was_told_and_who_said_what) {
  program.answer("GET /api/v1/incidents/abc", kOne);
  EXPECT_EQ(run({"incident", "show", "abc"}), 0);
  for (const char* part : {"web: low score on 1 of 3 instances", "critical", "silence until noon",
                           "https://wiki/low", "ann, 20m 0s ago: on it", "told         ops",
                           "web-1", "bob (10m 0s ago): the new kernel"}) {
    EXPECT_THAT(out, HasSubstr(part));
  }
}

TEST_F(IncidentCommands, an_acknowledgement_says_who_how_long_and_why) {
  program.answer("POST /api/v1/incidents/abc/acknowledgement", kOne);
  EXPECT_EQ(run({"incident", "ack", "abc", "--for", "2h", "--comment", "disk ordered"}), 0);
  const auto body = nlohmann::json::parse(program.requests.at(0).body);
  EXPECT_EQ(body.at("for"), "2h");
  EXPECT_EQ(body.at("comment"), "disk ordered");
  EXPECT_FALSE(body.at("by").get<std::string>().empty());
}

TEST_F(IncidentCommands, a_silence_takes_several_matchers_and_says_what_it_hits) {
  program.answer("POST /api/v1/silences",
                 std::string(R"({"silence": {"id": "s-1", "kind": "silence",
                   "ends_at": "2026-03-01T14:00:00Z"}, "hits": [)") +
                     kOne + "]}");
  EXPECT_EQ(run({"silence", "add", "cluster=web", "cause=score", "--for", "2h"}), 0);
  const auto body = nlohmann::json::parse(program.requests.at(0).body);
  EXPECT_EQ(body.at("matchers"), nlohmann::json({"cluster=web", "cause=score"}));
  EXPECT_THAT(out, HasSubstr("silence s-1 until 2026-03-01 14:00:00 UTC."));
  EXPECT_THAT(out, HasSubstr("acknowledged"));           // the incident that it hits
  EXPECT_EQ(run({"silence", "add", "cluster=web"}), 2);  // it must end
}

TEST_F(IncidentCommands, a_deploy_is_a_silence_of_its_cluster) {
  program.answer("POST /api/v1/silences", R"({"silence": {}, "hits": []})");
  EXPECT_EQ(run({"deploy", "begin", "web", "--for", "20m"}), 0);
  const auto body = nlohmann::json::parse(program.requests.at(0).body);
  EXPECT_EQ(body.at("kind"), "deploy");
  EXPECT_EQ(body.at("cluster"), "web");
  EXPECT_FALSE(body.contains("matchers"));
  EXPECT_EQ(run({"maintenance", "begin", "web", "--for", "20m", "--only", "tag:role=worker"}), 0);
  EXPECT_EQ(nlohmann::json::parse(program.requests.at(1).body).at("matchers"),
            nlohmann::json({"tag:role=worker"}));
}

TEST_F(IncidentCommands, rules_are_listed_with_how_they_count) {
  program.answer("GET /api/v1/rules", R"({"rules": [{"name": "half-gone", "kind": "capacity",
    "clusters": [], "below": 60, "well_at": 75, "for_ms": 120000, "polls": 1,
    "well_for_ms": 0, "well_polls": 3, "severity": "auto", "channels": ["pager"],
    "actions": [{"kind": "diagnose"}, {"kind": "replace"}]}]})");
  EXPECT_EQ(run({"rules"}), 0);
  EXPECT_THAT(out,
              HasSubstr("half-gone  capacity  all       60 (well at 75)  2m           3 polls"));
  EXPECT_THAT(out, HasSubstr("pager  diagnose, replace"));
  EXPECT_EQ(run({"rules", "list"}), 0);
}

TEST_F(IncidentCommands, a_rule_is_added_with_the_keys_of_the_configuration) {
  program.answer("POST /api/v1/rules", R"({"name": "slow", "clusters": ["web"]})");
  EXPECT_EQ(run({"rules",
                 "add",
                 "slow",
                 "--kind",
                 "cluster_mean",
                 "--below",
                 "30",
                 "--for",
                 "5m",
                 "--well-at",
                 "45.5",
                 "--cluster",
                 "web",
                 "--channel",
                 "ops",
                 "--action",
                 "set_capacity=+2",
                 "--action",
                 "webhook=roll-back",
                 "--escalate",
                 "15m=boss,ops"}),
            0);
  EXPECT_EQ(nlohmann::json::parse(program.requests.at(0).body), nlohmann::json::parse(R"({
    "name": "slow", "kind": "cluster_mean", "below": 30, "for": "5m", "well_at": 45.5,
    "clusters": ["web"], "channels": ["ops"],
    "actions": [{"kind": "set_capacity", "add": 2}, {"kind": "webhook", "target": "roll-back"}],
    "escalate": [{"after": "15m", "channels": ["boss", "ops"]}]})"));
  EXPECT_THAT(out, HasSubstr("Added slow: judged from the next poll on, on clusters: web."));
}

TEST_F(IncidentCommands, a_rule_that_says_half_of_something_is_not_sent) {
  EXPECT_EQ(run({"rules", "add", "slow"}), 2);
  for (const auto& [option, value] :
       {std::pair{"--action", "set_capacity=two"}, std::pair{"--escalate", "15m"}}) {
    EXPECT_NE(run({"rules", "add", "slow", "--kind", "drift", option, value}), 0);
    EXPECT_THAT(err, HasSubstr(option));
  }
  EXPECT_TRUE(program.requests.empty());
}

TEST_F(IncidentCommands, a_rule_is_removed_by_its_name) {
  program.answer("DELETE /api/v1/rules/slow", R"({"removed": "slow"})");
  EXPECT_EQ(run({"rules", "remove", "slow"}), 0);
}

}  // namespace
}  // namespace livesonic::cli
