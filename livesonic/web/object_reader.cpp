// SPDX-License-Identifier: Apache-2.0
#include "livesonic/web/object_reader.h"

#include <fmt/format.h>

#include <cmath>

#include "livesonic/base/text.h"
#include "livesonic/base/time_text.h"

namespace livesonic::web {
namespace {

constexpr int kDeepest = 8;

// The number of brackets open at once, outside of strings.
int depth_of(std::string_view text) {
  int depth = 0;
  int deepest = 0;
  bool in_string = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (in_string) {
      if (c == '\\') ++i;
      if (c == '"') in_string = false;
    } else if (c == '"') {
      in_string = true;
    } else if (c == '{' || c == '[') {
      deepest = std::max(deepest, ++depth);
    } else if (c == '}' || c == ']') {
      --depth;
    }
  }
  return deepest;
}

}  // namespace

Result<nlohmann::json> parse_json(std::string_view text) {
  if (depth_of(text) > kDeepest) {
    return fail(ErrorKind::kInvalidInput,
                fmt::format("the JSON is nested deeper than {} levels", kDeepest));
  }
  try {
    return nlohmann::json::parse(text);
  } catch (const nlohmann::json::exception& problem) {
    return fail(ErrorKind::kInvalidInput,
                fmt::format("not JSON: {}", printable(shorten(problem.what(), 300))));
  }
}

ObjectReader::ObjectReader(const nlohmann::json& json, std::string where)
    : json_(json), where_(std::move(where)) {
  if (json_.is_object()) return;
  const std::string_view path = std::string_view(where_).substr(0, where_.rfind('.'));
  mistake_ = fmt::format("{}: must be an object", where_.empty() ? "the body" : path);
}

void ObjectReader::mistake(const std::string& key, std::string_view what) {
  if (mistake_.empty()) mistake_ = fmt::format("{}{}: {}", where_, key, what);
}

void ObjectReader::mistake_as(std::string message) {
  if (mistake_.empty()) mistake_ = where_ + std::move(message);
}

const nlohmann::json* ObjectReader::find(const std::string& key) {
  asked_.insert(key);
  if (!json_.is_object()) return nullptr;
  const auto found = json_.find(key);
  return found == json_.end() || found->is_null() ? nullptr : &*found;
}

std::optional<std::string> ObjectReader::text(const std::string& key, std::size_t longest) {
  const nlohmann::json* value = find(key);
  if (value == nullptr) return std::nullopt;
  const auto* given = value->get_ptr<const std::string*>();
  if (given == nullptr) {
    mistake(key, "must be a text");
    return std::string();
  }
  if (given->size() > longest || given->find('\0') != std::string::npos) {
    mistake(key, fmt::format("must be at most {} bytes without a zero byte", longest));
    return std::string();
  }
  return *given;
}

std::optional<std::string> ObjectReader::scalar(const std::string& key, std::size_t longest) {
  const nlohmann::json* value = find(key);
  if (value != nullptr && (value->is_number() || value->is_boolean())) return value->dump();
  return text(key, longest);
}

std::optional<bool> ObjectReader::flag(const std::string& key) {
  const nlohmann::json* value = find(key);
  if (value == nullptr) return std::nullopt;
  if (!value->is_boolean()) mistake(key, "must be true or false");
  return value->is_boolean() && value->get<bool>();
}

std::optional<int> ObjectReader::integer(const std::string& key, int least, int most) {
  const auto given = number(key, least, most);
  if (!given) return std::nullopt;
  if (std::floor(*given) != *given) {
    mistake(key, fmt::format("must be a whole number from {} to {}", least, most));
    return least;
  }
  return static_cast<int>(*given);
}

std::optional<double> ObjectReader::number(const std::string& key, double least, double most) {
  const nlohmann::json* value = find(key);
  if (value == nullptr) return std::nullopt;
  const double given = value->is_number() ? value->get<double>() : std::nan("");
  if (given >= least && given <= most) return given;
  mistake(key, fmt::format("must be a number from {} to {}", least, most));
  return least;
}

std::optional<Time> ObjectReader::time(const std::string& key) {
  const auto given = text(key, 64);
  if (!given) return std::nullopt;
  const auto parsed = parse_iso8601(*given);
  if (!parsed) mistake(key, parsed.error().message);
  return parsed.value_or(Time{});
}

std::optional<Duration> ObjectReader::duration(const std::string& key, Duration least,
                                               Duration most) {
  const auto given = text(key, 64);
  if (!given) return std::nullopt;
  const auto parsed = parse_duration(*given);
  if (!parsed) {
    mistake(key, parsed.error().message);
  } else if (*parsed < least || *parsed > most) {
    mistake(key,
            fmt::format("must be from {} to {}", format_duration(least), format_duration(most)));
  }
  return parsed.value_or(least);
}

std::vector<std::string> ObjectReader::texts(const std::string& key, std::size_t most) {
  std::vector<std::string> list;
  const nlohmann::json* value = array(key);
  if (value == nullptr) return list;
  if (value->size() > most) mistake(key, fmt::format("has more than {} entries", most));
  for (const nlohmann::json& entry : *value) {
    const auto* given = entry.get_ptr<const std::string*>();
    if (given == nullptr) {
      mistake(key, "must be a list of texts");
      return list;
    }
    list.push_back(*given);
  }
  return list;
}

const nlohmann::json* ObjectReader::array(const std::string& key) {
  const nlohmann::json* value = find(key);
  if (value == nullptr || value->is_array()) return value;
  mistake(key, "must be a list");
  return nullptr;
}

const nlohmann::json* ObjectReader::object(const std::string& key) {
  const nlohmann::json* value = find(key);
  if (value == nullptr || value->is_object()) return value;
  mistake(key, "must be an object");
  return nullptr;
}

Result<void> ObjectReader::finish() {
  if (mistake_.empty()) {
    for (const auto& [key, value] : json_.items()) {
      if (!asked_.contains(key)) mistake(printable(shorten(key, 60)), "is no key known here");
    }
  }
  if (mistake_.empty()) return {};
  return fail(ErrorKind::kInvalidInput, mistake_);
}

}  // namespace livesonic::web
