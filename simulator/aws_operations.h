// SPDX-License-Identifier: Apache-2.0
// The operations of the simulated AWS: pure functions from the world and a call's parameters to the
// XML that AWS answers. One file per service; an operation more is a function more and a line in
// its service's table.
#pragma once

#include <span>
#include <string_view>

#include "simulator/aws_protocol.h"
#include "simulator/world.h"

namespace livesonic::simulator {

struct AwsOperation {
  std::string_view name;
  AwsAnswer (*answer)(const World& world, Time now, const AwsCall& call);
};

std::span<const AwsOperation> elb_operations();
std::span<const AwsOperation> ec2_operations();
std::span<const AwsOperation> route53_operations();

}  // namespace livesonic::simulator
