// SPDX-License-Identifier: Apache-2.0
// The verdict as JSON, schema "serverscore/1" of docs/score.md. Pure.
#pragma once

#include <string>

#include "serverscore/inputs.h"
#include "serverscore/score.h"

namespace serverscore {

// One object, indented, with a newline at the end. Always valid JSON in ASCII.
std::string to_json(const Inputs& inputs, const Verdict& verdict);

}  // namespace serverscore
