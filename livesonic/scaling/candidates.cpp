// SPDX-License-Identifier: Apache-2.0
#include "livesonic/scaling/candidates.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace livesonic::scaling {
namespace {

// A week of minutes.
constexpr double kKeep = 1 - 1.0 / 10'080;

}  // namespace

Candidates::Candidates(std::size_t count, const FleetPace& pace)
    : count_(count),
      pace_(pace),
      held_(static_cast<std::size_t>(std::max(pace.hold, pace.boot + 1)), count),
      serving_window_(static_cast<std::size_t>(pace.boot + 1), count),
      fleet_(count),
      serving_(count),
      slow_(count),
      cost_(count) {}

void Candidates::wish(std::span<const float> instances) {
  const auto held = held_.push(instances);
  if (pace_.shrink_by >= 1) {
    std::copy(held.begin(), held.end(), fleet_.begin());
  } else {
    const auto shrink_by = static_cast<float>(pace_.shrink_by);
    for (std::size_t i = 0; i < count_; ++i) {
      const float least = fleet_[i] - std::max(1.0F, fleet_[i] * shrink_by);
      fleet_[i] = std::max(held[i], least);
    }
  }
  const auto serving = serving_window_.push(fleet_);
  std::copy(serving.begin(), serving.end(), serving_.begin());
}

void Candidates::outcome(double load, double capacity) {
  constexpr auto kKept = static_cast<float>(kKeep);
  const auto came = static_cast<float>(load);
  // What is served to the last request is not slow, whatever the rounding.
  const auto needed = static_cast<float>(load / capacity - 1e-4);
  for (std::size_t i = 0; i < count_; ++i) {
    slow_[i] = slow_[i] * kKept + (serving_[i] < needed ? came : 0.0F);
    cost_[i] = cost_[i] * kKept + fleet_[i];
  }
  load_ = load_ * kKeep + load;
}

double Candidates::slow_share(std::size_t candidate) const {
  return load_ > 0 ? static_cast<double>(slow_[candidate]) / load_ : 0;
}

std::optional<std::size_t> Candidates::best(double slow) const {
  if (count_ == 0 || load_ <= 0) return std::nullopt;
  const auto most = static_cast<float>(slow * load_);
  std::optional<std::size_t> cheapest;
  float least = std::numeric_limits<float>::infinity();
  for (std::size_t i = 0; i < count_; ++i) {
    if (slow_[i] > most || cost_[i] >= least) continue;
    cheapest = i;
    least = cost_[i];
  }
  if (cheapest) return cheapest;
  std::size_t best_served = 0;
  for (std::size_t i = 1; i < count_; ++i) {
    const bool better = slow_[i] < slow_[best_served] ||
                        (slow_[i] <= slow_[best_served] && cost_[i] < cost_[best_served]);
    if (better) best_served = i;
  }
  return best_served;
}

}  // namespace livesonic::scaling
