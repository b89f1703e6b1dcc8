// SPDX-License-Identifier: Apache-2.0
#include "livesonic/app/health.h"

#include <fmt/format.h>

#include "livesonic/base/time_text.h"

namespace livesonic::app {

void Health::round_finished(const std::string& cluster, At now) {
  const std::lock_guard lock(mutex_);
  rounds_[cluster] = now;
}

Result<void> Health::check(At now) {
  if (auto written = store_.prove_writable(clock_.now()); !written) return written;
  const auto clusters = store_.clusters();
  if (!clusters) return fail(clusters.error());
  const std::lock_guard lock(mutex_);
  std::map<std::string, At> rounds;
  for (const Cluster& cluster : *clusters) {
    if (is_registration(cluster)) continue;  // it has no instances, so no rounds
    const auto known = rounds_.find(cluster.name);
    rounds[cluster.name] = known == rounds_.end() ? now : known->second;
  }
  rounds_ = std::move(rounds);
  for (const auto& [name, at] : rounds_) {
    if (now - at <= patience_) continue;
    return fail(ErrorKind::kInternal,
                fmt::format("no round of {} was completed for {}", name,
                            format_age(std::chrono::duration_cast<Duration>(now - at))));
  }
  return {};
}

}  // namespace livesonic::app
