// SPDX-License-Identifier: Apache-2.0
#include "livesonic/storage/standing_json.h"

#include <fmt/format.h>

#include <array>
#include <nlohmann/json.hpp>
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

}  // namespace

std::string standing_to_json(const Standing& standing) {
  json object = json::object();
  for (const auto& [key, member] : kTexts) {
    if (!(standing.*member).empty()) object[key] = standing.*member;
  }
  if (standing.protected_from_scale_in) object["protected"] = true;
  if (!standing.events.empty()) object["events"] = standing.events;
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
