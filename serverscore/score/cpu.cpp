// SPDX-License-Identifier: Apache-2.0
// How much slower a request computes for those who want the CPUs, too.
//
// The constants are those of an experiment, bench/score-fidelity; docs/score.md tells what each
// stands for.
#include <algorithm>
#include <cmath>

#include "serverscore/score/part.h"

namespace serverscore {
namespace {

// A newcomer that finds all CPUs busy shares one with its owner, nearly in halves.
constexpr double kCrowded = 0.85;
// Each further competitor per CPU takes nearly a whole share: processor sharing, less what the
// scheduler grants to those who have had little.
constexpr double kWaiting = 0.8;

// Whoever computes keeps a CPU until its slice ends, some 3 ms; whoever passes messages on lets go
// of it after microseconds, and a newcomer hardly waits. Turns in between count in proportion to
// their logarithm.
constexpr double kShortTurnMs = 0.15;
constexpr double kLongTurnMs = 2;
// While some CPU is idle now and then, a crowd of short turns is in the way by the share that is
// busy, and much more so as soon as nothing is idle any more.
constexpr double kShortInTheWay = 0.4;
constexpr double kShortSteepness = 3;
// A queue of short turns moves on as slowly as one of long turns once nothing is idle: those who
// wait come back as soon as they were served. Turns of a few microseconds, though, are those of
// pairs that wake one another; a newcomer is let in between.
constexpr double kShortWaiting = 1.15;
constexpr double kShortQueueSteepness = 3;
constexpr double kTiniestTurnMs = 0.008;
constexpr double kTinyTurnMs = 0.05;
// Forks per second and CPU at which half of the queue are newborn tasks, which are gone again
// before a newcomer would have to wait for them.
constexpr double kForksOfNewborn = 750;

// A task of low priority gives way: at nice 10 it weighs a ninth of a normal one, at nice 19 a
// seventieth (sched_prio_to_weight in the kernel).
constexpr double kNiceYields = 0.9;

// The weight of the last ten seconds beside the instants we looked at, and the share of them with
// somebody waiting at which all CPUs are as good as always busy: who waits is seen by the kernel
// only where two meet on one CPU.
constexpr double kRecentWeight = 0.15;
constexpr double kPressureOfBusyCpus = 0.1;
constexpr double kLeastDepth = 0.6;
constexpr double kDeepestCounts = 0.5;

// How much the seconds since the last look say of how busy the CPUs are, beside the look itself.
constexpr double kSinceOfBusy = 0.7;
constexpr double kSinceOfAllBusy = 0.5;

// Somebody can wait for a larger share of the time than the CPUs are busy only where a quota stops
// him. From the difference that is noise to the one at which all that wait wait for a quota.
constexpr double kQuotaNoise = 0.05;
constexpr double kQuotaCertain = 0.25;

double mean_of(double a, double b) {
  return (a + b) / 2;
}

// Where `x` lies between `low` and `high`, 0..1.
double between(double x, double low, double high) {
  return std::clamp((x - low) / (high - low), 0.0, 1.0);
}

// How much of the CPU time that was wanted here went to other virtual machines.
double stolen(const CpuShares& shares) {
  const double wanted = shares.busy + shares.steal;
  return wanted > 0 ? shares.steal / wanted : 0;
}

// What is known of the competitors, whatever it was known by.
struct Crowd {
  double cpus = 1;
  double weight = 1;      // of one of them: less than 1 where they are of low priority
  double long_turns = 1;  // the share of them that keep a CPU for long, 0..1
  double busy = 0;        // share of all CPU time, that of low priority counted by its weight
  double all_busy = 0;    // share of the time in which no CPU was idle, likewise
  bool busy_known = false;
  double queueing =
      1;               // the share of those with short turns whose queue a newcomer has to wait for
  double limited = 0;  // how sure it is that a quota of their own stops those who wait, 0..1
};

// How long a task kept its CPU, as far as that is known.
std::optional<double> turn_ms(const Inputs& inputs) {
  const Since* const since = recent(inputs);
  return since && since->turn_ms ? since->turn_ms : inputs.turn_ms;
}

double share_of_long_turns(const Inputs& inputs) {
  const auto turn = turn_ms(inputs);
  if (!turn) return 1;
  const double by_length = between(std::log(std::max(*turn, kTiniestTurnMs)),
                                   std::log(kShortTurnMs), std::log(kLongTurnMs));
  // Where both kinds mix, the switches are those of the short turns. What ran outside of the kernel
  // computed.
  if (!inputs.shares || inputs.shares->busy <= 0) return by_length;
  const double computing = 1 - inputs.shares->system / inputs.shares->busy;
  return by_length + (1 - by_length) * computing;
}

double queueing_of_short_turns(const Inputs& inputs) {
  double share = 1;
  if (const auto turn = turn_ms(inputs)) {
    share = between(std::log(std::max(*turn, kTiniestTurnMs)), std::log(kTiniestTurnMs),
                    std::log(kTinyTurnMs));
  }
  const Since* const since = recent(inputs);
  if (!since || !since->forks_per_second) return share;
  return share / (1 + *since->forks_per_second / std::max(inputs.cpus, 1) / kForksOfNewborn);
}

double limited_by_quotas(const Inputs& inputs) {
  const Since* const since = recent(inputs);
  if (inputs.contained || !since || !since->shares || !since->cpu_pressure) return 0;
  return between(since->cpu_pressure->some - since->shares->busy, kQuotaNoise, kQuotaCertain);
}

Crowd describe(const Inputs& inputs) {
  Crowd crowd;
  crowd.cpus = std::max(inputs.cpus, 1);
  crowd.long_turns = share_of_long_turns(inputs);
  crowd.queueing = queueing_of_short_turns(inputs);
  if (!inputs.shares) return crowd;
  const CpuShares& shares = *inputs.shares;
  if (shares.busy > 0) crowd.weight = 1 - kNiceYields * shares.nice / shares.busy;
  crowd.busy = shares.busy;
  crowd.all_busy = inputs.all_busy.value_or(std::pow(shares.busy, crowd.cpus));
  const Since* const since = recent(inputs);
  if (since && since->shares) {
    const double lately = since->shares->busy;
    crowd.busy = std::lerp(crowd.busy, lately, kSinceOfBusy);
    crowd.all_busy = std::lerp(crowd.all_busy, std::pow(lately, crowd.cpus), kSinceOfAllBusy);
  }
  crowd.busy *= crowd.weight;
  crowd.all_busy *= std::pow(crowd.weight, crowd.cpus);
  crowd.limited = limited_by_quotas(inputs);
  crowd.busy_known = true;
  return crowd;
}

// By the instants at which we looked, and the CPU time in between.
double slowdown_now(const Inputs& inputs, const Crowd& crowd) {
  double full = 0;
  double waiting = 0;
  for (const double others : inputs.run_queue) {
    const double queue = others * crowd.weight;
    full += std::clamp(queue - (crowd.cpus - 1), 0.0, 1.0);
    waiting += std::max(0.0, queue - crowd.cpus) / crowd.cpus;
  }
  if (!inputs.run_queue.empty()) {
    full /= static_cast<double>(inputs.run_queue.size());
    waiting /= static_cast<double>(inputs.run_queue.size());
  }
  if (!crowd.busy_known) return 1 + kCrowded * full + kWaiting * waiting;
  // A group with a quota weighs on each CPU as much as one task, however many it has.
  waiting *= 1 - crowd.limited;
  full = std::lerp(full, std::min(full, std::pow(crowd.busy, crowd.cpus)), crowd.limited);

  const double full_of_long =
      inputs.run_queue.empty() ? crowd.all_busy : mean_of(full, crowd.all_busy);
  const double full_of_short =
      kShortInTheWay * crowd.busy +
      (1 - kShortInTheWay) * std::pow(crowd.busy, kShortSteepness * crowd.cpus);
  const double shorts = 1 - crowd.long_turns;
  // A queue that idle CPUs put an end to again and again is less of one.
  const double waited_for = (inputs.shares->busy > 0 ? crowd.busy / crowd.weight : 0) *
                            (crowd.long_turns + shorts * crowd.queueing * kShortWaiting *
                                                    std::pow(crowd.busy, kShortQueueSteepness));
  return 1 + kCrowded * (crowd.long_turns * full_of_long + shorts * full_of_short) +
         kWaiting * waiting * waited_for;
}

// By the share of the last seconds in which somebody waited for a CPU. It says how often, but not
// how deep the queue was: that is taken from now.
double slowdown_lately(const Inputs& inputs, const Crowd& crowd, double waited) {
  // Those whom a quota of their own stops wait too, and are in nobody's way.
  if (crowd.busy_known) waited = std::min(waited, crowd.busy * crowd.busy);
  waited *= crowd.weight;
  double deepest = 0;
  for (const double others : inputs.run_queue) {
    deepest = std::max(deepest, (others * crowd.weight - crowd.cpus) / crowd.cpus);
  }
  deepest *= 1 - crowd.limited;
  const double depth = std::max(kLeastDepth, kDeepestCounts * deepest);
  const double shorts = 1 - crowd.long_turns;
  return 1 + kCrowded * crowd.long_turns * std::min(1.0, waited / kPressureOfBusyCpus) +
         kWaiting * waited * (crowd.long_turns * depth + shorts);
}

// A container's own quota stops it, whoever else there is. For a host, "all waited" has no meaning.
double slowdown_by_quota(const Inputs& inputs) {
  if (!inputs.contained) return 1;
  double stopped = inputs.throttled.value_or(0);
  if (inputs.cpu_pressure) stopped = std::max(stopped, inputs.cpu_pressure->full);
  return slowdown_of_loss(stopped);
}

}  // namespace

Part judge_cpu(const Inputs& inputs) {
  const bool queue_known = inputs.cpus > 0 && !inputs.run_queue.empty();
  if (!queue_known && !inputs.shares && !inputs.cpu_pressure && !inputs.throttled) return {};

  const Crowd crowd = describe(inputs);
  double slowdown = queue_known || inputs.shares ? slowdown_now(inputs, crowd) : 1;
  if (inputs.cpu_pressure) {
    const Since* const since = recent(inputs);
    const double waited =
        since && since->cpu_pressure ? since->cpu_pressure->some : inputs.cpu_pressure->some;
    const double lately = slowdown_lately(inputs, crowd, waited);
    slowdown = queue_known ? std::pow(slowdown, 1 - kRecentWeight) * std::pow(lately, kRecentWeight)
                           : std::max(slowdown, lately);
  }
  slowdown = std::max(slowdown, slowdown_by_quota(inputs));
  const double kept = inputs.shares ? 1 - stolen(*inputs.shares) : 1;
  return make_part(slowdown * slowdown_of_loss(1 - kept), !inputs.cpu_pressure);
}

}  // namespace serverscore
