// SPDX-License-Identifier: Apache-2.0
// The operations of the simulated AWS: pure functions from the world and a call's parameters to the
// document that AWS answers. One file per service; an operation more is a function more and a line
// in its service's table.
#pragma once

#include <span>
#include <string_view>

#include "simulator/aws/protocol.h"
#include "simulator/world/world.h"

namespace livesonic::simulator {

// An operation looks at the world or changes it; one of the two pointers is set.
struct AwsOperation {
  using Look = AwsAnswer (*)(const World& world, Time now, const AwsCall& call);
  using Change = AwsAnswer (*)(World& world, Time now, const AwsCall& call);

  constexpr AwsOperation(std::string_view called, Look function) : name(called), look(function) {}
  constexpr AwsOperation(std::string_view called, Change function)
      : name(called), change(function) {}

  std::string_view name;
  Look look = nullptr;
  Change change = nullptr;
};

// catalogue.h has them all together.
std::span<const AwsOperation> autoscaling_operations();
std::span<const AwsOperation> autoscaling_instance_operations();
std::span<const AwsOperation> cloudwatch_operations();
std::span<const AwsOperation> ec2_console_operations();
std::span<const AwsOperation> ec2_fleet_operations();
std::span<const AwsOperation> ec2_instance_operations();
std::span<const AwsOperation> ec2_launch_operations();
std::span<const AwsOperation> ec2_spot_operations();
std::span<const AwsOperation> ec2_template_operations();
std::span<const AwsOperation> ec2_type_operations();
std::span<const AwsOperation> ecs_operations();
std::span<const AwsOperation> ecs_service_operations();
std::span<const AwsOperation> elb_operations();
std::span<const AwsOperation> elbv2_operations();
std::span<const AwsOperation> elbv2_target_operations();
std::span<const AwsOperation> instance_connect_operations();
std::span<const AwsOperation> pricing_operations();
std::span<const AwsOperation> route53_operations();
std::span<const AwsOperation> route53domains_operations();
std::span<const AwsOperation> sns_operations();
std::span<const AwsOperation> sqs_operations();
std::span<const AwsOperation> ssm_command_operations();
std::span<const AwsOperation> ssm_parameter_operations();
std::span<const AwsOperation> sso_operations();
std::span<const AwsOperation> sts_operations();

}  // namespace livesonic::simulator
