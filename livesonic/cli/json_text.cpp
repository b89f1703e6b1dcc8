// SPDX-License-Identifier: Apache-2.0
#include "livesonic/cli/json_text.h"

#include <cmath>

#include "livesonic/base/time_text.h"

namespace livesonic::cli {

Result<Json> parse_json(std::string_view text) {
  Json json = Json::parse(text, nullptr, false);
  if (!json.is_discarded()) return json;
  return fail(ErrorKind::kInternal, "the server's answer is not JSON; is it a livesonic server?");
}

std::string pretty(const Json& json) {
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

const Json& member(const Json& object, const char* key) {
  static const Json kNothing;
  if (!object.is_object()) return kNothing;
  const auto found = object.find(key);
  return found == object.end() ? kNothing : *found;
}

std::string text_of(const Json& object, const char* key) {
  const Json& value = member(object, key);
  return value.is_string() ? value.get<std::string>() : std::string();
}

bool flag_of(const Json& object, const char* key) {
  const Json& value = member(object, key);
  return value.is_boolean() && value.get<bool>();
}

std::int64_t integer_of(const Json& object, const char* key) {
  const Json& value = member(object, key);
  return value.is_number_integer() ? value.get<std::int64_t>() : 0;
}

std::optional<double> number_of(const Json& object, const char* key) {
  const Json& value = member(object, key);
  if (!value.is_number()) return std::nullopt;
  const auto number = value.get<double>();
  return std::isfinite(number) ? std::optional(number) : std::nullopt;
}

std::optional<Time> time_of(const Json& object, const char* key) {
  const auto time = parse_iso8601(text_of(object, key));
  return time ? std::optional(*time) : std::nullopt;
}

std::vector<Json> list_of(const Json& object, const char* key) {
  const Json& value = member(object, key);
  if (!value.is_array()) return {};
  return {value.begin(), value.end()};
}

}  // namespace livesonic::cli
