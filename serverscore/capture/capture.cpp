// SPDX-License-Identifier: Apache-2.0
#include "serverscore/capture/capture.h"

#include <algorithm>
#include <cerrno>
#include <ctime>

#include "serverscore/capture/filesystems.h"

namespace serverscore {
namespace {

using Clock = std::chrono::steady_clock;

// To an absolute time, so that lateness doesn't add up on a host that lets us wait.
void sleep_until(Clock::time_point when) {
  const auto since_epoch = when.time_since_epoch();
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(since_epoch);
  if (when <= Clock::now()) return;
  timespec until{};
  until.tv_sec = static_cast<std::time_t>(seconds.count());
  until.tv_nsec = static_cast<long>(std::chrono::nanoseconds(since_epoch - seconds).count());
  while (::clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, nullptr) == EINTR) {
  }
}

// CLOCK_BOOTTIME, unlike CLOCK_MONOTONIC, goes on while the host sleeps.
double since_boot() {
  timespec now{};
  ::clock_gettime(CLOCK_BOOTTIME, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) / 1e9;
}

// The files that are no sample of an instant.
void read_limits(Files& files, Capture& found) {
  found.meminfo = files.read("/proc/meminfo");
  found.vmstat = files.read("/proc/vmstat");
  found.file_nr = files.read("/proc/sys/fs/file-nr");
  found.pid_max = files.read("/proc/sys/kernel/pid_max");
  found.threads_max = files.read("/proc/sys/kernel/threads-max");
  found.conntrack_count = files.read("/proc/sys/net/netfilter/nf_conntrack_count");
  if (found.conntrack_count) {
    found.conntrack_max = files.read("/proc/sys/net/netfilter/nf_conntrack_max");
  }
  found.boot_id = files.read("/proc/sys/kernel/random/boot_id");
  found.cgroup = capture_top_cgroup(files);
}

// Below the root of another host's /proc, "self" is still us, with our own mounts.
void read_filesystems(Files& files, bool host_itself, Capture& found) {
  if (!host_itself) found.mountinfo = files.read("/proc/1/mountinfo");
  if (!found.mountinfo) found.mountinfo = files.read("/proc/self/mountinfo");
  if (!found.mountinfo) return;
  found.filesystems = capture_filesystems(files, *found.mountinfo, found.notes);
}

}  // namespace

Capture capture(const std::string& root, const CapturePlan& plan) {
  const auto begin = Clock::now();
  Files files(root);
  KeptFile stat(root + "/proc/stat");
  KeptFile diskstats(root + "/proc/diskstats");
  KeptFile loadavg(root + "/proc/loadavg");
  Capture found;
  stat.read(found.stat_before);
  diskstats.read(found.disks_before);
  const double disks_read_s = since_boot();
  found.cpu_pressure = files.read("/proc/pressure/cpu");
  found.io_pressure = files.read("/proc/pressure/io");
  found.memory_pressure = files.read("/proc/pressure/memory");
  if (!found.stat_before) found.cpuinfo = files.read("/proc/cpuinfo");
  read_limits(files, found);
  read_filesystems(files, root.empty(), found);
  if (plan.details) {
    found.osrelease = files.read("/proc/sys/kernel/osrelease");
    found.uptime = files.read("/proc/uptime");
  }

  found.loadavg.reserve(static_cast<std::size_t>(std::max(plan.instants, 0)));
  for (int instant = 1; instant <= plan.instants; ++instant) {
    const auto due = begin + plan.span * instant / plan.instants;
    if (instant > 1 && Clock::now() > due) continue;
    sleep_until(due);
    loadavg.read(found.loadavg.emplace_back());
  }
  sleep_until(begin + plan.span);
  stat.read(found.stat_after);
  diskstats.read(found.disks_after);
  found.since_boot_s = since_boot();
  found.disks_apart_s = found.since_boot_s - disks_read_s;
  return found;
}

bool readable(const Capture& capture) {
  for (const Text& text : capture.loadavg) {
    if (text) return true;
  }
  return capture.stat_before || capture.stat_after || capture.cpu_pressure || capture.io_pressure ||
         capture.memory_pressure || capture.meminfo;
}

}  // namespace serverscore
