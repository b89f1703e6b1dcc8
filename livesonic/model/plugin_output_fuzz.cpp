// SPDX-License-Identifier: Apache-2.0
#include "livesonic/model/plugin_output.h"

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "livesonic/model/alert_range.h"

using namespace livesonic;

// Whatever a plugin prints, what is taken from it keeps to its bounds.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const PluginOutput output = split_plugin_output(text);
  if (output.summary.size() > size || output.long_text.size() > size + 1) std::abort();
  for (const std::string_view perfdata : {text, std::string_view(output.perfdata)}) {
    const auto metrics = parse_perfdata(perfdata);
    if (metrics.size() > kMostMetrics) std::abort();
    for (const Metric& metric : metrics) {
      if (metric.label.empty() || metric.label.size() > kLongestLabel) std::abort();
      if (!std::isfinite(metric.value)) std::abort();
      for (const std::string& range : {metric.warning, metric.critical}) {
        if (!range.empty() && !parse_alert_range(range)) std::abort();
      }
    }
  }
  if (const auto range = parse_alert_range(text)) {
    if (std::isnan(range->low) || std::isnan(range->high) || range->low > range->high) std::abort();
  }
  return 0;
}
