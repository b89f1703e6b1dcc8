// SPDX-License-Identifier: Apache-2.0
// What was asked for on the command line. Pure.
#pragma once

#include <chrono>
#include <optional>
#include <span>
#include <string>

#include "serverscore/print/nagios.h"

namespace serverscore {

enum class Format { kNumber, kBrief, kJson, kExplain, kPrometheus, kNagios, kVersion, kHelp };

enum class Colour { kAuto, kAlways, kNever };

inline constexpr std::chrono::milliseconds kShortestInterval{100};
inline constexpr std::chrono::milliseconds kLongestInterval{3'600'000};

struct Options {
  Format format = Format::kNumber;
  Thresholds thresholds;                            // of kNagios
  std::optional<std::chrono::milliseconds> stream;  // the interval; of the formats of a line
  bool containers = false;                          // not with kNagios, nor in a stream
  bool cloud = false;
  bool stateless = false;  // keep nothing between two runs
  std::string state;       // the file to keep it in; empty for the usual one
  std::string root;        // put in front of /proc; empty for the host itself
  Colour colour = Colour::kAuto;
  std::string error;  // not empty: what is wrong with the command line
};

// `arguments` without the program's name. Whatever is wrong, `format` is kNagios if that was asked
// for: then the complaint has to be a plugin's.
Options parse_options(std::span<const char* const> arguments);

}  // namespace serverscore
