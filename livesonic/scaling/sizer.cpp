// SPDX-License-Identifier: Apache-2.0
#include "livesonic/scaling/sizer.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <span>

namespace livesonic::scaling {
namespace {

constexpr std::array<std::size_t, 3> kWindows{5, 15, 60};
constexpr std::array<double, 12> kFactors{1.0, 1.1, 1.2, 1.35, 1.5, 1.7, 2, 2.4, 2.9, 3.5, 4.5, 6};
constexpr std::size_t kHeadrooms = kWindows.size() * kFactors.size();
// λ from 1 to e^10.5: instances that one instance's worth of slow requests in a minute is worth.
constexpr std::size_t kWeights = 22;
constexpr double kWeightStep = 0.5;
constexpr double kSame = 0.97;
// Instances' worth of slow requests: less than an instance at the greatest λ, which is 36,316.
constexpr double kWorthNothing = 1.0 / 40'000;
// What was kept in the past is aimed at with a margin, since the future is a little different.
constexpr double kMargin = 0.7;
constexpr std::size_t kChooseEvery = 5;  // minutes; what a week has shown doesn't change sooner
constexpr std::size_t kFirstMinutes = 120;
constexpr double kFirstHeadroom = 1.5;

// What is needed by no more than a hair is not worth an instance.
constexpr double kHair = 1e-9;

// Whether instances_for() gives no more for this than these, which it gave for less.
bool suffice(float instances, double needed) {
  return needed - kHair < static_cast<double>(instances);
}

float instances_for(double needed, float min, float max) {
  const double bounded = std::min(needed - kHair, 1e6);
  const auto whole = static_cast<float>(static_cast<int>(bounded) + (bounded > 0 ? 1 : 0));
  return std::clamp(whole, min, max);
}

std::array<double, kWeights> make_lambdas() {
  std::array<double, kWeights> lambdas{};
  for (std::size_t i = 0; i < kWeights; ++i) {
    lambdas[i] = std::exp(kWeightStep * static_cast<double>(i));
  }
  return lambdas;
}

}  // namespace

Sizer::Sizer(const SizerSettings& settings)
    : settings_(settings),
      recent_(settings.pace.boot + 1, false),
      decided_by_(kHeadrooms + kWeights * (settings.predict == PredictMode::kOn ? 2 : 1)),
      candidates_(decided_by_, settings.pace),
      wishes_(kHeadrooms + kWeights * (settings.predict == PredictMode::kOff ? 1 : 2)),
      hull_(kLevels),
      peaks_(kWindows.back()),
      needs_(kWindows.size()) {
  if (settings.predict != PredictMode::kOff) seasonal_.emplace(settings.pace.boot + 1, true);
  if (settings.predict == PredictMode::kForecastOnly) only_told_.emplace(kWeights, settings.pace);
}

void Sizer::headroom(double capacity, float min, float max) {
  for (std::size_t w = 0; w < kWindows.size(); ++w) {
    const Need need{.instances = peaks_.highest(kWindows[w]) / capacity, .min = min, .max = max};
    if (need == needs_[w]) continue;  // the wishes stay as they are
    needs_[w] = need;
    float* const wishes = &wishes_[w * kFactors.size()];
    for (std::size_t f = 0; f < kFactors.size(); ++f) {
      wishes[f] = instances_for(need.instances * kFactors[f], min, max);
    }
  }
}

// Most levels lie between two numbers of instances; of those between the same the last one counts.
void Sizer::weigh(const Odds& odds, double capacity, float min, float max, std::size_t begin) {
  hull_.clear();
  const double per_instance = 1 / capacity;
  float instances = -1;
  double worth_it = std::numeric_limits<double>::infinity();
  for (std::size_t b = 0; b < kLevels; ++b) {
    // A level with next to nothing between it and the last one costs more, and gains nothing.
    const double beyond = odds.beyond[b] * per_instance;
    if (beyond > worth_it) continue;
    const double needed = odds.level[b] * per_instance;
    if (suffice(instances, needed)) {
      hull_.lower(beyond);
    } else {
      // No λ pays another instance for so little, nor any for what is beyond it.
      if (worth_it < kWorthNothing) break;
      instances = instances_for(needed, min, max);
      hull_.add(static_cast<double>(instances), beyond);
      if (instances >= max) break;
    }
    worth_it = beyond * kSame;
  }
  static const std::array<double, kWeights> kLambdas = make_lambdas();
  hull_.best(kLambdas, std::span(wishes_).subspan(begin, kWeights));
}

Wish Sizer::next(double load, double capacity, int min, int max) {
  const auto least = static_cast<float>(min);
  const auto most = static_cast<float>(std::max(min, max));
  if (minutes_ > 0) {
    candidates_.outcome(load, capacity);
    if (only_told_) only_told_->outcome(load, capacity);
  }
  peaks_.push(load);
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
    const auto high = static_cast<float>(peaks_.highest(15));
    const double needed = static_cast<double>(high) * kFirstHeadroom / capacity;
    wish.instances = static_cast<int>(instances_for(needed, least, most));
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
