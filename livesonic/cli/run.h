// SPDX-License-Identifier: Apache-2.0
// run() with the outside world passed in, for tests.
#pragma once

#include <string>
#include <vector>

#include "livesonic/base/clock.h"
#include "livesonic/cli/program.h"
#include "livesonic/cli/screen.h"
#include "livesonic/config/config.h"

namespace livesonic::cli {

// `words` are the arguments without the program's name; returns the exit status.
int run_command(const std::vector<std::string>& words, Program& program, Screen& screen,
                const Clock& clock, const config::Environment& environment);

}  // namespace livesonic::cli
