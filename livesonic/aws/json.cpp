// SPDX-License-Identifier: Apache-2.0
#include "livesonic/aws/json.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "livesonic/base/text.h"
#include "livesonic/base/time_text.h"

namespace livesonic::aws::json {
namespace {

tl::unexpected<Error> unreadable(std::string why) {
  return fail(ErrorKind::kInvalidInput, std::move(why));
}

// Before anything is built of it: what a parser would have to allocate.
Result<void> check_size(std::string_view body) {
  std::size_t depth = 0;
  std::size_t values = 1;
  bool in_text = false;
  for (std::size_t i = 0; i < body.size(); ++i) {
    const char c = body[i];
    if (in_text) {
      if (c == '\\') ++i;
      if (c == '"') in_text = false;
      continue;
    }
    if (c == '"') in_text = true;
    if (c == ',' || c == ':') ++values;
    if (c == '{' || c == '[') {
      ++values;
      if (++depth > kMaxDepth) return unreadable("it is nested too deeply");
    }
    if ((c == '}' || c == ']') && depth > 0) --depth;
  }
  if (values > kMaxValues) return unreadable("it has too many values");
  return {};
}

}  // namespace

struct Document::State {
  nlohmann::json tree;
  std::optional<std::string> complaint;
};

Document::Document(std::unique_ptr<State> state) : state_(std::move(state)) {}
Document::Document(Document&&) noexcept = default;
Document& Document::operator=(Document&&) noexcept = default;
Document::~Document() = default;

Result<Document> Document::parse(std::string_view body) {
  if (trim(body).empty()) return unreadable("it is empty");
  if (Result<void> checked = check_size(body); !checked) return fail(std::move(checked.error()));
  auto state = std::make_unique<State>();
  state->tree = nlohmann::json::parse(body, nullptr, false);
  if (state->tree.is_discarded()) return unreadable("it is no whole JSON document");
  if (!state->tree.is_object()) return unreadable("it is no JSON object");
  return Document(std::move(state));
}

Value Document::root() const {
  return {&state_->tree, "", &state_->complaint};
}

const std::optional<std::string>& Document::complaint() const {
  return state_->complaint;
}

void Value::complain_of_this(std::string_view why) const {
  if (*complaint_) return;
  *complaint_ = shorten(printable(path_.empty() ? "the answer" : path_), 200) + ": " +
                shorten(printable(why), 200);
}

void Value::complain(const char* name, std::string_view why) const {
  Value(nullptr, path_.empty() ? name : path_ + '/' + name, complaint_).complain_of_this(why);
}

Value Value::child(const char* name) const {
  Value found(nullptr, path_.empty() ? name : path_ + '/' + name, complaint_);
  if (node_ == nullptr) return found;
  if (!node_->is_object()) {
    complain_of_this("is no object");
    return found;
  }
  const auto at = node_->find(name);
  if (at != node_->end() && !at->is_null()) found.node_ = &*at;
  return found;
}

Value Value::required_child(const char* name) const {
  Value found = child(name);
  if (!found) complain(name, "is missing");
  return found;
}

std::vector<Value> Value::list(const char* name) const {
  const Value array = child(name);
  if (!array) return {};
  if (!array.node_->is_array()) {
    array.complain_of_this("is no list");
    return {};
  }
  std::vector<Value> items;
  for (const nlohmann::json& item : *array.node_) {
    items.push_back({&item, fmt::format("{}/{}", array.path_, items.size()), complaint_});
  }
  return items;
}

std::vector<Value> Value::required_list(const char* name) const {
  if (!required_child(name)) return {};
  return list(name);
}

std::vector<std::pair<std::string, Value>> Value::members() const {
  std::vector<std::pair<std::string, Value>> found;
  if (node_ == nullptr) return found;
  if (!node_->is_object()) {
    complain_of_this("is no object");
    return found;
  }
  for (const auto& [name, value] : node_->items()) {
    if (value.is_null()) continue;
    found.emplace_back(to_valid_utf8(name), Value(&value, path_ + '/' + name, complaint_));
  }
  return found;
}

std::string Value::value() const {
  if (node_ == nullptr) return {};
  if (!node_->is_string()) {
    complain_of_this("is no text");
    return {};
  }
  const auto& text = node_->get_ref<const std::string&>();
  const bool control = std::ranges::any_of(text, [](char c) {
    return static_cast<unsigned char>(c) < 0x20 && c != '\t' && c != '\n' && c != '\r';
  });
  if (text.size() <= kMaxText && !control) return text;
  complain_of_this(control ? "has control characters" : "is too long");
  return {};
}

std::string Value::raw_text(const char* name) const {
  const Value found = child(name);
  if (!found) return {};
  if (!found.node_->is_string()) {
    found.complain_of_this("is no text");
    return {};
  }
  const auto& text = found.node_->get_ref<const std::string&>();
  if (text.size() <= kMaxLongText) return text;
  found.complain_of_this("is too long");
  return {};
}

std::string Value::text(const char* name) const {
  return child(name).value();
}

std::string Value::required_text(const char* name) const {
  std::string found = text(name);
  if (found.empty()) complain(name, "is missing or empty");
  return found;
}

bool Value::boolean(const char* name, bool fallback) const {
  const Value found = child(name);
  if (!found) return fallback;
  if (found.node_->is_boolean()) return found.node_->get<bool>();
  found.complain_of_this("is neither true nor false");
  return fallback;
}

std::int64_t Value::count(const char* name, std::int64_t fallback) const {
  const Value found = child(name);
  if (!found) return fallback;
  if (found.node_->is_number_unsigned()) {
    const auto number = found.node_->get<std::uint64_t>();
    if (number <= static_cast<std::uint64_t>(INT64_MAX)) return static_cast<std::int64_t>(number);
  }
  found.complain_of_this("is no count");
  return fallback;
}

std::optional<std::int64_t> Value::integer(const char* name) const {
  const Value found = child(name);
  if (!found) return std::nullopt;
  if (found.node_->is_number_integer()) {
    const bool too_large =
        found.node_->is_number_unsigned() &&
        found.node_->get<std::uint64_t>() > static_cast<std::uint64_t>(INT64_MAX);
    if (!too_large) return found.node_->get<std::int64_t>();
  }
  found.complain_of_this("is no integer");
  return std::nullopt;
}

std::optional<Time> Value::time(const char* name) const {
  const Value found = child(name);
  return found ? found.moment() : std::nullopt;
}

std::optional<double> Value::number() const {
  if (node_ != nullptr && node_->is_number()) {
    const auto number = node_->get<double>();
    if (std::isfinite(number)) return number;
  }
  complain_of_this("is no number");
  return std::nullopt;
}

std::optional<Time> Value::moment() const {
  if (node_ != nullptr && node_->is_number()) {
    const auto seconds = node_->get<double>();
    constexpr double kYear10000 = 253402300800.0;  // in seconds since 1970
    if (std::isfinite(seconds) && seconds >= 0 && seconds < kYear10000) {
      return Time(Duration(static_cast<Duration::rep>(std::llround(seconds * 1000))));
    }
  } else if (node_ != nullptr && node_->is_string()) {
    const Result<Time> time = parse_iso8601(value());
    if (time) return *time;
  }
  complain_of_this("is no time");
  return std::nullopt;
}

}  // namespace livesonic::aws::json
