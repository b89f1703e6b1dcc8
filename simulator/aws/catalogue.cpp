// SPDX-License-Identifier: Apache-2.0
#include "simulator/aws/catalogue.h"

#include <algorithm>

namespace livesonic::simulator {

const std::vector<AwsApi>& aws_apis() {
  static const std::vector<AwsApi> apis{
      {"autoscaling", "autoscaling", {autoscaling_operations(), autoscaling_instance_operations()}},
      {"cloudwatch", "monitoring", {cloudwatch_operations()}},
      {"ec2",
       "ec2",
       {ec2_instance_operations(), ec2_launch_operations(), ec2_template_operations(),
        ec2_spot_operations(), ec2_type_operations(), ec2_console_operations(),
        ec2_fleet_operations()}},
      {"ec2-instance-connect", "ec2-instance-connect", {instance_connect_operations()}},
      {"ecs", "ecs", {ecs_operations(), ecs_service_operations()}},
      {"elb", "elasticloadbalancing", {elb_operations()}},
      {"elbv2", "elasticloadbalancing", {elbv2_operations(), elbv2_target_operations()}},
      {"pricing", "pricing", {pricing_operations()}},
      {"route53", "route53", {route53_operations()}},
      {"route53domains", "route53domains", {route53domains_operations()}},
      {"sns", "sns", {sns_operations()}},
      {"sqs", "sqs", {sqs_operations()}},
      {"ssm", "ssm", {ssm_command_operations(), ssm_parameter_operations()}},
      {"sso", "sso", {sso_operations()}},
      {"sts", "sts", {sts_operations()}},
  };
  return apis;
}

const AwsApi* find_api(const AwsCall& call) {
  const auto& apis = aws_apis();
  const auto found = std::ranges::find_if(apis, [&](const AwsApi& api) {
    if (api.service != call.service) return false;
    // Two APIs of load balancers are signed alike.
    if (api.name == "elb") return call.version != "2015-12-01";
    return api.name != "elbv2" || call.version == "2015-12-01";
  });
  return found == apis.end() ? nullptr : &*found;
}

const AwsOperation* find_operation(const AwsApi& api, std::string_view name) {
  for (const auto table : api.tables) {
    const auto found = std::ranges::find(table, name, &AwsOperation::name);
    if (found != table.end()) return &*found;
  }
  return nullptr;
}

}  // namespace livesonic::simulator
