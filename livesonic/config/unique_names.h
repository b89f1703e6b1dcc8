// SPDX-License-Identifier: Apache-2.0
// Names that must differ within a list of the file.
#pragma once

#include <fmt/format.h>

#include <map>
#include <string>

#include "livesonic/config/yaml_reader.h"
#include "livesonic/model/cluster.h"

namespace livesonic::config {

class UniqueNames {
 public:
  // `what` is what has the name: "cluster".
  UniqueNames(std::string what, Reading& reading) : what_(std::move(what)), reading_(reading) {}

  // The map's key "name", checked; empty when it was a mistake.
  std::string read(MapReader& map) {
    const auto given = map.text("name");
    if (!given && !map.has("name")) map.mistake(map.position_of("name"), "name", "is missing");
    return given && take(*given) ? given->text : std::string();
  }

  // False, and a mistake told, when the name is not fit or already taken.
  bool take(const Located& name) {
    if (const auto checked = check_name(what_, name.text); !checked) {
      reading_.mistakes.add(name.at, checked.error().message);
      return false;
    }
    const auto [first, is_new] = taken_.emplace(name.text, name.at);
    if (!is_new) {
      reading_.mistakes.add(name.at,
                            fmt::format("the {} '{}' is also on line {}; names must differ", what_,
                                        name.text, first->second.line));
    }
    return is_new;
  }

  [[nodiscard]] bool has(const std::string& name) const { return taken_.contains(name); }

 private:
  const std::string what_;
  Reading& reading_;
  std::map<std::string, Position> taken_;
};

}  // namespace livesonic::config
