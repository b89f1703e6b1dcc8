// SPDX-License-Identifier: Apache-2.0
#include "livesonic/model/plugin_output.h"

#include <algorithm>
#include <array>
#include <optional>

#include "livesonic/base/text.h"
#include "livesonic/model/alert_range.h"

namespace livesonic {
namespace {

constexpr std::size_t kLongestUnit = 16;
constexpr std::size_t kLongestRange = 64;

bool is_space(char c) {
  return c == ' ' || (c >= '\t' && c <= '\r');
}

bool is_of_number(char c) {
  return (c >= '0' && c <= '9') || c == '.' || c == '-' || c == '+' || c == ',';
}

// Takes perfdata from its beginning on, a value after the other.
class Perfdata {
 public:
  explicit Perfdata(std::string_view text) : rest_(text) {}

  [[nodiscard]] bool at_end() {
    while (!rest_.empty() && is_space(rest_.front())) rest_.remove_prefix(1);
    return rest_.empty();
  }

  // The next one, or nothing where it is of another form; either way it is behind us.
  std::optional<Metric> next() {
    auto label = take_label();
    const std::string_view fields = take_while([](char c) { return !is_space(c); });
    if (!label || label->empty()) return std::nullopt;
    std::array<std::string_view, 5> parts{};
    std::size_t count = 0;
    for (const std::string_view part : split(fields, ';')) {
      if (count < parts.size()) parts.at(count++) = part;
    }
    Metric metric;
    metric.label = printable(*label);
    if (metric.label.size() > kLongestLabel || !take_value(parts[0], metric)) return std::nullopt;
    metric.warning = range(parts[1]);
    metric.critical = range(parts[2]);
    metric.min = parse_number(parts[3]);
    metric.max = parse_number(parts[4]);
    return metric;
  }

 private:
  template <typename Is>
  std::string_view take_while(Is is) {
    const auto end = std::find_if_not(rest_.begin(), rest_.end(), is);
    const std::string_view taken = rest_.substr(0, static_cast<std::size_t>(end - rest_.begin()));
    rest_.remove_prefix(taken.size());
    return taken;
  }

  // With the '=' that follows it.
  std::optional<std::string> take_label() {
    std::string label;
    if (rest_.starts_with('\'')) {
      rest_.remove_prefix(1);
      for (;;) {
        label += take_while([](char c) { return c != '\''; });
        if (rest_.empty()) return std::nullopt;
        rest_.remove_prefix(1);
        if (!rest_.starts_with('\'')) break;  // else a quote that belongs to the label
        label += '\'';
        rest_.remove_prefix(1);
      }
    } else {
      label = take_while([](char c) { return c != '=' && !is_space(c); });
    }
    if (!rest_.starts_with('=')) return std::nullopt;
    rest_.remove_prefix(1);
    return label;
  }

  static bool take_value(std::string_view text, Metric& metric) {
    // The number is the longest beginning that is one: "1e3" is a thousand, "1e" is one "e".
    const std::size_t most = std::min<std::size_t>(text.size(), 40);
    for (std::size_t length = most; length > 0; --length) {
      const auto value = parse_number(text.substr(0, length));
      if (!value) continue;
      const std::string_view unit = text.substr(length);
      if (unit.size() > kLongestUnit || std::any_of(unit.begin(), unit.end(), is_of_number)) {
        return false;
      }
      metric.value = *value;
      metric.unit = printable(unit);
      return true;
    }
    return false;
  }

  static std::string range(std::string_view text) {
    const bool fits = text.size() <= kLongestRange && parse_alert_range(text).has_value();
    return fits ? std::string(text) : std::string();
  }

  std::string_view rest_;
};

}  // namespace

PluginOutput split_plugin_output(std::string_view out) {
  PluginOutput output;
  const std::vector<std::string_view> lines = split(trim(out), '\n');
  bool in_perfdata = false;  // once a further line has a '|', all that follows is perfdata
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const std::string_view line = lines[i];
    const std::size_t bar = in_perfdata ? 0 : line.find('|');
    const std::string_view text = line.substr(0, std::min(bar, line.size()));
    if (i == 0) {
      output.summary = trim(text);
    } else if (!in_perfdata && (bar == std::string_view::npos || !trim(text).empty())) {
      output.long_text += text;
      output.long_text += '\n';
    }
    if (bar == std::string_view::npos) continue;
    output.perfdata += line.substr(in_perfdata ? 0 : bar + 1);
    output.perfdata += ' ';
    in_perfdata = in_perfdata || i > 0;
  }
  return output;
}

std::vector<Metric> parse_perfdata(std::string_view text) {
  std::vector<Metric> metrics;
  Perfdata perfdata(text);
  while (!perfdata.at_end() && metrics.size() < kMostMetrics) {
    auto metric = perfdata.next();
    if (!metric) continue;
    const bool known = std::any_of(metrics.begin(), metrics.end(),
                                   [&](const Metric& one) { return one.label == metric->label; });
    if (!known) metrics.push_back(std::move(*metric));
  }
  return metrics;
}

}  // namespace livesonic
