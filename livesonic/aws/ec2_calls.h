// SPDX-License-Identifier: Apache-2.0
// What the files of EC2 have in common. For their .cpp files.
#pragma once

#include <charconv>
#include <cmath>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "livesonic/aws/query_calls.h"

namespace livesonic::aws {

inline constexpr Service kEc2{.id = "ec2", .api_version = "2016-11-15"};
// The most values that AWS takes in one filter.
inline constexpr std::size_t kFilterValues = 200;

inline Query ec2_query(const char* operation, Fields form = {}) {
  return {.service = kEc2,
          .operation = operation,
          .form = std::move(form),
          .envelope = Envelope::kBare,
          .marker = "NextToken",
          .next_marker = "nextToken"};
}

inline void add_filters(Fields& form, const Filters& filters) {
  add_filters(form, "Filter", "Value", filters);
}

// The text of a child that, where it isn't empty, must satisfy `is_valid`.
inline std::string shaped(const xml::Element& element, const char* name,
                          bool (*is_valid)(std::string_view)) {
  std::string text = element.text(name);
  if (!text.empty() && !is_valid(text)) {
    element.complain(name, fmt::format("'{}' is not what it should be", text));
  }
  return text;
}

inline Tags read_tags(const xml::Element& element) {
  Tags tags;
  for (const xml::Element& tag : element.list("tagSet", "item")) {
    tags.insert_or_assign(tag.required_text("key"), tag.text("value"));
  }
  return tags;
}

// US dollars, not negative: "0.032100".
inline std::optional<double> read_price(const xml::Element& element, const char* name) {
  const std::string text = element.text(name);
  if (text.empty()) return std::nullopt;
  double price = 0;
  const char* end = text.data() + text.size();
  const auto [stopped, error] = std::from_chars(text.data(), end, price);
  if (error == std::errc{} && stopped == end && std::isfinite(price) && price >= 0) return price;
  element.complain(name, fmt::format("'{}' is no price", text));
  return std::nullopt;
}

}  // namespace livesonic::aws
