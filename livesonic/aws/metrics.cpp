// SPDX-License-Identifier: Apache-2.0
#include "livesonic/aws/metrics.h"

#include <fmt/format.h>

#include <chrono>
#include <string_view>

#include "livesonic/base/exposition.h"

namespace livesonic::aws {
namespace {

using exposition::heading;
using exposition::label;
using exposition::sample;
using Counted = std::vector<std::pair<OperationKey, OperationCounts>>;

std::string labels(const OperationKey& key) {
  return fmt::format("{},{},{},{}", label("account", key.account), label("region", key.region),
                     label("service", key.service), label("operation", key.operation));
}

template <typename Value>
std::string family(std::string_view name, std::string_view help, const Counted& counted,
                   Value value) {
  std::string text = heading(name, "counter", help);
  for (const auto& [key, counts] : counted) {
    text += sample(name, labels(key), value(counts));
  }
  return text;
}

std::string errors(const Counted& counted) {
  constexpr std::string_view kName = "livesonic_aws_errors_total";
  std::string text =
      heading(kName, "counter", "Calls of AWS that failed in the end, by AWS's error code.");
  for (const auto& [key, counts] : counted) {
    for (const auto& [code, count] : counts.errors) {
      text += sample(kName, labels(key) + "," + label("code", code), count);
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
