// SPDX-License-Identifier: Apache-2.0
// Why the score is what it is, in words. Pure; one line of ASCII each, without a newline.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "serverscore/score/inputs.h"
#include "serverscore/score/score.h"

namespace serverscore {

// What a part's score came from: "3.0 others want the 2 CPUs".
std::string explain_cpu(const Inputs& inputs, const Part& part);
std::string explain_io(const Inputs& inputs, const Part& part);
std::string explain_memory(const Inputs& inputs, const Part& part);

// "/var is nearly full: 1.2 of 100 GiB left". Not longer than 200 characters.
std::string explain_danger(const Inputs& inputs, const Danger& danger);

// What the time between the last look and this one was like; empty when this is the first.
std::string explain_since(const Inputs& inputs);

// "a typical request takes about 4.3 times as long as on the idle host, mostly for want of CPU".
std::string explain_slowdown(const Verdict& verdict);

// The danger that holds the score below what the speed alone would make it; the worst of several.
const Danger* deciding_danger(const Verdict& verdict);

// The verdict's dangers, the worst first.
std::vector<Danger> worst_first(const Verdict& verdict);

}  // namespace serverscore
