// SPDX-License-Identifier: Apache-2.0
// What the services that speak JSON have in common: reading a call's input, writing an answer.
#pragma once

#include <algorithm>
#include <charconv>
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

// A page of a list: the token is how many entries went before. `more` becomes that of the next
// page; false when the token is none.
template <typename Entry>
bool cut_page(std::vector<Entry>& all, const std::string& token, int size, std::string& more) {
  std::size_t first = 0;
  const auto [end, error] = std::from_chars(token.data(), token.data() + token.size(), first);
  if (!token.empty() && (error != std::errc{} || end != token.data() + token.size())) return false;
  first = std::min(first, all.size());
  const std::size_t last = std::min(all.size(), first + static_cast<std::size_t>(size));
  if (last < all.size()) more = std::to_string(last);
  all.erase(all.begin() + static_cast<std::ptrdiff_t>(last), all.end());
  all.erase(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(first));
  return true;
}

// Seconds since 1970, as the JSON protocol writes times.
inline double seconds(Time time) {
  return static_cast<double>(time.time_since_epoch().count()) / 1000;
}

}  // namespace livesonic::simulator::json_api
