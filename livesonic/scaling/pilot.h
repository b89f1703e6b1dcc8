// SPDX-License-Identifier: Apache-2.0
// What a policy wants of a cluster, minute by minute, and why. Pure: time and observations are
// given.
#pragma once

#include <optional>
#include <vector>

#include "livesonic/base/clock.h"
#include "livesonic/model/history.h"
#include "livesonic/model/scaling.h"
#include "livesonic/scaling/bounds.h"
#include "livesonic/scaling/controllers.h"
#include "livesonic/scaling/requests.h"

namespace livesonic::scaling {

struct MemberLoad {
  bool serving = false;      // the balancer sends it work; not one that boots or drains
  std::optional<int> score;  // 1..100, a fresh one; none: stale or never known
};

struct Situation {
  Time now{};
  std::vector<MemberLoad> members;
  std::optional<int> ordered;  // the size that the group is to have, where that is known
  double this_month = 0;       // USD that it has cost since the month began
  double price = 0;            // USD an hour for one instance; 0: unknown, and no budget is kept
  // Where the policy has a target for requests: those since requests_known_until(), and some
  // before.
  RequestRecord requests;
};

// Not thread-safe.
class Pilot {
 public:
  explicit Pilot(ScalingPolicy policy);

  // The cluster's past, in order: to know its days and weeks from the first minute on. Gaps of up
  // to an hour are bridged with the last value.
  void learn(const std::vector<ClusterPoint>& past);

  // To be called once a minute. While more than a fifth of the serving members have no fresh score
  // nothing is ended; while none has one, nothing is changed but up to the least that there are to
  // be. Where the policy has a target for requests, these decide, and the scores beside them where
  // it has a target for both: the larger wish wins. While the requests aren't known the scores
  // decide, and nothing is ended.
  ScalingPlan next(const Situation& situation);

  // Of what requests are known, the last minute's end; none before the first.
  [[nodiscard]] std::optional<Time> requests_known_until() const {
    return requests_ ? requests_->known_until() : std::nullopt;
  }

  [[nodiscard]] const ScalingPolicy& policy() const { return policy_; }

 private:
  // What the scores want, or the requests.
  struct Opinion {
    double load = 0;
    int wanted = 0;
    Wish wish;
    std::string why;  // a sentence's beginning
  };
  struct Observed {
    int serving = 0;
    int fresh = 0;
    double load = 0;
  };
  [[nodiscard]] Observed observe(const Situation& situation, double target_score) const;
  int wish(double load, int serving, int owned, const Bounds& bounds);
  std::optional<Opinion> by_scores(const Observed& seen, const Bounds& bounds, int owned);
  std::optional<Opinion> by_requests(const Situation& situation, const Observed& seen,
                                     const Bounds& bounds, int owned);
  // Is too little known to end instances? Why, after a semicolon; empty: no.
  [[nodiscard]] std::string why_frozen(const Observed& seen) const;

  ScalingPolicy policy_;
  OwnController controller_;
  std::optional<RequestLoad> requests_;
  int minutes_ = 0;  // decided in; a fleet that was just met is not made smaller at once
};

}  // namespace livesonic::scaling
