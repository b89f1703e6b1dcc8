// SPDX-License-Identifier: Apache-2.0
#include "livesonic/scaling/controllers.h"

#include <algorithm>
#include <cmath>

#include "livesonic/scaling/minutes.h"

namespace livesonic::scaling {
namespace {

constexpr int kMinutesAbove = 3;
constexpr int kMinutesBelow = 15;
constexpr double kLowAlarm = 0.9;
constexpr double kTolerance = 0.1;
constexpr std::size_t kStabilization = 5;

FleetPace pace_of(const ScalingPolicy& policy) {
  const int boot = minutes_of(policy.warmup);
  return {.boot = boot,
          .hold = std::max(minutes_of(policy.scale_in.stable), boot + 1),
          .shrink_by = policy.scale_in.at_most};
}

double in_use(const Moment& moment) {
  return moment.load / (moment.capacity * std::max(1, moment.serving));
}

int proportional(const Moment& moment, double target) {
  const double wish = std::max(1, moment.serving) * in_use(moment) / target;
  return std::clamp(static_cast<int>(std::ceil(std::min(wish, 1e6) - 1e-9)), moment.min,
                    moment.max);
}

}  // namespace

OwnController::OwnController(const ScalingPolicy& policy)
    : sizer_({.pace = pace_of(policy),
              .predict = policy.predict,
              .slow_at_most = policy.slow_at_most}),
      brake_(pace_of(policy).hold, policy.scale_in.at_most) {}

int OwnController::next(const Moment& moment) {
  wish_ = sizer_.next(moment.load, moment.capacity, moment.min, moment.max);
  return std::clamp(brake_.next(wish_.instances, moment.owned), moment.min, moment.max);
}

int TargetTrackingController::next(const Moment& moment) {
  const double use = in_use(moment);
  above_ = use > target_ ? above_ + 1 : 0;
  below_ = use < target_ * kLowAlarm ? below_ + 1 : 0;
  if (above_ >= kMinutesAbove && moment.owned <= moment.serving) {
    above_ = 0;
    return std::clamp(std::max(moment.owned, proportional(moment, target_)), moment.min,
                      moment.max);
  }
  if (below_ >= kMinutesBelow) {
    below_ = 0;
    return std::clamp(std::min(moment.owned, proportional(moment, target_)), moment.min,
                      moment.max);
  }
  return std::clamp(moment.owned, moment.min, moment.max);
}

int HpaController::next(const Moment& moment) {
  int wish = proportional(moment, target_);
  if (std::abs(in_use(moment) / target_ - 1) <= kTolerance) wish = moment.serving;
  wish = std::clamp(wish, moment.min, moment.max);
  wishes_.push_back(wish);
  if (wishes_.size() > kStabilization) wishes_.pop_front();
  if (wish >= moment.owned) return wish;
  return std::clamp(std::min(moment.owned, *std::max_element(wishes_.begin(), wishes_.end())),
                    moment.min, moment.max);
}

}  // namespace livesonic::scaling
