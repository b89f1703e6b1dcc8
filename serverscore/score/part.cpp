// SPDX-License-Identifier: Apache-2.0
#include "serverscore/score/part.h"

#include <algorithm>
#include <cmath>

namespace serverscore {
namespace {

constexpr double kSlowest = 100;
// What happened longer ago is not what a request meets now; the kernel's own averages reach back as
// far.
constexpr double kRecent_s = 15;

}  // namespace

int to_score(double slowdown) {
  return static_cast<int>(std::lround(std::clamp(100 / std::max(slowdown, 1.0), 1.0, 100.0)));
}

Part make_part(double slowdown, bool estimated) {
  Part part;
  part.slowdown = std::clamp(slowdown, 1.0, kSlowest);
  part.score = to_score(part.slowdown);
  part.known = true;
  part.estimated = estimated;
  return part;
}

double slowdown_of_loss(double lost) {
  return 1 / std::max(1 - lost, 1 / kSlowest);
}

const Since* recent(const Inputs& inputs) {
  return inputs.since && inputs.since->seconds <= kRecent_s ? &*inputs.since : nullptr;
}

}  // namespace serverscore
