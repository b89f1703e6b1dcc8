// SPDX-License-Identifier: Apache-2.0
// Lets a scenario happen, round after round, on a thread of its own.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <thread>

#include "simulator/scenario.h"
#include "simulator/simulation.h"

namespace livesonic::simulator {

// Starts at construction, ends at destruction. `simulation` must outlive it.
class ScenarioPlayer {
 public:
  // `speed` is that of the simulation's clock.
  ScenarioPlayer(Simulation& simulation, Scenario scenario, std::uint64_t seed, double speed = 1);

 private:
  void play(const std::stop_token& stop);
  // False when told to stop meanwhile.
  bool wait_until(std::chrono::steady_clock::time_point at, const std::stop_token& stop);

  Simulation& simulation_;
  const Scenario scenario_;
  const std::uint64_t seed_;
  const double speed_;
  std::mutex mutex_;
  std::condition_variable_any changed_;
  std::jthread thread_;
};

}  // namespace livesonic::simulator
