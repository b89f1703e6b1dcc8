// SPDX-License-Identifier: Apache-2.0
// How much slower a request gets for waiting for the disks.
//
// The constants are those of an experiment, bench/score-fidelity; docs/score.md tells what each
// stands for.
#include <algorithm>

#include "serverscore/score/part.h"

namespace serverscore {
namespace {

// A typical request writes durably once, which is a little more than one request to a disk: the
// data, the journal. It meets the others' requests as often as the disk is at work.
constexpr double kDiskRequests = 1.2;
// What a typical request takes on the idle host.
constexpr double kTypicalRequestMs = 5;
// No more is known of a disk that hangs than that it hangs.
constexpr double kLongestWaitMs = 1000;

// What is lost while all that has work waits for I/O, beside the waiting for a disk: for locks of
// the filesystem, above all. "Some" says nothing: writers mostly harm nobody but themselves.
constexpr double kFullWeight = 0.35;
// Where the disks' own figures are missing, the pressure has to stand for them.
constexpr double kFullWeightAlone = 0.5;
constexpr double kSomeWeightAlone = 0.1;

double expected_wait_ms(const DiskUse& use) {
  return std::min(kDiskRequests * use.await_ms * use.busy, kLongestWaitMs);
}

// Of the present and the last seconds, as far as either is known.
std::optional<double> disk_wait_ms(const Inputs& inputs) {
  const Since* const since = recent(inputs);
  const bool lately_known = since && since->disk;
  if (!inputs.disk && !lately_known) return std::nullopt;
  if (!lately_known) return expected_wait_ms(*inputs.disk);
  if (!inputs.disk) return expected_wait_ms(*since->disk);
  return (expected_wait_ms(*inputs.disk) + expected_wait_ms(*since->disk)) / 2;
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
  return make_part(slowdown_of_loss(lost) + wait_ms.value_or(0) / kTypicalRequestMs,
                   !inputs.io_pressure);
}

}  // namespace serverscore
