// SPDX-License-Identifier: Apache-2.0
#include "serverscore/proc.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>

namespace serverscore {
namespace {

// PID_MAX_LIMIT of the kernel: there can't be more tasks.
constexpr double kMostTasks = 4'194'304;
constexpr int kMostCpus = 65'536;
constexpr double kHighestLoad = 1e7;
constexpr double kLongestUptime = 1e11;

std::string_view take_line(std::string_view& text) {
  const std::size_t end = text.find('\n');
  const std::string_view line = text.substr(0, end);
  text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  return line;
}

// The next run of characters that aren't blanks; empty at the end.
std::string_view take_word(std::string_view& line) {
  constexpr std::string_view kBlank = " \t\r";
  line.remove_prefix(std::min(line.find_first_not_of(kBlank), line.size()));
  const std::string_view word = line.substr(0, line.find_first_of(kBlank));
  line.remove_prefix(word.size());
  return word;
}

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

// A whole number from 0 to `most`.
std::optional<double> to_count(std::string_view word, double most = 1e18) {
  std::uint64_t value = 0;
  const char* const end = word.data() + word.size();
  const auto [stop, error] = std::from_chars(word.data(), end, value);
  if (error != std::errc{} || stop != end) return std::nullopt;
  const auto count = static_cast<double>(value);
  if (count > most) return std::nullopt;
  return count;
}

// Digits, and a fraction perhaps: "12.34". From 0 to `most`.
std::optional<double> to_decimal(std::string_view word, double most) {
  const std::size_t point = word.find('.');
  const auto whole = to_count(word.substr(0, point), most);
  if (!whole || point == std::string_view::npos) return whole;
  double value = *whole;
  double scale = 0.1;
  for (const char c : word.substr(point + 1)) {
    if (!is_digit(c)) return std::nullopt;
    value += scale * (c - '0');
    scale /= 10;
  }
  return std::min(value, most);
}

bool take_prefix(std::string_view& text, std::string_view prefix) {
  if (!text.starts_with(prefix)) return false;
  text.remove_prefix(prefix.size());
  return true;
}

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
                  .idle = ticks[3],
                  .iowait = ticks[4],
                  .steal = ticks[7]};
}

void note(Notes& notes, std::string_view file, std::string_view what) {
  std::string text("/proc/");
  text.append(file).append(": ").append(what);
  notes.push_back(std::move(text));
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
      stat.cpus = std::min(stat.cpus + 1, kMostCpus);
    } else if (key == "procs_running") {
      stat.running = to_count(take_word(line), kMostTasks);
    } else if (key == "procs_blocked") {
      stat.blocked = to_count(take_word(line), kMostTasks);
    }
  }
  if (!stat.times) note(notes, "stat", "no usable line 'cpu'");
  if (stat.cpus == 0) note(notes, "stat", "no line for any single CPU");
  if (!stat.running) note(notes, "stat", "no usable procs_running");
  if (!stat.blocked) note(notes, "stat", "no usable procs_blocked");
  return stat;
}

std::optional<LoadAverage> parse_loadavg(std::string_view text, Notes& notes) {
  std::string_view line = take_line(text);
  const auto one = to_decimal(take_word(line), kHighestLoad);
  const auto five = to_decimal(take_word(line), kHighestLoad);
  const auto fifteen = to_decimal(take_word(line), kHighestLoad);
  if (!one || !five || !fifteen) {
    note(notes, "loadavg", "no usable averages");
    return std::nullopt;
  }
  const std::string_view tasks = take_word(line);  // "3/1204": running and all
  LoadAverage load{.one = *one, .five = *five, .fifteen = *fifteen, .running = {}};
  load.running = to_count(tasks.substr(0, tasks.find('/')), kMostTasks);
  if (!load.running) note(notes, "loadavg", "no usable number of running tasks");
  return load;
}

std::optional<Pressure> parse_pressure(std::string_view text, std::string_view file, Notes& notes) {
  std::optional<double> some;
  std::optional<double> full;
  while (!text.empty()) {
    std::string_view line = take_line(text);
    const std::string_view kind = take_word(line);
    if (kind != "some" && kind != "full") continue;
    for (std::string_view word = take_word(line); !word.empty(); word = take_word(line)) {
      if (take_prefix(word, "avg10=")) (kind == "some" ? some : full) = to_decimal(word, 100);
    }
  }
  if (!some) {
    note(notes, file, "no usable avg10 of 'some'");
    return std::nullopt;
  }
  const double stalled_all = full.value_or(0) / 100;
  return Pressure{.some = std::max(*some / 100, stalled_all), .full = stalled_all};
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
    note(notes, "meminfo", "no usable MemTotal");
    return std::nullopt;
  }
  if (!available) {
    if (!free) {
      note(notes, "meminfo", "neither MemAvailable nor MemFree is usable");
      return std::nullopt;
    }
    available = *free + std::max(0.0, reclaimable - shared);
    note(notes, "meminfo", "no MemAvailable; estimated from free memory and caches");
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
  if (!seconds) note(notes, "uptime", "no usable number of seconds");
  return seconds;
}

}  // namespace serverscore
