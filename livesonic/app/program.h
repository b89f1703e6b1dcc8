// SPDX-License-Identifier: Apache-2.0
// The program as a whole.
#pragma once

namespace livesonic::app {

// Runs the command line; returns the exit status.
int run_program(int argc, char** argv);

}  // namespace livesonic::app
