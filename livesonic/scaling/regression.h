// SPDX-License-Identifier: Apache-2.0
// Least squares that learn from one observation after another and forget old ones.
#pragma once

#include <array>
#include <cstddef>

namespace livesonic::scaling {

// Recursive least squares with exponential forgetting (Haykin, Adaptive Filter Theory, chapter 10).
// Not thread-safe.
template <std::size_t Size>
class Regression {
 public:
  using Features = std::array<double, Size>;

  // What was observed n steps ago counts keep^n; at first the estimate is the first feature.
  // Of the features only the first `used` are looked at.
  explicit Regression(double keep, std::size_t used = Size) : keep_(keep), used_(used) {
    weights_[0] = 1;
    for (std::size_t i = 0; i < used_; ++i) covariance_[i][i] = kAtFirst;
  }

  [[nodiscard]] double estimate(const Features& x) const {
    double sum = 0;
    for (std::size_t i = 0; i < used_; ++i) sum += weights_[i] * x[i];
    return sum;
  }

  // `variance` of the observation's error, on any scale; larger ones count less.
  void learn(const Features& x, double observed, double variance) {
    // Column by column, so that each step is the same for all rows.
    Features gain{};
    for (std::size_t j = 0; j < used_; ++j) {
      for (std::size_t i = 0; i < Size; ++i) gain[i] += covariance_[j][i] * x[j];
    }
    double divisor = keep_ * variance;
    for (std::size_t i = 0; i < used_; ++i) divisor += x[i] * gain[i];
    const double error = (observed - estimate(x)) / divisor;
    Features share{};
    for (std::size_t i = 0; i < Size; ++i) {
      weights_[i] += gain[i] * error;
      share[i] = gain[i] / divisor;
    }
    for (std::size_t j = 0; j < used_; ++j) {
      for (std::size_t i = 0; i < Size; ++i) {
        covariance_[j][i] = (covariance_[j][i] - share[i] * gain[j]) / keep_;
      }
    }
    // A feature that has been idle for long must not make the estimate jump when it returns.
    for (std::size_t i = 0; i < used_; ++i) {
      if (covariance_[i][i] > kMost) shrink(i);
    }
  }

 private:
  static constexpr double kAtFirst = 10;
  static constexpr double kMost = 100;

  void shrink(std::size_t i) {
    const double scale = kMost / covariance_[i][i];
    for (std::size_t j = 0; j < used_; ++j) {
      covariance_[i][j] *= scale;
      if (j != i) covariance_[j][i] *= scale;
    }
  }

  double keep_;
  std::size_t used_;
  Features weights_{};
  std::array<Features, Size> covariance_{};  // by column; what is not used stays 0
};

}  // namespace livesonic::scaling
