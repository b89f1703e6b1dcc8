// SPDX-License-Identifier: Apache-2.0
#include "livesonic/storage/json_columns.h"

#include <fmt/format.h>

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

#include "livesonic/base/text.h"

namespace livesonic::storage {
namespace {

using nlohmann::json;

std::string write(const json& value) {
  return value.dump(-1, ' ', false, json::error_handler_t::replace);
}

tl::unexpected<Error> not_ours(std::string_view what, std::string_view text) {
  return fail(ErrorKind::kInvalidInput,
              fmt::format("the stored {} can't be read, the database may be damaged: {}", what,
                          printable(shorten(text, 100))));
}

json parse(std::string_view text) {
  return json::parse(text, nullptr, /*allow_exceptions=*/false);
}

std::optional<std::string> text_of(const json& object, const char* name) {
  const auto found = object.find(name);
  if (found == object.end() || !found->is_string()) return std::nullopt;
  return found->get<std::string>();
}

std::optional<Time> time_of(const json& object, const char* name) {
  const auto found = object.find(name);
  if (found == object.end() || !found->is_number_integer()) return std::nullopt;
  return Time{Duration{found->get<std::int64_t>()}};
}

}  // namespace

std::string tags_to_json(const std::map<std::string, std::string>& tags) {
  json object = json::object();
  for (const auto& [key, value] : tags) object[key] = value;
  return write(object);
}

Result<std::map<std::string, std::string>> tags_from_json(std::string_view text) {
  const json object = parse(text);
  if (!object.is_object()) return not_ours("tags", text);
  std::map<std::string, std::string> tags;
  for (const auto& [key, value] : object.items()) {
    if (!value.is_string()) return not_ours("tags", text);
    tags.emplace(key, value.get<std::string>());
  }
  return tags;
}

std::string names_to_json(const std::vector<std::string>& names) {
  return write(json(names));
}

Result<std::vector<std::string>> names_from_json(std::string_view text) {
  const json list = parse(text);
  if (!list.is_array()) return not_ours("list of names", text);
  std::vector<std::string> names;
  for (const json& name : list) {
    if (!name.is_string()) return not_ours("list of names", text);
    names.push_back(name.get<std::string>());
  }
  return names;
}

std::string access_to_json(const Access& access) {
  json object = json::object();
  if (access.reach != Reach::kSsh) object["remote"] = to_string(access.reach);
  if (!access.user.empty()) object["user"] = access.user;
  if (access.port != 0) object["port"] = access.port;
  if (!access.jump.empty()) object["jump"] = access.jump;
  return write(object);
}

Result<Access> access_from_json(std::string_view text) {
  const json object = parse(text);
  if (!object.is_object()) return not_ours("way to the hosts", text);
  Access access;
  for (const auto& [key, value] : object.items()) {
    if (key == "port") {
      if (!value.is_number_unsigned() || value.get<std::uint64_t>() > 65535) {
        return not_ours("way to the hosts", text);
      }
      access.port = value.get<std::uint16_t>();
      continue;
    }
    if (!value.is_string()) return not_ours("way to the hosts", text);
    const std::string said = value.get<std::string>();
    if (key == "remote") {
      const auto reach = parse_reach(said);
      if (!reach) return not_ours("way to the hosts", text);
      access.reach = *reach;
    } else if (key == "user") {
      access.user = said;
    } else if (key == "jump") {
      access.jump = said;
    } else {
      return not_ours("way to the hosts", text);
    }
  }
  return access;
}

std::string members_to_json(const std::vector<IncidentMember>& members) {
  json list = json::array();
  for (const IncidentMember& member : members) {
    list.push_back(
        {{"instance", member.instance},
         {"label", member.label},
         {"detail", member.detail},
         {"since", member.since.time_since_epoch().count()},
         {"until", member.until ? json(member.until->time_since_epoch().count()) : json(nullptr)}});
  }
  return write(list);
}

Result<std::vector<IncidentMember>> members_from_json(std::string_view text) {
  const json list = parse(text);
  if (!list.is_array()) return not_ours("members of an incident", text);
  std::vector<IncidentMember> members;
  for (const json& entry : list) {
    if (!entry.is_object()) return not_ours("members of an incident", text);
    const std::optional<std::string> instance = text_of(entry, "instance");
    const std::optional<std::string> label = text_of(entry, "label");
    const std::optional<std::string> detail = text_of(entry, "detail");
    const std::optional<Time> since = time_of(entry, "since");
    if (!instance || !label || !detail || !since) return not_ours("members of an incident", text);
    members.push_back({*instance, *label, *detail, *since, time_of(entry, "until")});
  }
  return members;
}

std::string aliases_to_json(const std::vector<DomainAlias>& aliases) {
  json list = json::array();
  for (const DomainAlias& alias : aliases) {
    list.push_back({{"name", alias.name},
                    {"type", alias.type},
                    {"target", alias.target},
                    {"clusters", alias.clusters}});
  }
  return write(list);
}

Result<std::vector<DomainAlias>> aliases_from_json(std::string_view text) {
  const json list = parse(text);
  if (!list.is_array()) return not_ours("aliases of a zone", text);
  std::vector<DomainAlias> aliases;
  for (const json& entry : list) {
    if (!entry.is_object()) return not_ours("aliases of a zone", text);
    const std::optional<std::string> name = text_of(entry, "name");
    const std::optional<std::string> type = text_of(entry, "type");
    const std::optional<std::string> target = text_of(entry, "target");
    const auto listed = entry.find("clusters");
    if (!name || !type || !target || listed == entry.end()) {
      return not_ours("aliases of a zone", text);
    }
    auto clusters = names_from_json(listed->dump());
    if (!clusters) return not_ours("aliases of a zone", text);
    aliases.push_back({*name, *type, *target, std::move(*clusters)});
  }
  return aliases;
}

}  // namespace livesonic::storage
