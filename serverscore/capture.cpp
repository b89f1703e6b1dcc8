// SPDX-License-Identifier: Apache-2.0
#include "serverscore/capture.h"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <ctime>

namespace serverscore {
namespace {

constexpr std::size_t kLargestFile = std::size_t{4} << 20;

// Reads to the end. O_NONBLOCK, because a root of someone's making may hold a pipe nobody writes.
Text read_text(const std::string& path) {
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (file < 0) return std::nullopt;
  std::string text;
  std::array<char, 4096> buffer;
  bool failed = false;
  while (text.size() < kLargestFile) {
    const ssize_t got = ::read(file, buffer.data(), buffer.size());
    if (got < 0 && errno == EINTR) continue;
    // A kernel started with psi=0 lets the pressure files be opened and fails here.
    failed = got < 0;
    if (got <= 0) break;
    text.append(buffer.data(), static_cast<std::size_t>(got));
  }
  ::close(file);
  if (failed) return std::nullopt;
  return text;
}

using Clock = std::chrono::steady_clock;

// To an absolute time, so that lateness doesn't add up on a host that lets us wait.
void sleep_until(Clock::time_point when) {
  const auto since_epoch = when.time_since_epoch();
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(since_epoch);
  timespec until{};
  until.tv_sec = static_cast<std::time_t>(seconds.count());
  until.tv_nsec = static_cast<long>(std::chrono::nanoseconds(since_epoch - seconds).count());
  while (::clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, nullptr) == EINTR) {
  }
}

}  // namespace

Capture capture(const std::string& root, const CapturePlan& plan) {
  const std::string proc = root + "/proc/";
  const auto begin = Clock::now();
  Capture found;
  found.stat_before = read_text(proc + "stat");
  found.cpu_pressure = read_text(proc + "pressure/cpu");
  found.io_pressure = read_text(proc + "pressure/io");
  found.memory_pressure = read_text(proc + "pressure/memory");
  found.meminfo = read_text(proc + "meminfo");
  if (!found.stat_before) found.cpuinfo = read_text(proc + "cpuinfo");
  if (plan.details) {
    found.osrelease = read_text(proc + "sys/kernel/osrelease");
    found.uptime = read_text(proc + "uptime");
  }

  const std::string loadavg = proc + "loadavg";
  for (int instant = 1; instant <= plan.instants; ++instant) {
    const auto due = begin + plan.span * instant / (plan.instants + 1);
    if (instant > 1 && Clock::now() > due) continue;
    sleep_until(due);
    found.loadavg.push_back(read_text(loadavg));
  }
  sleep_until(begin + plan.span);
  found.stat_after = read_text(proc + "stat");
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
