// SPDX-License-Identifier: Apache-2.0
// What both files of the newer load balancers' operations write and refuse alike.
#pragma once

#include <string>
#include <string_view>
#include <utility>

#include "simulator/aws/operations.h"
#include "simulator/aws/query.h"

namespace livesonic::simulator::elbv2 {

inline constexpr std::string_view kNameSpace =
    "http://elasticloadbalancing.amazonaws.com/doc/2015-12-01/";
inline constexpr std::size_t kMostNames = 20;  // in one call, as the API reference says

template <typename Fill>
std::string response(const AwsCall& call, Fill&& fill) {
  return query_response(kNameSpace, call, std::forward<Fill>(fill));
}

inline std::string done(const AwsCall& call) {
  return response(call, [](XmlWriter&) {});
}

inline tl::unexpected<AwsError> no_balancers() {
  return refuse(400, "LoadBalancerNotFound", "One or more load balancers not found");
}

inline tl::unexpected<AwsError> no_target_groups() {
  return refuse(400, "TargetGroupNotFound", "One or more target groups not found");
}

}  // namespace livesonic::simulator::elbv2
