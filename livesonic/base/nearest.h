// SPDX-License-Identifier: Apache-2.0
// "Did you mean …?" Pure function.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace livesonic {

// The one of `known` that `word` was most likely meant to be; empty when none is near. At most a
// third of the letters may differ, by Levenshtein's distance.
std::string nearest(std::string_view word, const std::vector<std::string>& known);

}  // namespace livesonic
