// SPDX-License-Identifier: Apache-2.0
#include "simulator/scenario_yaml.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <set>

#include "livesonic/base/text.h"
#include "livesonic/base/time_text.h"

namespace livesonic::simulator {
namespace {

std::string shown(const std::string& text) {
  return shorten(printable(text), 64);
}

}  // namespace

void refuse_at(const YAML::Node& node, const std::string& why) {
  throw YAML::Exception(node.Mark(), why);
}

void check_keys(const YAML::Node& map, const std::vector<std::string>& known) {
  if (!map.IsMap()) {
    refuse_at(map, fmt::format("a map was expected, with the keys {}", fmt::join(known, ", ")));
  }
  std::set<std::string> seen;
  for (const auto& entry : map) {
    const std::string key = entry.first.IsScalar() ? entry.first.Scalar() : "";
    if (std::ranges::find(known, key) == known.end()) {
      refuse_at(entry.first,
                fmt::format("unknown key '{}'; there are {}", shown(key), fmt::join(known, ", ")));
    }
    if (!seen.insert(key).second) {
      refuse_at(entry.first, fmt::format("'{}' is there twice; leave one out", key));
    }
  }
}

std::string read_text(const YAML::Node& map, const char* key) {
  const YAML::Node node = map[key];
  if (!node.IsScalar()) refuse_at(node, fmt::format("'{}' must be a text", key));
  return node.Scalar();
}

int read_whole(const YAML::Node& map, const char* key) {
  const YAML::Node node = map[key];
  int value = 0;
  if (!node.IsScalar() || !YAML::convert<int>::decode(node, value)) {
    refuse_at(node, fmt::format("'{}' must be a whole number", key));
  }
  return value;
}

Duration read_duration(const YAML::Node& map, const char* key) {
  const auto parsed = parse_duration(read_text(map, key));
  if (!parsed) refuse_at(map[key], fmt::format("'{}': {}", key, parsed.error().message));
  return *parsed;
}

}  // namespace livesonic::simulator
