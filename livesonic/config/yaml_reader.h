// SPDX-License-Identifier: Apache-2.0
// Reads typed values out of a map of the YAML tree: each section is a list of such reads. Whatever
// does not fit becomes a mistake and leaves the value as it was, so that reading goes on and all
// mistakes are found. Not thread-safe.
#pragma once

#include <cstdint>
#include <filesystem>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "livesonic/base/clock.h"
#include "livesonic/base/secret.h"
#include "livesonic/config/config.h"
#include "livesonic/config/mistakes.h"
#include "livesonic/config/yaml_tree.h"

namespace livesonic::config {

// What the sections share while one file is read.
struct Reading {
  Mistakes mistakes;
  const Environment& environment;
  std::vector<std::string> warnings;
  bool holds_secrets = false;  // the file itself has a secret in clear
};

// A value together with where it stands, for checks that follow.
struct Located {
  std::string text;
  Position at;
};

class MapReader {
 public:
  // `where` names the map in messages ("aws", "services"); empty for the file as a whole. A null
  // node reads like an empty map. `node` and `reading` must outlive the reader.
  MapReader(const YamlNode& node, std::string where, Reading& reading);

  // Each looks at one key, and makes it a known one. Nothing is returned (or `into` left alone)
  // when the key is absent or its value a mistake.
  [[nodiscard]] bool has(std::string_view key);
  std::optional<Located> text(std::string_view key);     // not empty unless it says so: see literal
  std::optional<Located> literal(std::string_view key);  // any text, also an empty one
  void text(std::string_view key, std::string& into);
  void path(std::string_view key, std::filesystem::path& into);
  void integer(std::string_view key, int& into, int least, int most);
  void number(std::string_view key, double& into, double least, double most);
  void port(std::string_view key, std::uint16_t& into);
  void boolean(std::string_view key, bool& into);
  void duration(std::string_view key, Duration& into, Duration least, Duration most);
  std::vector<Located> texts(std::string_view key);  // a list of texts
  // A list's items, or a section of its own; null pointers and empty lists where there is none.
  std::vector<const YamlNode*> maps(std::string_view key);
  const YamlNode& section(std::string_view key);
  // A reader of the map under the key; of an empty one where there is none.
  MapReader inner(std::string_view key);

  // A value that must not be seen: from the environment variable `overriding` where that is set,
  // else from the file, where "${NAME}" stands for an environment variable. The position is that of
  // the key in the file, or of the map.
  void secret(std::string_view key, const std::string& overriding, Secret& into);

  template <typename Value>
  void choice(std::string_view key, Value& into,
              std::initializer_list<std::pair<std::string_view, Value>> values) {
    const auto given = text(key);
    if (!given) return;
    std::string known;
    for (const auto& [name, value] : values) {
      if (name == given->text) {
        into = value;
        return;
      }
      known += (known.empty() ? "" : ", ") + std::string(name);
    }
    refuse_choice(key, *given, known);
  }

  // Where the key stands, or the map when it isn't there.
  [[nodiscard]] Position position_of(std::string_view key) const;
  void mistake(Position at, std::string_view key, std::string_view message);
  // To be called after the last read: every key that none asked for is a mistake.
  void refuse_unknown_keys();

 private:
  const YamlNode* find(std::string_view key);
  const YamlNode* find_scalar(std::string_view key, std::string_view wanted);
  void refuse_choice(std::string_view key, const Located& given, const std::string& known);
  [[nodiscard]] std::string full_name(std::string_view key) const;

  const YamlNode& node_;
  const std::string where_;
  Reading& reading_;
  std::vector<std::string> asked_for_;
};

}  // namespace livesonic::config
