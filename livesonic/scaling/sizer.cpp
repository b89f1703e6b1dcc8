// SPDX-License-Identifier: Apache-2.0
#include "livesonic/scaling/sizer.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

namespace livesonic::scaling {
namespace {

constexpr std::array<std::size_t, 3> kWindows{5, 15, 60};
constexpr std::array<double, 12> kFactors{1.0, 1.1, 1.2, 1.35, 1.5, 1.7, 2, 2.4, 2.9, 3.5, 4.5, 6};
constexpr std::size_t kHeadrooms = kWindows.size() * kFactors.size();
// λ from 1 to e^10.5: instances that one instance's worth of slow requests in a minute is worth.
constexpr std::size_t kWeights = 22;
constexpr double kWeightStep = 0.5;
constexpr double kSame = 0.97;
// What was kept in the past is aimed at with a margin, since the future is a little different.
constexpr double kMargin = 0.7;
constexpr std::size_t kChooseEvery = 5;  // minutes; what a week has shown doesn't change sooner
constexpr std::size_t kFirstMinutes = 120;
constexpr double kFirstHeadroom = 1.5;

float instances_for(double needed, float min, float max) {
  const double bounded = std::min(needed - 1e-9, 1e6);
  const auto whole = static_cast<float>(static_cast<int>(bounded) + (bounded > 0 ? 1 : 0));
  return std::clamp(whole, min, max);
}

}  // namespace

Sizer::Sizer(const SizerSettings& settings)
    : settings_(settings),
      recent_(settings.pace.boot + 1, false),
      decided_by_(kHeadrooms + kWeights * (settings.predict == PredictMode::kOn ? 2 : 1)),
      candidates_(decided_by_, settings.pace),
      wishes_(kHeadrooms + kWeights * (settings.predict == PredictMode::kOff ? 1 : 2)),
      hour_(kWindows.back()) {
  if (settings.predict != PredictMode::kOff) seasonal_.emplace(settings.pace.boot + 1, true);
  if (settings.predict == PredictMode::kForecastOnly) only_told_.emplace(kWeights, settings.pace);
}

float Sizer::highest(std::size_t minutes) const {
  double most = 0;
  for (std::size_t i = 0; i < std::min(minutes, minutes_); ++i) {
    most = std::max(most, hour_[(minutes_ - 1 - i) % hour_.size()]);
  }
  return static_cast<float>(most);
}

void Sizer::headroom(double capacity, float min, float max) {
  double most = 0;
  std::size_t seen = 0;
  auto wish = wishes_.begin();
  for (const std::size_t window : kWindows) {
    for (; seen < std::min(window, minutes_); ++seen) {
      most = std::max(most, hour_[(minutes_ - 1 - seen) % hour_.size()]);
    }
    const double needed = most / capacity;
    for (const double factor : kFactors) *wish++ = instances_for(needed * factor, min, max);
  }
}

// The least of n + λ · beyond lies on the lower convex hull of the points (n, beyond), and moves
// along it as λ grows.
void Sizer::weigh(const Odds& odds, double capacity, float min, float max, std::size_t begin) {
  struct Point {
    float instances = 0;
    double beyond = 0;
  };
  std::array<Point, kLevels> hull;
  std::size_t size = 0;
  const double per_instance = 1 / capacity;
  for (std::size_t b = 0; b < kLevels; ++b) {
    // A level with next to nothing between it and the last one costs more, and gains nothing.
    const double beyond = odds.beyond[b] * per_instance;
    if (size > 0 && beyond > hull[size - 1].beyond * kSame) continue;
    const Point point{instances_for(odds.level[b] * per_instance, min, max), beyond};
    if (size > 0 && hull[size - 1].instances >= point.instances) --size;
    while (size > 1) {
      const Point& last = hull[size - 1];
      const Point& before = hull[size - 2];
      const double to_last =
          (before.beyond - last.beyond) * static_cast<double>(point.instances - last.instances);
      const double to_point =
          (last.beyond - point.beyond) * static_cast<double>(last.instances - before.instances);
      if (to_last > to_point) break;
      --size;
    }
    hull[size++] = point;
    if (point.instances >= max || beyond <= 0) break;
  }
  static const auto kLambdas = [] {
    std::array<double, kWeights> values{};
    for (std::size_t i = 0; i < kWeights; ++i) {
      values[i] = std::exp(kWeightStep * static_cast<double>(i));
    }
    return values;
  }();
  std::size_t at = 0;
  for (std::size_t i = 0; i < kWeights; ++i) {
    while (at + 1 < size && static_cast<double>(hull[at + 1].instances - hull[at].instances) <
                                kLambdas[i] * (hull[at].beyond - hull[at + 1].beyond)) {
      ++at;
    }
    wishes_[begin + i] = hull[at].instances;
  }
}

Wish Sizer::next(double load, double capacity, int min, int max) {
  const auto least = static_cast<float>(min);
  const auto most = static_cast<float>(std::max(min, max));
  if (minutes_ > 0) {
    candidates_.outcome(load, capacity);
    if (only_told_) only_told_->outcome(load, capacity);
  }
  hour_[minutes_ % hour_.size()] = load;
  ++minutes_;
  recent_.observe(load);
  if (seasonal_) seasonal_->observe(load);
  headroom(capacity, least, most);
  weigh(recent_.odds(), capacity, least, most, kHeadrooms);
  if (seasonal_) weigh(seasonal_->odds(), capacity, least, most, kHeadrooms + kWeights);
  const std::span<const float> all(wishes_);
  candidates_.wish(all.first(decided_by_));
  if (only_told_) only_told_->wish(all.last(kWeights));

  Wish wish;
  wish.expected = seasonal_ ? seasonal_->odds().estimate : recent_.odds().estimate;
  if (minutes_ % kChooseEvery == 0) best_ = candidates_.best(settings_.slow_at_most * kMargin);
  if (minutes_ <= kFirstMinutes || !best_) {
    const double high = static_cast<double>(highest(15)) * kFirstHeadroom;
    wish.instances = static_cast<int>(instances_for(high / capacity, least, most));
    return wish;
  }
  wish.instances = static_cast<int>(wishes_[*best_]);
  wish.by = *best_ < kHeadrooms              ? SizedBy::kHeadroom
            : *best_ < kHeadrooms + kWeights ? SizedBy::kRecentLoad
                                             : SizedBy::kForecast;
  if (only_told_) {
    if (const auto told = only_told_->best(settings_.slow_at_most * kMargin)) {
      wish.forecast = static_cast<int>(wishes_[kHeadrooms + kWeights + *told]);
    }
  }
  return wish;
}

}  // namespace livesonic::scaling
