// SPDX-License-Identifier: Apache-2.0
// The one place that touches the host: reads what the kernel says below /proc, as text, and judges
// nothing. Everything after this is a pure function of a Capture.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

namespace serverscore {

// The text of one file; nothing when it isn't there or can't be read.
using Text = std::optional<std::string>;

// What was found, the paths being below ROOT/proc.
struct Capture {
  Text stat_before;           // stat, when the capture began
  Text stat_after;            // stat, when it ended
  std::vector<Text> loadavg;  // at several instants in between
  Text cpu_pressure;          // pressure/cpu
  Text io_pressure;           // pressure/io
  Text memory_pressure;       // pressure/memory
  Text meminfo;
  Text cpuinfo;  // read only where stat is missing: it costs far more
  Text osrelease;
  Text uptime;
};

struct CapturePlan {
  // Between the two readings of stat. An answer is promised within 100 ms.
  std::chrono::microseconds span{50'000};
  // Readings of loadavg, spread evenly over the span; those that would come late are left out. Each
  // costs about 40 us of CPU, nearly all of it for waking up.
  int instants = 5;
  // Also osrelease and uptime, which don't influence the score.
  bool details = false;
};

// Waits for `plan.span`. Files larger than 4 MiB are cut there. Never fails: see readable().
Capture capture(const std::string& root, const CapturePlan& plan);

// Whether there was anything at all to judge the host by.
bool readable(const Capture& capture);

}  // namespace serverscore
