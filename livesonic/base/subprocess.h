// SPDX-License-Identifier: Apache-2.0
// Runs a program and takes what it prints, within limits.
#pragma once

#include <cstddef>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

#include "livesonic/base/clock.h"
#include "livesonic/base/result.h"

namespace livesonic {

struct Output {
  int status = 0;  // what it exited with; 128 and the signal's number when a signal ended it
  std::string out;
  std::string err;  // its beginning
};

struct RunLimits {
  Duration time = std::chrono::seconds{60};
  std::size_t out = 65536;  // bytes; more is an error
  std::size_t err = 4096;   // bytes; more is left out
};

// What the program is given besides its words.
struct RunInput {
  std::string text;  // to read; it need not read it
  std::vector<std::pair<std::string, std::string>> environment;
  bool ours_too = true;  // and our environment, in what it doesn't say otherwise
};

// Runs `words`, the first of which is looked for in PATH, with our environment and what `input`
// has, and waits until it and whatever else holds its output has ended. After the time, or a stop
// request, its process group is killed: kTimeout, kUnavailable. No shell takes part.
Result<Output> run_program(const std::vector<std::string>& words, const RunLimits& limits,
                           const std::stop_token& stop, const RunInput& input = {});

}  // namespace livesonic
