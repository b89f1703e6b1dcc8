// SPDX-License-Identifier: Apache-2.0
// Reading the API's JSON without trusting it: what is missing, null or of another type reads as
// empty. Pure functions.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "livesonic/base/clock.h"
#include "livesonic/base/result.h"

namespace livesonic::cli {

using Json = nlohmann::ordered_json;  // keeps the order in which the API tells things

// An error when the text is not JSON.
Result<Json> parse_json(std::string_view text);
// With indentation and a final line end.
std::string pretty(const Json& json);

// The member named so; a null value where there is none.
const Json& member(const Json& object, const char* key);
std::string text_of(const Json& object, const char* key);
bool flag_of(const Json& object, const char* key);
std::int64_t integer_of(const Json& object, const char* key);  // 0 where there is none
std::optional<double> number_of(const Json& object, const char* key);
std::optional<Time> time_of(const Json& object, const char* key);
// A list's elements; none where it is no list.
std::vector<Json> list_of(const Json& object, const char* key);

}  // namespace livesonic::cli
