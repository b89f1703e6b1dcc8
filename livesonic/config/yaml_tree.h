// SPDX-License-Identifier: Apache-2.0
// YAML text as a plain tree that knows where each part stands: the intermediate form between the
// file and the sections. The only place that knows the YAML library. Pure functions.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "livesonic/config/mistakes.h"

namespace livesonic::config {

struct YamlEntry;

struct YamlNode {
  enum class Kind { kNull, kScalar, kList, kMap };
  Kind kind = Kind::kNull;
  Position at;
  std::string text;                // of a scalar, as written, whatever type YAML would see in it
  std::vector<YamlNode> items;     // of a list
  std::vector<YamlEntry> entries;  // of a map, in the file's order, keys differ
};

struct YamlEntry {
  std::string key;
  Position key_at;
  YamlNode value;
};

// "text", "a list", … for messages.
std::string_view describe(YamlNode::Kind kind);

// The document as a tree; an empty document is null. A repeated key becomes a mistake, as does text
// that is no YAML, is too deep or too large (also by aliases): then there is no tree.
std::optional<YamlNode> parse_yaml(std::string_view yaml, Mistakes& mistakes);

}  // namespace livesonic::config
