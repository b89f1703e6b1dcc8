// SPDX-License-Identifier: Apache-2.0
#include "livesonic/app/iam_policy.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>
#include <utility>

#include "livesonic/aws/permissions.h"
#include "livesonic/base/text.h"

namespace livesonic::app {
namespace {

using Json = nlohmann::ordered_json;
using Operations = std::vector<std::pair<const char*, const char*>>;  // service, operation

const Operations kFleets{{"elasticloadbalancing", "DescribeLoadBalancers"},
                         {"elasticloadbalancing", "DescribeInstanceHealth"},
                         {"elasticloadbalancing", "DescribeTargetGroups"},
                         {"elasticloadbalancing", "DescribeTargetHealth"},
                         {"elasticloadbalancing", "DescribeTags"},
                         {"ec2", "DescribeInstances"},
                         {"ec2", "DescribeInstanceStatus"},
                         {"ec2", "DescribeSpotInstanceRequests"},
                         {"autoscaling", "DescribeAutoScalingGroups"},
                         {"autoscaling", "DescribeAutoScalingInstances"},
                         {"autoscaling", "DescribeScalingActivities"},
                         {"ecs", "DescribeServices"},
                         {"ecs", "ListTasks"},
                         {"ecs", "DescribeTasks"},
                         {"ecs", "DescribeContainerInstances"}};
// What instances cost.
const Operations kPrices{{"ec2", "DescribeSpotPriceHistory"}, {"pricing", "GetProducts"}};
const Operations kDomains{{"route53", "ListHostedZones"},
                          {"route53", "ListTagsForResources"},
                          {"route53", "ListResourceRecordSets"}};

std::set<std::string> actions_of(const Operations& operations) {
  std::set<std::string> actions;
  for (const auto& [service, operation] : operations) {
    actions.emplace(aws::permission_of(service, operation));
  }
  return actions;
}

Operations operations_for(ActionKind kind) {
  switch (kind) {
    case ActionKind::kDeregister:
    case ActionKind::kDrain:
      return {{"elasticloadbalancing", "DeregisterInstancesFromLoadBalancer"},
              {"elasticloadbalancing", "DeregisterTargets"}};
    case ActionKind::kRegister:
      return {{"elasticloadbalancing", "RegisterInstancesWithLoadBalancer"},
              {"elasticloadbalancing", "RegisterTargets"}};
    case ActionKind::kReboot:
      return {{"ec2", "RebootInstances"}};
    case ActionKind::kStop:
      return {{"ec2", "StopInstances"}};
    case ActionKind::kStart:
      return {{"ec2", "StartInstances"}};
    case ActionKind::kReplace:
      return {{"autoscaling", "SetDesiredCapacity"},
              {"autoscaling", "TerminateInstanceInAutoScalingGroup"}};
    case ActionKind::kTerminate:
      return {{"autoscaling", "TerminateInstanceInAutoScalingGroup"},
              {"ec2", "TerminateInstances"}};
    case ActionKind::kSetCapacity:
      return {{"autoscaling", "SetDesiredCapacity"}, {"ecs", "UpdateService"}};
    case ActionKind::kLaunch:
      return {{"ec2", "CreateFleet"},
              {"ec2", "DescribeLaunchTemplates"},
              {"elasticloadbalancing", "RegisterInstancesWithLoadBalancer"},
              {"elasticloadbalancing", "RegisterTargets"}};
    case ActionKind::kRelease:
      return {{"ec2", "TerminateInstances"},
              {"elasticloadbalancing", "DeregisterInstancesFromLoadBalancer"},
              {"elasticloadbalancing", "DeregisterTargets"}};
    case ActionKind::kSetHealth:
      return {{"autoscaling", "SetInstanceHealth"}};
    case ActionKind::kEnterStandby:
      return {{"autoscaling", "EnterStandby"}};
    case ActionKind::kExitStandby:
      return {{"autoscaling", "ExitStandby"}};
    case ActionKind::kDeploy:
      return {{"ecs", "UpdateService"}};
    case ActionKind::kRollBack:
      return {{"autoscaling", "DescribeInstanceRefreshes"},
              {"autoscaling", "RollbackInstanceRefresh"},
              {"autoscaling", "StartInstanceRefresh"},
              {"ecs", "UpdateService"}};
    case ActionKind::kPublish:
      return {{"sns", "Publish"}};
    case ActionKind::kRun:
    case ActionKind::kWebhook:
    case ActionKind::kDiagnose:
      return {};
  }
  return {};
}

// The kinds that are more than a dry run somewhere.
std::set<ActionKind> kinds_in_earnest(const config::ActionsConfig& actions) {
  std::set<ActionKind> kinds;
  const auto add = [&](const config::ActionLimits& limits) {
    if (!limits.dry_run) kinds.insert(limits.kinds.begin(), limits.kinds.end());
  };
  add(actions);
  for (const auto& [name, limits] : actions.clusters) add(limits);
  return kinds;
}

// "https://sqs.REGION.amazonaws.com/ACCOUNT/NAME" as an ARN; "*" for what isn't like that.
std::string queue_arn(const std::string& url) {
  const auto parts = split(url, '/');
  if (parts.size() != 5) return "*";
  const auto host = split(parts[2], '.');
  if (host.size() < 4 || host[0] != "sqs") return "*";
  const std::string_view partition = host.back() == "cn" ? "aws-cn" : "aws";
  return fmt::format("arn:{}:sqs:{}:{}:{}", partition, host[1], parts[3], parts[4]);
}

class Policy {
 public:
  void allow(const char* sid, const std::set<std::string>& actions, const Json& resource = "*") {
    if (actions.empty()) return;
    statements_.push_back(
        {{"Sid", sid}, {"Effect", "Allow"}, {"Action", actions}, {"Resource", resource}});
  }
  [[nodiscard]] std::string text() const {
    return Json{{"Version", "2012-10-17"}, {"Statement", statements_}}.dump(2) + "\n";
  }

 private:
  Json statements_ = Json::array();
};

void allow_actions(Policy& policy, const config::ActionsConfig& actions, bool launches) {
  std::set<std::string> all;
  auto kinds = kinds_in_earnest(actions);
  if (!launches) {
    kinds.erase(ActionKind::kLaunch);
    kinds.erase(ActionKind::kRelease);
  }
  for (const ActionKind kind : kinds) {
    if (kind == ActionKind::kPublish) continue;
    for (std::string& action : permissions_for(kind)) all.insert(std::move(action));
  }
  policy.allow("LivesonicActs", all);
  Json topics = Json::array();
  for (const config::ActionTopic& topic : actions.topics) topics.push_back(topic.arn);
  if (kinds.contains(ActionKind::kPublish) && !topics.empty()) {
    policy.allow("LivesonicPublishes", actions_of(operations_for(ActionKind::kPublish)), topics);
  }
}

}  // namespace

std::vector<std::string> permissions_for(ActionKind kind) {
  auto actions = actions_of(operations_for(kind));
  // What a refresh to another version of a launch template is checked for, in the caller's name.
  if (kind == ActionKind::kRollBack) {
    actions.insert({"ec2:CreateTags", "ec2:RunInstances", "iam:PassRole"});
  }
  // What CreateFleet does in the caller's name; the role is that of the launch template's profile.
  if (kind == ActionKind::kLaunch) {
    actions.insert({"ec2:RunInstances", "ec2:CreateTags", "iam:PassRole"});
  }
  return {actions.begin(), actions.end()};
}

std::string iam_policy(const config::Config& config) {
  Policy policy;
  policy.allow("LivesonicReadsFleets", actions_of(kFleets));
  policy.allow("LivesonicReadsPrices", actions_of(kPrices));
  auto domains = actions_of(kDomains);
  if (config.domains.registrations) domains.merge(actions_of({{"route53domains", "ListDomains"}}));
  policy.allow("LivesonicReadsDomains", domains);

  std::vector<config::AwsAccount> accounts = config.aws.accounts;
  accounts.insert(accounts.begin(), config.aws);
  Json queues = Json::array();
  Json roles = Json::array();
  for (const config::AwsAccount& account : accounts) {
    if (!account.event_queue_url.empty()) queues.push_back(queue_arn(account.event_queue_url));
    if (!account.role.arn.empty()) roles.push_back(account.role.arn);
  }
  if (!queues.empty()) {
    policy.allow("LivesonicHearsEvents",
                 actions_of({{"sqs", "ReceiveMessage"}, {"sqs", "DeleteMessageBatch"}}), queues);
  }
  if (!roles.empty()) {
    policy.allow("LivesonicTakesRoles", actions_of({{"sts", "AssumeRole"}}), roles);
  }

  Operations hosts;
  const bool by_ssm = std::ranges::any_of(
      config.clusters, [](const Cluster& cluster) { return cluster.access.reach == Reach::kSsm; });
  if (by_ssm) {
    hosts.emplace_back("ssm", "SendCommand");
    hosts.emplace_back("ssm", "GetCommandInvocation");
  }
  if (config.ssh.enabled && config.ssh.identity == config::SshIdentity::kInstanceConnect) {
    hosts.emplace_back("ec2-instance-connect", "SendSSHPublicKey");
  }
  if (config.ssh.enabled && config.ssh.host_keys == config::HostKeys::kConsole) {
    hosts.emplace_back("ec2", "GetConsoleOutput");
  }
  policy.allow("LivesonicReachesHosts", actions_of(hosts));
  const bool groups = std::ranges::any_of(
      config.scaling, [](const auto& entry) { return entry.second.through == ScaleThrough::kAsg; });
  if (groups) {
    policy.allow("LivesonicSeesScaling", actions_of({{"autoscaling", "DescribePolicies"}}));
  }
  const bool requests = std::ranges::any_of(config.scaling, [](const auto& entry) {
    return entry.second.requests_per_instance.has_value();
  });
  if (requests) {
    policy.allow("LivesonicCountsRequests", actions_of({{"monitoring", "GetMetricData"}}));
  }
  const bool launches = std::ranges::any_of(config.scaling, [](const auto& entry) {
    return entry.second.through == ScaleThrough::kFleet && !entry.second.dry_run;
  });
  allow_actions(policy, config.actions, launches);
  return policy.text();
}

}  // namespace livesonic::app
