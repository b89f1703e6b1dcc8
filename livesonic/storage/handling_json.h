// SPDX-License-Identifier: Apache-2.0
// How an incident is dealt with, and what a silence is about, as JSON in one column each. Pure
// functions; what json_columns.h says of reading and writing holds.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "livesonic/base/result.h"
#include "livesonic/model/incident.h"
#include "livesonic/model/silence.h"

namespace livesonic::storage {

// Everything of an incident that has no column of its own. Only what says something is written; {}
// reads as an incident that nobody has dealt with. Reading sets those fields alone.
std::string handling_to_json(const Incident& incident);
Result<void> handling_from_json(std::string_view json, Incident& incident);

std::string matchers_to_json(const std::vector<Matcher>& matchers);  // ["cluster=web"]
Result<std::vector<Matcher>> matchers_from_json(std::string_view json);

}  // namespace livesonic::storage
