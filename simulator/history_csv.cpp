// SPDX-License-Identifier: Apache-2.0
#include "simulator/history_csv.h"

#include <fmt/format.h>

#include <iterator>
#include <string>

#include "livesonic/base/time_text.h"

namespace livesonic::simulator {
namespace {

constexpr std::int64_t kMostSteps = 10'000'000;

}  // namespace

Result<void> write_history(const HistoryOptions& options,
                           const std::function<bool(std::string_view)>& write) {
  if (options.step < std::chrono::seconds{1} || options.last / options.step > kMostSteps) {
    return fail(ErrorKind::kInvalidInput,
                fmt::format("the step must be at least 1s, and at most {} steps fit", kMostSteps));
  }
  const auto world = build_world(options.plan, options.now);
  if (!world) return fail(world.error());
  const auto instances = world->instances(options.now);

  const auto unavailable = [] {
    return fail(ErrorKind::kUnavailable, "writing the history failed: nobody takes it");
  };
  if (!write("time,cluster,instance,score\n")) return unavailable();
  const auto first = (options.now - options.last).time_since_epoch() / options.step + 1;
  const auto last = options.now.time_since_epoch() / options.step;
  std::string lines;
  for (auto step = first; step <= last; ++step) {
    const Time at{step * options.step};
    const std::string time = to_iso8601(at);
    lines.clear();
    for (const Instance* instance : instances) {
      if (at < instance->launched) continue;
      fmt::format_to(std::back_inserter(lines), "{},{},{},{}\n", time, instance->cluster,
                     instance->id, score_at(instance->curve, at));
    }
    if (!write(lines)) return unavailable();
  }
  return {};
}

}  // namespace livesonic::simulator
