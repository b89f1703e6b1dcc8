// SPDX-License-Identifier: Apache-2.0
#include "livesonic/storage/action_json.h"

#include <fmt/format.h>

#include <limits>
#include <nlohmann/json.hpp>

#include "livesonic/base/text.h"

namespace livesonic::storage {
namespace {

using nlohmann::json;

struct TextField {
  const char* name;
  std::string ActionRequest::*field;
};
constexpr TextField kTexts[] = {{"by", &ActionRequest::by},
                                {"reason", &ActionRequest::reason},
                                {"target", &ActionRequest::target},
                                {"text", &ActionRequest::text}};

// False: it is there and not of that kind.
bool read(const json& object, const char* name, std::optional<bool>& into) {
  const auto found = object.find(name);
  if (found == object.end()) return true;
  if (!found->is_boolean()) return false;
  into = found->get<bool>();
  return true;
}

bool read(const json& object, const char* name, std::optional<int>& into) {
  const auto found = object.find(name);
  if (found == object.end()) return true;
  if (!found->is_number_integer()) return false;
  const auto value = found->get<std::int64_t>();
  if (value < 0 || value > std::numeric_limits<int>::max()) return false;
  into = static_cast<int>(value);
  return true;
}

}  // namespace

std::string request_to_json(const ActionRequest& request) {
  json object = json::object();
  for (const TextField& one : kTexts) {
    if (!(request.*one.field).empty()) object[one.name] = request.*one.field;
  }
  if (request.capacity) object["capacity"] = *request.capacity;
  if (request.healthy) object["healthy"] = *request.healthy;
  if (request.override_breaker) object["override_breaker"] = true;
  return object.dump(-1, ' ', false, json::error_handler_t::replace);
}

Result<void> request_from_json(std::string_view text, ActionRequest& request) {
  const json object = json::parse(text, nullptr, /*allow_exceptions=*/false);
  bool good = object.is_object();
  if (good) {
    for (const TextField& one : kTexts) {
      const auto found = object.find(one.name);
      if (found == object.end()) continue;
      good = good && found->is_string();
      if (found->is_string()) request.*one.field = found->get<std::string>();
    }
    std::optional<bool> override_breaker;
    good = good && read(object, "capacity", request.capacity) &&
           read(object, "healthy", request.healthy) &&
           read(object, "override_breaker", override_breaker);
    request.override_breaker = override_breaker.value_or(false);
  }
  if (good) return {};
  return fail(ErrorKind::kInvalidInput,
              fmt::format("the stored request of an action can't be read, the database may be "
                          "damaged: {}",
                          printable(shorten(text, 100))));
}

}  // namespace livesonic::storage
