// SPDX-License-Identifier: Apache-2.0
#include "livesonic/aws/statistics.h"

namespace livesonic::aws {

void Statistics::record(const OperationKey& key, const CallRecord& call) {
  const std::lock_guard lock(mutex_);
  OperationCounts& counts = counts_[key];
  ++counts.calls;
  counts.attempts += static_cast<std::uint64_t>(call.attempts);
  counts.throttles += static_cast<std::uint64_t>(call.throttles);
  counts.latency_sum += call.latency;
  if (call.error.empty()) return;
  const bool room = counts.errors.contains(call.error) || counts.errors.size() < kMaxErrors;
  ++counts.errors[room ? call.error : "other"];
}

std::vector<std::pair<OperationKey, OperationCounts>> Statistics::snapshot() const {
  const std::lock_guard lock(mutex_);
  return {counts_.begin(), counts_.end()};
}

}  // namespace livesonic::aws
