// SPDX-License-Identifier: Apache-2.0
// The program as a function: main() writes what comes back and ends with the status.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "serverscore/capture/capture.h"
#include "serverscore/program/options.h"
#include "serverscore/program/terminal.h"

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
  int status = kAnswered;  // as a plugin's, with --nagios: see PluginStatus
};

// Anything but a stream. Takes `plan.span` of time, and up to kNoticesTime more with --cloud.
Answer run(const Options& options, const Surroundings& surroundings = {}, CapturePlan plan = {});

// The same, of a command line without the program's name, for a reader who isn't a terminal.
Answer run(std::span<const char* const> arguments, CapturePlan plan = {});

// What is answered when there is nothing to judge the host by.
Answer nothing_to_read(const Options& options);

// What is said where the answer can't be written.
inline constexpr std::string_view kCannotWriteText =
    "serverscore: the answer can't be written to standard output\n";

// The file that the past is kept in; empty when none is.
std::string state_path(const Options& options);

}  // namespace serverscore
