// SPDX-License-Identifier: Apache-2.0
#include "livesonic/app/iam_policy.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <set>

namespace livesonic::app {
namespace {

using testing::Contains;
using testing::Not;

nlohmann::json statement(const config::Config& config, const std::string& sid) {
  const auto policy = nlohmann::json::parse(iam_policy(config));
  EXPECT_EQ(policy.at("Version"), "2012-10-17");
  for (const auto& one : policy.at("Statement")) {
    if (one.at("Sid") == sid) return one;
  }
  return nullptr;
}

std::set<std::string> everything(const config::Config& config) {
  std::set<std::string> all;
  const auto policy = nlohmann::json::parse(iam_policy(config));
  for (const auto& one : policy.at("Statement")) {
    EXPECT_EQ(one.at("Effect"), "Allow");
    for (const auto& action : one.at("Action")) all.insert(action);
  }
  return all;
}

TEST(IamPolicy, of_a_dry_run_changes_nothing) {
  for (const std::string& action : everything({})) {
    const std::string verb = action.substr(action.find(':') + 1);
    EXPECT_TRUE(verb.starts_with("Describe") || verb.starts_with("List") || verb == "GetProducts")
        << action;
  }
}

TEST(IamPolicy, lets_it_read_what_instances_cost) {
  EXPECT_EQ(statement({}, "LivesonicReadsPrices").at("Action"),
            nlohmann::json::array({"ec2:DescribeSpotPriceHistory", "pricing:GetProducts"}));
}

TEST(IamPolicy, lets_it_count_requests_only_where_a_policy_has_a_target_for_them) {
  config::Config config;
  config.scaling["web"].min = 1;
  EXPECT_THAT(everything(config), Not(Contains("cloudwatch:GetMetricData")));
  config.scaling["web"].requests_per_instance = 1000;
  EXPECT_EQ(statement(config, "LivesonicCountsRequests").at("Action"),
            nlohmann::json::array({"cloudwatch:GetMetricData"}));
}

TEST(IamPolicy, has_what_the_allowed_kinds_need_and_no_more) {
  config::Config config;
  config.actions.dry_run = true;
  config::ActionLimits web;
  web.dry_run = false;
  web.kinds = {ActionKind::kReboot, ActionKind::kDiagnose};
  config.actions.clusters["web"] = web;
  EXPECT_EQ(statement(config, "LivesonicActs").at("Action"),
            nlohmann::json::array({"ec2:RebootInstances"}));
  config.actions.dry_run = false;
  EXPECT_THAT(everything(config), Contains("autoscaling:SetInstanceHealth"));
  EXPECT_THAT(everything(config), Contains("ecs:UpdateService"));
  EXPECT_THAT(everything(config), Not(Contains("sns:Publish")));
  config.actions.topics = {{"ops", "arn:aws:sns:ap-northeast-1:1:ops", ""}};
  EXPECT_EQ(statement(config, "LivesonicPublishes").at("Resource"),
            nlohmann::json::array({"arn:aws:sns:ap-northeast-1:1:ops"}));
}

TEST(IamPolicy, every_kind_that_tells_aws_something_has_a_permission) {
  for (const ActionKind kind : all_action_kinds()) {
    const bool elsewhere =
        kind == ActionKind::kRun || kind == ActionKind::kWebhook || kind == ActionKind::kDiagnose;
    EXPECT_EQ(permissions_for(kind).empty(), elsewhere) << to_string(kind);
    for (const std::string& one : permissions_for(kind)) EXPECT_THAT(one, testing::HasSubstr(":"));
  }
}

TEST(IamPolicy, follows_the_ways_to_the_hosts_and_the_queues) {
  config::Config config;
  EXPECT_TRUE(statement(config, "LivesonicReachesHosts").is_null());
  config.ssh.identity = config::SshIdentity::kInstanceConnect;
  config.ssh.host_keys = config::HostKeys::kConsole;
  Cluster cluster;
  cluster.access.reach = Reach::kSsm;
  config.clusters = {cluster};
  config.aws.event_queue_url = "https://sqs.ap-northeast-1.amazonaws.com/123456789012/livesonic";
  config::AwsAccount prod;
  prod.role.arn = "arn:aws:iam::1:role/livesonic";
  config.aws.accounts = {prod};
  config.domains.registrations = false;
  const auto all = everything(config);
  for (const char* action :
       {"ssm:SendCommand", "ssm:GetCommandInvocation", "ec2-instance-connect:SendSSHPublicKey",
        "ec2:GetConsoleOutput", "sqs:ReceiveMessage", "sqs:DeleteMessage", "sts:AssumeRole"}) {
    EXPECT_THAT(all, Contains(action));
  }
  EXPECT_THAT(all, Not(Contains("route53domains:ListDomains")));
  EXPECT_EQ(statement(config, "LivesonicHearsEvents").at("Resource").at(0),
            "arn:aws:sqs:ap-northeast-1:123456789012:livesonic");
  config.aws.event_queue_url = "http://127.0.0.1:5000/queue";
  EXPECT_EQ(statement(config, "LivesonicHearsEvents").at("Resource").at(0), "*");
}

}  // namespace
}  // namespace livesonic::app
