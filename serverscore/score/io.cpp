// SPDX-License-Identifier: Apache-2.0
// How much slower a request gets for waiting for the disks.
//
// The constants are those of an experiment, bench/score-fidelity; docs/score.md tells what each
// stands for.
#include <algorithm>
#include <cmath>

#include "serverscore/score/part.h"

namespace serverscore {
namespace {

// A typical request writes durably once, which is a little more than one request to a disk: the
// data, the journal. It meets the others' requests as often as the disk is at work.
constexpr double kDiskRequests = 1.1;
// What a typical request takes on the idle host.
constexpr double kTypicalRequestMs = 5;
// No more is known of a disk that hangs than that it hangs.
constexpr double kLongestWaitMs = 1000;
// Writing back what gathered in memory comes in bursts, so that one look says little: its weight
// beside the seconds since the last one.
constexpr double kNowOfDisk = 0.3;

// What is lost while all that has work waits for I/O, beside the waiting for a disk: for locks of
// the filesystem, above all. "Some" says nothing: writers mostly harm nobody but themselves.
constexpr double kFullWeight = 0.25;
// Where the disks' own figures are missing, the pressure has to stand for them.
constexpr double kFullWeightAlone = 0.5;
constexpr double kSomeWeightAlone = 0.1;

// Who waits for I/O while no disk has anything to do and no CPU is free waits for a thread of the
// kernel (that of a journal, say) which doesn't get a CPU itself. About half of such waiting counts
// as waiting for I/O: that for a journal's commit doesn't.
constexpr double kStarvedCounts = 2;
constexpr double kStarvedNoise = 0.05;
constexpr double kMostStarved = 0.95;

double starved(const Inputs& inputs, const Since* since) {
  double waited = 0;
  double disk_busy = 0;
  double cpus_busy = 0;
  if (since && since->io_pressure && since->disk && since->shares) {
    waited = since->io_pressure->some;
    disk_busy = since->disk->busy;
    cpus_busy = std::pow(since->shares->busy, std::max(inputs.cpus, 1));
  } else if (inputs.io_pressure && inputs.disk && inputs.all_busy) {
    // The average reaches further back than our look: both must agree.
    waited = std::min(inputs.io_pressure->some, mean(inputs.blocked));
    disk_busy = inputs.disk->busy;
    cpus_busy = *inputs.all_busy;
  }
  const double unserved = std::max(0.0, waited - disk_busy - kStarvedNoise);
  return std::min(kStarvedCounts * unserved * cpus_busy, kMostStarved);
}

double expected_wait_ms(const DiskUse& use) {
  return std::min(kDiskRequests * use.await_ms * use.busy, kLongestWaitMs);
}

// Without an earlier look: how much of the time a disk that is busy now may have been busy lately.
// Somebody waited for it in a known share of the last seconds; nobody waits for what is written
// behind his back, though, hence the geometric mean.
DiskUse tempered(const DiskUse& use, const std::optional<Pressure>& pressure) {
  if (!pressure) return use;
  DiskUse lately = use;
  lately.busy = std::min(use.busy, std::sqrt(use.busy * pressure->some));
  return lately;
}

// Of the present and the last seconds, as far as either is known.
std::optional<double> disk_wait_ms(const Inputs& inputs) {
  const Since* const since = recent(inputs);
  const bool lately_known = since && since->disk;
  if (!inputs.disk && !lately_known) return std::nullopt;
  if (!lately_known) return expected_wait_ms(tempered(*inputs.disk, inputs.io_pressure));
  if (!inputs.disk) return expected_wait_ms(*since->disk);
  return std::lerp(expected_wait_ms(*since->disk), expected_wait_ms(*inputs.disk), kNowOfDisk);
}

// One task that waits for I/O makes one idle CPU count as waiting; all work is stalled as far as
// nothing else ran meanwhile.
Pressure estimate_pressure(const Inputs& inputs) {
  const CpuShares shares = inputs.shares.value_or(CpuShares{});
  const double waiting = std::min(1.0, std::max(inputs.cpus, 1) * shares.iowait);
  Pressure stalled;
  stalled.full = waiting * (1 - shares.busy);
  stalled.some = std::max({waiting, stalled.full, std::min(1.0, mean(inputs.blocked))});
  return stalled;
}

}  // namespace

Part judge_io(const Inputs& inputs) {
  const auto wait_ms = disk_wait_ms(inputs);
  if (!wait_ms && !inputs.io_pressure && !inputs.shares && inputs.blocked.empty()) return {};
  Pressure stalled = inputs.io_pressure ? *inputs.io_pressure : estimate_pressure(inputs);
  const Since* const since = recent(inputs);
  if (since && since->io_pressure) stalled = *since->io_pressure;
  const double lost = wait_ms ? kFullWeight * stalled.full
                              : kFullWeightAlone * stalled.full +
                                    kSomeWeightAlone * std::max(0.0, stalled.some - stalled.full);
  const double slowdown = slowdown_of_loss(lost) + wait_ms.value_or(0) / kTypicalRequestMs +
                          slowdown_of_loss(starved(inputs, since)) - 1;
  return make_part(slowdown, !inputs.io_pressure);
}

}  // namespace serverscore
