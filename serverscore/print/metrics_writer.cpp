// SPDX-License-Identifier: Apache-2.0
#include "serverscore/print/metrics_writer.h"

#include <cmath>
#include <utility>

#include "serverscore/print/format.h"

namespace serverscore {
namespace {

void append_value(std::string& text, std::string_view value) {
  for (const char c : shown(value)) {
    if (c == '"' || c == '\\') text += '\\';
    text += c;
  }
}

}  // namespace

void MetricsWriter::family(std::string_view name, std::string_view help) {
  name_ = name;
  help_ = help;
  written_.clear();
}

void MetricsWriter::sample(std::optional<double> value, std::initializer_list<Label> labels) {
  if (!value || !std::isfinite(*value)) return;
  std::string series(name_);
  char before = '{';
  for (const Label& label : labels) {
    series += before;
    series.append(label.name).append("=\"");
    append_value(series, label.value);
    series += '"';
    before = ',';
  }
  if (labels.size() > 0) series += '}';

  if (written_.empty()) {
    text_.append("# HELP ").append(name_).append(" ").append(help_).append("\n");
    text_.append("# TYPE ").append(name_).append(" gauge\n");
  }
  const auto [written, fresh] = written_.insert(std::move(series));
  if (!fresh) return;
  text_ += *written;
  text_ += format(" %.15g\n", *value);
}

void MetricsWriter::gauge(std::string_view name, std::string_view help,
                          std::optional<double> value) {
  family(name, help);
  sample(value);
}

}  // namespace serverscore
