// SPDX-License-Identifier: Apache-2.0
// The one place that looks at the host: reads what the kernel says below /proc and /sys/fs/cgroup,
// as text, and judges nothing. Everything after this is a pure function of a Capture.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "serverscore/capture/cgroup.h"
#include "serverscore/capture/files.h"
#include "serverscore/parse/filesystems.h"

namespace serverscore {

// What was found, the paths being below ROOT/proc.
struct Capture {
  Text stat_before;           // stat, when the capture began
  Text stat_after;            // stat, when it ended
  std::vector<Text> loadavg;  // at several instants in between
  Text disks_before;          // diskstats, likewise at the beginning and at the end
  Text disks_after;
  double disks_apart_s = 0;  // the time between these two
  Text cpu_pressure;         // pressure/cpu
  Text io_pressure;          // pressure/io
  Text memory_pressure;      // pressure/memory
  Text meminfo;
  Text vmstat;
  Text file_nr;          // sys/fs/file-nr
  Text pid_max;          // sys/kernel/pid_max
  Text threads_max;      // sys/kernel/threads-max
  Text conntrack_count;  // sys/net/netfilter/nf_conntrack_count
  Text conntrack_max;    // sys/net/netfilter/nf_conntrack_max
  Text boot_id;          // sys/kernel/random/boot_id
  Text mountinfo;        // self/mountinfo; below another root 1/mountinfo, where it may be read
  std::vector<Filesystem> filesystems;  // of the real mounts in mountinfo, as statfs counts them
  Notes notes;                          // on what was parsed for looking further
  // The top of the cgroups that can be seen from here, below ROOT/sys/fs/cgroup: inside a
  // container, the container's own.
  CgroupFiles cgroup;
  Text cpuinfo;    // read only where stat is missing: it costs far more
  Text osrelease;  // sys/kernel/osrelease
  Text uptime;
  double since_boot_s = 0;  // the clock that goes on in sleep, when the capture ended
};

struct CapturePlan {
  // Between the two readings of stat. An answer is promised within 100 ms. Steps of 9.6 ms meet
  // the kernel's ticks, every 1 ms or 4 ms, at another point each time.
  std::chrono::microseconds span{48'000};
  // Readings of loadavg, spread evenly over the span, the last at its end; those that would come
  // late are left out. Each costs about 30 us of CPU, nearly all of it for waking up.
  int instants = 5;
  // Also what the score doesn't need.
  bool details = false;
};

// Waits for `plan.span`. Files larger than 4 MiB are cut there. Never fails: see readable().
Capture capture(const std::string& root, const CapturePlan& plan);

// Whether there was anything at all to judge the host by.
bool readable(const Capture& capture);

}  // namespace serverscore
