// SPDX-License-Identifier: Apache-2.0
#include "livesonic/scaling/trace.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <map>
#include <optional>
#include <string>
#include <utility>

#include "livesonic/base/text.h"
#include "livesonic/base/time_text.h"

namespace livesonic::scaling {
namespace {

using namespace std::chrono_literals;

constexpr Duration kLongestStep = 24h;
constexpr Duration kLongestGap = 24h;
constexpr std::size_t kMostMinutes = std::size_t{10} * 366 * 24 * 60;
constexpr std::size_t kMostSteps = 20'000'000;
constexpr double kMostLoad = 1e15;

struct Sample {
  Time at{};
  double value = 0;
  std::size_t line = 0;
};

std::optional<double> to_number(std::string_view text) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

std::optional<Time> to_time(std::string_view text) {
  if (const auto seconds = to_number(text)) {
    if (!(*seconds >= 0 && *seconds < 1e11)) return std::nullopt;
    return Time{Duration{std::llround(*seconds * 1000)}};
  }
  std::string iso(text);
  if (iso.size() > 10 && iso[10] == ' ') iso[10] = 'T';
  if (iso.size() == 16) iso += ":00";
  if (iso.size() == 19) iso += 'Z';
  const auto time = parse_iso8601(iso);
  return time ? std::optional(*time) : std::nullopt;
}

std::string_view unquoted(std::string_view text) {
  text = trim(text);
  if (text.size() >= 2 && text.front() == '"' && text.back() == '"') {
    text = text.substr(1, text.size() - 2);
  }
  return text;
}

Result<Sample> parse_line(std::string_view line) {
  const auto fields = split(line, ',');
  if (fields.size() != 2) {
    return fail(ErrorKind::kInvalidInput,
                fmt::format("has {} fields, not the two of \"time,value\"", fields.size()));
  }
  const auto time = to_time(unquoted(fields[0]));
  if (!time) {
    return fail(ErrorKind::kInvalidInput,
                fmt::format("'{}' is no time: 2026-03-01T08:30:00Z, or seconds since 1970",
                            printable(shorten(unquoted(fields[0]), 40))));
  }
  const auto value = to_number(unquoted(fields[1]));
  if (!value || !(*value >= 0 && *value <= kMostLoad)) {
    return fail(ErrorKind::kInvalidInput, fmt::format("'{}' is no load: a number from 0 to 1e15",
                                                      printable(shorten(unquoted(fields[1]), 40))));
  }
  return Sample{*time, *value, 0};
}

// Neither field of a line of titles is what it ought to be.
bool is_titles(std::string_view line) {
  const auto fields = split(line, ',');
  return fields.size() == 2 && !to_time(unquoted(fields[0])) && !to_number(unquoted(fields[1]));
}

Result<std::vector<Sample>> parse_samples(std::string_view csv, std::string_view file) {
  std::vector<Sample> samples;
  std::size_t number = 0;
  bool first_passed = false;
  while (!csv.empty()) {
    const std::size_t end = std::min(csv.find('\n'), csv.size());
    const std::string_view line = trim(csv.substr(0, end));
    csv.remove_prefix(std::min(end + 1, csv.size()));
    ++number;
    if (line.empty() || line.front() == '#') continue;
    auto sample = parse_line(line);
    const bool begun = std::exchange(first_passed, true);
    if (!sample) {
      if (!begun && is_titles(line)) continue;
      return fail(sample.error().kind,
                  fmt::format("{}:{}: {}", file, number, sample.error().message));
    }
    sample->line = number;
    if (!samples.empty() && sample->at <= samples.back().at) {
      return fail(ErrorKind::kInvalidInput, fmt::format("{}:{}: {} is not after the line before",
                                                        file, number, to_iso8601(sample->at)));
    }
    samples.push_back(*sample);
  }
  if (samples.size() < 2) {
    return fail(ErrorKind::kInvalidInput,
                fmt::format("{}: a trace has at least two lines \"time,value\"", file));
  }
  return samples;
}

Duration commonest_step(const std::vector<Sample>& samples) {
  std::map<Duration, std::size_t> seen;
  for (std::size_t i = 1; i < samples.size(); ++i) ++seen[samples[i].at - samples[i - 1].at];
  return std::max_element(seen.begin(), seen.end(),
                          [](const auto& a, const auto& b) { return a.second < b.second; })
      ->first;
}

// Even steps; what lies between two samples that are further apart is filled in.
Result<std::vector<double>> evenly(const std::vector<Sample>& samples, Duration step, int& filled,
                                   std::string_view file) {
  std::vector<double> values{samples.front().value};
  for (std::size_t i = 1; i < samples.size(); ++i) {
    const Duration apart = samples[i].at - samples[i - 1].at;
    const auto steps = std::max<std::int64_t>(1, (apart + step / 2) / step);
    const Duration off = std::chrono::abs(apart - steps * step);
    if (apart > kLongestGap || off > std::max<Duration>(1s, step / 4)) {
      return fail(ErrorKind::kInvalidInput,
                  fmt::format("{}:{}: {} comes {} after the line before; the steps of this trace "
                              "are {}, and at most a day may be missing",
                              file, samples[i].line, to_iso8601(samples[i].at),
                              format_duration(apart), format_duration(step)));
    }
    if (values.size() + static_cast<std::size_t>(steps) > kMostSteps) {
      return fail(ErrorKind::kInvalidInput,
                  fmt::format("{}: more than {} steps", file, kMostSteps));
    }
    for (std::int64_t k = 1; k <= steps; ++k) {
      const double share = static_cast<double>(k) / static_cast<double>(steps);
      values.push_back(samples[i - 1].value + (samples[i].value - samples[i - 1].value) * share);
    }
    filled += static_cast<int>(steps - 1);
  }
  return values;
}

std::vector<double> to_minutes(const std::vector<double>& values, Duration step) {
  const double minutes_a_step = static_cast<double>(step.count()) / 60'000;
  // A last minute that isn't complete would look like an idle one.
  const auto minutes = std::max<std::size_t>(
      1, static_cast<std::size_t>(static_cast<double>(values.size()) * minutes_a_step + 1e-9));
  std::vector<double> load(minutes);
  if (minutes_a_step >= 1) {
    for (std::size_t m = 0; m < minutes; ++m) {
      const double at = static_cast<double>(m) / minutes_a_step;
      const auto i = std::min(static_cast<std::size_t>(at), values.size() - 1);
      const double next = values[std::min(i + 1, values.size() - 1)];
      const double value = values[i] + (next - values[i]) * (at - static_cast<double>(i));
      load[m] = value / minutes_a_step;
    }
    return load;
  }
  for (std::size_t i = 0; i < values.size(); ++i) {
    const auto m = static_cast<std::size_t>(static_cast<double>(i) * minutes_a_step + 1e-9);
    if (m < minutes) load[m] += values[i];
  }
  return load;
}

}  // namespace

Result<Trace> parse_trace(std::string_view csv, std::string_view file_name) {
  const auto samples = parse_samples(csv, file_name);
  if (!samples) return fail(samples.error());
  Trace trace;
  trace.begin = samples->front().at;
  trace.step = commonest_step(*samples);
  if (trace.step > kLongestStep) {
    return fail(ErrorKind::kInvalidInput, fmt::format("{}: steps of {}; at most a day", file_name,
                                                      format_duration(trace.step)));
  }
  const auto values = evenly(*samples, trace.step, trace.filled, file_name);
  if (!values) return fail(values.error());
  if (static_cast<double>(values->size()) * static_cast<double>(trace.step.count()) / 60'000 >
      static_cast<double>(kMostMinutes)) {
    return fail(ErrorKind::kInvalidInput, fmt::format("{}: more than ten years", file_name));
  }
  trace.load = to_minutes(*values, trace.step);
  return trace;
}

}  // namespace livesonic::scaling
