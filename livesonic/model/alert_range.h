// SPDX-License-Identifier: Apache-2.0
// The ranges of Nagios plugins, as `-w` and `-c` take them: "10", "10:", "~:10", "10:20", "@10:20".
// Plain value; parsing is pure, and the text may come from a host.
#pragma once

#include <limits>
#include <optional>
#include <string_view>

#include "livesonic/base/result.h"

namespace livesonic {

// https://www.monitoring-plugins.org/doc/guidelines.html#THRESHOLDFORMAT
struct AlertRange {
  double low = 0;
  double high = std::numeric_limits<double>::infinity();
  bool inside = false;  // the "@": it is the values within that are alerted of

  [[nodiscard]] bool alerts(double value) const {
    const bool within = low <= value && value <= high;
    return within == inside;
  }
  friend bool operator==(const AlertRange&, const AlertRange&) = default;
};

// kInvalidInput with an example of the form for anything that is no such range.
Result<AlertRange> parse_alert_range(std::string_view text);

// A finite decimal number without anything around it, whatever the locale; a leading '+' is taken.
std::optional<double> parse_number(std::string_view text);

}  // namespace livesonic
