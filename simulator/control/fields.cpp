// SPDX-License-Identifier: Apache-2.0
#include "simulator/control/fields.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "livesonic/base/text.h"

namespace livesonic::simulator {
namespace {

using nlohmann::json;

constexpr double kLargestWhole = 1'000'000;
constexpr double kLongestSeconds = 4e9;  // a hundred years and more

}  // namespace

std::string Fields::text(const char* name, std::optional<std::string> otherwise) {
  const json* found = find(name);
  if (found == nullptr && otherwise) return *otherwise;
  if (found != nullptr && found->is_string()) return found->get<std::string>();
  refuse(name, fmt::format("'{}' must be a text", name));
  return {};
}

int Fields::whole(const char* name, std::optional<int> otherwise) {
  const json* found = find(name);
  if (found == nullptr && otherwise) return *otherwise;
  if (found != nullptr && found->is_number_integer() &&
      std::abs(found->get<double>()) <= kLargestWhole) {
    return found->get<int>();
  }
  refuse(name, fmt::format("'{}' must be a whole number", name));
  return 0;
}

double Fields::decimal(const char* name) {
  const json* found = find(name);
  if (found != nullptr && found->is_number()) return found->get<double>();
  refuse(name, fmt::format("'{}' must be a number", name));
  return 0;
}

bool Fields::flag(const char* name, bool otherwise) {
  const json* found = find(name);
  if (found == nullptr) return otherwise;
  if (found->is_boolean()) return found->get<bool>();
  refuse(name, fmt::format("'{}' must be true or false", name));
  return otherwise;
}

Duration Fields::lasting(const char* name) {
  const json* found = find(name);
  if (found == nullptr) return kForEver;
  const double seconds = found->is_number() ? found->get<double>() : -1;
  if (seconds >= 0 && seconds <= kLongestSeconds) return Duration{std::llround(seconds * 1000)};
  refuse(name, fmt::format("'{}' must be a number that isn't negative", name));
  return {};
}

std::map<std::string, std::string> Fields::tags() {
  std::map<std::string, std::string> tags;
  const json* found = find("tags");
  if (found == nullptr) return tags;
  const bool texts = found->is_object() && std::ranges::all_of(*found, [](const json& value) {
                       return value.is_string();
                     });
  if (texts) return found->get<std::map<std::string, std::string>>();
  refuse("tags", "'tags' must be an object of texts");
  return tags;
}

void Fields::refuse(const char* name, std::string why) {
  if (error_) return;
  culprit_ = name;
  error_ = Error{ErrorKind::kInvalidInput, std::move(why)};
}

std::optional<Error> Fields::error() const {
  if (error_) return error_;
  const std::string stranger = unknown();
  if (stranger.empty()) return std::nullopt;
  return Error{ErrorKind::kInvalidInput,
               known_.empty() ? fmt::format("unknown key {}; there are none here", stranger)
                              : fmt::format("unknown key {}; there are {}", stranger,
                                            fmt::join(known_, ", "))};
}

std::string Fields::culprit() const {
  if (error_) return body_.contains(culprit_) ? culprit_ : std::string();
  for (const auto& [key, value] : body_.items()) {
    if (std::ranges::find(known_, key) == known_.end()) return key;
  }
  return {};
}

const json* Fields::find(const char* name) {
  if (std::ranges::find(known_, name) == known_.end()) known_.emplace_back(name);
  const auto found = body_.find(name);
  return found == body_.end() ? nullptr : &*found;
}

// Quoted, as an error shows it.
std::string Fields::unknown() const {
  for (const auto& [key, value] : body_.items()) {
    if (std::ranges::find(known_, key) == known_.end()) {
      return fmt::format("'{}'", shorten(printable(key), 64));
    }
  }
  return {};
}

}  // namespace livesonic::simulator
