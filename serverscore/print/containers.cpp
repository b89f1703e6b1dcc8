// SPDX-License-Identifier: Apache-2.0
#include "serverscore/print/containers.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <optional>
#include <utility>

#include "serverscore/print/format.h"

namespace serverscore {
namespace {

using NamedPart = std::pair<std::string_view, const Part*>;

std::array<NamedPart, 3> parts_of(const Verdict& verdict) {
  return {{{"cpu", &verdict.cpu}, {"io", &verdict.io}, {"memory", &verdict.memory}}};
}

std::optional<double> known(double value) {
  return value > 0 ? std::optional(value) : std::nullopt;
}

// The table.

constexpr std::size_t kColumns = 9;
using Row = std::array<std::string, kColumns>;
// Columns of numbers end under one another, columns of words begin so.
constexpr std::size_t kNumberColumns = 5;
constexpr std::size_t kLongestCell = 64;

std::string score_cell(const Part& part) {
  return part.known ? std::to_string(part.score) : "-";
}

// "0.52/2": the CPUs used, of those that may be.
std::string cpus_cell(const ContainerUse& use) {
  if (use.cpu_limit <= 0) return "-";
  const std::string limit = format("%.3g", use.cpu_limit);
  return (use.cpu_used ? format("%.2f", *use.cpu_used) : std::string("?")) + "/" + limit;
}

std::string dangers_cell(const Verdict& verdict) {
  std::string text;
  for (const Danger& danger : verdict.dangers) {
    if (!text.empty()) text += ",";
    text += std::string(danger.name) + ":" + std::to_string(danger.cap);
  }
  return text.empty() ? "-" : text;
}

std::string group_cell(const ContainerName& name) {
  const std::string& group = name.task.empty() ? name.pod : name.task;
  return group.empty() ? "-" : shown(group, kLongestCell);
}

Row row_of(const ContainerScore& container) {
  const Verdict& verdict = container.verdict;
  return {std::to_string(verdict.score),
          score_cell(verdict.cpu),
          score_cell(verdict.io),
          score_cell(verdict.memory),
          cpus_cell(container.use),
          dangers_cell(verdict),
          std::string(name_of(container.name.runtime)),
          group_cell(container.name),
          shown(container.name.short_id(), kLongestCell)};
}

std::string line_of(const Row& row, const std::array<std::size_t, kColumns>& widths,
                    std::string_view indent) {
  std::string line(indent);
  for (std::size_t i = 0; i < kColumns; ++i) {
    const std::string blanks(widths[i] - row[i].size(), ' ');
    if (i > 0) line += "  ";
    if (i < kNumberColumns) line += blanks;
    line += row[i];
    if (i >= kNumberColumns && i + 1 < kColumns) line += blanks;
  }
  return line + "\n";
}

// JSON and metrics.

void write_pressure(JsonWriter& json, std::string_view name,
                    const std::optional<Pressure>& stalled) {
  if (!stalled) return json.null(name);
  json.open(name, '{');
  json.number("some_avg10", 100 * stalled->some, 2);
  json.number("full_avg10", 100 * stalled->full, 2);
  json.close('}');
}

void write_verdict_of(JsonWriter& json, const Verdict& verdict) {
  json.number("score", verdict.score);
  json.number("slowdown", verdict.slowdown, 3);
  json.open("parts", '{');
  for (const auto& [name, part] : parts_of(verdict)) {
    json.open(name, '{');
    json.number("score", part->known ? std::optional<double>(part->score) : std::nullopt);
    json.number("slowdown", part->known ? std::optional(part->slowdown) : std::nullopt, 3);
    json.boolean("estimated", part->estimated);
    json.close('}');
  }
  json.close('}');
  json.open("dangers", '[');
  for (const Danger& danger : verdict.dangers) {
    json.open("", '{');
    json.string("name", danger.name);
    json.number("cap", danger.cap);
    json.close('}');
  }
  json.close(']');
}

void write_inputs(JsonWriter& json, const ContainerUse& use, const Inputs& inputs) {
  const auto throttled =
      use.throttled ? std::optional(100 * *use.throttled) : std::optional<double>();
  json.number("cpu_limit", known(use.cpu_limit), 2);
  json.number("cpu_used", use.cpu_used, 3);
  json.number("throttled_percent", throttled, 1);
  json.open("run_queue", '[');
  for (const double running : use.run_queue) json.number("", running);
  json.close(']');
  json.open("pressure", '{');
  write_pressure(json, "cpu", inputs.cpu_pressure);
  write_pressure(json, "io", inputs.io_pressure);
  write_pressure(json, "memory", inputs.memory_pressure);
  json.close('}');
  if (inputs.memory) {
    json.open("memory_kib", '{');
    json.number("total", inputs.memory->total);
    json.number("available", inputs.memory->available);
    json.close('}');
  } else {
    json.null("memory_kib");
  }
  if (inputs.tasks) {
    json.open("tasks", '{');
    json.number("used", inputs.tasks->used);
    json.number("most", inputs.tasks->most);
    json.close('}');
  } else {
    json.null("tasks");
  }
  json.number("oom_kills", use.oom_kills);
  json.open("notes", '[');
  for (const std::string& note : inputs.notes) json.string("", note);
  json.close(']');
}

// The labels that every series of a container has, and one more perhaps.
void sample(MetricsWriter& metrics, const ContainerName& name, std::optional<double> value,
            Label more = {"", ""}) {
  const Label id{"id", name.short_id()};
  const Label runtime{"runtime", name_of(name.runtime)};
  const Label task{"task", name.task};
  const Label pod{"pod", name.pod};
  if (more.name.empty()) {
    metrics.sample(value, {id, runtime, task, pod});
  } else {
    metrics.sample(value, {id, runtime, task, pod, more});
  }
}

}  // namespace

std::string container_table(const std::vector<ContainerScore>& containers,
                            std::string_view indent) {
  if (containers.empty()) return std::string(indent) + "no containers\n";
  std::vector<Row> rows{
      {"score", "cpu", "io", "memory", "cpus", "dangers", "runtime", "task or pod", "container"}};
  for (const ContainerScore& container : containers) rows.push_back(row_of(container));
  std::array<std::size_t, kColumns> widths{};
  for (const Row& row : rows) {
    for (std::size_t i = 0; i < kColumns; ++i) widths[i] = std::max(widths[i], row[i].size());
  }
  std::string text;
  for (const Row& row : rows) text += line_of(row, widths, indent);
  return text;
}

void write_containers(JsonWriter& json, const std::vector<ContainerScore>& containers) {
  json.open("containers", '[');
  for (const ContainerScore& container : containers) {
    const ContainerName& name = container.name;
    json.open("", '{');
    json.string("id", name.id);
    json.string("runtime", name_of(name.runtime));
    json.string_or_null("task", name.task);
    json.string_or_null("pod", name.pod);
    json.string("path", name.path);
    write_verdict_of(json, container.verdict);
    write_inputs(json, container.use, container.inputs);
    json.close('}');
  }
  json.close(']');
}

void write_containers(MetricsWriter& metrics, const std::vector<ContainerScore>& containers) {
  metrics.family("serverscore_container_score",
                 "How fast a typical request is served in the container, in percent of the same "
                 "container idle; 1 is in danger.");
  for (const ContainerScore& container : containers) {
    sample(metrics, container.name, container.verdict.score);
  }
  metrics.family("serverscore_container_part_score",
                 "Speed in the container by this resource alone, 1 to 100.");
  for (const ContainerScore& container : containers) {
    for (const auto& [name, part] : parts_of(container.verdict)) {
      if (part->known) sample(metrics, container.name, part->score, {"part", name});
    }
  }
  metrics.family("serverscore_container_danger_cap",
                 "The score that this danger caps the container's at.");
  for (const ContainerScore& container : containers) {
    for (const Danger& danger : container.verdict.dangers) {
      sample(metrics, container.name, danger.cap, {"danger", danger.name});
    }
  }
  metrics.family("serverscore_container_cpu_limit", "CPUs that the container may use at once.");
  for (const ContainerScore& container : containers) {
    sample(metrics, container.name, known(container.use.cpu_limit));
  }
  metrics.family("serverscore_container_cpu_used", "CPUs that the container used just now.");
  for (const ContainerScore& container : containers) {
    sample(metrics, container.name, container.use.cpu_used);
  }
  metrics.family("serverscore_container_throttled_ratio",
                 "Share of the periods of its quota in which the container was stopped just now.");
  for (const ContainerScore& container : containers) {
    sample(metrics, container.name, container.use.throttled);
  }
  metrics.family("serverscore_container_oom_kills",
                 "Processes of the container killed for want of memory since it was made.");
  for (const ContainerScore& container : containers) {
    sample(metrics, container.name, container.use.oom_kills);
  }
}

}  // namespace serverscore
