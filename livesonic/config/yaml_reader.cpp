// SPDX-License-Identifier: Apache-2.0
#include "livesonic/config/yaml_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>

#include "livesonic/base/nearest.h"
#include "livesonic/base/text.h"
#include "livesonic/base/time_text.h"
#include "livesonic/config/environment_text.h"

namespace livesonic::config {
namespace {

std::string shown(std::string_view text) {
  return printable(shorten(text, 64));
}

// Keys are shown in messages unless they can't be keys: what stands there may be a secret that
// slipped out of its quotes.
bool looks_like_a_key(std::string_view key) {
  return key.size() <= 40 && std::all_of(key.begin(), key.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                  c == '_' || c == '-' || c == '.';
         });
}

}  // namespace

MapReader::MapReader(const YamlNode& node, std::string where, Reading& reading)
    : node_(node), where_(std::move(where)), reading_(reading) {
  if (node.kind == YamlNode::Kind::kMap || node.kind == YamlNode::Kind::kNull) return;
  reading_.mistakes.add(
      node.at,
      fmt::format("{} must be a map of keys and values, not {}",
                  where_.empty() ? "the file" : fmt::format("'{}'", where_), describe(node.kind)));
}

std::string MapReader::full_name(std::string_view key) const {
  return where_.empty() ? std::string(key) : fmt::format("{}.{}", where_, key);
}

void MapReader::mistake(Position at, std::string_view key, std::string_view message) {
  reading_.mistakes.add(at, fmt::format("'{}' {}", full_name(key), message));
}

const YamlNode* MapReader::find(std::string_view key) {
  if (std::find(asked_for_.begin(), asked_for_.end(), key) == asked_for_.end()) {
    asked_for_.emplace_back(key);
  }
  for (const YamlEntry& entry : node_.entries) {
    if (entry.key == key) return &entry.value;
  }
  return nullptr;
}

bool MapReader::has(std::string_view key) {
  return find(key) != nullptr;
}

Position MapReader::position_of(std::string_view key) const {
  for (const YamlEntry& entry : node_.entries) {
    if (entry.key == key) return entry.key_at;
  }
  return node_.at;
}

const YamlNode* MapReader::find_scalar(std::string_view key, std::string_view wanted) {
  const YamlNode* node = find(key);
  if (node == nullptr) return nullptr;
  if (node->kind == YamlNode::Kind::kScalar) return node;
  if (node->kind == YamlNode::Kind::kNull) {
    mistake(position_of(key), key,
            fmt::format("has no value; give it {} or take the line out", wanted));
  } else {
    mistake(node->at, key, fmt::format("must be {}, not {}", wanted, describe(node->kind)));
  }
  return nullptr;
}

MapReader MapReader::inner(std::string_view key) {
  return {section(key), full_name(key), reading_};
}

std::optional<Located> MapReader::literal(std::string_view key) {
  const YamlNode* node = find_scalar(key, "text (in quotes if it is empty or the word null)");
  if (node == nullptr) return std::nullopt;
  return Located{node->text, node->at};
}

std::optional<Located> MapReader::text(std::string_view key) {
  const YamlNode* node = find_scalar(key, "text");
  if (node == nullptr) return std::nullopt;
  if (trim(node->text).empty()) {
    mistake(node->at, key, "is empty; give it a value or take the line out");
    return std::nullopt;
  }
  return Located{node->text, node->at};
}

void MapReader::text(std::string_view key, std::string& into) {
  if (auto given = text(key)) into = std::move(given->text);
}

void MapReader::path(std::string_view key, std::filesystem::path& into) {
  if (const auto given = text(key)) into = given->text;
}

void MapReader::integer(std::string_view key, int& into, int least, int most) {
  const YamlNode* node = find_scalar(key, "a whole number");
  if (node == nullptr) return;
  const std::string_view digits = node->text;
  int value = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (error == std::errc::invalid_argument || end != digits.data() + digits.size()) {
    mistake(node->at, key, fmt::format("must be a whole number, not '{}'", shown(digits)));
  } else if (error != std::errc{} || value < least || value > most) {
    mistake(node->at, key,
            fmt::format("must be from {} to {}, not {}", least, most, shown(digits)));
  } else {
    into = value;
  }
}

void MapReader::number(std::string_view key, double& into, double least, double most) {
  const YamlNode* node = find_scalar(key, "a number");
  if (node == nullptr) return;
  const std::string_view text = node->text;
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || !std::isfinite(value)) {
    mistake(node->at, key, fmt::format("must be a number, not '{}'", shown(text)));
  } else if (value < least || value > most) {
    mistake(node->at, key, fmt::format("must be from {} to {}, not {}", least, most, shown(text)));
  } else {
    into = value;
  }
}

void MapReader::port(std::string_view key, std::uint16_t& into) {
  int value = into;
  integer(key, value, 1, 65535);
  into = static_cast<std::uint16_t>(value);
}

void MapReader::boolean(std::string_view key, bool& into) {
  const YamlNode* node = find_scalar(key, "true or false");
  if (node == nullptr) return;
  if (node->text == "true" || node->text == "false") {
    into = node->text == "true";
  } else {
    mistake(node->at, key, fmt::format("must be true or false, not '{}'", shown(node->text)));
  }
}

void MapReader::duration(std::string_view key, Duration& into, Duration least, Duration most) {
  const YamlNode* node = find_scalar(key, "a duration such as 30s");
  if (node == nullptr) return;
  const std::string& given = node->text;
  if (!given.empty() && given.find_first_not_of("0123456789.") == std::string::npos) {
    mistake(node->at, key,
            fmt::format("needs a unit (ms, s, m, h or d), such as {}s", shown(given)));
    return;
  }
  const auto value = parse_duration(given);
  if (!value) {
    mistake(node->at, key,
            fmt::format("must be a duration such as 30s, 5m or 1h30m, not '{}'", shown(given)));
  } else if (*value < least || *value > most) {
    mistake(node->at, key,
            fmt::format("must be from {} to {}, not {}", format_duration(least),
                        format_duration(most), shown(given)));
  } else {
    into = *value;
  }
}

std::vector<Located> MapReader::texts(std::string_view key) {
  const YamlNode* node = find(key);
  if (node == nullptr || node->kind == YamlNode::Kind::kNull) return {};
  if (node->kind != YamlNode::Kind::kList) {
    mistake(node->at, key,
            fmt::format("must be a list such as [one, two], not {}", describe(node->kind)));
    return {};
  }
  std::vector<Located> found;
  for (const YamlNode& item : node->items) {
    if (item.kind == YamlNode::Kind::kScalar) {
      found.push_back({item.text, item.at});
    } else {
      mistake(item.at, key,
              fmt::format("must be a list of texts; this is {}", describe(item.kind)));
    }
  }
  return found;
}

std::vector<const YamlNode*> MapReader::maps(std::string_view key) {
  const YamlNode* node = find(key);
  if (node == nullptr || node->kind == YamlNode::Kind::kNull) return {};
  if (node->kind != YamlNode::Kind::kList) {
    mistake(
        node->at, key,
        fmt::format("must be a list, each item beginning with '-', not {}", describe(node->kind)));
    return {};
  }
  std::vector<const YamlNode*> found;
  for (const YamlNode& item : node->items) {
    if (item.kind == YamlNode::Kind::kMap) {
      found.push_back(&item);
    } else {
      mistake(item.at, key,
              fmt::format("must be a list of maps; this item is {}", describe(item.kind)));
    }
  }
  return found;
}

const YamlNode& MapReader::section(std::string_view key) {
  static const YamlNode kNothing;
  const YamlNode* node = find(key);
  return node == nullptr ? kNothing : *node;
}

void MapReader::secret(std::string_view key, const std::string& overriding, Secret& into) {
  const YamlNode* present = find(key);
  if (auto set = reading_.environment(overriding); set && !set->empty()) {
    into = Secret(std::move(*set));
    return;
  }
  if (present == nullptr) return;
  const auto written = text(key);
  if (!written) return;
  auto expanded = expand_environment(written->text, reading_.environment);
  if (!expanded) {
    mistake(written->at, key, expanded.error().message);
    return;
  }
  if (!expanded->from_environment) reading_.holds_secrets = true;
  into = Secret(std::move(expanded->text));
}

void MapReader::refuse_choice(std::string_view key, const Located& given,
                              const std::string& known) {
  mistake(given.at, key, fmt::format("must be one of {}, not '{}'", known, shown(given.text)));
}

void MapReader::refuse_unknown_keys() {
  const std::string place = where_.empty() ? "" : fmt::format(" in '{}'", where_);
  for (const YamlEntry& entry : node_.entries) {
    const std::string& key = entry.key;
    if (std::find(asked_for_.begin(), asked_for_.end(), key) != asked_for_.end()) continue;
    if (key == "<<") {
      reading_.mistakes.add(entry.key_at, "merge keys ('<<') are not taken; write the keys out");
      continue;
    }
    std::string known;
    for (const std::string& one : asked_for_) known += (known.empty() ? "" : ", ") + one;
    const std::string meant = looks_like_a_key(key) ? nearest(key, asked_for_) : "";
    reading_.mistakes.add(
        entry.key_at,
        fmt::format(
            "unknown key{}{}; {}",
            looks_like_a_key(key) ? fmt::format(" '{}'", key) : std::string(), place,
            meant.empty() ? "known keys: " + known : fmt::format("did you mean '{}'?", meant)));
  }
}

}  // namespace livesonic::config
