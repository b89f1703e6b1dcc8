// SPDX-License-Identifier: Apache-2.0
#include "serverscore/capture/cgroup.h"

namespace serverscore {
namespace {

// Version 1 says "no limit" by -1, or by a number of 19 digits where no machine needs 17.
bool is_limit(const Text& text) {
  constexpr std::size_t kNoLimitDigits = 17;
  return text && !text->starts_with("max") && !text->starts_with("-1") &&
         text->size() < kNoLimitDigits + 1;
}

// Version 2: "50000 100000".
bool is_quota(const Text& text) {
  return text && !text->starts_with("max") && !text->starts_with("-1");
}

void read_pressures(Files& files, const std::string& folder, CgroupFiles& found) {
  found.cpu_pressure = files.read(folder + "cpu.pressure");
  found.io_pressure = files.read(folder + "io.pressure");
  found.memory_pressure = files.read(folder + "memory.pressure");
}

// Whether there is a cgroup of version 2 that isn't the root of all.
bool read_version_2(Files& files, CgroupFiles& found) {
  const std::string folder = "/sys/fs/cgroup/";
  found.cpu_max = files.read(folder + "cpu.max");
  found.memory_max = files.read(folder + "memory.max");
  if (!found.cpu_max && !found.memory_max) return false;
  found.cpuset = files.read(folder + "cpuset.cpus.effective");
  found.pids_max = files.read(folder + "pids.max");
  found.memory_events = files.read(folder + "memory.events");
  if (is_limit(found.pids_max)) found.pids_current = files.read(folder + "pids.current");
  if (is_quota(found.cpu_max)) found.cpu_stat = files.read(folder + "cpu.stat");
  if (is_limit(found.memory_max)) {
    found.memory_current = files.read(folder + "memory.current");
    found.memory_stat = files.read(folder + "memory.stat");
    found.swap_max = files.read(folder + "memory.swap.max");
    if (found.swap_max) found.swap_current = files.read(folder + "memory.swap.current");
  }
  read_pressures(files, folder, found);
  return true;
}

// Distributions mount the two controllers together, and most add a link for each.
Text read_cpu(Files& files, const std::string& name) {
  Text text = files.read("/sys/fs/cgroup/cpu/" + name);
  if (!text) text = files.read("/sys/fs/cgroup/cpu,cpuacct/" + name);
  return text;
}

void read_version_1(Files& files, CgroupFiles& found) {
  const std::string memory = "/sys/fs/cgroup/memory/memory.";
  const std::string pids = "/sys/fs/cgroup/pids/pids.";
  found.memory_max = files.read(memory + "limit_in_bytes");
  if (is_limit(found.memory_max)) {
    found.memory_current = files.read(memory + "usage_in_bytes");
    found.memory_stat = files.read(memory + "stat");
    found.memory_events = files.read(memory + "oom_control");
  }
  Text quota = read_cpu(files, "cpu.cfs_quota_us");
  if (is_limit(quota)) {
    const Text period = read_cpu(files, "cpu.cfs_period_us");
    quota->resize(quota->find_last_not_of('\n') + 1);
    if (period) *quota += " " + *period;
    found.cpu_stat = read_cpu(files, "cpu.stat");
  }
  found.cpu_max = std::move(quota);
  found.pids_max = files.read(pids + "max");
  if (is_limit(found.pids_max)) found.pids_current = files.read(pids + "current");
  if (!found.cpu_stat && !found.memory_current) return;
  found.cpuset = files.read("/sys/fs/cgroup/cpuset/cpuset.effective_cpus");
  // Where both versions are mounted, version 2 may have the pressure, though none of the limits.
  read_pressures(files, "/sys/fs/cgroup/unified/", found);
}

}  // namespace

CgroupFiles capture_top_cgroup(Files& files) {
  CgroupFiles found;
  if (!read_version_2(files, found)) read_version_1(files, found);
  return found;
}

}  // namespace serverscore
