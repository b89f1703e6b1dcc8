// SPDX-License-Identifier: Apache-2.0
// Texts with "{name}" in them for values to be put in. No more than that: no conditions, no loops.
// "{{" and "}}" stand for the braces themselves. Pure functions.
#pragma once

#include <functional>
#include <span>
#include <string>
#include <string_view>

#include "livesonic/base/result.h"

namespace livesonic {

// An error names what is not among `names`, or what is wrong with the braces.
Result<void> check_template(std::string_view text, std::span<const std::string_view> names);

// Of a text that was checked; a name that isn't known stays as it is written.
std::string fill_template(std::string_view text,
                          const std::function<std::string(std::string_view name)>& value);

}  // namespace livesonic
