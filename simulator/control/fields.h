// SPDX-License-Identifier: Apache-2.0
// The fields of a change's body, read strictly: an error names the first one that is missing, of
// another type, or not known at all.
#pragma once

#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "livesonic/base/clock.h"
#include "livesonic/base/result.h"

namespace livesonic::simulator {

inline constexpr Duration kForEver = Duration::max();

// Not thread-safe. `body`, a JSON object, must outlive it.
class Fields {
 public:
  explicit Fields(const nlohmann::json& body) : body_(body) {}

  std::string text(const char* name, std::optional<std::string> otherwise = std::nullopt);
  int whole(const char* name, std::optional<int> otherwise = std::nullopt);
  double decimal(const char* name);
  bool flag(const char* name, bool otherwise = false);
  // `name` in seconds, with decimals; for ever when left out.
  Duration lasting(const char* name = "seconds");
  std::map<std::string, std::string> tags();

  // The value, or the field's error kept.
  template <typename Value>
  Value parsed(const char* name, Result<Value> value) {
    if (value) return *value;
    refuse(name, value.error().message);
    return Value{};
  }
  void refuse(const char* name, std::string why);

  // To be asked once all are read: what is wrong, with the body or with a field that none asked
  // for.
  [[nodiscard]] std::optional<Error> error() const;
  // The field that is wrong; empty when it isn't there.
  [[nodiscard]] std::string culprit() const;

 private:
  // nullptr where it is left out.
  const nlohmann::json* find(const char* name);
  [[nodiscard]] std::string unknown() const;

  const nlohmann::json& body_;
  std::vector<std::string> known_;
  std::string culprit_;
  std::optional<Error> error_;
};

}  // namespace livesonic::simulator
