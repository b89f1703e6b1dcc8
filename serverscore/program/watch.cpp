// SPDX-License-Identifier: Apache-2.0
#include "serverscore/program/watch.h"

#include <algorithm>
#include <ctime>
#include <utility>

namespace serverscore {
namespace {

constexpr double kReadAllEvery_s = 10;
constexpr double kReadAllContainedEvery_s = 2;

double seconds_since_boot() {
  timespec now{};
  ::clock_gettime(CLOCK_BOOTTIME, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) / 1e9;
}

}  // namespace

Watch::Watch(std::string root, std::size_t instants)
    : root_(std::move(root)),
      instants_(std::max<std::size_t>(instants, 1)),
      stat_(root_ + "/proc/stat"),
      diskstats_(root_ + "/proc/diskstats"),
      loadavg_(root_ + "/proc/loadavg"),
      meminfo_(root_ + "/proc/meminfo"),
      cpu_pressure_(root_ + "/proc/pressure/cpu"),
      io_pressure_(root_ + "/proc/pressure/io"),
      memory_pressure_(root_ + "/proc/pressure/memory") {}

const Capture& Watch::first(const CapturePlan& plan) {
  seen_ = capture(root_, plan);
  all_read_s_ = seconds_since_boot();
  return seen_;
}

void Watch::sample() {
  if (seen_.loadavg.size() < instants_) {
    seen_.loadavg.emplace_back();
  } else {
    // The oldest comes last, to be written over.
    std::rotate(seen_.loadavg.begin(), seen_.loadavg.begin() + 1, seen_.loadavg.end());
  }
  loadavg_.read(seen_.loadavg.back());
}

void Watch::read_all() {
  Capture all = capture(root_, {.span = std::chrono::microseconds{0}, .instants = 0});
  all.loadavg.swap(seen_.loadavg);
  all.stat_before.swap(seen_.stat_before);
  all.disks_before.swap(seen_.disks_before);
  all.disks_apart_s = all.since_boot_s - seen_.since_boot_s;
  seen_ = std::move(all);
}

const Capture& Watch::look(bool contained) {
  std::swap(seen_.stat_before, seen_.stat_after);
  const double now_s = seconds_since_boot();
  // A line comes a little late as often as a little early.
  constexpr double kTolerance_s = 0.05;
  const double every_s = contained ? kReadAllContainedEvery_s : kReadAllEvery_s;
  if (now_s - all_read_s_ >= every_s - kTolerance_s) {
    read_all();
    all_read_s_ = now_s;
    return seen_;
  }
  meminfo_.read(seen_.meminfo);
  cpu_pressure_.read(seen_.cpu_pressure);
  io_pressure_.read(seen_.io_pressure);
  memory_pressure_.read(seen_.memory_pressure);
  stat_.read(seen_.stat_after);
  diskstats_.read(seen_.disks_after);
  const double read_s = seconds_since_boot();
  seen_.disks_apart_s = read_s - seen_.since_boot_s;
  seen_.since_boot_s = read_s;
  return seen_;
}

}  // namespace serverscore
