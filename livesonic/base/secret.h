// SPDX-License-Identifier: Apache-2.0
// A string that must not be seen: it has no conversion, no stream operator and no formatter, so a
// log line or an API answer that would contain it does not compile.
#pragma once

#include <string>
#include <utility>

namespace livesonic {

class Secret {
 public:
  Secret() = default;
  explicit Secret(std::string value) : value_(std::move(value)) {}

  // Every use of this is a place to look at in a review.
  [[nodiscard]] const std::string& reveal() const { return value_; }
  [[nodiscard]] bool empty() const { return value_.empty(); }
  friend bool operator==(const Secret&, const Secret&) = default;

 private:
  std::string value_;
};

}  // namespace livesonic
