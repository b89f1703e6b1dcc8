// SPDX-License-Identifier: Apache-2.0
// What an operator's rule says, as one JSON column. Pure functions.
#pragma once

#include <string>
#include <string_view>

#include "livesonic/base/result.h"
#include "livesonic/model/rule.h"

namespace livesonic::storage {

// All but the name and where it comes from. Durations are milliseconds; only what says something is
// written.
std::string rule_to_json(const Rule& rule);
// kInvalidInput for anything not of that form.
Result<Rule> rule_from_json(std::string_view json);

}  // namespace livesonic::storage
