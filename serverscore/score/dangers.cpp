// SPDX-License-Identifier: Apache-2.0
#include "serverscore/score/dangers.h"

#include <algorithm>
#include <cmath>

namespace serverscore {
namespace {

// Shorter than that it may be a neighbour's hiccup.
constexpr double kStealFor_s = 5;

constexpr double kKibPerGib = 1024.0 * 1024;
constexpr double kMib = 1024.0 * 1024;
constexpr double kGib = 1024 * kMib;

constexpr double kMemoryReserve = 0.08;
constexpr double kLargestMemory_kib = 16 * kKibPerGib;
// Memory counts as short, so that full swap matters, below this many reserves.
constexpr double kMemoryShort = 2;
constexpr double kSwapReserve = 0.10;

constexpr double kDiskReserve = 0.10;
constexpr double kLargestDiskReserve = 10 * kGib;
constexpr double kSmallestDisk = 32 * kMib;
constexpr double kInodeReserve = 0.10;
constexpr double kLargestInodeReserve = 5e5;

constexpr double kUsageReserve = 0.20;

constexpr double kOomCap = 30;
constexpr double kManyOomsCap = 20;
constexpr double kGroupKillCap = 60;
constexpr double kGroupKillFades_s = 180;
constexpr double kReadOnlyCap = 10;

constexpr double kStealTolerated = 0.20;
constexpr double kStealWorst = 0.60;
// Of little CPU time wanted even a little stolen is a large share.
constexpr double kLeastWanted = 0.10;

class Dangers {
 public:
  // `share`: how much is left, or how well it is; from 1 on there is no danger. Of several of one
  // name, one after the other, the worst stays.
  void add(std::string_view name, double share, std::string_view what = {}) {
    if (!(share < 1)) return;
    const auto cap = static_cast<int>(std::lround(std::clamp(100 * share, 1.0, 100.0)));
    if (cap >= 100) return;
    if (!found_.empty() && found_.back().name == name) {
      if (found_.back().cap <= cap) return;
      found_.pop_back();
    }
    constexpr std::size_t kLongestPath = 256;
    found_.push_back({name, cap, printable(what, kLongestPath)});
  }
  [[nodiscard]] std::vector<Danger> take() { return std::move(found_); }

 private:
  std::vector<Danger> found_;
};

void add_memory(const Memory& memory, Dangers& dangers) {
  const double reserve = kMemoryReserve * std::min(memory.total, kLargestMemory_kib);
  // Swap keeps the host alive, not quick: it counts half.
  dangers.add("memory", (memory.available + memory.swap_free / 2) / reserve);
  if (memory.swap_total <= 0) return;
  const double swap_left = memory.swap_free / memory.swap_total / kSwapReserve;
  dangers.add("swap", std::max(swap_left, memory_left(memory) / kMemoryShort));
}

bool is_written_to(const Filesystem& filesystem) {
  const Mount& mount = filesystem.mount;
  return !mount.read_only && !mount.super_read_only && filesystem.bytes >= kSmallestDisk &&
         mount.path != "/boot" && !mount.path.starts_with("/boot/") && mount.path != "/efi";
}

// The kernel turns the filesystem itself, which leaves the mounts of it as they were. Whoever
// mounts something read-only on purpose, as immutable hosts do their root, makes the mount so too.
bool is_broken(const Mount& mount) {
  return !mount.remote && !mount.read_only && (mount.super_read_only || mount.emergency);
}

void add_usage(std::string_view name, const std::optional<Usage>& usage, Dangers& dangers) {
  if (!usage || usage->most <= 0) return;
  dangers.add(name, (usage->most - usage->used) / (kUsageReserve * usage->most));
}

void add_oom(double kills, const Inputs& inputs, Dangers& dangers) {
  if (inputs.group_kill_age_s) {
    const double faded = *inputs.group_kill_age_s / kGroupKillFades_s;
    dangers.add("oom", (kGroupKillCap + (100 - kGroupKillCap) * faded) / 100);
    return;
  }
  dangers.add("oom", (kManyOomsCap + (kOomCap - kManyOomsCap) / std::max(1.0, kills)) / 100);
}

void add_steal(const Since& since, Dangers& dangers) {
  if (!since.shares) return;
  const double wanted = since.shares->busy + since.shares->steal;
  if (wanted < kLeastWanted) return;
  const double stolen = since.shares->steal / wanted;
  dangers.add("steal", (kStealWorst - stolen) / (kStealWorst - kStealTolerated));
}

}  // namespace

double memory_left(const Memory& memory) {
  return memory.available / (kMemoryReserve * std::min(memory.total, kLargestMemory_kib));
}

std::vector<Danger> find_dangers(const Inputs& inputs) {
  Dangers dangers;
  if (inputs.memory && inputs.memory->total > 0) add_memory(*inputs.memory, dangers);
  for (const Filesystem& filesystem : inputs.filesystems) {
    if (!is_written_to(filesystem)) continue;
    const double reserve = std::min(kDiskReserve * filesystem.bytes, kLargestDiskReserve);
    dangers.add("disk", filesystem.bytes_available / reserve, filesystem.mount.path);
  }
  for (const Filesystem& filesystem : inputs.filesystems) {
    if (!is_written_to(filesystem) || filesystem.inodes <= 0) continue;
    const double reserve = std::min(kInodeReserve * filesystem.inodes, kLargestInodeReserve);
    dangers.add("inodes", filesystem.inodes_free / reserve, filesystem.mount.path);
  }
  add_usage("files", inputs.files, dangers);
  add_usage("tasks", inputs.tasks, dangers);
  add_usage("conntrack", inputs.conntrack, dangers);
  if (inputs.oom_kills && *inputs.oom_kills > 0) add_oom(*inputs.oom_kills, inputs, dangers);
  for (const Filesystem& filesystem : inputs.filesystems) {
    if (is_broken(filesystem.mount)) {
      dangers.add("read_only", kReadOnlyCap / 100, filesystem.mount.path);
    }
  }
  if (inputs.since && inputs.since->seconds >= kStealFor_s) add_steal(*inputs.since, dangers);
  return dangers.take();
}

}  // namespace serverscore
