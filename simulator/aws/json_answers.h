// SPDX-License-Identifier: Apache-2.0
// What the services that speak JSON have in common: reading a call's input, writing an answer.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "simulator/aws/operations.h"

namespace livesonic::simulator::json_api {

using nlohmann::json;

inline std::string written(const json& answer) {
  return answer.dump(-1, ' ', false, json::error_handler_t::replace);
}

// What the call carries; an empty object when that is no JSON object.
inline json input_of(const AwsCall& call) {
  json input = json::parse(call.body, nullptr, false);
  return input.is_object() ? input : json::object();
}

inline std::string text(const json& input, const char* name, const std::string& otherwise = "") {
  const auto found = input.find(name);
  return found != input.end() && found->is_string() ? found->get<std::string>() : otherwise;
}

inline std::optional<int> whole(const json& input, const char* name) {
  const auto found = input.find(name);
  if (found == input.end() || !found->is_number_integer()) return std::nullopt;
  return found->get<int>();
}

inline std::vector<std::string> texts(const json& input, const char* name) {
  std::vector<std::string> values;
  const auto found = input.find(name);
  if (found == input.end() || !found->is_array()) return values;
  for (const json& value : *found) {
    if (value.is_string()) values.push_back(value.get<std::string>());
  }
  return values;
}

inline bool flag(const json& input, const char* name) {
  const auto found = input.find(name);
  return found != input.end() && found->is_boolean() && found->get<bool>();
}

// Seconds since 1970, as the JSON protocol writes times.
inline double seconds(Time time) {
  return static_cast<double>(time.time_since_epoch().count()) / 1000;
}

}  // namespace livesonic::simulator::json_api
