// SPDX-License-Identifier: Apache-2.0
#include "serverscore/print/reasons.h"

#include <algorithm>
#include <cmath>

#include "serverscore/parse/text.h"
#include "serverscore/print/format.h"

namespace serverscore {
namespace {

constexpr std::string_view kNothingKnown = "nothing known about it";
constexpr double kKib = 1024;

// Paths can be long, and a plugin's line must not be.
constexpr std::size_t kLongestWhat = 60;

void add(std::string& text, std::string_view more) {
  if (!text.empty()) text += "; ";
  text += more;
}

void add_pressure(std::string& text, const Pressure& stalled, const char* what) {
  add(text, format("%s stalled some work for %.0f %% and all work for %.0f %% of the last 10 s",
                   what, 100 * stalled.some, 100 * stalled.full));
}

// "the 2 CPUs", or the fewer that a quota leaves.
std::string cpus_of(const Inputs& inputs) {
  if (inputs.capacity > 0 && inputs.capacity < inputs.cpus) {
    return format("the quota of %.2g CPU%s", inputs.capacity, inputs.capacity == 1 ? "" : "s");
  }
  return format("the %d CPU%s", inputs.cpus, inputs.cpus == 1 ? "" : "s");
}

std::string used_up(const char* what, const std::optional<Usage>& usage) {
  if (!usage) return format("%s are about to run out", what);
  return format("%s are about to run out: %.0f of %.0f in use", what, usage->used, usage->most);
}

// `what` is how a danger shows a mount's path.
const Filesystem* filesystem_at(const Inputs& inputs, std::string_view what) {
  for (const Filesystem& filesystem : inputs.filesystems) {
    const std::string& path = filesystem.mount.path;
    if (path.size() == what.size() && printable(path, what.size()) == what) return &filesystem;
  }
  return nullptr;
}

std::string explain_full_disk(const Inputs& inputs, const Danger& danger) {
  const Filesystem* const filesystem = filesystem_at(inputs, danger.what);
  const std::string where = shown(danger.what, kLongestWhat);
  if (danger.name == "disk") {
    const std::string text = where + " is nearly full";
    if (filesystem == nullptr) return text;
    return text + ": " + size_of(filesystem->bytes_available) + " of " +
           size_of(filesystem->bytes) + " left";
  }
  const std::string text = where + " is nearly out of inodes";
  if (filesystem == nullptr) return text;
  return text + format(": %.0f of %.0f left", filesystem->inodes_free, filesystem->inodes);
}

std::string explain_disk(const DiskUse& disk) {
  std::string text = format("the busiest disk at work for %.0f %%", 100 * disk.busy);
  if (disk.busy > 0) text += format(", %.1f ms a request", disk.await_ms);
  return text;
}

}  // namespace

std::string explain_cpu(const Inputs& inputs, const Part& part) {
  if (!part.known) return std::string(kNothingKnown);
  std::string text;
  if (inputs.cpus > 0 && !inputs.run_queue.empty()) {
    const double others = mean(inputs.run_queue);
    const bool one = format("%.1f", others) == "1.0";
    text = format("%.1f other%s want%s ", others, one ? "" : "s", one ? "s" : "") + cpus_of(inputs);
  }
  if (inputs.shares && inputs.shares->nice > 0.1 * inputs.shares->busy) {
    add(text, format("%.0f %% of what runs has low priority",
                     100 * inputs.shares->nice / inputs.shares->busy));
  }
  if (inputs.cpu_pressure) {
    add(text, format("someone waited for a CPU in %.0f %% of the last 10 s",
                     100 * inputs.cpu_pressure->some));
  } else if (inputs.load) {
    add(text, format("load average %.2f", inputs.load->one));
  }
  if (inputs.throttled && *inputs.throttled >= 0.005) {
    add(text, format("the quota stopped it for %.0f %% of the time", 100 * *inputs.throttled));
  }
  if (inputs.shares && inputs.shares->steal > 0) {
    add(text, format("the hypervisor takes %.0f %% of the CPU time", 100 * inputs.shares->steal));
  }
  if (text.empty() && inputs.shares) text = format("%.0f %% busy", 100 * inputs.shares->busy);
  return text.empty() ? "no one waits" : text;
}

std::string explain_io(const Inputs& inputs, const Part& part) {
  if (!part.known) return std::string(kNothingKnown);
  std::string text;
  if (inputs.disk) text = explain_disk(*inputs.disk);
  if (inputs.io_pressure) {
    add_pressure(text, *inputs.io_pressure, "I/O");
    return text;
  }
  if (inputs.shares) {
    add(text, format("CPUs idle for I/O for %.0f %% of their time", 100 * inputs.shares->iowait));
  }
  if (!inputs.blocked.empty()) {
    add(text, format("%.1f tasks blocked by I/O", mean(inputs.blocked)));
  }
  return text.empty() ? "no stalls" : text;
}

std::string explain_memory(const Inputs& inputs, const Part& part) {
  if (!part.known) return std::string(kNothingKnown);
  std::string text;
  if (inputs.memory) {
    const Memory& memory = *inputs.memory;
    text = size_of(memory.available * kKib) + " of " + size_of(memory.total * kKib) + " available";
    if (memory.swap_total > 0) {
      add(text, size_of(memory.swap_free * kKib) + " of " + size_of(memory.swap_total * kKib) +
                    " of swap free");
    }
  }
  if (inputs.memory_pressure && inputs.memory_pressure->some > 0) {
    add_pressure(text, *inputs.memory_pressure, "lack of memory");
  }
  return text.empty() ? "no stalls" : text;
}

std::string explain_danger(const Inputs& inputs, const Danger& danger) {
  const std::string_view name = danger.name;
  if (name == "memory" || name == "swap") {
    const std::string text = std::string(name) + " is about to run out";
    if (!inputs.memory) return text;
    return text + ": " + size_of(inputs.memory->available * kKib) + " available, " +
           size_of(inputs.memory->swap_free * kKib) + " of swap free";
  }
  if (name == "disk" || name == "inodes") return explain_full_disk(inputs, danger);
  if (name == "files") return used_up("file handles", inputs.files);
  if (name == "tasks") return used_up("processes and threads", inputs.tasks);
  if (name == "conntrack") return used_up("tracked connections", inputs.conntrack);
  if (name == "oom") {
    const double kills = inputs.oom_kills.value_or(1);
    return format("the kernel killed %.0f process%s in the last ten minutes, %s", kills,
                  kills == 1 ? "" : "es",
                  inputs.group_kill_age_s ? "at the memory limit of a group of their own"
                                          : "for want of memory");
  }
  if (name == "read_only") {
    return shown(danger.what, kLongestWhat) + " can't be written to any more: read-only";
  }
  if (name == "steal") {
    if (!inputs.since || !inputs.since->shares) return "the hypervisor takes CPU time away";
    const CpuShares& shares = *inputs.since->shares;
    return format("the hypervisor gave %.0f %% of the CPU time wanted here to others",
                  100 * shares.steal / std::max(shares.busy + shares.steal, 1e-9));
  }
  std::string text = shown(name, kLongestWhat);
  if (!danger.what.empty()) text += " of " + shown(danger.what, kLongestWhat);
  return text;
}

std::string explain_since(const Inputs& inputs) {
  if (!inputs.since) return {};
  const Since& since = *inputs.since;
  std::string text;
  if (since.shares) add(text, format("CPUs %.0f %% busy", 100 * since.shares->busy));
  if (since.cpu_pressure) {
    add(text, format("someone waited for one in %.0f %% of it", 100 * since.cpu_pressure->some));
  }
  if (since.disk) add(text, explain_disk(*since.disk));
  if (since.forks_per_second) {
    add(text, format("%.1f processes begun a second", *since.forks_per_second));
  }
  if (text.empty()) return {};
  return format("since the last look, %.*f s ago: ", since.seconds < 10 ? 1 : 0, since.seconds) +
         text;
}

std::string explain_slowdown(const Verdict& verdict) {
  if (verdict.slowdown < 1.05) return "a typical request is served as fast as on the idle host";
  std::string text = format("a typical request takes about %.1f times as long as on the idle host",
                            verdict.slowdown);
  struct Cause {
    const Part* part;
    const char* what;
  };
  const Cause causes[] = {{.part = &verdict.cpu, .what = "for want of CPU"},
                          {.part = &verdict.io, .what = "waiting for I/O"},
                          {.part = &verdict.memory, .what = "for want of memory"}};
  const Cause* const largest = std::max_element(
      std::begin(causes), std::end(causes),
      [](const Cause& a, const Cause& b) { return a.part->slowdown < b.part->slowdown; });
  if (largest->part->slowdown - 1 > 0.6 * (verdict.slowdown - 1)) {
    text += format(", mostly %s", largest->what);
  }
  return text;
}

const Danger* deciding_danger(const Verdict& verdict) {
  const auto worst =
      std::min_element(verdict.dangers.begin(), verdict.dangers.end(),
                       [](const Danger& a, const Danger& b) { return a.cap < b.cap; });
  if (worst == verdict.dangers.end() || worst->cap > verdict.score) return nullptr;
  return worst->cap < std::lround(100 / verdict.slowdown) ? &*worst : nullptr;
}

std::vector<Danger> worst_first(const Verdict& verdict) {
  std::vector<Danger> dangers = verdict.dangers;
  std::stable_sort(dangers.begin(), dangers.end(),
                   [](const Danger& a, const Danger& b) { return a.cap < b.cap; });
  return dangers;
}

}  // namespace serverscore
