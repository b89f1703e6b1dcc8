// SPDX-License-Identifier: Apache-2.0
// The highest of a series' last values, over windows of several lengths at once.
#pragma once

#include <algorithm>
#include <cstddef>
#include <vector>

namespace livesonic::scaling {

// Keeps the values that none after them has reached: each is the highest of the windows that begin
// after the one before it. Not thread-safe.
class Peaks {
 public:
  explicit Peaks(std::size_t longest) : longest_(longest) {}

  void push(double value) {
    while (!peaks_.empty() && peaks_.back().value <= value) peaks_.pop_back();
    peaks_.push_back({pushed_, value});
    ++pushed_;
    if (peaks_.front().at + longest_ < pushed_) peaks_.erase(peaks_.begin());
  }

  // Of the last 1..longest values, or of all while there are fewer; 0 before the first.
  [[nodiscard]] double highest(std::size_t window) const {
    const auto before = std::find_if(peaks_.rbegin(), peaks_.rend(),
                                     [&](const Peak& peak) { return peak.at + window < pushed_; });
    return before.base() == peaks_.end() ? 0 : before.base()->value;
  }

 private:
  struct Peak {
    std::size_t at;
    double value;
  };

  std::size_t longest_;
  std::size_t pushed_ = 0;
  std::vector<Peak> peaks_;  // falling
};

}  // namespace livesonic::scaling
