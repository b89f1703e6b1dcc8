// SPDX-License-Identifier: Apache-2.0
// What is known about the host when it is judged: the parsed files, brought together, and what
// happened since serverscore last looked. Plain values.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "serverscore/capture/capture.h"
#include "serverscore/parse/filesystems.h"
#include "serverscore/parse/limits.h"
#include "serverscore/parse/pressure.h"
#include "serverscore/parse/proc.h"
#include "serverscore/state/state.h"

namespace serverscore {

// Shares of all CPU time during some interval, 0..1; together at most 1.
struct CpuShares {
  double busy = 0;
  double nice = 0;    // the part of busy that was of low priority
  double system = 0;  // the part of busy that the kernel spent
  double iowait = 0;
  double steal = 0;
};

// How the disks did during some interval.
struct DiskUse {
  double busy = 0;      // share of it in which the busiest disk had a request under way
  double await_ms = 0;  // mean time a request to a disk took; the whole interval where none ended
};

// Between an earlier look and this one.
struct Since {
  double seconds = 0;  // above 0
  std::optional<CpuShares> shares;
  // From the kernel's counters of stalled time: exact for the interval.
  std::optional<Pressure> cpu_pressure;
  std::optional<Pressure> io_pressure;
  std::optional<Pressure> memory_pressure;
  std::optional<double> run_queue;  // mean of what the earlier look and this one saw
  std::optional<DiskUse> disk;
  std::optional<double> turn_ms;  // see Inputs
  std::optional<double> forks_per_second;
};

struct Inputs {
  int cpus = 0;  // online; 0: unknown
  double capacity =
      0;  // CPUs that may be used at once: fewer than `cpus` under a quota; 0: unknown
  // Tasks other than ourselves that ran or waited for a CPU, at each instant we looked.
  std::vector<double> run_queue;
  std::vector<double> blocked;      // tasks waiting for I/O, at each instant we looked
  std::optional<CpuShares> shares;  // while we looked
  std::optional<double> all_busy;   // share of the time in which all CPUs were, while we looked
  // How long a task ran on a CPU before another did, in the mean while we looked. What computes
  // keeps a CPU for milliseconds; what passes messages on, for microseconds.
  std::optional<double> turn_ms;
  std::optional<DiskUse> disk;  // while we looked
  std::optional<LoadAverage> load;
  std::optional<Pressure> cpu_pressure;  // of the last 10 seconds
  std::optional<Pressure> io_pressure;
  std::optional<Pressure> memory_pressure;
  std::optional<double> throttled;  // share of the time in which a quota stopped us, 0..1
  std::optional<Memory> memory;     // the container's, where it has a limit
  std::optional<Since> since;       // nothing when this is the first look

  std::vector<Filesystem> filesystems;  // real ones; what is pseudo or in memory is left out
  std::optional<Usage> files;
  std::optional<Usage> tasks;
  std::optional<Usage> conntrack;
  // OOM kills that were seen to happen in the last ten minutes.
  std::optional<double> oom_kills;
  // How long ago the last of them was seen, where it hit the limit of a group of its own (a memory
  // cgroup) and the host had memory. Nothing: it was the host's memory that had run out, or that
  // isn't known.
  std::optional<double> group_kill_age_s;

  bool contained = false;  // a container's limits were found, and stand for the host's
  std::string kernel;      // release, printable ASCII; empty when unknown
  std::optional<double> uptime_seconds;

  std::vector<std::string> missing;  // files that weren't there: "/proc/pressure/cpu"
  Notes notes;                       // what was malformed, and what was done about it

  std::string boot;  // tells one boot from another; empty when unknown
  Look look;         // what is to be remembered of this look
};

// Pure. `past` is what earlier looks left behind; those of another boot don't count. What is to be
// left behind now: remember(past, inputs.boot, inputs.look).
Inputs interpret(const Capture& capture, const Past& past = {});

// What happened between two readings; nothing when no tick passed. One tick of steal is within the
// kernel's rounding and counts as none. Pure.
std::optional<CpuShares> shares_between(const CpuTimes& before, const CpuTimes& after);

// What happened between an earlier look and a later one, by the counters that didn't run backwards.
// Pure.
Since since_between(const Look& before, const Look& now);

// The mean; 0 of nothing.
double mean(const std::vector<double>& values);

}  // namespace serverscore
