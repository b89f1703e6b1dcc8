// SPDX-License-Identifier: Apache-2.0
// The options of `service add` and `probe add` that say what must come back.
#pragma once

#include <string>
#include <vector>

#include "livesonic/base/result.h"
#include "livesonic/cli/command.h"
#include "livesonic/cli/json_text.h"

namespace livesonic::cli {

// `status` is "exit" or "status": the options are --expect-STATUS and --expect-not-STATUS.
std::vector<Parameter> expectation_parameters(const std::string& status, const std::string& of);

// Adds what was given of them to a request's body.
Result<void> add_expectations(const Arguments& arguments, const std::string& status, int least,
                              int most, Json& body);

// A whole number; the error names the option.
Result<int> number_of_option(const std::string& option, const std::string& text, int least,
                             int most);

}  // namespace livesonic::cli
