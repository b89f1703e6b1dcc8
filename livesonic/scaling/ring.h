// SPDX-License-Identifier: Apache-2.0
// The last values of a series, without a division for the place of each.
#pragma once

#include <algorithm>
#include <cstddef>
#include <vector>

namespace livesonic::scaling {

// Not thread-safe.
template <typename Value>
class Ring {
 public:
  // At least one value is kept; before anything was pushed all are Value().
  explicit Ring(std::size_t size) : values_(std::max<std::size_t>(size, 1)) {}

  void push(const Value& value) {
    last_ = last_ + 1 < values_.size() ? last_ + 1 : 0;
    values_[last_] = value;
  }

  // ago(0) is the last one, ago(size - 1) the oldest.
  [[nodiscard]] const Value& ago(std::size_t steps) const {
    return values_[last_ >= steps ? last_ - steps : last_ + values_.size() - steps];
  }

 private:
  std::vector<Value> values_;
  std::size_t last_ = 0;
};

}  // namespace livesonic::scaling
