// SPDX-License-Identifier: Apache-2.0
// What is asked of an action and never searched for, as one JSON column. Pure functions.
#pragma once

#include <string>
#include <string_view>

#include "livesonic/base/result.h"
#include "livesonic/model/action.h"

namespace livesonic::storage {

// {"by", "reason", "target", "text", "capacity", "healthy", "override_breaker"}, each only where it
// says something.
std::string request_to_json(const ActionRequest& request);
// Fills these in; the rest of `request` stays. kInvalidInput for anything not of that form.
Result<void> request_from_json(std::string_view json, ActionRequest& request);

}  // namespace livesonic::storage
