// SPDX-License-Identifier: Apache-2.0
// What was asked for on the command line. Pure.
#pragma once

#include <span>
#include <string>

namespace serverscore {

enum class Format { kNumber, kJson, kExplain, kVersion, kHelp };

struct Options {
  Format format = Format::kNumber;
  std::string root;   // put in front of /proc; empty for the host itself
  std::string error;  // not empty: what is wrong with the command line
};

// `arguments` without the program's name. Of several formats the last one counts.
Options parse_options(std::span<const char* const> arguments);

}  // namespace serverscore
