// SPDX-License-Identifier: Apache-2.0
// The program as a function: main() writes what comes back and ends with the status.
#pragma once

#include <span>
#include <string>

#include "serverscore/capture.h"

namespace serverscore {

enum Status : int {
  kAnswered = 0,
  kCannotWrite = 1,
  kWrongUsage = 2,
  kNothingToRead = 3,  // there is no /proc, or nothing of it can be read
};

struct Answer {
  std::string out;
  std::string err;
  int status = kAnswered;
};

// `arguments` without the program's name. Takes `plan.span` of time.
Answer run(std::span<const char* const> arguments, CapturePlan plan = {});

}  // namespace serverscore
