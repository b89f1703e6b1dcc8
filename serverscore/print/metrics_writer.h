// SPDX-License-Identifier: Apache-2.0
// Writes metrics in Prometheus' text format, version 0.0.4. Whatever is given, the result is valid
// and in ASCII, as long as each family is begun once and its samples follow it.
// The format: https://prometheus.io/docs/instrumenting/exposition_formats/
#pragma once

#include <initializer_list>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>

namespace serverscore {

struct Label {
  std::string_view name;
  std::string_view value;  // of any bytes: what isn't printable ASCII becomes '?'
};

class MetricsWriter {
 public:
  // Every metric here is a gauge. Its HELP and TYPE lines are written with the first sample, so a
  // family of which nothing is known leaves no trace. Of samples with the same labels the first is
  // kept: one more would make collectors refuse the whole text.
  void family(std::string_view name, std::string_view help);
  void sample(std::optional<double> value, std::initializer_list<Label> labels = {});

  // A family of one sample.
  void gauge(std::string_view name, std::string_view help, std::optional<double> value);

  [[nodiscard]] std::string finish() { return std::move(text_); }

 private:
  std::string text_;
  std::string_view name_;
  std::string_view help_;
  std::set<std::string> written_;  // the family's series
};

}  // namespace serverscore
