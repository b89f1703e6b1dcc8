// SPDX-License-Identifier: Apache-2.0
#include "serverscore/inputs.h"

#include <algorithm>
#include <string_view>

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

std::optional<Pressure> interpret_pressure(const Text& text, std::string_view file,
                                           Inputs& inputs) {
  if (text) return parse_pressure(*text, file, inputs.notes);
  inputs.missing.push_back(std::string("/proc/").append(file));
  return std::nullopt;
}

// At most 64 characters that are harmless wherever they are shown.
std::string printable(std::string_view text) {
  std::string shown;
  for (const char c : text.substr(0, 64)) {
    if (c == '\n') break;
    shown += c >= ' ' && c <= '~' ? c : '?';
  }
  return shown;
}

}  // namespace

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
  return CpuShares{.busy = busy / all, .iowait = iowait / all, .steal = steal / all};
}

Inputs interpret(const Capture& capture) {
  Inputs inputs;
  interpret_stat(capture, inputs);
  interpret_loadavg(capture, inputs);
  inputs.cpu_pressure = interpret_pressure(capture.cpu_pressure, "pressure/cpu", inputs);
  inputs.io_pressure = interpret_pressure(capture.io_pressure, "pressure/io", inputs);
  inputs.memory_pressure = interpret_pressure(capture.memory_pressure, "pressure/memory", inputs);
  if (capture.meminfo) {
    inputs.memory = parse_meminfo(*capture.meminfo, inputs.notes);
  } else {
    inputs.missing.emplace_back("/proc/meminfo");
  }
  if (capture.osrelease) inputs.kernel = printable(*capture.osrelease);
  if (capture.uptime) inputs.uptime_seconds = parse_uptime(*capture.uptime, inputs.notes);
  if (inputs.cpus == 0) {
    inputs.notes.emplace_back("the number of CPUs is unknown, so the run queue says nothing");
  }
  return inputs;
}

}  // namespace serverscore
