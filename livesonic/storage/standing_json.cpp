// SPDX-License-Identifier: Apache-2.0
#include "livesonic/storage/standing_json.h"

#include <fmt/format.h>

#include <array>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

#include "livesonic/base/text.h"

namespace livesonic::storage {
namespace {

using nlohmann::json;

constexpr std::array<std::pair<const char*, std::string Standing::*>, 6> kTexts{
    {{"status_checks", &Standing::status_checks},
     {"group", &Standing::group},
     {"group_state", &Standing::group_state},
     {"group_health", &Standing::group_health},
     {"launch_template", &Standing::launch_template},
     {"ports", &Standing::ports}}};

json to_json(const Notice& notice) {
  const auto number = [](Time time) { return time.time_since_epoch().count(); };
  json object{{"interruption", notice.interruption}, {"at", number(notice.at)}};
  if (!notice.action.empty()) object["action"] = notice.action;
  if (notice.deadline) object["deadline"] = number(*notice.deadline);
  return object;
}

// nullopt: not of that form.
std::optional<Notice> to_notice(const json& object) {
  const auto time = [&](const char* key) -> std::optional<Time> {
    const auto found = object.find(key);
    constexpr std::int64_t kYear10000 = 253402300800000;  // in milliseconds since 1970
    if (found == object.end() || !found->is_number_integer()) return std::nullopt;
    const auto value = found->get<std::int64_t>();
    if (value < 0 || value >= kYear10000) return std::nullopt;
    return Time(Duration(value));
  };
  if (!object.is_object() || !object.contains("interruption")) return std::nullopt;
  if (!object["interruption"].is_boolean() || !time("at")) return std::nullopt;
  Notice notice;
  notice.interruption = object["interruption"].get<bool>();
  notice.at = *time("at");
  notice.deadline = time("deadline");
  if (object.contains("deadline") && !notice.deadline) return std::nullopt;
  if (const auto action = object.find("action"); action != object.end()) {
    if (!action->is_string()) return std::nullopt;
    notice.action = action->get<std::string>();
  }
  return notice;
}

}  // namespace

std::string standing_to_json(const Standing& standing) {
  json object = json::object();
  for (const auto& [key, member] : kTexts) {
    if (!(standing.*member).empty()) object[key] = standing.*member;
  }
  if (standing.protected_from_scale_in) object["protected"] = true;
  if (!standing.events.empty()) object["events"] = standing.events;
  if (standing.notice) object["notice"] = to_json(*standing.notice);
  return object.dump(-1, ' ', false, json::error_handler_t::replace);
}

Result<Standing> standing_from_json(std::string_view text) {
  const json object = json::parse(text, nullptr, /*allow_exceptions=*/false);
  bool fits = object.is_object();
  Standing standing;
  const auto find = [&](const char* key) -> const json* {
    const auto found = object.find(key);
    return found == object.end() ? nullptr : &*found;
  };
  if (fits) {
    for (const auto& [key, member] : kTexts) {
      const json* value = find(key);
      if (value == nullptr) continue;
      fits &= value->is_string();
      if (value->is_string()) standing.*member = value->get<std::string>();
    }
    if (const json* value = find("protected")) {
      fits &= value->is_boolean();
      standing.protected_from_scale_in = value->is_boolean() && value->get<bool>();
    }
    if (const json* value = find("notice")) {
      standing.notice = to_notice(*value);
      fits &= standing.notice.has_value();
    }
    if (const json* value = find("events")) {
      fits &= value->is_array();
      for (const json& event : *value) {
        fits &= event.is_string();
        if (event.is_string()) standing.events.push_back(event.get<std::string>());
      }
    }
  }
  if (fits) return standing;
  return fail(ErrorKind::kInvalidInput,
              fmt::format("the stored standing of an instance can't be read, the database may be "
                          "damaged: {}",
                          printable(shorten(text, 100))));
}

}  // namespace livesonic::storage
