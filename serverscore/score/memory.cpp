// SPDX-License-Identifier: Apache-2.0
// How much slower a request gets for want of memory: while pages are reclaimed, or read again.
#include <algorithm>

#include "serverscore/score/part.h"

namespace serverscore {
namespace {

// Every request needs memory, but as long as the host has plenty, stalls are those of a group at
// its own limit; they weigh fully when the host itself runs short.
constexpr double kLeastWeight = 0.5;
constexpr double kSomeShare = 0.4;
constexpr double kPlenty = 0.20;
constexpr double kShort = 0.05;

// 0 while the host has plenty of memory, 1 when it is short.
double scarcity(const Memory& memory) {
  const double available = memory.available / memory.total;
  return std::clamp((kPlenty - available) / (kPlenty - kShort), 0.0, 1.0);
}

}  // namespace

Part judge_memory(const Inputs& inputs) {
  if (!inputs.memory_pressure && !inputs.memory) return {};
  // What is available alone tells of danger, not of slowness.
  if (!inputs.memory_pressure) return make_part(1, true);
  Pressure stalled = *inputs.memory_pressure;
  const Since* const since = recent(inputs);
  if (since && since->memory_pressure) stalled = *since->memory_pressure;
  const double short_of = inputs.memory ? scarcity(*inputs.memory) : 0;
  const double weight = kLeastWeight + (1 - kLeastWeight) * short_of;
  const double lost =
      weight * (stalled.full + kSomeShare * std::max(0.0, stalled.some - stalled.full));
  return make_part(slowdown_of_loss(lost), false);
}

}  // namespace serverscore
