// SPDX-License-Identifier: Apache-2.0
// What serverscore remembers of its earlier looks, so that it can tell what happened since: the
// kernel's counters at those times. Plain values, and their text.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "serverscore/parse/pressure.h"
#include "serverscore/parse/proc.h"

namespace serverscore {

// The kernel's counters at one time. What it didn't say is missing.
struct Look {
  double since_boot_s = 0;
  std::optional<CpuTimes> times;
  std::optional<StallTotals> cpu_stalls;
  std::optional<StallTotals> io_stalls;
  std::optional<StallTotals> memory_stalls;
  std::optional<double> run_queue;       // mean over the look
  std::optional<double> forks;           // since boot
  std::optional<double> switches;        // of the CPUs from one task to another, since boot
  std::optional<double> oom_kills;       // since boot
  std::optional<double> reclaim_stalls;  // allocations that waited for memory of the host, likewise
  std::optional<double> oom_seen_s;      // when since boot the last of the kills was first seen
  std::optional<double> oom_of_host;     // 1: the host's memory had run out; 0: that of a group
  std::optional<double> disk_busy_ms;    // of the busiest disk, since boot
  std::optional<double> disk_requests;   // of all disks, since boot
  std::optional<double> disk_waited_ms;  // of all disks' requests together, since boot
  std::optional<double> disks_under_way;  // requests to the disks that had not ended
  std::optional<double> throttled_us;     // in which a quota stopped us, since the cgroup was made
};

// Earlier looks, the oldest first; all of this boot.
struct Past {
  std::string boot;  // tells one boot from another; empty: nothing is known, and nothing kept
  std::vector<Look> looks;
};

// An OOM kill is a danger for this long: who looks once a minute can't miss it, and it doesn't
// outlast the incident by much.
inline constexpr double kOomMemory_s = 600;

// The text of the past, versioned, at most a few kB. Counters as whole numbers, times in
// milliseconds rounded down, the run queue to the thousandth.
std::string format_past(const Past& past);
// Nothing but an empty past for any text that format_past doesn't write.
Past parse_past(std::string_view text);

// The past as it concerns a look of `boot` at `since_boot_s`: looks of another boot and looks from
// the future are dropped.
Past relevant(Past past, std::string_view boot, double since_boot_s);

// Whether `look` is to be kept: not if the past has a look less than 1.5 seconds older than it.
bool worth_keeping(const Past& past, std::string_view boot, const Look& look);

// What to keep once `look` was taken: the past itself if the look isn't worth keeping. At most 12
// looks: those of the last ten seconds and the newest two, for choose_base(), and older ones three
// minutes apart, for the OOM kills.
Past remember(Past past, std::string_view boot, const Look& look);

// The look to count from: the oldest of those from 1.5 to 10 seconds old; if there is none, the
// newest that is up to 120 seconds old. Shorter intervals say little more than a look itself,
// longer ones are no longer about now. Null when there is none.
const Look* choose_base(const Past& past, double since_boot_s);

// Says in `look` when the last of its OOM kills was first seen, and whose memory had run out: by
// the look before it, or by what that one says. When no allocation had to wait for the host's
// memory meanwhile, it was killed at a limit of its own group (its memory cgroup).
void trace_oom_kills(const Past& past, Look& look);

// OOM kills of the last ten minutes, by the counter `now` and what it was. Nothing when the past
// doesn't tell.
std::optional<double> recent_oom_kills(const Past& past, double since_boot_s, double now);

}  // namespace serverscore
