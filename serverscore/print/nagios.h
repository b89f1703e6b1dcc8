// SPDX-License-Identifier: Apache-2.0
// The verdict as a monitoring plugin gives it: for Nagios, Icinga, Naemon, Sensu, NRPE. Pure.
// The line: https://www.monitoring-plugins.org/doc/guidelines.html
#pragma once

#include <string>
#include <string_view>

#include "serverscore/score/inputs.h"
#include "serverscore/score/score.h"

namespace serverscore {

// An alert is raised when the score is below.
struct Thresholds {
  int warning = 60;  // 0..100
  int critical = 30;
};

enum class PluginStatus : int { kOk = 0, kWarning = 1, kCritical = 2, kUnknown = 3 };

PluginStatus plugin_status(int score, const Thresholds& thresholds);

// One line, shorter than the 1024 bytes that old versions of NRPE let through. `more` is what else
// is to be said, empty mostly.
std::string plugin_line(const Inputs& inputs, const Verdict& verdict, const Thresholds& thresholds,
                        std::string_view more = {});

// "SERVERSCORE UNKNOWN - nothing to read below /proc".
std::string plugin_unknown(std::string_view why);

}  // namespace serverscore
