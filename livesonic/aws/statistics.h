// SPDX-License-Identifier: Apache-2.0
// What our calls of AWS come to: how many, how long, how often throttled, and what went wrong.
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "livesonic/base/clock.h"

namespace livesonic::aws {

// Which operation, asked of whom.
struct OperationKey {
  std::string account;
  std::string region;
  std::string service;
  std::string operation;
  friend auto operator<=>(const OperationKey&, const OperationKey&) = default;
};

struct OperationCounts {
  std::uint64_t calls = 0;      // asked for by us, however often they were sent
  std::uint64_t attempts = 0;   // requests sent
  std::uint64_t throttles = 0;  // answers that asked us to slow down
  Duration latency_sum{};       // of the calls, waits between attempts included
  // Calls that failed in the end, by AWS's error code, or "timeout", "network", "credentials",
  // "stopped".
  std::map<std::string, std::uint64_t> errors;
};

// One finished call.
struct CallRecord {
  int attempts = 0;
  int throttles = 0;
  Duration latency{};
  std::string error;  // empty: it succeeded
};

// Thread-safe. The memory it takes is bounded: beyond kMaxErrors codes an operation, which come
// from outside, the rest are counted as "other".
class Statistics {
 public:
  static constexpr std::size_t kMaxErrors = 32;

  void record(const OperationKey& key, const CallRecord& call);
  [[nodiscard]] std::vector<std::pair<OperationKey, OperationCounts>> snapshot() const;

 private:
  mutable std::mutex mutex_;
  std::map<OperationKey, OperationCounts> counts_;
};

}  // namespace livesonic::aws
