// SPDX-License-Identifier: Apache-2.0
// For tests: the /proc of a host of one's choosing, as a Capture or as files below a directory.
#pragma once

#include <filesystem>
#include <initializer_list>
#include <string>
#include <utility>

#include "serverscore/capture/capture.h"

namespace serverscore {

// A directory of its own that holds what it was built with and is gone with it:
//   const Tree tree{{"proc/loadavg", "0.00 0.00 0.00 1/99 1234\n"}};
class Tree {
 public:
  Tree(std::initializer_list<std::pair<std::string, std::string>> files);
  // The last of its several readings; its cgroup as version 2. Its filesystems can't be made.
  explicit Tree(const Capture& capture);
  ~Tree();
  Tree(const Tree&) = delete;
  Tree& operator=(const Tree&) = delete;

  [[nodiscard]] std::string root() const { return root_.string(); }

 private:
  void write(const std::string& path, const std::string& content);
  void write_cgroup(const CgroupFiles& cgroup);
  std::filesystem::path root_;
};

// A host in words of what it does; everything else is as on an idle one.
struct Host {
  int cpus = 2;
  int others = 0;   // tasks that want a CPU beside serverscore
  int blocked = 0;  // tasks that wait for I/O
  double load = 0;
  double cpu_some = 0;  // percent of the last 10 seconds, as in the pressure files
  double io_some = 0;
  double io_full = 0;
  double memory_some = 0;
  double memory_full = 0;
  long total_kib = 4'000'000;
  long available_kib = 3'600'000;
  long swap_total_kib = 0;
  long swap_free_kib = 0;
  // Clock ticks between the two readings of stat.
  int busy_ticks = 0;
  int idle_ticks = 10;
  int iowait_ticks = 0;
  int steal_ticks = 0;
  int oom_kills = 0;          // since boot
  double since_boot_s = 1e6;  // long ago
};

// What a current kernel says of it.
Capture with_pressure(const Host& host);
// What a kernel without pressure stall information says of it (Amazon Linux 2, CentOS 7).
Capture without_pressure(const Host& host);

}  // namespace serverscore
