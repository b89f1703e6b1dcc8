// SPDX-License-Identifier: Apache-2.0
#include "serverscore/print/prometheus.h"

#include <utility>

namespace serverscore {
namespace {

constexpr double kKib = 1024;

using NamedPart = std::pair<std::string_view, const Part*>;
using NamedPressure = std::pair<std::string_view, const std::optional<Pressure>*>;
using NamedUsage = std::pair<std::string_view, const std::optional<Usage>*>;

void write_parts(MetricsWriter& metrics, const Verdict& verdict) {
  const NamedPart parts[] = {
      {"cpu", &verdict.cpu}, {"io", &verdict.io}, {"memory", &verdict.memory}};
  metrics.family("serverscore_part_score",
                 "Speed by this resource alone in percent of the idle host's, 1 to 100.");
  for (const auto& [name, part] : parts) {
    if (part->known) metrics.sample(part->score, {{"part", name}});
  }
  metrics.family("serverscore_part_slowdown",
                 "How many times as long a typical request takes for want of this resource.");
  for (const auto& [name, part] : parts) {
    if (part->known) metrics.sample(part->slowdown, {{"part", name}});
  }
  metrics.family("serverscore_part_estimated",
                 "1 when the kernel gives no pressure stall information for this resource.");
  for (const auto& [name, part] : parts) {
    if (part->known) metrics.sample(part->estimated ? 1 : 0, {{"part", name}});
  }
}

void write_cpu(MetricsWriter& metrics, const Inputs& inputs) {
  metrics.gauge("serverscore_cpus", "CPUs that are online.",
                inputs.cpus > 0 ? std::optional<double>(inputs.cpus) : std::nullopt);
  metrics.gauge("serverscore_cpu_capacity", "CPUs that may be used at once, under a quota.",
                inputs.capacity > 0 ? std::optional(inputs.capacity) : std::nullopt);
  metrics.gauge("serverscore_cpu_throttled_ratio",
                "Share of the time in which a quota stopped this container.", inputs.throttled);
  metrics.gauge("serverscore_run_queue",
                "Tasks other than serverscore that ran or waited for a CPU, on average.",
                inputs.run_queue.empty() ? std::nullopt : std::optional(mean(inputs.run_queue)));
  metrics.family("serverscore_cpu_ratio", "Share of all CPU time while serverscore looked.");
  if (inputs.shares) {
    metrics.sample(inputs.shares->busy, {{"mode", "busy"}});
    metrics.sample(inputs.shares->iowait, {{"mode", "iowait"}});
    metrics.sample(inputs.shares->steal, {{"mode", "steal"}});
  }
}

void write_pressures(MetricsWriter& metrics, const Inputs& inputs) {
  metrics.family("serverscore_pressure_ratio",
                 "Share of the last 10 seconds in which some or all work was stalled.");
  const NamedPressure pressures[] = {{"cpu", &inputs.cpu_pressure},
                                     {"io", &inputs.io_pressure},
                                     {"memory", &inputs.memory_pressure}};
  for (const auto& [name, pressure] : pressures) {
    if (!*pressure) continue;
    metrics.sample((*pressure)->some, {{"resource", name}, {"stalled", "some"}});
    metrics.sample((*pressure)->full, {{"resource", name}, {"stalled", "full"}});
  }
}

void write_limits(MetricsWriter& metrics, const Inputs& inputs) {
  const auto bytes = [&](double Memory::*kib) {
    return inputs.memory ? std::optional(kKib * ((*inputs.memory).*kib)) : std::nullopt;
  };
  metrics.gauge("serverscore_memory_bytes", "Memory, or this container's limit.",
                bytes(&Memory::total));
  metrics.gauge("serverscore_memory_available_bytes",
                "Memory that can be given out without swapping.", bytes(&Memory::available));
  metrics.gauge("serverscore_swap_bytes", "Swap.", bytes(&Memory::swap_total));
  metrics.gauge("serverscore_swap_free_bytes", "Swap that is free.", bytes(&Memory::swap_free));

  const NamedUsage usages[] = {
      {"files", &inputs.files}, {"tasks", &inputs.tasks}, {"conntrack", &inputs.conntrack}};
  metrics.family("serverscore_used", "How many are in use of what the kernel has an end of.");
  for (const auto& [name, usage] : usages) {
    if (*usage) metrics.sample((*usage)->used, {{"kind", name}});
  }
  metrics.family("serverscore_limit", "How many there can be of it.");
  for (const auto& [name, usage] : usages) {
    if (*usage) metrics.sample((*usage)->most, {{"kind", name}});
  }
  metrics.gauge("serverscore_oom_kills", "OOM kills seen in the last ten minutes.",
                inputs.oom_kills);
}

}  // namespace

void write_metrics(MetricsWriter& metrics, const Inputs& inputs, const Verdict& verdict) {
  metrics.gauge("serverscore_score",
                "Speed of a typical request in percent of the idle host's, 1 to 100; 1 is danger.",
                verdict.score);
  metrics.gauge("serverscore_slowdown",
                "How many times as long a typical request takes as on the idle host.",
                verdict.slowdown);
  write_parts(metrics, verdict);
  metrics.family("serverscore_danger_cap",
                 "What the score is held down to by what isn't slowness yet.");
  for (const Danger& danger : verdict.dangers) {
    metrics.sample(danger.cap, {{"danger", danger.name}, {"what", danger.what}});
  }
  write_cpu(metrics, inputs);
  write_pressures(metrics, inputs);
  write_limits(metrics, inputs);
  metrics.family("serverscore_info", "1; its labels say which serverscore and kernel answer.");
  metrics.sample(1, {{"version", LIVESONIC_VERSION}, {"kernel", inputs.kernel}});
}

}  // namespace serverscore
