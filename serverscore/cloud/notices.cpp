// SPDX-License-Identifier: Apache-2.0
#include "serverscore/cloud/notices.h"

#include <algorithm>
#include <utility>

#include "serverscore/cloud/json_records.h"

namespace serverscore {
namespace {

constexpr std::size_t kMostMaintenance = 16;
constexpr std::size_t kLongestState = 64;

// The only record of a document that is an object.
std::optional<JsonRecord> read_object(std::string_view json) {
  auto records = read_records(json);
  if (!records || records->size() != 1 || !json.substr(0, json.find('{')).empty()) {
    return std::nullopt;
  }
  return std::move(records->front());
}

// Words of letters with ':' between them.
bool is_state(std::string_view text) {
  return !text.empty() && text.size() <= kLongestState &&
         std::all_of(text.begin(), text.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == ':';
         });
}

std::string describe(const Maintenance& event) {
  std::string text = "maintenance: " + event.code;
  if (!event.state.empty()) text += " (" + event.state + ")";
  if (!event.not_before.empty()) text += ", from " + event.not_before;
  if (!event.not_after.empty()) text += " to " + event.not_after;
  if (!event.description.empty()) text += ": " + event.description;
  return text;
}

}  // namespace

bool take_spot_action(std::string_view json, Notices& notices) {
  const auto record = read_object(json);
  if (!record || !is_state(record->text("action"))) return false;
  notices.spot_action = {std::string(record->text("action")), std::string(record->text("time"))};
  return true;
}

bool take_rebalance(std::string_view json, Notices& notices) {
  const auto record = read_object(json);
  if (!record || record->text("noticeTime").empty()) return false;
  notices.rebalance_time = record->text("noticeTime");
  return true;
}

bool take_maintenance(std::string_view json, Notices& notices) {
  const auto records = read_records(json);
  if (!records) return false;
  for (const JsonRecord& record : *records) {
    if (notices.maintenance.size() == kMostMaintenance) break;
    if (record.text("Code").empty()) continue;
    notices.maintenance.push_back({.code = std::string(record.text("Code")),
                                   .state = std::string(record.text("State")),
                                   .not_before = std::string(record.text("NotBefore")),
                                   .not_after = std::string(record.text("NotAfter")),
                                   .description = std::string(record.text("Description")),
                                   .event_id = std::string(record.text("EventId"))});
  }
  return true;
}

bool take_lifecycle_state(std::string_view text, Notices& notices) {
  while (!text.empty() && (text.back() == '\n' || text.back() == '\r')) text.remove_suffix(1);
  if (!is_state(text)) return false;
  notices.lifecycle_state = text;
  return true;
}

Notices keep_known(Notices known, Notices fresh) {
  if (fresh.unavailable.empty()) return fresh;
  if (!fresh.spot_action) fresh.spot_action = std::move(known.spot_action);
  if (!fresh.rebalance_time) fresh.rebalance_time = std::move(known.rebalance_time);
  if (fresh.maintenance.empty()) fresh.maintenance = std::move(known.maintenance);
  if (fresh.lifecycle_state.empty()) fresh.lifecycle_state = std::move(known.lifecycle_state);
  return fresh;
}

std::vector<std::string> describe(const Notices& notices) {
  std::vector<std::string> lines;
  if (notices.spot_action) {
    std::string line = "spot: AWS will " + notices.spot_action->action + " this instance";
    if (!notices.spot_action->time.empty()) line += " at " + notices.spot_action->time;
    lines.push_back(std::move(line));
  }
  if (notices.rebalance_time) {
    lines.push_back("spot: AWS recommends a replacement since " + *notices.rebalance_time +
                    ", as an interruption has become more likely");
  }
  for (const Maintenance& event : notices.maintenance) lines.push_back(describe(event));
  if (!notices.lifecycle_state.empty()) {
    lines.push_back("auto scaling: this instance is to be " + notices.lifecycle_state);
  }
  if (!notices.unavailable.empty()) {
    lines.push_back("notices of the cloud are unavailable: " + notices.unavailable);
  }
  return lines;
}

}  // namespace serverscore
