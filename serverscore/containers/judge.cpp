// SPDX-License-Identifier: Apache-2.0
#include "serverscore/containers/judge.h"

#include <algorithm>
#include <cmath>
#include <string_view>

#include "serverscore/parse/cgroup.h"

namespace serverscore {
namespace {

// A container that gets less than this of a CPU counts as getting so much: there the clocks of the
// kernel no longer tell the difference.
constexpr double kLeastCapacity = 0.01;
constexpr double kMostCpus = 65'536;
constexpr double kKib = 1024;

// The number after `key` at the beginning of a line.
std::optional<double> value_of(std::string_view text, std::string_view key) {
  while (!text.empty()) {
    std::string_view line = take_line(text);
    if (take_word(line) == key) return to_count(take_word(line));
  }
  return std::nullopt;
}

// Microseconds of CPU time since the container was made.
std::optional<double> cpu_used_us(std::string_view stat) {
  if (const auto us = value_of(stat, "usage_usec")) return us;
  const auto ns = value_of(stat, "usage_ns");
  return ns ? std::optional(*ns / 1000) : std::nullopt;
}

std::optional<double> passed(std::optional<double> before, std::optional<double> after) {
  if (!before || !after || *after < *before) return std::nullopt;
  return *after - *before;
}

// The least of the limits of a container and of the group it is part of; 0 without any.
double least(double a, double b) {
  if (a == 0 || b == 0) return std::max(a, b);
  return std::min(a, b);
}

double cpu_limit(const CgroupFiles& files, Notes& notes) {
  double limit = 0;
  if (files.cpu_max) limit = parse_cpu_max(*files.cpu_max, "cpu.max", notes).value_or(0);
  if (files.cpuset) limit = least(limit, parse_cpu_list(*files.cpuset));
  return limit;
}

std::optional<Pressure> pressure(const Text& text, std::string_view file, Inputs& inputs) {
  if (!text) {
    inputs.missing.emplace_back(file);
    return std::nullopt;
  }
  const auto parsed = parse_pressure(*text, file, inputs.notes);
  return parsed ? std::optional(parsed->recent) : std::nullopt;
}

std::optional<Memory> memory_of(const CgroupFiles& files, const std::optional<Memory>& host,
                                Notes& notes) {
  if (!files.memory_max || !files.memory_current) return std::nullopt;
  const auto limit = parse_limit(*files.memory_max, "memory.max", notes);
  if (!limit || *limit == 0) return std::nullopt;
  auto memory = parse_cgroup_memory(*limit, *files.memory_current, files.memory_stat.value_or(""),
                                    "memory.current", notes);
  // A limit of swap makes none: runtimes set one on hosts without swap too.
  if (!memory || !host || !files.swap_max || !files.swap_current) return memory;
  const auto swap = parse_limit(*files.swap_max, "memory.swap.max", notes);
  const auto used = parse_number(*files.swap_current, "memory.swap.current", notes);
  if (!used) return memory;
  memory->swap_total = swap ? std::min(*swap / kKib, host->swap_total) : host->swap_total;
  memory->swap_free = std::clamp(memory->swap_total - *used / kKib, 0.0, host->swap_free);
  return memory;
}

// Whichever leaves less; a limit above what the host has is none.
void take_memory(const std::optional<Memory>& limited, Inputs& inputs) {
  if (!limited) return;
  if (!inputs.memory || limited->available < inputs.memory->available) inputs.memory = limited;
}

std::optional<Usage> tasks_of(const CgroupFiles& files, Notes& notes) {
  if (!files.pids_max || !files.pids_current) return std::nullopt;
  return parse_pids(*files.pids_current, *files.pids_max, "pids.max", notes);
}

void take_looks(const Container& container, ContainerScore& scored) {
  for (const ContainerLook& look : container.looks) {
    if (!look.threads) continue;
    scored.use.run_queue.push_back(look.threads->running);
    scored.inputs.blocked.push_back(look.threads->blocked);
  }
  if (container.looks.size() < 2) return;
  const ContainerLook& first = container.looks.front();
  const ContainerLook& last = container.looks.back();
  const double seconds = last.at_s - first.at_s;
  if (!first.cpu_stat || !last.cpu_stat || !(seconds > 0)) return;
  const auto between = [&](std::string_view key) {
    return passed(value_of(*first.cpu_stat, key), value_of(*last.cpu_stat, key));
  };
  const auto used = passed(cpu_used_us(*first.cpu_stat), cpu_used_us(*last.cpu_stat));
  if (used) scored.use.cpu_used = std::min(*used / 1e6 / seconds, kMostCpus);
  const auto periods = between("nr_periods");
  const auto stopped = between("nr_throttled");
  if (periods && stopped && *periods > 0) {
    scored.use.throttled = std::min(1.0, *stopped / *periods);
  }
}

// How many CPUs the container's threads could share now. When some wait though no quota stops them,
// others have the rest, and it is what they got.
double obtainable(const ContainerUse& use, const Inputs& inputs) {
  if (!use.cpu_used || !inputs.cpu_pressure || use.throttled.value_or(0) > 0) return use.cpu_limit;
  const double got = std::clamp(*use.cpu_used, kLeastCapacity, use.cpu_limit);
  const double left_waiting = std::clamp(mean(use.run_queue) - got, 0.0, 1.0);
  const double starved = left_waiting * inputs.cpu_pressure->some;
  return (1 - starved) * use.cpu_limit + starved * got;
}

void take_cpus(const Inputs& host, ContainerScore& scored) {
  ContainerUse& use = scored.use;
  Inputs& inputs = scored.inputs;
  inputs.run_queue = use.run_queue;
  if (host.cpus > 0) use.cpu_limit = least(use.cpu_limit, host.cpus);
  if (use.cpu_limit <= 0) return;
  use.cpu_limit = std::clamp(use.cpu_limit, kLeastCapacity, kMostCpus);
  const double capacity = obtainable(use, inputs);
  // With less than one CPU a request is slow in the idle container too, so the measure is the part
  // of a CPU that one thread gets when alone.
  inputs.capacity = capacity / std::min(1.0, use.cpu_limit);
  inputs.cpus = static_cast<int>(std::ceil(inputs.capacity));
  // Hosts have whole CPUs, by which they are judged. With less the queue is as much longer: with a
  // newcomer in it, so many threads share so much.
  for (double& running : inputs.run_queue) {
    running = (running + 1) * inputs.cpus / inputs.capacity - 1;
  }
  // The queue tells of the quota as well: stopped threads are in it. Otherwise the periods do.
  if (inputs.run_queue.empty() && !inputs.cpu_pressure) inputs.throttled = use.throttled;
  if (use.cpu_used) {
    CpuShares shares;
    shares.busy = std::min(1.0, *use.cpu_used / capacity);
    // What the hypervisor takes, it takes from all.
    if (host.shares) shares.steal = std::min(host.shares->steal, 1 - shares.busy);
    inputs.shares = shares;
  }
}

}  // namespace

ContainerScore score_container(const Container& container, const Inputs& host) {
  ContainerScore scored;
  scored.name = container.name;
  Inputs& inputs = scored.inputs;
  inputs.contained = true;
  inputs.kernel = host.kernel;
  const CgroupFiles& files = container.files;
  inputs.cpu_pressure = pressure(files.cpu_pressure, "cpu.pressure", inputs);
  inputs.io_pressure = pressure(files.io_pressure, "io.pressure", inputs);
  inputs.memory_pressure = pressure(files.memory_pressure, "memory.pressure", inputs);
  scored.use.cpu_limit =
      least(cpu_limit(files, inputs.notes), cpu_limit(container.group, inputs.notes));
  take_looks(container, scored);
  take_cpus(host, scored);
  inputs.memory = host.memory;
  take_memory(memory_of(files, host.memory, inputs.notes), inputs);
  take_memory(memory_of(container.group, host.memory, inputs.notes), inputs);
  inputs.tasks = tasks_of(files, inputs.notes);
  if (!inputs.tasks) inputs.tasks = tasks_of(container.group, inputs.notes);
  if (files.memory_events) scored.use.oom_kills = parse_cgroup_oom_kills(*files.memory_events);
  scored.verdict = judge(inputs);
  return scored;
}

std::vector<ContainerScore> score_containers(const std::vector<Container>& containers,
                                             const Inputs& host) {
  std::vector<ContainerScore> scores;
  scores.reserve(containers.size());
  for (const Container& container : containers) scores.push_back(score_container(container, host));
  std::stable_sort(scores.begin(), scores.end(), [](const auto& a, const auto& b) {
    if (a.verdict.score != b.verdict.score) return a.verdict.score < b.verdict.score;
    return a.name.path < b.name.path;
  });
  return scores;
}

}  // namespace serverscore
