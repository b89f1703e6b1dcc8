// SPDX-License-Identifier: Apache-2.0
// What the files below /proc say, as values. Pure functions; each reads one file's text, takes what
// it understands, and adds a note for what should be there and isn't. No text makes them fail.
// The formats: Documentation/filesystems/proc.rst of the Linux kernel.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "serverscore/parse/text.h"

namespace serverscore {

// Time the CPUs spent since boot, in clock ticks (of 10 ms nearly everywhere), all CPUs together.
struct CpuTimes {
  double busy = 0;    // user, nice, system, irq, softirq
  double nice = 0;    // the part of busy that was of low priority
  double system = 0;  // the part of busy that the kernel spent: system, irq, softirq
  double idle = 0;
  double iowait = 0;  // idle while I/O was outstanding
  double steal = 0;   // wanted, and given to another virtual machine by the hypervisor
};

// The same of a single CPU, and what it could have been.
struct CpuBusy {
  double busy = 0;
  double all = 0;
};

struct Stat {
  std::optional<CpuTimes> times;
  int cpus = 0;                    // online; 0 when the file doesn't say
  std::optional<double> running;   // tasks that run or wait for a CPU, the reader included
  std::optional<double> blocked;   // tasks that wait for I/O
  std::optional<double> forks;     // since boot
  std::optional<double> switches;  // from one task to another, of all CPUs, since boot
  std::vector<CpuBusy> each;       // every CPU online, in the order of the file
};

struct LoadAverage {
  double one = 0;  // over about 1, 5 and 15 minutes; counts tasks blocked in I/O too
  double five = 0;
  double fifteen = 0;
  std::optional<double> running = {};  // as in Stat, now
  std::optional<double> tasks = {};    // that there are, now
};

// KiB.
struct Memory {
  double total = 0;      // above 0
  double available = 0;  // that can be given out without swapping; at most total
  double swap_total = 0;
  double swap_free = 0;  // at most swap_total
};

Stat parse_stat(std::string_view text, Notes& notes);
// Nothing when the three averages aren't there.
std::optional<LoadAverage> parse_loadavg(std::string_view text, Notes& notes);
// Nothing without a total. Kernels before 3.14 don't say what is available; then it is estimated.
std::optional<Memory> parse_meminfo(std::string_view text, Notes& notes);
// The number of CPUs; 0 when there is none in it.
int parse_cpuinfo(std::string_view text);
// Seconds since boot.
std::optional<double> parse_uptime(std::string_view text, Notes& notes);

}  // namespace serverscore
