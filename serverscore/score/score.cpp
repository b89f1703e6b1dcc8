// SPDX-License-Identifier: Apache-2.0
#include "serverscore/score/score.h"

#include <algorithm>
#include <cmath>

namespace serverscore {
namespace {

constexpr double kSlowest = 100;

// How much of a typical request's time hangs on I/O: when all work on the host is stalled by I/O,
// and when only some of it is. Writers often harm nobody but themselves, so "some" weighs little.
constexpr double kIoFullWeight = 0.5;
constexpr double kIoSomeWeight = 0.1;

// Likewise for memory. Every request needs memory, but as long as the host has plenty, stalls are
// those of a group at its own limit; they weigh fully when the host itself runs short.
constexpr double kMemoryLeastWeight = 0.5;
constexpr double kMemorySomeShare = 0.4;
constexpr double kMemoryPlenty = 0.20;
constexpr double kMemoryShort = 0.05;

// Without pressure stall information: how much the last minute's load counts beside the present.
constexpr double kLoadWeight = 0.25;

int to_score(double speed) {
  return static_cast<int>(std::lround(std::clamp(100 * speed, 1.0, 100.0)));
}

Part make_part(double slowdown, bool estimated) {
  Part part;
  part.slowdown = std::clamp(slowdown, 1.0, kSlowest);
  part.score = to_score(1 / part.slowdown);
  part.known = true;
  part.estimated = estimated;
  return part;
}

double slowdown_of_speed(double speed) {
  return 1 / std::max(speed, 1 / kSlowest);
}

// The chance that all CPUs are busy at once, taking them as independent.
double all_busy(double busy, int cpus) {
  double chance = 1;
  for (int cpu = 0; cpu < cpus && chance > 1e-6; ++cpu) chance *= busy;
  return chance;
}

// How much of the CPU time that was wanted here went to other virtual machines.
double stolen(const CpuShares& shares) {
  const double wanted = shares.busy + shares.steal;
  return wanted > 0 ? shares.steal / wanted : 0;
}

// 0 while the host has plenty of memory, 1 when it is short.
double scarcity(const Memory& memory) {
  const double available = memory.available / memory.total;
  return std::clamp((kMemoryPlenty - available) / (kMemoryPlenty - kMemoryShort), 0.0, 1.0);
}

}  // namespace

Part judge_cpu(const Inputs& inputs) {
  const bool queue_known = inputs.cpus > 0 && !inputs.run_queue.empty();
  if (!queue_known && !inputs.shares && !inputs.cpu_pressure) return {};
  const double cpus = std::max(inputs.cpus, 1);

  // A newcomer among n others on c CPUs gets c / (n + 1) of one, at most a whole: processor
  // sharing. The excess over 1 of its slowdown has two sources. When all CPUs are busy and nobody
  // waits it is 1/c; the pressure figures can't see that. The rest comes from those who wait.
  double full = 0;
  double waiting = 0;
  double deepest = 0;
  if (queue_known) {
    for (const double others : inputs.run_queue) {
      const double excess = std::max(0.0, (others + 1) / cpus - 1);
      full += std::min(excess, 1 / cpus);
      waiting += std::max(0.0, excess - 1 / cpus);
      deepest = std::max(deepest, excess - 1 / cpus);
    }
    full /= static_cast<double>(inputs.run_queue.size());
    waiting /= static_cast<double>(inputs.run_queue.size());
  }
  if (inputs.shares) full = std::max(full, all_busy(inputs.shares->busy, inputs.cpus) / cpus);

  // A few instants are a small sample, so the last ten seconds count as much: the share of them in
  // which someone waited, at the depth seen now, and at least one deep.
  if (inputs.cpu_pressure) {
    const double waited = inputs.cpu_pressure->some;
    full = std::max(full, waited / cpus);
    const double recent = waited * std::max(deepest, 1 / cpus);
    waiting = queue_known ? (waiting + recent) / 2 : recent;
  } else if (inputs.load && inputs.cpus > 0) {
    const double recent = std::max(0.0, inputs.load->one - cpus) / cpus;
    waiting = (1 - kLoadWeight) * waiting + kLoadWeight * recent;
  }

  const double kept = inputs.shares ? 1 - stolen(*inputs.shares) : 1;
  return make_part((1 + full + waiting) * slowdown_of_speed(kept), !inputs.cpu_pressure);
}

Part judge_io(const Inputs& inputs) {
  if (!inputs.io_pressure && !inputs.shares && inputs.blocked.empty()) return {};
  Pressure stalled;
  if (inputs.io_pressure) {
    stalled = *inputs.io_pressure;
  } else {
    // One task that waits for I/O makes one idle CPU count as waiting; all work is stalled as far
    // as nothing else ran meanwhile.
    const CpuShares shares = inputs.shares.value_or(CpuShares{});
    const double waiting = std::min(1.0, std::max(inputs.cpus, 1) * shares.iowait);
    stalled.full = waiting * (1 - shares.busy);
    stalled.some = std::max(waiting, std::min(1.0, mean(inputs.blocked)));
  }
  const double lost =
      kIoFullWeight * stalled.full + kIoSomeWeight * std::max(0.0, stalled.some - stalled.full);
  return make_part(slowdown_of_speed(1 - lost), !inputs.io_pressure);
}

Part judge_memory(const Inputs& inputs) {
  if (!inputs.memory_pressure && !inputs.memory) return {};
  // What is available alone tells of danger, not of slowness.
  if (!inputs.memory_pressure) return make_part(1, true);
  const Pressure& stalled = *inputs.memory_pressure;
  const double short_of = inputs.memory ? scarcity(*inputs.memory) : 0;
  const double weight = kMemoryLeastWeight + (1 - kMemoryLeastWeight) * short_of;
  const double lost =
      weight * (stalled.full + kMemorySomeShare * std::max(0.0, stalled.some - stalled.full));
  return make_part(slowdown_of_speed(1 - lost), false);
}

Verdict judge(const Inputs& inputs) {
  Verdict verdict;
  verdict.cpu = judge_cpu(inputs);
  verdict.io = judge_io(inputs);
  verdict.memory = judge_memory(inputs);
  verdict.dangers = find_dangers(inputs);
  verdict.slowdown = verdict.cpu.slowdown * verdict.io.slowdown * verdict.memory.slowdown;
  verdict.score = to_score(1 / verdict.slowdown);
  for (const Danger& danger : verdict.dangers) verdict.score = std::min(verdict.score, danger.cap);
  return verdict;
}

}  // namespace serverscore
