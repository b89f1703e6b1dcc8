// SPDX-License-Identifier: Apache-2.0
// Which permission of IAM each operation needs that this room asks for: one table, for the errors
// that name what is missing and for the policy that `livesonic iam-policy` writes.
#pragma once

#include <span>
#include <string_view>

namespace livesonic::aws {

struct OperationPermission {
  std::string_view service;    // as requests are signed: "autoscaling"
  std::string_view operation;  // "SetDesiredCapacity"
  std::string_view action;     // "autoscaling:SetDesiredCapacity"; empty: none is needed
};

// One line for each operation, by service.
std::span<const OperationPermission> operation_permissions();

// Empty for an operation that needs none, and for one that the table doesn't have.
std::string_view permission_of(std::string_view service, std::string_view operation);

}  // namespace livesonic::aws
