// SPDX-License-Identifier: Apache-2.0
// All that the simulated AWS answers: the tables of its APIs' operations.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "simulator/aws/operations.h"

namespace livesonic::simulator {

struct AwsApi {
  std::string_view name;     // as boto3 and awscli call it: "elbv2"
  std::string_view service;  // as requests are signed: "elasticloadbalancing"
  std::vector<std::span<const AwsOperation>> tables;
};

const std::vector<AwsApi>& aws_apis();

// The API that the call is meant for, by its service and version; nullptr when there is none.
const AwsApi* find_api(const AwsCall& call);
// nullptr when the API has no such operation here.
const AwsOperation* find_operation(const AwsApi& api, std::string_view name);

}  // namespace livesonic::simulator
