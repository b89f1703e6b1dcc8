// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "livesonic/config/config.h"

namespace livesonic::config {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

Result<Config> parsed(std::string_view yaml, std::map<std::string, std::string> variables = {}) {
  return parse(yaml, "web.yaml", [&](const std::string& name) {
    const auto found = variables.find(name);
    return found == variables.end() ? std::nullopt : std::optional(found->second);
  });
}

std::string mistakes(std::string_view yaml) {
  const auto result = parsed(yaml);
  return result ? "(no mistake)" : result.error().message;
}

TEST(ActionsSection, nothing_is_in_earnest_unless_it_says_so) {
  const ActionsConfig actions = parsed("").value().actions;
  EXPECT_TRUE(actions.dry_run);
  EXPECT_EQ(actions.kinds.size(), all_action_kinds().size());
  EXPECT_TRUE(actions.approve.empty());
  EXPECT_EQ(actions.keep, 1);
  EXPECT_EQ(actions.keep_percent, 50);
  EXPECT_EQ(actions.breaker, 40);
  EXPECT_TRUE(actions.clusters.empty());
}

TEST(ActionsSection, every_key_arrives_and_clusters_differ_only_in_what_they_say) {
  const auto config = parsed(R"(
actions:
  dry_run: false
  kinds: [reboot, replace, run]
  approve: [replace]
  approval_expires: 2h
  keep: 3
  keep_percent: 80
  cluster_cooldown: 2m
  instance_cooldown: 1h
  per_hour: 2
  per_day: 5
  hours: [Mon-Fri 09:00-18:00, Sat 10:00-12:00]
  time_zone: Asia/Tokyo
  breaker: 25
  clusters:
    - { name: web, dry_run: true, kinds: [] }
    - { name: db, keep: 7 }
  commands:
    - { name: fix, command: "sudo fix", timeout: 10s, clusters: [web] }
    - { name: greet, command: "echo hello" }
  webhooks: [{ name: ops, url: "https://example.invalid/${TOKEN}", timeout: 3s }]
  topics: [{ name: ops, arn: "arn:aws:sns:ap-northeast-1:123456789012:ops", account: prod }]
)",
                             {{"TOKEN", "t0ken"}});
  ASSERT_TRUE(config) << config.error().message;
  const ActionsConfig& actions = config->actions;
  EXPECT_FALSE(actions.dry_run);
  EXPECT_EQ(actions.kinds, (std::set{ActionKind::kReboot, ActionKind::kReplace, ActionKind::kRun}));
  EXPECT_EQ(actions.approve, std::set{ActionKind::kReplace});
  EXPECT_EQ(actions.approval_expires, 2h);
  EXPECT_EQ(actions.keep, 3);
  EXPECT_EQ(actions.keep_percent, 80);
  EXPECT_EQ(actions.cluster_cooldown, 2min);
  EXPECT_EQ(actions.instance_cooldown, 1h);
  EXPECT_EQ(actions.per_hour, 2);
  EXPECT_EQ(actions.per_day, 5);
  EXPECT_EQ(actions.hours.size(), 2U);
  EXPECT_EQ(actions.time_zone.name(), "Asia/Tokyo");
  EXPECT_EQ(actions.breaker, 25);
  EXPECT_TRUE(actions.clusters.at("web").dry_run);
  EXPECT_TRUE(actions.clusters.at("web").kinds.empty());
  EXPECT_EQ(actions.clusters.at("web").keep, 3);
  EXPECT_FALSE(actions.clusters.at("db").dry_run);
  EXPECT_EQ(actions.clusters.at("db").keep, 7);
  EXPECT_EQ(actions.commands.at(0).line, "sudo fix");
  EXPECT_EQ(actions.commands.at(0).timeout, 10s);
  EXPECT_EQ(actions.commands.at(0).clusters, std::vector<std::string>{"web"});
  EXPECT_EQ(actions.commands.at(1).timeout, 1min);
  EXPECT_EQ(actions.webhooks.at(0).url.reveal(), "https://example.invalid/t0ken");
  EXPECT_EQ(actions.topics.at(0).account, "prod");
}

TEST(ActionsSection, every_mistake_is_told_with_its_place) {
  const std::string all = mistakes(R"(
actions:
  dryrun: false
  kinds: [explode]
  keep_percent: 101
  hours: [always]
  time_zone: Asia/Atlantis
  clusters: [{ name: web }, { name: web, keap: 1 }]
  commands: [{ name: fix }, { command: "x" }]
  webhooks: [{ name: ops }, { name: other, url: "gopher://x" }]
  topics: [{ name: ops, arn: "ops" }, { name: two }]
)");
  for (const char* part :
       {"unknown key 'dryrun' in 'actions'", "'explode' is no kind of action",
        "actions.keep_percent", "'always' are no hours",
        "such as Asia/Tokyo or UTC: 'Asia/Atlantis'", "the cluster 'web' is also", "keap",
        "'actions.commands.command' is missing", "'actions.commands.name' is missing",
        "'actions.webhooks.url' is missing", "is no ARN of an SNS topic",
        "'actions.topics.arn' is missing"}) {
    EXPECT_THAT(all, HasSubstr(part));
  }
  EXPECT_THAT(all, HasSubstr("web.yaml:3:3"));
}

TEST(ActionsSection, a_rule_asks_for_nothing_that_does_not_stand_there) {
  const std::string all = mistakes(R"(
alerts:
  rules:
    - { name: a, kind: score, below: 9, actions: [{ kind: run, target: fixx }] }
    - name: b
      kind: drift
      actions:
        - kind: publish
actions: { commands: [{ name: fix, command: "sudo fix" }] }
)");
  EXPECT_THAT(all, HasSubstr("web.yaml:4:64: 'alerts.rules.actions.target' there is no command "
                             "'fixx'; below actions.commands there are fix"));
  EXPECT_THAT(all, HasSubstr("web.yaml:8:11: 'alerts.rules.actions.target' is missing: the name of "
                             "a topic; there are none below actions.topics"));
}

TEST(ActionsSection, a_webhooks_address_comes_from_the_environment) {
  const auto config = parsed("actions: { webhooks: [{ name: ops-room }] }",
                             {{"LIVESONIC_ACTION_OPS_ROOM_URL", "https://example.invalid/"}});
  ASSERT_TRUE(config) << config.error().message;
  EXPECT_EQ(config->actions.webhooks.at(0).url.reveal(), "https://example.invalid/");
}

}  // namespace
}  // namespace livesonic::config
