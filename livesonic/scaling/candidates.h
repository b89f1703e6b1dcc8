// SPDX-License-Identifier: Apache-2.0
// Many ways to size a fleet, each tried on what really came, as if it alone had decided: how many
// of the requests would have met saturated members, and what would it have cost?
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include "livesonic/scaling/window.h"

namespace livesonic::scaling {

// How an imagined fleet moves.
struct FleetPace {
  int boot = 3;          // minutes from launch until it serves
  int hold = 5;          // minutes a wish must have been lower before instances are ended
  double shrink_by = 1;  // at most so much of the fleet is ended in a minute
};

// Not thread-safe.
class Candidates {
 public:
  Candidates(std::size_t count, const FleetPace& pace);

  // What each wants for the minute that begins now.
  void wish(std::span<const float> instances);
  // What came in it: the load, and what one instance serves in a minute.
  void outcome(double load, double capacity);

  // The cheapest of those that would have kept the share of slow requests within `slow`; none does:
  // the one with the smallest share. None before anything came. Old outcomes fade over a week.
  [[nodiscard]] std::optional<std::size_t> best(double slow) const;
  [[nodiscard]] double slow_share(std::size_t candidate) const;

 private:
  std::size_t count_;
  FleetPace pace_;
  SlidingExtreme<Greatest> held_;
  SlidingExtreme<Least> serving_window_;
  std::vector<float> fleet_;
  std::vector<float> serving_;
  std::vector<float> slow_;
  std::vector<float> cost_;
  double load_ = 0;
};

}  // namespace livesonic::scaling
