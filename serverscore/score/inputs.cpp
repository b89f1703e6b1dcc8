// SPDX-License-Identifier: Apache-2.0
#include "serverscore/score/inputs.h"

#include <algorithm>
#include <string_view>

#include "serverscore/parse/cgroup.h"

namespace serverscore {
namespace {

// We are running whenever we look.
double others(double running) {
  return std::max(0.0, running - 1);
}

void add_notes(Notes& notes, Notes more) {
  for (std::string& note : more) {
    if (std::find(notes.begin(), notes.end(), note) == notes.end()) {
      notes.push_back(std::move(note));
    }
  }
}

// How much a counter rose; nothing where it isn't known or ran backwards.
std::optional<double> rise(const std::optional<double>& before, const std::optional<double>& now) {
  if (!before || !now || *now < *before) return std::nullopt;
  return *now - *before;
}

// The CPUs are taken as independent of each other.
std::optional<double> all_busy_between(const std::vector<CpuBusy>& before,
                                       const std::vector<CpuBusy>& after) {
  if (before.empty() || before.size() != after.size()) return std::nullopt;
  double chance = 1;
  for (std::size_t cpu = 0; cpu < after.size(); ++cpu) {
    const double all = after[cpu].all - before[cpu].all;
    if (all <= 0) continue;  // shorter than a tick
    chance *= std::clamp((after[cpu].busy - before[cpu].busy) / all, 0.0, 1.0);
  }
  return chance;
}

std::optional<double> turn_between(const CpuTimes& before, const CpuTimes& after,
                                   const std::optional<double>& switches_before,
                                   const std::optional<double>& switches_after) {
  constexpr double kTickMs = 10;  // USER_HZ, 100 on x86 and ARM
  const auto switches = rise(switches_before, switches_after);
  if (!switches || *switches == 0 || after.busy < before.busy) return std::nullopt;
  return kTickMs * (after.busy - before.busy) / *switches;
}

std::optional<DiskUse> disk_use(const std::optional<double>& busy_ms,
                                const std::optional<double>& requests,
                                const std::optional<double>& waited_ms, bool under_way,
                                double seconds) {
  constexpr double kMilliseconds = 1e3;
  const double interval_ms = seconds * kMilliseconds;
  if (!busy_ms || !requests || !waited_ms || interval_ms <= 0) return std::nullopt;
  DiskUse use;
  use.busy = std::min(1.0, *busy_ms / interval_ms);
  use.await_ms = *requests > 0 ? *waited_ms / *requests : under_way ? interval_ms : 0;
  return use;
}

void interpret_stat(const Capture& capture, Inputs& inputs) {
  if (!capture.stat_before && !capture.stat_after) {
    inputs.missing.emplace_back("/proc/stat");
    if (capture.cpuinfo) inputs.cpus = parse_cpuinfo(*capture.cpuinfo);
    return;
  }
  Stat before;
  Stat after;
  if (capture.stat_before) before = parse_stat(*capture.stat_before, inputs.notes);
  if (capture.stat_after) {
    Notes again;  // mostly what the first reading had to say already
    after = parse_stat(*capture.stat_after, again);
    add_notes(inputs.notes, std::move(again));
  }
  inputs.cpus = after.cpus > 0 ? after.cpus : before.cpus;
  if (before.times && after.times) inputs.shares = shares_between(*before.times, *after.times);
  inputs.look.times = after.times ? after.times : before.times;
  inputs.look.forks = after.forks ? after.forks : before.forks;
  inputs.look.switches = after.switches ? after.switches : before.switches;
  inputs.all_busy = all_busy_between(before.each, after.each);
  if (before.times && after.times) {
    inputs.turn_ms = turn_between(*before.times, *after.times, before.switches, after.switches);
  }
  // The run queue of the first reading is left out: whoever started us may still have been running.
  if (after.running) inputs.run_queue.push_back(others(*after.running));
  if (before.blocked) inputs.blocked.push_back(*before.blocked);
  if (after.blocked) inputs.blocked.push_back(*after.blocked);
}

void interpret_loadavg(const Capture& capture, Inputs& inputs) {
  bool any = false;
  for (const Text& text : capture.loadavg) {
    if (!text) continue;
    any = true;
    Notes notes;
    if (const auto load = parse_loadavg(*text, notes)) {
      inputs.load = load;
      if (load->running) inputs.run_queue.push_back(others(*load->running));
    }
    add_notes(inputs.notes, std::move(notes));
  }
  if (!any) inputs.missing.emplace_back("/proc/loadavg");
}

// Where a resource's pressure is found, and where it goes.
struct PressureField {
  std::string_view name;
  Text Capture::*host;
  Text CgroupFiles::*cgroup;
  std::optional<Pressure> Inputs::*recent;
  std::optional<StallTotals> Look::*totals;
};
constexpr PressureField kPressures[] = {
    {"cpu", &Capture::cpu_pressure, &CgroupFiles::cpu_pressure, &Inputs::cpu_pressure,
     &Look::cpu_stalls},
    {"io", &Capture::io_pressure, &CgroupFiles::io_pressure, &Inputs::io_pressure,
     &Look::io_stalls},
    {"memory", &Capture::memory_pressure, &CgroupFiles::memory_pressure, &Inputs::memory_pressure,
     &Look::memory_stalls}};

// A container has its own; where the kernel doesn't give it, the host's is better than none.
void interpret_pressure(const Capture& capture, Inputs& inputs) {
  for (const PressureField& field : kPressures) {
    const Text* text = &(capture.*field.host);
    std::string file = "/proc/pressure/" + std::string(field.name);
    if (inputs.contained && capture.cgroup.*field.cgroup) {
      text = &(capture.cgroup.*field.cgroup);
      file = "/sys/fs/cgroup/" + std::string(field.name) + ".pressure";
    }
    if (!*text) {
      inputs.missing.push_back(std::move(file));
      continue;
    }
    const auto pressure = parse_pressure(**text, file, inputs.notes);
    if (!pressure) continue;
    inputs.*field.recent = pressure->recent;
    inputs.look.*field.totals = pressure->totals;
  }
}

// The number in a file that is always there.
std::optional<double> interpret_number(const Text& text, std::string_view file, Inputs& inputs) {
  if (text) return parse_number(*text, file, inputs.notes);
  inputs.missing.emplace_back(file);
  return std::nullopt;
}

void interpret_memory(const Capture& capture, Inputs& inputs) {
  if (capture.meminfo) {
    inputs.memory = parse_meminfo(*capture.meminfo, inputs.notes);
  } else {
    inputs.missing.emplace_back("/proc/meminfo");
  }
  const CgroupFiles& cgroup = capture.cgroup;
  if (!cgroup.memory_max || !cgroup.memory_current) return;
  constexpr std::string_view kFile = "/sys/fs/cgroup: memory limit";
  const auto limit = parse_limit(*cgroup.memory_max, kFile, inputs.notes);
  if (!limit || *limit == 0) return;
  auto own = parse_cgroup_memory(*limit, *cgroup.memory_current,
                                 cgroup.memory_stat ? *cgroup.memory_stat : std::string_view{},
                                 kFile, inputs.notes);
  if (!own || (inputs.memory && own->total >= inputs.memory->total)) return;
  if (inputs.memory) own->available = std::min(own->available, inputs.memory->available);
  if (inputs.memory && cgroup.swap_max && cgroup.swap_current) {
    constexpr std::string_view kSwap = "/sys/fs/cgroup: swap limit";
    constexpr double kKib = 1024;
    const Memory& host = *inputs.memory;
    const auto most = parse_limit(*cgroup.swap_max, kSwap, inputs.notes);
    const auto used = parse_number(*cgroup.swap_current, kSwap, inputs.notes);
    own->swap_total = most ? std::min(*most / kKib, host.swap_total) : host.swap_total;
    own->swap_free = std::clamp(own->swap_total - used.value_or(0) / kKib, 0.0, host.swap_free);
  }
  inputs.memory = own;
  inputs.contained = true;
}

// The host's CPUs, or fewer under a quota or in a set.
void interpret_capacity(const CgroupFiles& cgroup, Inputs& inputs) {
  inputs.capacity = inputs.cpus;
  const auto limit_to = [&](double cpus) {
    if (cpus <= 0 || (inputs.capacity > 0 && cpus >= inputs.capacity)) return;
    inputs.capacity = cpus;
    inputs.contained = true;
  };
  if (cgroup.cpu_max) {
    const auto quota = parse_cpu_max(*cgroup.cpu_max, "/sys/fs/cgroup: cpu quota", inputs.notes);
    if (quota) limit_to(*quota);
  }
  if (cgroup.cpuset) limit_to(parse_cpu_list(*cgroup.cpuset));
  if (cgroup.cpu_stat) inputs.look.throttled_us = parse_throttled_us(*cgroup.cpu_stat);
}

// The one that is nearer its end.
void keep_worse(std::optional<Usage>& kept, const std::optional<Usage>& other) {
  if (!other || other->most <= 0) return;
  if (!kept || other->used / other->most > kept->used / kept->most) kept = other;
}

void interpret_limits(const Capture& capture, Inputs& inputs) {
  if (capture.file_nr) {
    inputs.files = parse_file_nr(*capture.file_nr, inputs.notes);
  } else {
    inputs.missing.emplace_back("/proc/sys/fs/file-nr");
  }
  const auto pids = interpret_number(capture.pid_max, "/proc/sys/kernel/pid_max", inputs);
  const auto threads =
      interpret_number(capture.threads_max, "/proc/sys/kernel/threads-max", inputs);
  if (inputs.load && inputs.load->tasks) {
    for (const auto& most : {pids, threads}) {
      if (most) keep_worse(inputs.tasks, Usage{.used = *inputs.load->tasks, .most = *most});
    }
  }
  const CgroupFiles& cgroup = capture.cgroup;
  if (cgroup.pids_current && cgroup.pids_max) {
    keep_worse(inputs.tasks, parse_pids(*cgroup.pids_current, *cgroup.pids_max,
                                        "/sys/fs/cgroup: pids limit", inputs.notes));
  }
  // Not there while the kernel's module isn't loaded, which is nothing to speak of.
  if (capture.conntrack_count && capture.conntrack_max) {
    constexpr std::string_view kFile = "/proc/sys/net/netfilter/nf_conntrack";
    const auto used = parse_number(*capture.conntrack_count, kFile, inputs.notes);
    const auto most = parse_number(*capture.conntrack_max, kFile, inputs.notes);
    if (used && most && *most > 0) inputs.conntrack = Usage{.used = *used, .most = *most};
  }
}

void interpret_oom_kills(const Capture& capture, const Past& past, Inputs& inputs) {
  if (!capture.vmstat) inputs.missing.emplace_back("/proc/vmstat");
  std::optional<double> kills;
  if (inputs.contained && capture.cgroup.memory_events) {
    kills = parse_cgroup_oom_kills(*capture.cgroup.memory_events);
  } else if (capture.vmstat) {
    kills = parse_oom_kills(*capture.vmstat);
  }
  inputs.look.oom_kills = kills;
  if (capture.vmstat && !inputs.contained) {
    inputs.look.reclaim_stalls = parse_reclaim_stalls(*capture.vmstat);
  }
  trace_oom_kills(past, inputs.look);
  if (inputs.look.oom_seen_s && inputs.look.oom_of_host == 0) {
    inputs.group_kill_age_s = std::max(0.0, inputs.look.since_boot_s - *inputs.look.oom_seen_s);
  }
  if (kills) inputs.oom_kills = recent_oom_kills(past, inputs.look.since_boot_s, *kills);
}

void interpret_disks(const Capture& capture, Inputs& inputs) {
  const Text& last = capture.disks_after ? capture.disks_after : capture.disks_before;
  if (!last) return;
  const auto disks = parse_diskstats(*last, inputs.notes);
  if (!disks) return;
  if (capture.disks_before && capture.disks_after) {
    Notes again;  // said already
    if (const auto before = parse_diskstats(*capture.disks_before, again)) {
      inputs.disk = disk_use(
          rise(before->busiest_ms, disks->busiest_ms), rise(before->requests, disks->requests),
          rise(before->waited_ms, disks->waited_ms), disks->under_way > 0, capture.disks_apart_s);
    }
  }
  inputs.look.disks_under_way = disks->under_way;
  inputs.look.disk_busy_ms = disks->busiest_ms;
  inputs.look.disk_requests = disks->requests;
  inputs.look.disk_waited_ms = disks->waited_ms;
}

// The share of `seconds` in which something was the case, by a counter of the time that it was.
std::optional<double> share(const std::optional<double>& risen, double units_per_second,
                            double seconds) {
  if (!risen) return std::nullopt;
  return std::min(1.0, *risen / units_per_second / seconds);
}

std::optional<Pressure> pressure_between(const std::optional<StallTotals>& before,
                                         const std::optional<StallTotals>& now, double seconds) {
  constexpr double kMicroseconds = 1e6;
  if (!before || !now) return std::nullopt;
  const auto some = share(rise(before->some, now->some), kMicroseconds, seconds);
  const auto full = share(rise(before->full, now->full), kMicroseconds, seconds);
  if (!some || !full) return std::nullopt;
  return Pressure{.some = std::max(*some, *full), .full = *full};
}

}  // namespace

Since since_between(const Look& before, const Look& now) {
  Since since;
  since.seconds = now.since_boot_s - before.since_boot_s;
  if (before.times && now.times && now.times->busy >= before.times->busy &&
      now.times->idle >= before.times->idle) {
    since.shares = shares_between(*before.times, *now.times);
  }
  since.cpu_pressure = pressure_between(before.cpu_stalls, now.cpu_stalls, since.seconds);
  since.io_pressure = pressure_between(before.io_stalls, now.io_stalls, since.seconds);
  since.memory_pressure = pressure_between(before.memory_stalls, now.memory_stalls, since.seconds);
  if (before.run_queue && now.run_queue) {
    since.run_queue = (*before.run_queue + *now.run_queue) / 2;
  }
  since.disk = disk_use(rise(before.disk_busy_ms, now.disk_busy_ms),
                        rise(before.disk_requests, now.disk_requests),
                        rise(before.disk_waited_ms, now.disk_waited_ms),
                        now.disks_under_way.value_or(0) > 0, since.seconds);
  if (before.times && now.times) {
    since.turn_ms = turn_between(*before.times, *now.times, before.switches, now.switches);
  }
  if (const auto forks = rise(before.forks, now.forks)) {
    since.forks_per_second = *forks / since.seconds;
  }
  return since;
}

double mean(const std::vector<double>& values) {
  if (values.empty()) return 0;
  double sum = 0;
  for (const double value : values) sum += value;
  return sum / static_cast<double>(values.size());
}

std::optional<CpuShares> shares_between(const CpuTimes& before, const CpuTimes& after) {
  // Some kernels let iowait and steal run backwards a little.
  const auto passed = [&](double CpuTimes::*field) {
    return std::max(0.0, after.*field - before.*field);
  };
  const double busy = passed(&CpuTimes::busy);
  const double iowait = passed(&CpuTimes::iowait);
  const double steal = std::max(0.0, passed(&CpuTimes::steal) - 1);
  const double all = busy + passed(&CpuTimes::idle) + iowait + steal;
  if (all < 1) return std::nullopt;
  CpuShares shares;
  shares.busy = busy / all;
  shares.nice = std::min(busy, passed(&CpuTimes::nice)) / all;
  shares.system = std::min(busy, passed(&CpuTimes::system)) / all;
  shares.iowait = iowait / all;
  shares.steal = steal / all;
  return shares;
}

Inputs interpret(const Capture& capture, const Past& past) {
  Inputs inputs;
  inputs.look.since_boot_s = capture.since_boot_s;
  interpret_stat(capture, inputs);
  interpret_loadavg(capture, inputs);
  if (!inputs.run_queue.empty()) inputs.look.run_queue = mean(inputs.run_queue);
  interpret_capacity(capture.cgroup, inputs);
  interpret_memory(capture, inputs);
  interpret_pressure(capture, inputs);
  interpret_limits(capture, inputs);
  interpret_disks(capture, inputs);
  inputs.filesystems = capture.filesystems;
  if (!capture.mountinfo) inputs.missing.emplace_back("/proc/self/mountinfo");
  add_notes(inputs.notes, capture.notes);

  if (capture.boot_id) inputs.boot = printable(*capture.boot_id);
  const Past known = relevant(past, inputs.boot, capture.since_boot_s);
  interpret_oom_kills(capture, known, inputs);
  if (const Look* const base = choose_base(known, capture.since_boot_s)) {
    inputs.since = since_between(*base, inputs.look);
    constexpr double kMicroseconds = 1e6;
    inputs.throttled = share(rise(base->throttled_us, inputs.look.throttled_us), kMicroseconds,
                             inputs.since->seconds);
  }

  if (capture.osrelease) inputs.kernel = printable(*capture.osrelease);
  if (capture.uptime) inputs.uptime_seconds = parse_uptime(*capture.uptime, inputs.notes);
  if (inputs.cpus == 0) {
    inputs.notes.emplace_back("the number of CPUs is unknown, so the run queue says nothing");
  }
  return inputs;
}

}  // namespace serverscore
