// SPDX-License-Identifier: Apache-2.0
#include "livesonic/aws/metrics.h"

#include <fmt/format.h>

#include <chrono>
#include <string_view>

#include "livesonic/base/text.h"

namespace livesonic::aws {
namespace {

using Counted = std::vector<std::pair<OperationKey, OperationCounts>>;

// A label's value: error codes come from outside.
std::string escaped(std::string_view value) {
  std::string made;
  for (const char c : to_valid_utf8(value)) {
    if (c == '\n') {
      made += "\\n";
      continue;
    }
    if (c == '\\' || c == '"') made += '\\';
    made += c;
  }
  return made;
}

std::string labels(const OperationKey& key) {
  return fmt::format(R"(account="{}",region="{}",service="{}",operation="{}")",
                     escaped(key.account), escaped(key.region), escaped(key.service),
                     escaped(key.operation));
}

std::string heading(std::string_view name, std::string_view help) {
  return fmt::format("# HELP {0} {1}\n# TYPE {0} counter\n", name, help);
}

template <typename Value>
std::string family(std::string_view name, std::string_view help, const Counted& counted,
                   Value value) {
  std::string text = heading(name, help);
  for (const auto& [key, counts] : counted) {
    text += fmt::format("{}{{{}}} {}\n", name, labels(key), value(counts));
  }
  return text;
}

std::string errors(const Counted& counted) {
  constexpr std::string_view kName = "livesonic_aws_errors_total";
  std::string text = heading(kName, "Calls of AWS that failed in the end, by AWS's error code.");
  for (const auto& [key, counts] : counted) {
    for (const auto& [code, count] : counts.errors) {
      text += fmt::format("{}{{{},code=\"{}\"}} {}\n", kName, labels(key), escaped(code), count);
    }
  }
  return text;
}

}  // namespace

std::string prometheus_text(const Counted& counted) {
  if (counted.empty()) return {};
  using Counts = OperationCounts;
  return family("livesonic_aws_calls_total", "Calls of AWS, however often each was sent.", counted,
                [](const Counts& counts) { return counts.calls; }) +
         family("livesonic_aws_requests_total", "Requests sent to AWS, repeated ones included.",
                counted, [](const Counts& counts) { return counts.attempts; }) +
         family("livesonic_aws_throttles_total", "Answers of AWS that asked us to slow down.",
                counted, [](const Counts& counts) { return counts.throttles; }) +
         family("livesonic_aws_call_seconds_total",
                "Time that calls of AWS took, waits between attempts included.", counted,
                [](const Counts& counts) {
                  return std::chrono::duration<double>(counts.latency_sum).count();
                }) +
         errors(counted);
}

}  // namespace livesonic::aws
