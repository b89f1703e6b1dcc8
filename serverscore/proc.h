// SPDX-License-Identifier: Apache-2.0
// What the files below /proc say, as values. Pure functions; each reads one file's text, takes what
// it understands, and adds a note for what should be there and isn't. No text makes them fail.
// The formats: Documentation/filesystems/proc.rst and Documentation/accounting/psi.rst of the Linux
// kernel.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace serverscore {

// For people: what was malformed. Never holds anything taken from a file.
using Notes = std::vector<std::string>;

// Time the CPUs spent since boot, in clock ticks (of 10 ms nearly everywhere), all CPUs together.
struct CpuTimes {
  double busy = 0;  // user, nice, system, irq, softirq
  double idle = 0;
  double iowait = 0;  // idle while I/O was outstanding
  double steal = 0;   // wanted, and given to another virtual machine by the hypervisor
};

struct Stat {
  std::optional<CpuTimes> times;
  int cpus = 0;                   // online; 0 when the file doesn't say
  std::optional<double> running;  // tasks that run or wait for a CPU, the reader included
  std::optional<double> blocked;  // tasks that wait for I/O
};

struct LoadAverage {
  double one = 0;  // over about 1, 5 and 15 minutes; counts tasks blocked in I/O too
  double five = 0;
  double fifteen = 0;
  std::optional<double> running;  // as in Stat, now
};

// Shares of the last 10 seconds, 0..1. full <= some.
struct Pressure {
  double some = 0;  // in which at least one task was stalled
  double full = 0;  // in which all that had work were stalled
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
// `file` is its name in notes: "pressure/io". "full" may be absent, as for cpu before Linux 5.13.
std::optional<Pressure> parse_pressure(std::string_view text, std::string_view file, Notes& notes);
// Nothing without a total. Kernels before 3.14 don't say what is available; then it is estimated.
std::optional<Memory> parse_meminfo(std::string_view text, Notes& notes);
// The number of CPUs; 0 when there is none in it.
int parse_cpuinfo(std::string_view text);
// Seconds since boot.
std::optional<double> parse_uptime(std::string_view text, Notes& notes);

}  // namespace serverscore
