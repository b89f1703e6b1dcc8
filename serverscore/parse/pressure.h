// SPDX-License-Identifier: Apache-2.0
// Pressure stall information, of the host or of a cgroup: both have the same text.
// The format: Documentation/accounting/psi.rst of the Linux kernel.
#pragma once

#include <optional>
#include <string_view>

#include "serverscore/parse/text.h"

namespace serverscore {

// Shares of some interval, 0..1. full <= some.
struct Pressure {
  double some = 0;  // in which at least one task was stalled
  double full = 0;  // in which all that had work were stalled
};

// Microseconds since boot, or since the cgroup was made.
struct StallTotals {
  double some = 0;
  double full = 0;
};

struct PressureFile {
  Pressure recent;  // of the last 10 seconds
  std::optional<StallTotals> totals;
};

// `file` is its name in notes: "/proc/pressure/io". "full" may be absent, as for cpu before Linux
// 5.13. Nothing when the share of the last 10 seconds isn't there.
std::optional<PressureFile> parse_pressure(std::string_view text, std::string_view file,
                                           Notes& notes);

}  // namespace serverscore
