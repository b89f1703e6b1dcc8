// SPDX-License-Identifier: Apache-2.0
#include "livesonic/storage/expectation_json.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "livesonic/base/text.h"

namespace livesonic::storage {
namespace {

using nlohmann::json;

void put(json& object, const char* key, const std::optional<std::string>& text) {
  if (text) object[key] = *text;
}

bool take(const json& value, std::optional<std::string>& text) {
  if (value.is_string()) text = value.get<std::string>();
  return value.is_string();
}

bool take(const json& object, JsonExpectation& expect) {
  const auto pointer = object.find("pointer");
  bool fits = object.is_object() && pointer != object.end() && pointer->is_string();
  if (!fits) return false;
  for (const auto& [key, value] : object.items()) {
    if (key == "pointer") {
      expect.pointer = value.get<std::string>();
    } else if (key == "equals") {
      fits = fits && take(value, expect.equals);
    } else if (key == "range") {
      fits = fits && take(value, expect.range);
    } else {
      fits = false;
    }
  }
  return fits;
}

bool take(const std::string& key, const json& value, Expectation& expect) {
  if (key == "exact") return take(value, expect.exact);
  if (key == "contains") return take(value, expect.contains);
  if (key == "regex") return take(value, expect.regex);
  if (key == "json") return take(value, expect.json.emplace());
  if (key != "exit_status" || !value.is_number_unsigned() || value.get<std::uint64_t>() > 999) {
    return false;
  }
  expect.exit_status = value.get<int>();
  return true;
}

}  // namespace

std::string expectation_to_json(const Expectation& expect) {
  json object = json::object();
  put(object, "exact", expect.exact);
  put(object, "contains", expect.contains);
  put(object, "regex", expect.regex);
  if (expect.exit_status) object["exit_status"] = *expect.exit_status;
  if (expect.json) {
    json part{{"pointer", expect.json->pointer}};
    put(part, "equals", expect.json->equals);
    put(part, "range", expect.json->range);
    object["json"] = std::move(part);
  }
  return object.dump(-1, ' ', false, json::error_handler_t::replace);
}

Result<Expectation> expectation_from_json(std::string_view text) {
  const json object = json::parse(text, nullptr, /*allow_exceptions=*/false);
  Expectation expect;
  bool fits = object.is_object();
  if (fits) {
    for (const auto& [key, value] : object.items()) fits = fits && take(key, value, expect);
  }
  if (fits) return expect;
  return fail(ErrorKind::kInvalidInput,
              fmt::format("the stored expectation can't be read, the database may be damaged: {}",
                          printable(shorten(text, 100))));
}

}  // namespace livesonic::storage
