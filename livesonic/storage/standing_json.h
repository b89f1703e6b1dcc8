// SPDX-License-Identifier: Apache-2.0
// An instance's Standing as it is stored: JSON in one column, because nothing is asked of its
// parts. Pure functions.
#pragma once

#include <string>
#include <string_view>

#include "livesonic/base/result.h"
#include "livesonic/model/instance.h"

namespace livesonic::storage {

// Only what isn't empty is written: "{}" for most hosts behind a classic balancer. Bytes that are
// no UTF-8 become U+FFFD.
std::string standing_to_json(const Standing& standing);
// kInvalidInput on anything that isn't of the form that is written above.
Result<Standing> standing_from_json(std::string_view text);

}  // namespace livesonic::storage
