// SPDX-License-Identifier: Apache-2.0
// The counts of our calls as Prometheus reads them. Pure function.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "livesonic/aws/statistics.h"

namespace livesonic::aws {

// Prometheus' text format, version 0.0.4: livesonic_aws_… counters, labelled with account, region,
// service and operation. Nothing is written of what was never counted.
std::string prometheus_text(const std::vector<std::pair<OperationKey, OperationCounts>>& counted);

}  // namespace livesonic::aws
