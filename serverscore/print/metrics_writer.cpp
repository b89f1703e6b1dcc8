// SPDX-License-Identifier: Apache-2.0
#include "serverscore/print/metrics_writer.h"

#include <cmath>

#include "serverscore/print/format.h"

namespace serverscore {
namespace {

void append_value(std::string& text, std::string_view value) {
  for (const char c : printable(value)) {
    if (c == '"' || c == '\\') text += '\\';
    text += c;
  }
}

}  // namespace

void MetricsWriter::family(std::string_view name, std::string_view help) {
  name_ = name;
  help_ = help;
  begun_ = false;
}

void MetricsWriter::sample(std::optional<double> value, std::initializer_list<Label> labels) {
  if (!value || !std::isfinite(*value)) return;
  if (!begun_) {
    text_.append("# HELP ").append(name_).append(" ").append(help_).append("\n");
    text_.append("# TYPE ").append(name_).append(" gauge\n");
    begun_ = true;
  }
  text_ += name_;
  char before = '{';
  for (const Label& label : labels) {
    text_ += before;
    text_.append(label.name).append("=\"");
    append_value(text_, label.value);
    text_ += '"';
    before = ',';
  }
  if (labels.size() > 0) text_ += '}';
  text_ += format(" %.10g\n", *value);
}

void MetricsWriter::gauge(std::string_view name, std::string_view help,
                          std::optional<double> value) {
  family(name, help);
  sample(value);
}

}  // namespace serverscore
