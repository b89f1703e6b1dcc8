// SPDX-License-Identifier: Apache-2.0
#include "serverscore/testing/fixture.h"

#include <cstdio>
#include <cstdlib>
#include <fstream>

namespace serverscore {
namespace {

std::string decimal(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.2f", value);
  return text;
}

std::string stat_text(const Host& host, bool after) {
  const auto ticks = [&](int since_boot, int meanwhile) {
    return " " + std::to_string(since_boot + (after ? meanwhile : 0));
  };
  const std::string times = ticks(4000, host.busy_ticks) + " 0 900" +
                            ticks(90'000, host.idle_ticks) + ticks(300, host.iowait_ticks) +
                            " 0 70" + ticks(18, host.steal_ticks) + " 0 0\n";
  std::string text = "cpu " + times;
  for (int cpu = 0; cpu < host.cpus; ++cpu) text += "cpu" + std::to_string(cpu) + times;
  return text + "intr 236067 0 0 0 1 14\nctxt 480832\nbtime 1795452791\nprocesses 7991\n" +
         "procs_running " + std::to_string(host.others + 1) + "\nprocs_blocked " +
         std::to_string(host.blocked) + "\nsoftirq 164366 0 17104 4\n";
}

std::string pressure_text(double some, double full) {
  return "some avg10=" + decimal(some) + " avg60=0.00 avg300=0.00 total=12078665\n" +
         "full avg10=" + decimal(full) + " avg60=0.00 avg300=0.00 total=0\n";
}

}  // namespace

Capture without_pressure(const Host& host) {
  Capture capture;
  capture.stat_before = stat_text(host, false);
  capture.stat_after = stat_text(host, true);
  capture.loadavg.assign(
      5, decimal(host.load) + " 0.10 0.05 " + std::to_string(host.others + 1) + "/96 7988\n");
  capture.meminfo =
      "MemTotal:       " + std::to_string(host.total_kib) +
      " kB\nMemFree:        1000 kB\nMemAvailable:   " + std::to_string(host.available_kib) +
      " kB\nBuffers:        2540 kB\nCached:         120976 kB\nSwapTotal:      " +
      std::to_string(host.swap_total_kib) +
      " kB\nSwapFree:       " + std::to_string(host.swap_free_kib) +
      " kB\nShmem:          8856 kB\n";
  capture.vmstat = "nr_free_pages 250\npgmajfault 1184\noom_kill " +
                   std::to_string(host.oom_kills) + "\ncompact_stall 0\n";
  capture.file_nr = "1056\t0\t401224\n";
  capture.pid_max = "32768\n";
  capture.threads_max = "31345\n";
  capture.boot_id = "5a3b9f0e-7c41-4d8e-9a55-3f1f2d6c8b70\n";
  capture.mountinfo =
      "22 27 0:21 / /proc rw,relatime - proc proc rw\n"
      "27 1 259:1 / / rw,noatime shared:1 - xfs /dev/nvme0n1p1 rw,attr2,inode64,noquota\n";
  Filesystem root;
  root.mount.path = "/";
  root.mount.type = "xfs";
  root.mount.device = "/dev/nvme0n1p1";
  root.mount.major = 259;
  root.mount.minor = 1;
  root.bytes = 8e9;
  root.bytes_available = 6e9;
  root.inodes = 4e6;
  root.inodes_free = 3.9e6;
  capture.filesystems.push_back(root);
  capture.since_boot_s = host.since_boot_s;
  capture.osrelease = "4.14.355-275.603.amzn2.x86_64\n";
  capture.uptime = "1094.61 2132.93\n";
  return capture;
}

Capture with_pressure(const Host& host) {
  Capture capture = without_pressure(host);
  capture.cpu_pressure = pressure_text(host.cpu_some, 0);
  capture.io_pressure = pressure_text(host.io_some, host.io_full);
  capture.memory_pressure = pressure_text(host.memory_some, host.memory_full);
  capture.osrelease = "6.1.0-31-cloud-amd64\n";
  return capture;
}

Tree::Tree(std::initializer_list<std::pair<std::string, std::string>> files) {
  std::string pattern = (std::filesystem::temp_directory_path() / "serverscore-XXXXXX").string();
  if (::mkdtemp(pattern.data()) == nullptr) std::abort();
  root_ = pattern;
  for (const auto& [path, content] : files) write(path, content);
}

Tree::Tree(const Capture& capture) : Tree({}) {
  const auto write_if = [&](const char* path, const Text& text) {
    if (text) write(path, *text);
  };
  write_if("proc/stat", capture.stat_after);
  if (!capture.loadavg.empty()) write_if("proc/loadavg", capture.loadavg.back());
  write_if("proc/pressure/cpu", capture.cpu_pressure);
  write_if("proc/pressure/io", capture.io_pressure);
  write_if("proc/pressure/memory", capture.memory_pressure);
  write_if("proc/meminfo", capture.meminfo);
  write_if("proc/vmstat", capture.vmstat);
  write_if("proc/diskstats", capture.disks_after);
  write_if("proc/cpuinfo", capture.cpuinfo);
  write_if("proc/self/mountinfo", capture.mountinfo);
  write_if("proc/sys/fs/file-nr", capture.file_nr);
  write_if("proc/sys/kernel/pid_max", capture.pid_max);
  write_if("proc/sys/kernel/threads-max", capture.threads_max);
  write_if("proc/sys/kernel/random/boot_id", capture.boot_id);
  write_if("proc/sys/net/netfilter/nf_conntrack_count", capture.conntrack_count);
  write_if("proc/sys/net/netfilter/nf_conntrack_max", capture.conntrack_max);
  write_cgroup(capture.cgroup);
  write_if("proc/sys/kernel/osrelease", capture.osrelease);
  write_if("proc/uptime", capture.uptime);
}

void Tree::write_cgroup(const CgroupFiles& cgroup) {
  for (const auto& [name, field] : {std::pair{"cpu.max", &CgroupFiles::cpu_max},
                                    {"cpu.stat", &CgroupFiles::cpu_stat},
                                    {"cpu.pressure", &CgroupFiles::cpu_pressure},
                                    {"io.pressure", &CgroupFiles::io_pressure},
                                    {"memory.pressure", &CgroupFiles::memory_pressure},
                                    {"cpuset.cpus.effective", &CgroupFiles::cpuset},
                                    {"memory.max", &CgroupFiles::memory_max},
                                    {"memory.current", &CgroupFiles::memory_current},
                                    {"memory.stat", &CgroupFiles::memory_stat},
                                    {"memory.events", &CgroupFiles::memory_events},
                                    {"memory.swap.max", &CgroupFiles::swap_max},
                                    {"memory.swap.current", &CgroupFiles::swap_current},
                                    {"pids.max", &CgroupFiles::pids_max},
                                    {"pids.current", &CgroupFiles::pids_current}}) {
    if (cgroup.*field) write(std::string("sys/fs/cgroup/") + name, *(cgroup.*field));
  }
}

Tree::~Tree() {
  std::error_code ignored;
  std::filesystem::remove_all(root_, ignored);
}

void Tree::write(const std::string& path, const std::string& content) {
  const std::filesystem::path file = root_ / path;
  std::filesystem::create_directories(file.parent_path());
  std::ofstream(file, std::ios::binary) << content;
}

}  // namespace serverscore
