// SPDX-License-Identifier: Apache-2.0
// Ways to scale, ours and those to compare it with.
#pragma once

#include <deque>
#include <string>

#include "livesonic/scaling/bounds.h"
#include "livesonic/scaling/brake.h"
#include "livesonic/scaling/sizer.h"

namespace livesonic::scaling {

// What is known at the beginning of a minute.
struct Moment {
  double load = 0;      // of the minute that ended
  double capacity = 1;  // what an instance serves well in a minute
  int serving = 1;
  int owned = 1;  // with those that boot
  int min = 1;
  int max = 1;
};

class Controller {
 public:
  Controller() = default;
  Controller(const Controller&) = delete;
  Controller& operator=(const Controller&) = delete;
  virtual ~Controller() = default;
  // How many instances there should be, within the bounds.
  virtual int next(const Moment& moment) = 0;
};

class OwnController final : public Controller {
 public:
  explicit OwnController(const ScalingPolicy& policy);
  int next(const Moment& moment) override;
  [[nodiscard]] const Wish& wish() const { return wish_; }

 private:
  Sizer sizer_;
  Brake brake_;
  Wish wish_;
};

class FixedController final : public Controller {
 public:
  explicit FixedController(int instances) : instances_(instances) {}
  int next(const Moment&) override { return instances_; }

 private:
  int instances_;
};

// A target tracking policy of an Auto Scaling group, as CloudWatch's alarms drive it: out when
// three minutes in a row are above the target, in when fifteen are below 90 % of it. `target`:
// share of the capacity in use.
class TargetTrackingController final : public Controller {
 public:
  explicit TargetTrackingController(double target) : target_(target) {}
  int next(const Moment& moment) override;

 private:
  double target_;
  int above_ = 0;
  int below_ = 0;
};

// Kubernetes' HorizontalPodAutoscaler with its defaults: a tolerance of 10 %, and in by the highest
// wish of the last five minutes.
class HpaController final : public Controller {
 public:
  explicit HpaController(double target) : target_(target) {}
  int next(const Moment& moment) override;

 private:
  double target_;
  std::deque<int> wishes_;
};

}  // namespace livesonic::scaling
