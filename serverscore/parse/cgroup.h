// SPDX-License-Identifier: Apache-2.0
// What the files of one cgroup say, of version 2 and of version 1. Pure functions; `file` is the
// name to use in notes.
// The formats: Documentation/admin-guide/cgroup-v2.rst and cgroup-v1/ of the Linux kernel.
#pragma once

#include <optional>
#include <string_view>

#include "serverscore/parse/limits.h"
#include "serverscore/parse/proc.h"
#include "serverscore/parse/text.h"

namespace serverscore {

// cpu.max, "QUOTA PERIOD" in microseconds; of version 1, cpu.cfs_quota_us and cpu.cfs_period_us
// joined by a blank. CPUs that may be used at once, above 0; nothing when there is no limit ("max"
// or -1).
std::optional<double> parse_cpu_max(std::string_view text, std::string_view file, Notes& notes);

// cpuset.cpus.effective, "0-3,7". How many CPUs that is; 0 when it can't be said.
int parse_cpu_list(std::string_view text);

// memory.max, memory.limit_in_bytes, memory.swap.max, pids.max: nothing when there is no limit
// ("max"; version 1 writes the largest number of pages there is).
std::optional<double> parse_limit(std::string_view text, std::string_view file, Notes& notes);

// The memory of a cgroup that has a limit, in KiB: available is what its working set leaves of the
// limit. The working set is the use less the inactive part of the page cache, as the kubelet and
// cAdvisor reckon it: that part is given back first, and for the asking. `limit` in bytes, above 0;
// `current` the text of memory.current or memory.usage_in_bytes, `stat` of memory.stat. Swap is
// left at 0.
std::optional<Memory> parse_cgroup_memory(double limit, std::string_view current,
                                          std::string_view stat, std::string_view file,
                                          Notes& notes);

// pids.current and pids.max. Nothing without a limit.
std::optional<Usage> parse_pids(std::string_view current, std::string_view max,
                                std::string_view file, Notes& notes);

// cpu.stat: microseconds in which a quota stopped the cgroup, since it was made; added up over its
// CPUs. Nothing where it has no quota.
std::optional<double> parse_throttled_us(std::string_view text);

// memory.events, or memory.oom_control since Linux 4.13: processes of the cgroup killed for want of
// memory since it was made.
std::optional<double> parse_cgroup_oom_kills(std::string_view text);

}  // namespace serverscore
