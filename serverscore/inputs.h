// SPDX-License-Identifier: Apache-2.0
// What is known about the host when it is judged: the parsed files, brought together. Plain values.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "serverscore/capture.h"
#include "serverscore/proc.h"

namespace serverscore {

// Shares of all CPU time while we looked, 0..1; together at most 1.
struct CpuShares {
  double busy = 0;
  double iowait = 0;
  double steal = 0;
};

struct Inputs {
  int cpus = 0;  // 0: unknown
  // Tasks other than ourselves that ran or waited for a CPU, at each instant we looked.
  std::vector<double> run_queue;
  std::vector<double> blocked;  // tasks waiting for I/O, at each instant we looked
  std::optional<CpuShares> shares;
  std::optional<LoadAverage> load;
  std::optional<Pressure> cpu_pressure;
  std::optional<Pressure> io_pressure;
  std::optional<Pressure> memory_pressure;
  std::optional<Memory> memory;
  std::string kernel;  // release, printable ASCII; empty when unknown
  std::optional<double> uptime_seconds;

  std::vector<std::string> missing;  // files that weren't there: "/proc/pressure/cpu"
  Notes notes;                       // what was malformed, and what was done about it
};

// Pure.
Inputs interpret(const Capture& capture);

// What happened between two readings; nothing when no tick passed. One tick of steal is within the
// kernel's rounding and counts as none. Pure.
std::optional<CpuShares> shares_between(const CpuTimes& before, const CpuTimes& after);

// The mean; 0 of nothing.
double mean(const std::vector<double>& values);

}  // namespace serverscore
