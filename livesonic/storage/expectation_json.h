// SPDX-License-Identifier: Apache-2.0
// An Expectation as it is stored: JSON in one column, because nothing is asked of its parts. Pure
// functions.
#pragma once

#include <string>
#include <string_view>

#include "livesonic/base/result.h"
#include "livesonic/model/service.h"

namespace livesonic::storage {

// {"exact", "contains", "regex", "exit_status", "json": {"pointer", "equals", "range"}}, each only
// where it is set. Bytes that are no UTF-8 become U+FFFD.
std::string expectation_to_json(const Expectation& expect);
// kInvalidInput on anything that isn't of the form that is written above.
Result<Expectation> expectation_from_json(std::string_view text);

}  // namespace livesonic::storage
