// SPDX-License-Identifier: Apache-2.0
// What several services of AWS have in common: tags on things, and filters for lists of them.
#pragma once

#include <map>
#include <string>
#include <vector>

namespace livesonic::aws {

using Tags = std::map<std::string, std::string>;

// A thing passes when what the filter is about has one of the values, which may have wildcards
// where the service allows them: {"tag:Role", {"web", "batch-*"}}. All filters of a call must pass.
struct Filter {
  std::string name;
  std::vector<std::string> values;
};
using Filters = std::vector<Filter>;

}  // namespace livesonic::aws
