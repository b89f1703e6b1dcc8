// SPDX-License-Identifier: Apache-2.0
// The few values that are stored as JSON in one column, because nothing is ever asked of their
// parts. Pure functions.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "livesonic/base/result.h"
#include "livesonic/model/access.h"
#include "livesonic/model/domain.h"
#include "livesonic/model/incident.h"

namespace livesonic::storage {

// Bytes that are no UTF-8 become U+FFFD; everything else is read back as it was. Reading fails
// (kInvalidInput) on anything that isn't of the form that is written here.

std::string tags_to_json(const std::map<std::string, std::string>& tags);  // {"key": "value"}
Result<std::map<std::string, std::string>> tags_from_json(std::string_view json);

std::string names_to_json(const std::vector<std::string>& names);  // ["name"]
Result<std::vector<std::string>> names_from_json(std::string_view json);

// {"remote", "user", "port", "jump"}, each only where it says something
std::string access_to_json(const Access& access);
Result<Access> access_from_json(std::string_view json);

// [{"instance", "label", "detail", "since", "until"}], times in milliseconds, until may be null
std::string members_to_json(const std::vector<IncidentMember>& members);
Result<std::vector<IncidentMember>> members_from_json(std::string_view json);

// [{"name", "type", "target", "clusters"}]
std::string aliases_to_json(const std::vector<DomainAlias>& aliases);
Result<std::vector<DomainAlias>> aliases_from_json(std::string_view json);

}  // namespace livesonic::storage
