// SPDX-License-Identifier: Apache-2.0
#include "serverscore/json.h"

#include <array>
#include <cstdio>
#include <optional>
#include <string_view>

#include "serverscore/explain.h"

namespace serverscore {
namespace {

// Writes one value after the other; whoever calls it keeps open() and close() in balance.
class Writer {
 public:
  void open(std::string_view key, char bracket) {
    name(key);
    text_ += bracket;
    ++depth_;
    first_ = true;
  }
  void close(char bracket) {
    --depth_;
    if (!first_) line();
    text_ += bracket;
    first_ = false;
  }
  void number(std::string_view key, std::optional<double> value, int decimals = 0) {
    name(key);
    std::array<char, 64> digits{};
    if (value) std::snprintf(digits.data(), digits.size(), "%.*f", decimals, *value);
    text_ += value ? digits.data() : "null";
  }
  void string(std::string_view key, std::string_view value) {
    name(key);
    quote(value);
  }
  void boolean(std::string_view key, bool value) {
    name(key);
    text_ += value ? "true" : "false";
  }
  void null(std::string_view key) {
    name(key);
    text_ += "null";
  }
  [[nodiscard]] std::string finish() { return std::move(text_) + "\n"; }

 private:
  void line() {
    text_ += '\n';
    text_.append(depth_ * 2, ' ');
  }
  // An empty key is for the members of a list and for the outermost object.
  void name(std::string_view key) {
    if (depth_ > 0) {
      if (!first_) text_ += ',';
      line();
    }
    first_ = false;
    if (key.empty()) return;
    quote(key);
    text_ += ": ";
  }
  void quote(std::string_view value) {
    text_ += '"';
    for (const char c : value) {
      if (c == '"' || c == '\\') text_ += '\\';
      text_ += c >= ' ' && c <= '~' ? c : '?';
    }
    text_ += '"';
  }

  std::string text_;
  std::size_t depth_ = 0;
  bool first_ = true;
};

void write_part(Writer& json, std::string_view name, const Part& part, const std::string& why) {
  json.open(name, '{');
  json.number("score", part.known ? std::optional<double>(part.score) : std::nullopt);
  json.number("slowdown", part.known ? std::optional(part.slowdown) : std::nullopt, 3);
  json.boolean("estimated", part.estimated);
  json.string("why", why);
  json.close('}');
}

void write_pressure(Writer& json, std::string_view name, const std::optional<Pressure>& stalled) {
  if (!stalled) return json.null(name);
  json.open(name, '{');
  json.number("some_avg10", 100 * stalled->some, 2);
  json.number("full_avg10", 100 * stalled->full, 2);
  json.close('}');
}

void write_memory(Writer& json, const std::optional<Memory>& memory) {
  if (!memory) return json.null("memory_kib");
  json.open("memory_kib", '{');
  json.number("total", memory->total);
  json.number("available", memory->available);
  json.number("swap_total", memory->swap_total);
  json.number("swap_free", memory->swap_free);
  json.close('}');
}

void write_inputs(Writer& json, const Inputs& inputs) {
  const auto mean_of = [](const std::vector<double>& values) {
    return values.empty() ? std::nullopt : std::optional(mean(values));
  };
  const auto percent = [&](double CpuShares::*share) {
    return inputs.shares ? std::optional(100 * ((*inputs.shares).*share)) : std::nullopt;
  };
  json.open("inputs", '{');
  json.open("run_queue", '[');
  for (const double others : inputs.run_queue) json.number("", others);
  json.close(']');
  json.number("run_queue_mean", mean_of(inputs.run_queue), 2);
  json.number("blocked_mean", mean_of(inputs.blocked), 2);
  json.number("cpu_busy_percent", percent(&CpuShares::busy), 1);
  json.number("cpu_iowait_percent", percent(&CpuShares::iowait), 1);
  json.number("cpu_steal_percent", percent(&CpuShares::steal), 1);
  json.number("load_1m", inputs.load ? std::optional(inputs.load->one) : std::nullopt, 2);
  json.number("load_5m", inputs.load ? std::optional(inputs.load->five) : std::nullopt, 2);
  json.number("load_15m", inputs.load ? std::optional(inputs.load->fifteen) : std::nullopt, 2);
  json.open("pressure", '{');
  write_pressure(json, "cpu", inputs.cpu_pressure);
  write_pressure(json, "io", inputs.io_pressure);
  write_pressure(json, "memory", inputs.memory_pressure);
  json.close('}');
  write_memory(json, inputs.memory);
  json.close('}');
}

void write_list(Writer& json, std::string_view name, const std::vector<std::string>& texts) {
  json.open(name, '[');
  for (const std::string& text : texts) json.string("", text);
  json.close(']');
}

}  // namespace

std::string to_json(const Inputs& inputs, const Verdict& verdict) {
  Writer json;
  json.open("", '{');
  json.string("schema", "serverscore/1");
  json.string("version", LIVESONIC_VERSION);
  json.number("score", verdict.score);
  json.number("slowdown", verdict.slowdown, 3);
  json.open("parts", '{');
  write_part(json, "cpu", verdict.cpu, explain_cpu(inputs, verdict.cpu));
  write_part(json, "io", verdict.io, explain_io(inputs, verdict.io));
  write_part(json, "memory", verdict.memory, explain_memory(inputs, verdict.memory));
  json.close('}');
  json.open("dangers", '[');
  for (const Danger& danger : verdict.dangers) {
    json.open("", '{');
    json.string("name", danger.name);
    json.number("cap", danger.cap);
    json.string("why", explain_danger(inputs, danger));
    json.close('}');
  }
  json.close(']');
  write_inputs(json, inputs);
  write_list(json, "missing", inputs.missing);
  write_list(json, "notes", inputs.notes);
  inputs.kernel.empty() ? json.null("kernel") : json.string("kernel", inputs.kernel);
  json.number("cpus", inputs.cpus > 0 ? std::optional<double>(inputs.cpus) : std::nullopt);
  json.number("uptime_seconds", inputs.uptime_seconds);
  json.close('}');
  return json.finish();
}

}  // namespace serverscore
