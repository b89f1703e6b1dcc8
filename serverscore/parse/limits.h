// SPDX-License-Identifier: Apache-2.0
// Counters of what ends: file handles, PIDs, connections tracked; and of the kernel's kills.
#pragma once

#include <optional>
#include <string_view>

#include "serverscore/parse/text.h"

namespace serverscore {

// The use of something countable that ends.
struct Usage {
  double used = 0;
  double most = 0;  // above 0
};

// sys/fs/file-nr: handed out, unused (0 since Linux 2.6), most.
std::optional<Usage> parse_file_nr(std::string_view text, Notes& notes);

// A file of one number: sys/kernel/pid_max, sys/net/netfilter/nf_conntrack_count. `file` is its
// name in notes.
std::optional<double> parse_number(std::string_view text, std::string_view file, Notes& notes);

// vmstat's oom_kill: processes that were killed for want of memory, since boot. Nothing before
// Linux 4.13, which doesn't count them.
std::optional<double> parse_oom_kills(std::string_view text);

// vmstat's allocstall of all zones together: allocations that had to wait until memory of the host
// was freed, since boot. Reclaim at a cgroup's own limit isn't among them.
std::optional<double> parse_reclaim_stalls(std::string_view text);

// Since boot, over the whole disks (not their partitions, nor the layers above them).
struct DiskCounters {
  double busiest_ms = 0;  // in which the busiest disk had a request under way
  double requests = 0;    // of all disks, those done
  double under_way = 0;   // requests that have not ended, now
  double waited_ms = 0;   // of all disks' requests, their times added up
};

// diskstats. Nothing when it names no disk.
std::optional<DiskCounters> parse_diskstats(std::string_view text, Notes& notes);

}  // namespace serverscore
