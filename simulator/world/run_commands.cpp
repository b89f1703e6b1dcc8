// SPDX-License-Identifier: Apache-2.0
#include "simulator/world/run_commands.h"

#include <algorithm>
#include <array>

namespace livesonic::simulator {
namespace {

constexpr Duration kDelivery{200};  // until an agent has a command

}  // namespace

RunState state_of(const SentCommand& command, const CommandRun& run, Time now) {
  const Time begins = command.requested + kDelivery;
  const Time given_up = command.requested + command.begin_within;
  const Time ends = begins + std::min(run.takes.value_or(Duration::max()), command.run_within);
  const bool too_long = !run.takes || *run.takes > command.run_within;
  const Time over = run.delivered ? ends : given_up;
  if (run.cancelled && *run.cancelled < over) {
    const bool began = run.delivered && *run.cancelled >= begins;
    return {"Cancelled", "Cancelled", began ? std::optional(begins) : std::nullopt, run.cancelled};
  }
  if (!run.delivered) {
    return now < given_up ? RunState{"Pending", "Pending", {}, {}}
                          : RunState{"TimedOut", "DeliveryTimedOut", {}, given_up};
  }
  if (now < begins) return {"Pending", "Pending", {}, {}};
  if (now < ends) return {"InProgress", "InProgress", begins, {}};
  if (too_long) return {"TimedOut", "ExecutionTimedOut", begins, ends};
  const char* word = run.exit_status == 0 ? "Success" : "Failed";
  return {word, word, begins, ends};
}

RunState state_of(const SentCommand& command, Time now) {
  // The worst that became of any, once all are over.
  constexpr std::array<const char*, 6> kWorseAndWorse{"Success",  "Cancelled",  "Failed",
                                                      "TimedOut", "InProgress", "Pending"};
  RunState worst{"Success", "Success", {}, {}};
  const auto rank = [&](const std::string& status) {
    return std::ranges::find(kWorseAndWorse, status) - kWorseAndWorse.begin();
  };
  for (const CommandRun& run : command.runs) {
    const RunState state = state_of(command, run, now);
    if (rank(state.status) >= rank(worst.status)) worst = state;
  }
  return worst;
}

std::string first_characters(const std::string& text, std::size_t size) {
  std::size_t seen = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool begins_one = (static_cast<unsigned char>(text[i]) & 0xc0U) != 0x80U;
    if (begins_one && ++seen > size) return text.substr(0, i);
  }
  return text;
}

}  // namespace livesonic::simulator
