// SPDX-License-Identifier: Apache-2.0
// livesonic-sim: the command line.
#pragma once

namespace livesonic::simulator {

// The whole program; its exit status: 0, 1 for a failure, 2 for wrong arguments.
int run_program(int argc, char** argv);

}  // namespace livesonic::simulator
