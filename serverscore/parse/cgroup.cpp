// SPDX-License-Identifier: Apache-2.0
#include "serverscore/parse/cgroup.h"

#include <algorithm>

namespace serverscore {
namespace {

constexpr double kKib = 1024;
// More than any machine has. Version 1 writes "no limit" as LONG_MAX rounded down to a page.
constexpr double kNoLimit = 1e18;
// kernel/sched/core.c: no quota or period is shorter than a millisecond.
constexpr double kShortestQuotaUs = 1000;
constexpr int kMostCpus = 65'536;

// The number after `key` at the beginning of a line.
std::optional<double> value_of(std::string_view text, std::string_view key) {
  while (!text.empty()) {
    std::string_view line = take_line(text);
    if (take_word(line) == key) return to_count(take_word(line));
  }
  return std::nullopt;
}

}  // namespace

std::optional<double> parse_cpu_max(std::string_view text, std::string_view file, Notes& notes) {
  std::string_view line = take_line(text);
  const std::string_view word = take_word(line);
  if (word == "max" || word == "-1") return std::nullopt;
  const auto quota = to_count(word);
  const auto period = to_count(take_word(line));
  if (!quota || !period || *quota < kShortestQuotaUs || *period < kShortestQuotaUs) {
    note(notes, file, "no usable quota");
    return std::nullopt;
  }
  return *quota / *period;
}

int parse_cpu_list(std::string_view text) {
  std::string_view list = take_line(text);
  double cpus = 0;
  while (!list.empty()) {
    std::string_view range = take_up_to(list, ',');
    const auto first = to_count(take_up_to(range, '-'), kMostCpus);
    const auto last = range.empty() ? first : to_count(range, kMostCpus);
    if (!first || !last || *last < *first) return 0;
    cpus += *last - *first + 1;
  }
  return static_cast<int>(std::min<double>(cpus, kMostCpus));
}

std::optional<double> parse_limit(std::string_view text, std::string_view file, Notes& notes) {
  std::string_view line = take_line(text);
  const std::string_view word = take_word(line);
  if (word == "max" || word == "-1") return std::nullopt;
  const auto limit = to_count(word, 1e20);
  if (!limit) note(notes, file, "no usable limit");
  return limit && *limit < kNoLimit ? limit : std::nullopt;
}

std::optional<Memory> parse_cgroup_memory(double limit, std::string_view current,
                                          std::string_view stat, std::string_view file,
                                          Notes& notes) {
  const auto used = parse_number(current, file, notes);
  if (!used || limit <= 0) return std::nullopt;
  // Version 1 counts the cgroups below only in those of its names that begin with total.
  auto inactive = value_of(stat, "total_inactive_file");
  if (!inactive) inactive = value_of(stat, "inactive_file");
  const double working_set = std::max(0.0, *used - inactive.value_or(0));
  Memory memory;
  memory.total = limit / kKib;
  memory.available = std::max(0.0, limit - working_set) / kKib;
  return memory;
}

std::optional<Usage> parse_pids(std::string_view current, std::string_view max,
                                std::string_view file, Notes& notes) {
  const auto most = parse_limit(max, file, notes);
  if (!most) return std::nullopt;
  const auto used = parse_number(current, file, notes);
  if (!used || *most == 0) return std::nullopt;
  return Usage{.used = *used, .most = *most};
}

std::optional<double> parse_throttled_us(std::string_view text) {
  if (const auto us = value_of(text, "throttled_usec")) return us;
  const auto ns = value_of(text, "throttled_time");
  if (!ns) return std::nullopt;
  return *ns / 1000;
}

std::optional<double> parse_cgroup_oom_kills(std::string_view text) {
  return value_of(text, "oom_kill");
}

}  // namespace serverscore
