// SPDX-License-Identifier: Apache-2.0
#include "serverscore/print/json.h"

#include "serverscore/print/format.h"
#include "serverscore/print/notices.h"
#include "serverscore/print/reasons.h"

namespace serverscore {
namespace {

// Of a line's dangers and notices; all of them stand in the document.
constexpr std::size_t kMostOnALine = 4;
constexpr std::size_t kLongestOnALine = 100;
constexpr std::size_t kLongestNotice = 160;

std::optional<double> percent(const std::optional<double>& share) {
  return share ? std::optional(100 * *share) : std::nullopt;
}

std::optional<double> percent(const std::optional<CpuShares>& shares, double CpuShares::*share) {
  return shares ? std::optional(100 * ((*shares).*share)) : std::nullopt;
}

std::optional<double> mean_of(const std::vector<double>& values) {
  return values.empty() ? std::nullopt : std::optional(mean(values));
}

std::optional<double> known(double value) {
  return value > 0 ? std::optional(value) : std::nullopt;
}

std::optional<double> score_of(const Part& part) {
  return part.known ? std::optional<double>(part.score) : std::nullopt;
}

void write_part(JsonWriter& json, std::string_view name, const Part& part, const std::string& why) {
  json.open(name, '{');
  json.number("score", score_of(part));
  json.number("slowdown", part.known ? std::optional(part.slowdown) : std::nullopt, 3);
  json.boolean("estimated", part.estimated);
  json.string("why", why);
  json.close('}');
}

// The names of its two numbers tell of what time they are.
struct Names {
  std::string_view some;
  std::string_view full;
};
constexpr Names kRecent = {.some = "some_avg10", .full = "full_avg10"};
constexpr Names kSince = {.some = "some", .full = "full"};

void write_pressure(JsonWriter& json, std::string_view name, const std::optional<Pressure>& stalled,
                    const Names& names) {
  if (!stalled) return json.null(name);
  json.open(name, '{');
  json.number(names.some, 100 * stalled->some, 2);
  json.number(names.full, 100 * stalled->full, 2);
  json.close('}');
}

void write_shares(JsonWriter& json, const std::optional<CpuShares>& shares) {
  json.number("cpu_busy_percent", percent(shares, &CpuShares::busy), 1);
  json.number("cpu_nice_percent", percent(shares, &CpuShares::nice), 1);
  json.number("cpu_system_percent", percent(shares, &CpuShares::system), 1);
  json.number("cpu_iowait_percent", percent(shares, &CpuShares::iowait), 1);
  json.number("cpu_steal_percent", percent(shares, &CpuShares::steal), 1);
}

void write_memory(JsonWriter& json, const std::optional<Memory>& memory) {
  if (!memory) return json.null("memory_kib");
  json.open("memory_kib", '{');
  json.number("total", memory->total);
  json.number("available", memory->available);
  json.number("swap_total", memory->swap_total);
  json.number("swap_free", memory->swap_free);
  json.close('}');
}

void write_usage(JsonWriter& json, std::string_view name, const std::optional<Usage>& usage) {
  if (!usage) return json.null(name);
  json.open(name, '{');
  json.number("used", usage->used);
  json.number("most", usage->most);
  json.close('}');
}

void write_filesystems(JsonWriter& json, const std::vector<Filesystem>& filesystems) {
  json.open("filesystems", '[');
  for (const Filesystem& filesystem : filesystems) {
    json.open("", '{');
    json.string("path", filesystem.mount.path);
    json.string("type", filesystem.mount.type);
    json.string("device", filesystem.mount.device);
    json.boolean("read_only", filesystem.mount.read_only || filesystem.mount.super_read_only);
    json.number("bytes", known(filesystem.bytes));
    json.number("bytes_available",
                filesystem.bytes > 0 ? std::optional(filesystem.bytes_available) : std::nullopt);
    json.number("inodes", known(filesystem.inodes));
    json.number("inodes_free",
                filesystem.inodes > 0 ? std::optional(filesystem.inodes_free) : std::nullopt);
    json.close('}');
  }
  json.close(']');
}

void write_disk(JsonWriter& json, const std::optional<DiskUse>& disk) {
  json.number("disk_busy_percent", disk ? std::optional(100 * disk->busy) : std::nullopt, 1);
  json.number("disk_await_ms", disk ? std::optional(disk->await_ms) : std::nullopt, 2);
}

void write_since(JsonWriter& json, const std::optional<Since>& since) {
  if (!since) return json.null("since");
  json.open("since", '{');
  json.number("seconds", since->seconds, 3);
  write_shares(json, since->shares);
  json.open("pressure", '{');
  write_pressure(json, "cpu", since->cpu_pressure, kSince);
  write_pressure(json, "io", since->io_pressure, kSince);
  write_pressure(json, "memory", since->memory_pressure, kSince);
  json.close('}');
  json.number("run_queue_mean", since->run_queue, 2);
  write_disk(json, since->disk);
  json.number("turn_ms", since->turn_ms, 3);
  json.number("forks_per_second", since->forks_per_second, 1);
  json.close('}');
}

void write_inputs(JsonWriter& json, const Inputs& inputs) {
  json.open("inputs", '{');
  json.open("run_queue", '[');
  for (const double others : inputs.run_queue) json.number("", others);
  json.close(']');
  json.number("run_queue_mean", mean_of(inputs.run_queue), 2);
  json.number("blocked_mean", mean_of(inputs.blocked), 2);
  write_shares(json, inputs.shares);
  json.number("all_cpus_busy_percent", percent(inputs.all_busy), 1);
  json.number("turn_ms", inputs.turn_ms, 3);
  write_disk(json, inputs.disk);
  json.number("load_1m", inputs.load ? std::optional(inputs.load->one) : std::nullopt, 2);
  json.number("load_5m", inputs.load ? std::optional(inputs.load->five) : std::nullopt, 2);
  json.number("load_15m", inputs.load ? std::optional(inputs.load->fifteen) : std::nullopt, 2);
  json.open("pressure", '{');
  write_pressure(json, "cpu", inputs.cpu_pressure, kRecent);
  write_pressure(json, "io", inputs.io_pressure, kRecent);
  write_pressure(json, "memory", inputs.memory_pressure, kRecent);
  json.close('}');
  write_memory(json, inputs.memory);
  json.number("capacity_cpus", known(inputs.capacity), 2);
  json.number("throttled_percent", percent(inputs.throttled), 1);
  json.boolean("contained", inputs.contained);
  write_filesystems(json, inputs.filesystems);
  write_usage(json, "files", inputs.files);
  write_usage(json, "tasks", inputs.tasks);
  write_usage(json, "conntrack", inputs.conntrack);
  json.number("oom_kills", inputs.oom_kills);
  write_since(json, inputs.since);
  json.close('}');
}

void write_list(JsonWriter& json, std::string_view name, const std::vector<std::string>& texts) {
  json.open(name, '[');
  for (const std::string& text : texts) json.string("", text);
  json.close(']');
}

// The most urgent notices of a line; null when they can't be had, which isn't that there are none.
void write_news(JsonWriter& json, const Notices& notices) {
  const std::vector<std::string> news = describe(only_news(notices));
  if (news.empty() && !notices.unavailable.empty()) return json.null("notices");
  json.open("notices", '[');
  std::size_t told = 0;
  for (const std::string& notice : news) {
    if (told++ == kMostOnALine) break;
    json.string("", shown(std::string_view(notice).substr(0, kLongestNotice)));
  }
  json.close(']');
}

}  // namespace

void write_verdict(JsonWriter& json, const Inputs& inputs, const Verdict& verdict) {
  json.string("schema", "serverscore/1");
  json.string("version", LIVESONIC_VERSION);
  json.number("score", verdict.score);
  json.number("slowdown", verdict.slowdown, 3);
  json.open("parts", '{');
  write_part(json, "cpu", verdict.cpu, explain_cpu(inputs, verdict.cpu));
  write_part(json, "io", verdict.io, explain_io(inputs, verdict.io));
  write_part(json, "memory", verdict.memory, explain_memory(inputs, verdict.memory));
  json.close('}');
  json.open("dangers", '[');
  for (const Danger& danger : worst_first(verdict)) {
    json.open("", '{');
    json.string("name", danger.name);
    json.number("cap", danger.cap);
    json.string_or_null("what", danger.what);
    json.string("why", explain_danger(inputs, danger));
    json.close('}');
  }
  json.close(']');
  write_inputs(json, inputs);
  write_list(json, "missing", inputs.missing);
  write_list(json, "notes", inputs.notes);
  json.string_or_null("kernel", inputs.kernel);
  json.number("cpus", known(inputs.cpus));
  json.number("uptime_seconds", inputs.uptime_seconds);
}

std::string to_json_line(const Verdict& verdict, long long unix_ms, const Notices* notices) {
  JsonWriter json(JsonWriter::Layout::kOneLine);
  json.open("", '{');
  json.number("t", static_cast<double>(unix_ms));
  json.number("score", verdict.score);
  json.number("cpu", score_of(verdict.cpu));
  json.number("io", score_of(verdict.io));
  json.number("memory", score_of(verdict.memory));
  json.open("dangers", '[');
  std::size_t written = 0;
  for (const Danger& danger : worst_first(verdict)) {
    if (written++ == kMostOnALine) break;
    json.open("", '{');
    json.string("name", danger.name);
    json.number("cap", danger.cap);
    json.string_or_null("what", shown(danger.what, kLongestOnALine));
    json.close('}');
  }
  json.close(']');
  if (notices != nullptr) write_news(json, *notices);
  json.close('}');
  return json.finish();
}

}  // namespace serverscore
