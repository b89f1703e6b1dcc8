// SPDX-License-Identifier: Apache-2.0
#include "serverscore/fixture.h"

#include <cstdio>
#include <cstdlib>
#include <fstream>

namespace serverscore {
namespace {

std::string decimal(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.2f", value);
  return text;
}

std::string stat_text(const Host& host, bool after) {
  const auto ticks = [&](int since_boot, int meanwhile) {
    return " " + std::to_string(since_boot + (after ? meanwhile : 0));
  };
  const std::string times = ticks(4000, host.busy_ticks) + " 0 900" +
                            ticks(90'000, host.idle_ticks) + ticks(300, host.iowait_ticks) +
                            " 0 70" + ticks(18, host.steal_ticks) + " 0 0\n";
  std::string text = "cpu " + times;
  for (int cpu = 0; cpu < host.cpus; ++cpu) text += "cpu" + std::to_string(cpu) + times;
  return text + "intr 236067 0 0 0 1 14\nctxt 480832\nbtime 1795452791\nprocesses 7991\n" +
         "procs_running " + std::to_string(host.others + 1) + "\nprocs_blocked " +
         std::to_string(host.blocked) + "\nsoftirq 164366 0 17104 4\n";
}

std::string pressure_text(double some, double full) {
  return "some avg10=" + decimal(some) + " avg60=0.00 avg300=0.00 total=12078665\n" +
         "full avg10=" + decimal(full) + " avg60=0.00 avg300=0.00 total=0\n";
}

}  // namespace

Capture without_pressure(const Host& host) {
  Capture capture;
  capture.stat_before = stat_text(host, false);
  capture.stat_after = stat_text(host, true);
  capture.loadavg.assign(
      5, decimal(host.load) + " 0.10 0.05 " + std::to_string(host.others + 1) + "/96 7988\n");
  capture.meminfo =
      "MemTotal:       " + std::to_string(host.total_kib) +
      " kB\nMemFree:        1000 kB\nMemAvailable:   " + std::to_string(host.available_kib) +
      " kB\nBuffers:        2540 kB\nCached:         120976 kB\nSwapTotal:      " +
      std::to_string(host.swap_total_kib) +
      " kB\nSwapFree:       " + std::to_string(host.swap_free_kib) +
      " kB\nShmem:          8856 kB\n";
  capture.osrelease = "4.14.355-275.603.amzn2.x86_64\n";
  capture.uptime = "1094.61 2132.93\n";
  return capture;
}

Capture with_pressure(const Host& host) {
  Capture capture = without_pressure(host);
  capture.cpu_pressure = pressure_text(host.cpu_some, 0);
  capture.io_pressure = pressure_text(host.io_some, host.io_full);
  capture.memory_pressure = pressure_text(host.memory_some, host.memory_full);
  capture.osrelease = "6.1.0-31-cloud-amd64\n";
  return capture;
}

Tree::Tree(std::initializer_list<std::pair<std::string, std::string>> files) {
  std::string pattern = (std::filesystem::temp_directory_path() / "serverscore-XXXXXX").string();
  if (::mkdtemp(pattern.data()) == nullptr) std::abort();
  root_ = pattern;
  for (const auto& [path, content] : files) write(path, content);
}

Tree::Tree(const Capture& capture) : Tree({}) {
  const auto write_if = [&](const char* path, const Text& text) {
    if (text) write(path, *text);
  };
  write_if("proc/stat", capture.stat_after);
  if (!capture.loadavg.empty()) write_if("proc/loadavg", capture.loadavg.back());
  write_if("proc/pressure/cpu", capture.cpu_pressure);
  write_if("proc/pressure/io", capture.io_pressure);
  write_if("proc/pressure/memory", capture.memory_pressure);
  write_if("proc/meminfo", capture.meminfo);
  write_if("proc/cpuinfo", capture.cpuinfo);
  write_if("proc/sys/kernel/osrelease", capture.osrelease);
  write_if("proc/uptime", capture.uptime);
}

Tree::~Tree() {
  std::error_code ignored;
  std::filesystem::remove_all(root_, ignored);
}

void Tree::write(const std::string& path, const std::string& content) {
  const std::filesystem::path file = root_ / path;
  std::filesystem::create_directories(file.parent_path());
  std::ofstream(file, std::ios::binary) << content;
}

}  // namespace serverscore
