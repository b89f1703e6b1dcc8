// SPDX-License-Identifier: Apache-2.0
// The verdict in words. Pure.
#pragma once

#include <string>

#include "serverscore/inputs.h"
#include "serverscore/score.h"

namespace serverscore {

// What a part's score came from, on one line: "3.0 others want the 2 CPUs".
std::string explain_cpu(const Inputs& inputs, const Part& part);
std::string explain_io(const Inputs& inputs, const Part& part);
std::string explain_memory(const Inputs& inputs, const Part& part);
std::string explain_danger(const Inputs& inputs, const Danger& danger);

// The whole for a person at a terminal: a line for the score, one with a bar for each part, then
// dangers, missing files and notes. ASCII.
std::string explain(const Inputs& inputs, const Verdict& verdict);

}  // namespace serverscore
