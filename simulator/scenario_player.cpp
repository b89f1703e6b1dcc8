// SPDX-License-Identifier: Apache-2.0
#include "simulator/scenario_player.h"

#include "livesonic/base/log.h"
#include "simulator/random.h"

namespace livesonic::simulator {

ScenarioPlayer::ScenarioPlayer(Simulation& simulation, Scenario scenario, std::uint64_t seed,
                               double speed)
    : simulation_(simulation),
      scenario_(std::move(scenario)),
      seed_(seed),
      speed_(speed),
      thread_([this](const std::stop_token& stop) { play(stop); }) {}

void ScenarioPlayer::play(const std::stop_token& stop) {
  const auto begun = std::chrono::steady_clock::now();
  const auto real = [&](Duration passed) {
    return begun + std::chrono::duration_cast<std::chrono::steady_clock::duration>(
                       std::chrono::duration<double, Duration::period>(passed) / speed_);
  };
  Duration start{};
  for (std::uint64_t round = 0;; ++round) {
    for (std::size_t i = 0; i < scenario_.events.size(); ++i) {
      const ScenarioEvent& event = scenario_.events[i];
      if (!wait_until(real(start + event.at), stop)) return;
      const std::uint64_t choice = mix(mix(seed_, round), i);
      const auto happened = simulation_.change(
          [&](World& world, Time now) { return apply(event, world, now, choice); });
      if (happened) {
        log::info("scenario: {}", *happened);
      } else {
        log::warning("scenario: left out: {}", happened.error().message);
      }
    }
    if (!scenario_.every) return;
    start += *scenario_.every;
  }
}

bool ScenarioPlayer::wait_until(std::chrono::steady_clock::time_point at,
                                const std::stop_token& stop) {
  std::unique_lock lock(mutex_);
  changed_.wait_until(lock, stop, at, [] { return false; });
  return !stop.stop_requested();
}

}  // namespace livesonic::simulator
