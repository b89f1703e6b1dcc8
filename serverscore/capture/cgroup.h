// SPDX-License-Identifier: Apache-2.0
// Reads the files of one cgroup, as few as do.
#pragma once

#include "serverscore/capture/files.h"

namespace serverscore {

// The files of one cgroup, those of version 2 and their counterparts of version 1.
struct CgroupFiles {
  Text cpu_max;       // cpu.max; of version 1: cpu.cfs_quota_us and cpu.cfs_period_us, joined
  Text cpu_stat;      // cpu.stat
  Text cpu_pressure;  // cpu.pressure, io.pressure, memory.pressure
  Text io_pressure;
  Text memory_pressure;
  Text cpuset;          // cpuset.cpus.effective; of version 1: cpuset.effective_cpus
  Text memory_max;      // memory.max, or memory.limit_in_bytes
  Text memory_current;  // memory.current, or memory.usage_in_bytes
  Text memory_stat;     // memory.stat
  Text memory_events;   // memory.events, or memory.oom_control
  Text swap_max;        // memory.swap.max
  Text swap_current;    // memory.swap.current
  Text pids_max;        // pids.max
  Text pids_current;    // pids.current
};

// The top of the cgroups that can be seen below ROOT/sys/fs/cgroup. On a host that is the real
// root, which has no limits: five failed attempts to open something, and nothing is found. In a
// container it is the container's own cgroup. Which version it is need not be known: nothing of one
// has a place in the other. What would only tell how near a limit is isn't read where there is
// none.
CgroupFiles capture_top_cgroup(Files& files);

}  // namespace serverscore
