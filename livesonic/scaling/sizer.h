// SPDX-License-Identifier: Apache-2.0
// How many instances the load will need once an instance launched now would serve.
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "livesonic/model/scaling.h"
#include "livesonic/scaling/candidates.h"
#include "livesonic/scaling/load_model.h"
#include "livesonic/scaling/lower_hull.h"
#include "livesonic/scaling/peaks.h"

namespace livesonic::scaling {

struct SizerSettings {
  FleetPace pace;
  PredictMode predict = PredictMode::kOn;
  double slow_at_most = 0.01;
};

enum class SizedBy { kFirstHours, kHeadroom, kRecentLoad, kForecast };

struct Wish {
  int instances = 0;
  SizedBy by = SizedBy::kFirstHours;
  double expected = 0;          // the load when an instance launched now would serve
  std::optional<int> forecast;  // what the seasonal model alone would want, where there is one
};

// Three families of candidates, of which the cheapest that has kept the objective decides:
// - headroom: the highest load of the last 5, 15 or 60 minutes times a factor;
// - recent load: as many as make instances + λ · expected slow requests least, by the odds of a
//   model of the last hour, for many λ. So spikes are covered where they are likely and large
//   enough to be worth it;
// - forecast: the same by a model that also knows the days and weeks before. With
//   PredictMode::kForecastOnly it is only told.
//
// In the first two hours, half more than the highest load of the last quarter. Not thread-safe.
class Sizer {
 public:
  explicit Sizer(const SizerSettings& settings);

  // The load of the minute that ended, in any unit; what one instance serves well in a minute, in
  // the same unit; and the bounds that hold when an instance launched now would serve.
  Wish next(double load, double capacity, int min, int max);

 private:
  struct Need {
    double instances = -1;
    float min = 0;
    float max = 0;
    bool operator==(const Need&) const = default;
  };

  void headroom(double capacity, float min, float max);
  void weigh(const Odds& odds, double capacity, float min, float max, std::size_t begin);

  SizerSettings settings_;
  LoadModel recent_;
  std::optional<LoadModel> seasonal_;
  std::size_t decided_by_;  // so many candidates may decide, the others are only told
  Candidates candidates_;
  std::optional<Candidates> only_told_;
  std::vector<float> wishes_;
  std::optional<std::size_t> best_;
  LowerHull hull_;
  Peaks peaks_;
  std::vector<Need> needs_;  // for the peaks of each window
  std::size_t minutes_ = 0;
};

}  // namespace livesonic::scaling
