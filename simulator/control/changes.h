// SPDX-License-Identifier: Apache-2.0
// What the control API can change, apart from HTTP: a request is read first, strictly, and becomes
// a change that can be made then, later, or again. So a scenario says what the control API can,
// and its mistakes are known before it plays. Pure functions.
#pragma once

#include <functional>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "livesonic/base/result.h"
#include "simulator/control/fields.h"
#include "simulator/world/world.h"

namespace livesonic::simulator {

// Makes it in the world; the answer, or why it can't be made there.
using Change = std::function<Result<nlohmann::json>(World&, Time)>;

// The request `method` of `path` ("shortages", "instances/i-1/stop": what comes after "/sim/").
// kNotFound where there is none such, kInvalidInput where its fields are wrong.
Result<Change> read_change(std::string_view method, std::string_view path, Fields& fields);

// --- one reader for each family; `rest` is the path after the family's name, split ---

struct ChangeRequest {
  bool post = false;  // or DELETE
  std::vector<std::string> rest;
};

// Null where there is no such request.
Change read_fleet_change(const std::string& family, const ChangeRequest& request, Fields& fields);
Change read_host_change(const std::string& family, const ChangeRequest& request, Fields& fields);
Change read_market_change(const std::string& family, const ChangeRequest& request, Fields& fields);
Change read_name_change(const std::string& family, const ChangeRequest& request, Fields& fields);

// An answer of nothing, or the error.
Result<nlohmann::json> answer_to(const Result<void>& done);

}  // namespace livesonic::simulator
