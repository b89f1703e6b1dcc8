// SPDX-License-Identifier: Apache-2.0
#include "livesonic/scaling/load_model.h"

#include <algorithm>
#include <cmath>

namespace livesonic::scaling {
namespace {

constexpr std::size_t kDay = 1440;
constexpr std::size_t kWeek = 7 * kDay;
// Both forget half within about two and a half days: long enough to learn from rare peaks, short
// enough to follow a service that has changed.
constexpr double kKeepRegression = 0.9998;
constexpr double kKeepErrors = 0.9998;
// The mean follows a growing service within two weeks.
constexpr double kMeanOver = 20'000;
// Ratios from e^-3 to e^3: a twentieth to twenty times the estimate.
constexpr double kWidest = 3;
constexpr double kBinWidth = 2 * kWidest / static_cast<double>(kLevels);
// The estimate's sizes are apart by this factor's logarithm.
constexpr double kSizeWidth = 0.35;
// A size's own errors count as much as those of all sizes once there are so many.
constexpr double kPrior = 50;
constexpr double kFollowDay = 0.1;
constexpr double kHugeWeight = 1e100;

std::array<double, kLevels> make_ratios() {
  std::array<double, kLevels> ratios{};
  for (std::size_t b = 0; b < kLevels; ++b) {
    ratios[b] = std::exp(-kWidest + kBinWidth * static_cast<double>(b + 1));
  }
  return ratios;
}

std::size_t bin_of(double ratio) {
  const double bin = (std::log(std::max(ratio, 1e-9)) + kWidest) / kBinWidth;
  return static_cast<std::size_t>(std::clamp(bin, 0.0, static_cast<double>(kLevels - 1)));
}

}  // namespace

LoadModel::LoadModel(int lead, bool seasonal)
    : lead_(static_cast<std::size_t>(std::clamp(lead, 1, 120))),
      seasonal_(seasonal),
      regression_(kKeepRegression, seasonal ? kFeatures : kRecentFeatures),
      loads_(seasonal ? kWeek : 8),
      day_(seasonal ? kDay : 0),
      guesses_(lead_) {}

void LoadModel::add(Histogram& histogram, std::size_t bin) const {
  histogram.weight[bin] += fresh_;
  histogram.total += fresh_;
}

void LoadModel::fade() {
  fresh_ /= kKeepErrors;
  if (fresh_ < kHugeWeight) return;
  const auto scale = [this](Histogram& histogram) {
    for (double& weight : histogram.weight) weight /= fresh_;
    histogram.total /= fresh_;
  };
  for (Histogram& histogram : errors_) scale(histogram);
  scale(all_errors_);
  fresh_ = 1;
}

double LoadModel::past(std::size_t minutes_before_target, double otherwise) const {
  // The target lies lead_ after the last of the minutes_ observed.
  const std::size_t ago = minutes_before_target - lead_;
  return ago < minutes_ ? loads_.ago(ago) : otherwise;
}

double LoadModel::daily(double otherwise) const {
  if (minutes_ <= kDay) return otherwise;
  const std::size_t target = minutes_ - 1 + lead_;
  double sum = 0;
  for (const std::size_t off : {kDay - 10, kDay - 5, kDay, kDay + 5, kDay + 10}) {
    sum += day_[(target + off) % kDay];
  }
  return sum / 5;
}

Regression<LoadModel::kFeatures>::Features LoadModel::features(double load) const {
  const auto before = [&](std::size_t minutes) {
    return minutes_ > minutes ? loads_.ago(minutes) : load;
  };
  const double scale = 1 / std::max(mean_, 1e-12);
  Regression<kFeatures>::Features x{load * scale,
                                    (load - before(1)) * scale,
                                    (load - before(5)) * scale,
                                    quarter_mean_ * scale,
                                    hour_mean_ * scale,
                                    1,
                                    0,
                                    0,
                                    0};
  if (seasonal_) {
    const double day = daily(hour_mean_);
    x[6] = day * scale;
    x[7] = past(kDay, load) * scale;
    x[8] = past(kWeek, day) * scale;
  }
  return x;
}

void LoadModel::learn(double load) {
  if (minutes_ <= lead_) return;
  const Guess& guess = guesses_.ago(lead_ - 1);
  const std::size_t bin = bin_of(load / guess.estimate);
  add(errors_[guess.size], bin);
  add(all_errors_, bin);
  fade();
  const double scale = 1 / std::max(mean_, 1e-12);
  regression_.learn(guess.features, load * scale, 0.3 + guess.estimate * scale);
}

void LoadModel::observe(double load) {
  const bool first = minutes_ == 0;
  ++minutes_;
  const auto count = static_cast<double>(minutes_);
  mean_ += (load - mean_) * std::max(1 / count, 1 / kMeanOver);
  quarter_mean_ = first ? load : quarter_mean_ + (load - quarter_mean_) / 15;
  hour_mean_ = first ? load : hour_mean_ + (load - hour_mean_) / 60;
  loads_.push(load);
  if (seasonal_) {
    double& day = day_[(minutes_ - 1) % kDay];
    day = minutes_ <= kDay ? load : day + (load - day) * kFollowDay;
  }
  learn(load);
  const double mean = std::max(mean_, 1e-12);
  Guess guess{.features = features(load), .estimate = 0, .size = 0};
  guess.estimate = std::clamp(regression_.estimate(guess.features) * mean, 0.1 * mean, 20 * mean);
  const double size = std::log(guess.estimate / mean) / kSizeWidth + kSizes / 2.0;
  guess.size = static_cast<std::size_t>(std::clamp(size, 0.0, static_cast<double>(kSizes - 1)));
  guesses_.push(guess);
  spread(guess);
}

void LoadModel::spread(const Guess& guess) {
  static const std::array<double, kLevels> kRatios = make_ratios();
  const Histogram& own = errors_[guess.size];
  const double prior = all_errors_.total > 0 ? kPrior * fresh_ / all_errors_.total : 0;
  const double total = own.total + (prior > 0 ? kPrior * fresh_ : 0);
  const double share = total > 0 ? 1 / total : 0;
  double beyond = 0;
  for (std::size_t b = kLevels; b-- > 0;) {
    const double level = guess.estimate * kRatios[b];
    odds_.level[b] = level;
    odds_.beyond[b] = beyond;
    beyond += (own.weight[b] + prior * all_errors_.weight[b]) * share * level;
  }
  odds_.estimate = guess.estimate;
}

}  // namespace livesonic::scaling
