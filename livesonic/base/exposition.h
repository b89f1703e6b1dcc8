// SPDX-License-Identifier: Apache-2.0
// Prometheus' text exposition format, version 0.0.4. Pure functions.
#pragma once

#include <fmt/format.h>

#include <string>
#include <string_view>

namespace livesonic::exposition {

// name="value", whatever the value has in it.
std::string label(std::string_view name, std::string_view value);

// What stands before a family's samples. `type`: "counter", "gauge", "histogram".
std::string heading(std::string_view name, std::string_view type, std::string_view help);

// One line; `labels` are label()s with commas between them, or none.
template <typename Value>
std::string sample(std::string_view name, std::string_view labels, Value value) {
  if (labels.empty()) return fmt::format("{} {}\n", name, value);
  return fmt::format("{}{{{}}} {}\n", name, labels, value);
}

}  // namespace livesonic::exposition
