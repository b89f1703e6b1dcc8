// SPDX-License-Identifier: Apache-2.0
#include "serverscore/explain.h"

#include <array>
#include <cstdarg>
#include <cstdio>
#include <string_view>

namespace serverscore {
namespace {

constexpr double kKibPerGib = 1024.0 * 1024;
constexpr int kBarWidth = 20;

[[gnu::format(printf, 1, 2)]] std::string format(const char* pattern, ...) {
  std::array<char, 256> buffer{};
  va_list arguments;
  va_start(arguments, pattern);
  std::vsnprintf(buffer.data(), buffer.size(), pattern, arguments);
  va_end(arguments);
  return buffer.data();
}

void add(std::string& text, std::string_view more) {
  if (!text.empty()) text += "; ";
  text += more;
}

void add_pressure(std::string& text, const Pressure& stalled, const char* what) {
  add(text, format("%s stalled some work for %.0f %% and all work for %.0f %% of the last 10 s",
                   what, 100 * stalled.some, 100 * stalled.full));
}

std::string bar(int score) {
  const int filled = (score * kBarWidth + 50) / 100;
  return std::string(static_cast<std::size_t>(filled), '#') +
         std::string(static_cast<std::size_t>(kBarWidth - filled), '.');
}

std::string part_line(const char* name, const Part& part, const std::string& why) {
  if (!part.known) return format("  %-7s   ?  ", name) + why + "\n";
  return format("  %-7s %3d  %s  ", name, part.score, bar(part.score).c_str()) + why + "\n";
}

}  // namespace

std::string explain_cpu(const Inputs& inputs, const Part& part) {
  if (!part.known) return "nothing known about it";
  std::string text;
  if (inputs.cpus > 0 && !inputs.run_queue.empty()) {
    const double others = mean(inputs.run_queue);
    text = format("%.1f other%s want%s the %d CPU%s", others, others == 1 ? "" : "s",
                  others == 1 ? "s" : "", inputs.cpus, inputs.cpus == 1 ? "" : "s");
  }
  if (inputs.cpu_pressure) {
    add(text, format("someone waited for a CPU in %.0f %% of the last 10 s",
                     100 * inputs.cpu_pressure->some));
  } else if (inputs.load) {
    add(text, format("load average %.2f", inputs.load->one));
  }
  if (inputs.shares && inputs.shares->steal > 0) {
    add(text, format("the hypervisor takes %.0f %% of the CPU time", 100 * inputs.shares->steal));
  }
  if (text.empty()) text = format("%.0f %% busy", 100 * inputs.shares->busy);
  return text;
}

std::string explain_io(const Inputs& inputs, const Part& part) {
  if (!part.known) return "nothing known about it";
  std::string text;
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
  return text;
}

std::string explain_memory(const Inputs& inputs, const Part& part) {
  if (!part.known) return "nothing known about it";
  std::string text;
  if (inputs.memory) {
    const Memory& memory = *inputs.memory;
    text = format("%.1f of %.1f GiB available", memory.available / kKibPerGib,
                  memory.total / kKibPerGib);
    if (memory.swap_total > 0) {
      add(text, format("%.1f of %.1f GiB of swap free", memory.swap_free / kKibPerGib,
                       memory.swap_total / kKibPerGib));
    }
  }
  if (inputs.memory_pressure && inputs.memory_pressure->some > 0) {
    add_pressure(text, *inputs.memory_pressure, "lack of memory");
  }
  if (text.empty()) text = "no stalls";
  return text;
}

std::string explain_danger(const Inputs& inputs, const Danger& danger) {
  if (danger.name != "memory" || !inputs.memory) return std::string(danger.name);
  return format("memory is about to run out: %.0f MiB available, %.0f MiB of swap free",
                inputs.memory->available / 1024, inputs.memory->swap_free / 1024);
}

std::string explain(const Inputs& inputs, const Verdict& verdict) {
  std::string text = format("score %d: ", verdict.score);
  if (verdict.slowdown < 1.05) {
    text += "a typical request is served as fast as on the idle host\n";
  } else {
    text += format("a typical request takes about %.1f times as long as on the idle host\n",
                   verdict.slowdown);
  }
  text += part_line("cpu", verdict.cpu, explain_cpu(inputs, verdict.cpu));
  text += part_line("io", verdict.io, explain_io(inputs, verdict.io));
  text += part_line("memory", verdict.memory, explain_memory(inputs, verdict.memory));
  for (const Danger& danger : verdict.dangers) {
    text += format("  danger: at most %d, as ", danger.cap) + explain_danger(inputs, danger) + "\n";
  }
  for (const std::string& file : inputs.missing) text += "  missing: " + file + "\n";
  for (const std::string& note : inputs.notes) text += "  note: " + note + "\n";
  return text;
}

}  // namespace serverscore
