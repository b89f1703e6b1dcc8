// SPDX-License-Identifier: Apache-2.0
#include "serverscore/parse/proc.h"

#include <algorithm>
#include <array>

namespace serverscore {
namespace {

// PID_MAX_LIMIT of the kernel: there can't be more tasks.
constexpr double kMostTasks = 4'194'304;
constexpr int kMostCpus = 65'536;
constexpr double kHighestLoad = 1e7;
constexpr double kLongestUptime = 1e11;

std::optional<CpuTimes> parse_cpu_times(std::string_view line) {
  // user nice system idle iowait irq softirq steal; guest time is part of user already. Linux 2.6
  // has all eight; a container's stand-in file may have fewer.
  std::array<double, 8> ticks{};
  std::size_t have = 0;
  for (; have < ticks.size(); ++have) {
    const std::string_view word = take_word(line);
    if (word.empty()) break;
    const auto count = to_count(word);
    if (!count) return std::nullopt;
    ticks[have] = *count;
  }
  if (have < 4) return std::nullopt;
  return CpuTimes{.busy = ticks[0] + ticks[1] + ticks[2] + ticks[5] + ticks[6],
                  .nice = ticks[1],
                  .system = ticks[2] + ticks[5] + ticks[6],
                  .idle = ticks[3],
                  .iowait = ticks[4],
                  .steal = ticks[7]};
}

}  // namespace

Stat parse_stat(std::string_view text, Notes& notes) {
  Stat stat;
  while (!text.empty()) {
    std::string_view line = take_line(text);
    const std::string_view key = take_word(line);
    if (key == "cpu") {
      stat.times = parse_cpu_times(line);
    } else if (key.size() > 3 && key.starts_with("cpu") && is_digit(key[3])) {
      if (stat.cpus == kMostCpus) continue;
      ++stat.cpus;
      const CpuTimes times = parse_cpu_times(line).value_or(CpuTimes{});
      stat.each.push_back(
          {.busy = times.busy, .all = times.busy + times.idle + times.iowait + times.steal});
    } else if (key == "ctxt") {
      stat.switches = to_count(take_word(line));
    } else if (key == "procs_running") {
      stat.running = to_count(take_word(line), kMostTasks);
    } else if (key == "procs_blocked") {
      stat.blocked = to_count(take_word(line), kMostTasks);
    } else if (key == "processes") {
      stat.forks = to_count(take_word(line));
    }
  }
  if (!stat.times) note(notes, "/proc/stat", "no usable line 'cpu'");
  if (stat.cpus == 0) note(notes, "/proc/stat", "no line for any single CPU");
  if (!stat.running) note(notes, "/proc/stat", "no usable procs_running");
  if (!stat.blocked) note(notes, "/proc/stat", "no usable procs_blocked");
  return stat;
}

std::optional<LoadAverage> parse_loadavg(std::string_view text, Notes& notes) {
  std::string_view line = take_line(text);
  const auto one = to_decimal(take_word(line), kHighestLoad);
  const auto five = to_decimal(take_word(line), kHighestLoad);
  const auto fifteen = to_decimal(take_word(line), kHighestLoad);
  if (!one || !five || !fifteen) {
    note(notes, "/proc/loadavg", "no usable averages");
    return std::nullopt;
  }
  const std::string_view tasks = take_word(line);  // "3/1204": running and all
  const std::size_t slash = std::min(tasks.find('/'), tasks.size());
  LoadAverage load;
  load.one = *one;
  load.five = *five;
  load.fifteen = *fifteen;
  load.running = to_count(tasks.substr(0, slash), kMostTasks);
  if (slash < tasks.size()) load.tasks = to_count(tasks.substr(slash + 1), kMostTasks);
  if (!load.running) note(notes, "/proc/loadavg", "no usable number of running tasks");
  return load;
}

std::optional<Memory> parse_meminfo(std::string_view text, Notes& notes) {
  std::optional<double> total, available, free, swap_total, swap_free;
  double reclaimable = 0;  // of the caches
  double shared = 0;       // in Cached, yet not to be had
  while (!text.empty()) {
    std::string_view line = take_line(text);
    const std::string_view key = take_word(line);
    const auto kib = to_count(take_word(line));
    if (key == "MemTotal:") total = kib;
    if (key == "MemAvailable:") available = kib;
    if (key == "MemFree:") free = kib;
    if (key == "SwapTotal:") swap_total = kib;
    if (key == "SwapFree:") swap_free = kib;
    if (key == "Shmem:") shared = kib.value_or(0);
    if (key == "Buffers:" || key == "Cached:" || key == "SReclaimable:") {
      reclaimable += kib.value_or(0);
    }
  }
  if (!total || *total == 0) {
    note(notes, "/proc/meminfo", "no usable MemTotal");
    return std::nullopt;
  }
  if (!available) {
    if (!free) {
      note(notes, "/proc/meminfo", "neither MemAvailable nor MemFree is usable");
      return std::nullopt;
    }
    available = *free + std::max(0.0, reclaimable - shared);
    note(notes, "/proc/meminfo", "no MemAvailable; estimated from free memory and caches");
  }
  Memory memory;
  memory.total = *total;
  memory.available = std::min(*available, *total);
  memory.swap_total = swap_total.value_or(0);
  memory.swap_free = std::min(swap_free.value_or(0), memory.swap_total);
  return memory;
}

int parse_cpuinfo(std::string_view text) {
  int cpus = 0;
  while (!text.empty()) {
    std::string_view line = take_line(text);
    if (take_word(line) == "processor") cpus = std::min(cpus + 1, kMostCpus);
  }
  return cpus;
}

std::optional<double> parse_uptime(std::string_view text, Notes& notes) {
  std::string_view line = take_line(text);
  const auto seconds = to_decimal(take_word(line), kLongestUptime);
  if (!seconds) note(notes, "/proc/uptime", "no usable number of seconds");
  return seconds;
}

}  // namespace serverscore
