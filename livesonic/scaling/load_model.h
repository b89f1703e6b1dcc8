// SPDX-License-Identifier: Apache-2.0
// What the load may be when an instance that is launched now begins to serve: an estimate, and how
// far estimates like it have been wrong. Learns from every minute.
#pragma once

#include <array>
#include <cstddef>
#include <vector>

#include "livesonic/scaling/regression.h"
#include "livesonic/scaling/ring.h"

namespace livesonic::scaling {

inline constexpr std::size_t kLevels = 64;

// What a load may exceed. `level` rises; `beyond` is the expected load of the minutes above it, as
// part of all load: E[load; load > level].
struct Odds {
  double estimate = 0;
  std::array<double, kLevels> level{};
  std::array<double, kLevels> beyond{};
};

// The estimate is a regression on the load of the last minutes, its means over 15 and 60 minutes
// and its slopes; a seasonal model also knows the same minute of the days before and of the week
// before. The errors, as ratios, are kept in histograms by the estimate's size, since a quiet hour
// is wrong by other factors than a busy one; both fade over some days.
//
// Loads are finite and not negative, of any unit. Not thread-safe. Costs about a fifth of a
// microsecond a minute.
class LoadModel {
 public:
  // lead: minutes from the end of the last one observed to that which is estimated, 1..120.
  LoadModel(int lead, bool seasonal);

  // The load of the minute that has just ended. Minutes follow each other without a gap.
  void observe(double load);

  // Of the minute `lead` after the last observed; meaningless before the first.
  [[nodiscard]] const Odds& odds() const { return odds_; }

 private:
  static constexpr std::size_t kFeatures = 9;
  static constexpr std::size_t kRecentFeatures = 6;  // the first ones; the others are the seasons'
  static constexpr std::size_t kSizes = 12;
  struct Histogram {
    std::array<double, kLevels> weight{};
    double total = 0;
  };
  struct Guess {
    Regression<kFeatures>::Features features{};
    double estimate = 0;
    std::size_t size = 0;
  };

  void learn(double load);
  void add(Histogram& histogram, std::size_t bin) const;
  [[nodiscard]] Regression<kFeatures>::Features features(double load) const;
  [[nodiscard]] double past(std::size_t minutes_before_target, double otherwise) const;
  [[nodiscard]] double daily(double otherwise) const;
  void spread(const Guess& guess);
  void fade();

  std::size_t lead_;
  bool seasonal_;
  Regression<kFeatures> regression_;
  std::array<Histogram, kSizes> errors_{};
  Histogram all_errors_;
  double fresh_ = 1;  // the weight of a new error; grows, where the old ones would fade
  std::size_t minutes_ = 0;
  double mean_ = 0;
  double quarter_mean_ = 0;
  double hour_mean_ = 0;
  Ring<double> loads_;       // of the last week and a little more
  std::vector<double> day_;  // by minute of the day (counted from the first observation): a mean
  Ring<Guess> guesses_;      // that have not come due
  Odds odds_;
};

}  // namespace livesonic::scaling
