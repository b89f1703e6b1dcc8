// SPDX-License-Identifier: Apache-2.0
// The greatest (or least) of the last rows of numbers, column by column, at a constant cost a row.
#pragma once

#include <algorithm>
#include <cstddef>
#include <span>
#include <vector>

namespace livesonic::scaling {

struct Greatest {
  static float of(float a, float b) { return a > b ? a : b; }
};
struct Least {
  static float of(float a, float b) { return a < b ? a : b; }
};

// After van Herk, "A fast algorithm for local minimum and maximum filters on rectangular and
// octagonal kernels" (1992): rows come in blocks as long as the window; what is wanted is the
// extreme of the running block's head and of the previous block's tail. Not thread-safe.
template <typename Extreme>
class SlidingExtreme {
 public:
  // At least one row, and any number of columns.
  SlidingExtreme(std::size_t rows, std::size_t columns)
      : rows_(std::max<std::size_t>(rows, 1)),
        columns_(columns),
        tails_(rows_ * columns),
        head_(columns),
        extreme_(columns) {}

  // The extremes of the last `rows` rows, this one among them, or of all while there are fewer.
  // Holds until the next call.
  std::span<const float> push(std::span<const float> row) {
    if (place_ == 0) {
      std::copy(row.begin(), row.end(), head_.begin());
    } else {
      for (std::size_t c = 0; c < columns_; ++c) head_[c] = Extreme::of(head_[c], row[c]);
    }
    std::copy(row.begin(), row.end(), tails_.data() + place_ * columns_);
    ++place_;
    if (place_ == rows_) {
      make_tails();
      place_ = 0;
      has_tails_ = true;
      return head_;
    }
    if (!has_tails_) return head_;
    const float* tail = tails_.data() + place_ * columns_;
    for (std::size_t c = 0; c < columns_; ++c) extreme_[c] = Extreme::of(head_[c], tail[c]);
    return extreme_;
  }

 private:
  void make_tails() {
    for (std::size_t r = rows_ - 1; r-- > 0;) {
      float* row = tails_.data() + r * columns_;
      const float* later = row + columns_;
      for (std::size_t c = 0; c < columns_; ++c) row[c] = Extreme::of(row[c], later[c]);
    }
  }

  std::size_t rows_;
  std::size_t columns_;
  std::size_t place_ = 0;  // of the next row in its block
  bool has_tails_ = false;
  std::vector<float> tails_;  // of the previous block; its places are taken by the running one
  std::vector<float> head_;
  std::vector<float> extreme_;
};

}  // namespace livesonic::scaling
