// SPDX-License-Identifier: Apache-2.0
#include "serverscore/parse/limits.h"

#include <algorithm>

namespace serverscore {
namespace {

// systemd sets fs.file-max to LONG_MAX, which is more than other counters can be.
constexpr double kMostFiles = 1e19;

bool is_number(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), is_digit);
}

// Takes digits, at least one.
bool take_digits(std::string_view& text) {
  const auto end = std::find_if_not(text.begin(), text.end(), is_digit);
  const auto length = static_cast<std::size_t>(end - text.begin());
  text.remove_prefix(length);
  return length > 0;
}

// A whole disk by the kernel's naming: sda, vdb, xvdf, hdc, dasda; nvme0n1, mmcblk0. Xen gives a
// volume that is attached as a partition no disk of its own; its numbers are then left out.
bool is_disk(std::string_view name) {
  if (take_prefix(name, "nvme")) {
    return take_digits(name) && take_prefix(name, "n") && is_number(name);
  }
  if (take_prefix(name, "mmcblk")) return is_number(name);
  for (const std::string_view prefix : {"xvd", "dasd", "sd", "vd", "hd"}) {
    if (!name.starts_with(prefix)) continue;
    name.remove_prefix(prefix.size());
    return !name.empty() &&
           std::all_of(name.begin(), name.end(), [](char c) { return c >= 'a' && c <= 'z'; });
  }
  return false;
}

}  // namespace

std::optional<Usage> parse_file_nr(std::string_view text, Notes& notes) {
  std::string_view line = take_line(text);
  const auto handed_out = to_count(take_word(line), kMostFiles);
  const auto unused = to_count(take_word(line), kMostFiles);
  const auto most = to_count(take_word(line), kMostFiles);
  if (!handed_out || !unused || !most || *most == 0) {
    note(notes, "/proc/sys/fs/file-nr", "no usable numbers");
    return std::nullopt;
  }
  return Usage{.used = std::max(0.0, *handed_out - *unused), .most = *most};
}

std::optional<double> parse_number(std::string_view text, std::string_view file, Notes& notes) {
  std::string_view line = take_line(text);
  const auto number = to_count(take_word(line));
  if (!number) note(notes, file, "no usable number");
  return number;
}

std::optional<double> parse_oom_kills(std::string_view text) {
  while (!text.empty()) {
    std::string_view line = take_line(text);
    if (!take_prefix(line, "oom_kill ")) continue;
    return to_count(take_word(line));
  }
  return std::nullopt;
}

std::optional<double> parse_reclaim_stalls(std::string_view text) {
  std::optional<double> all;  // one line before Linux 4.10, then one for each zone
  while (!text.empty()) {
    std::string_view line = take_line(text);
    if (!take_word(line).starts_with("allocstall")) continue;
    if (const auto zone = to_count(take_word(line))) all = all.value_or(0) + *zone;
  }
  return all;
}

std::optional<DiskCounters> parse_diskstats(std::string_view text, Notes& notes) {
  DiskCounters all;
  bool any = false;
  bool malformed = false;
  while (!text.empty()) {
    std::string_view line = take_line(text);
    take_word(line);  // major
    take_word(line);  // minor
    if (!is_disk(take_word(line))) continue;
    // Documentation/admin-guide/iostats.rst: reads done, merged, sectors, ms; writes likewise;
    // requests under way, ms with any, weighted ms.
    std::optional<double> field[10];
    for (auto& value : field) value = to_count(take_word(line));
    if (!field[0] || !field[3] || !field[4] || !field[7] || !field[9]) {
      malformed = true;
      continue;
    }
    any = true;
    all.busiest_ms = std::max(all.busiest_ms, *field[9]);
    all.under_way += field[8].value_or(0);
    all.requests += *field[0] + *field[4];
    all.waited_ms += *field[3] + *field[7];
  }
  if (malformed) note(notes, "/proc/diskstats", "a disk without usable numbers");
  if (!any) return std::nullopt;
  return all;
}

}  // namespace serverscore
