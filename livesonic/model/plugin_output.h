// SPDX-License-Identifier: Apache-2.0
// What a Nagios plugin printed, taken apart: the line for people, what follows it, and the
// perfdata. Pure functions over bytes that a host sent: anything may be in them.
//
// https://www.monitoring-plugins.org/doc/guidelines.html, "Plugin Output for Nagios"
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "livesonic/model/metric.h"

namespace livesonic {

struct PluginOutput {
  std::string_view summary;  // the first line up to its '|', without white space at the ends
  std::string long_text;     // the lines after it that are no perfdata
  std::string perfdata;      // of all lines, with a space between those of two lines
};

// The summary is a view of `out`.
PluginOutput split_plugin_output(std::string_view out);

// 'label'=value[UOM];[warn];[crit];[min];[max], separated by white space. What is not of that form,
// such as a number with a comma, is passed over; so are values that are not known ("U"), labels
// that come again or are too long, and all beyond kMostMetrics. Ranges and bounds that make no
// sense are left out.
std::vector<Metric> parse_perfdata(std::string_view perfdata);

}  // namespace livesonic
