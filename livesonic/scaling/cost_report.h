// SPDX-License-Identifier: Apache-2.0
// What a cluster has cost in a span of time, and what would have cost less. Pure functions.
#pragma once

#include <functional>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "livesonic/model/cost.h"
#include "livesonic/model/history.h"
#include "livesonic/model/scaling.h"

namespace livesonic::scaling {

// USD an hour of a type now; none where it isn't known.
using PriceOfType = std::function<std::optional<double>(const std::string& type)>;

// What is known of a cluster, all of the same span.
struct CostFacts {
  std::string cluster;
  std::vector<CostLine> lines;
  std::vector<ClusterPoint> points;     // its history, in the order of time
  std::optional<ScalingPolicy> policy;  // its own, where it has one
  // All of one source, so that they can be compared.
  PriceOfType on_demand = [](const std::string&) { return std::optional<double>(); };
  PriceOfType spot = [](const std::string&) { return std::optional<double>(); };
};

struct TypeCost {
  Lifecycle lifecycle = Lifecycle::kOnDemand;
  std::string type;
  Duration ran{};
  Duration unpriced{};  // of that: not in `usd`
  double usd = 0;
};

// What would have cost less. Savings are of the same money: they don't add up.
struct Saving {
  std::string what;  // "spot", "type", "arm64", "right_size" or "policy"
  double usd = 0;    // at least kLeastSaving
  std::string how;   // a sentence with the figures and what they take for granted
};

inline constexpr double kLeastSaving = 0.01;  // USD
// What less history than this says of a load is chance.
inline constexpr Duration kLeastHistory = std::chrono::hours{24};

struct CostReport {
  std::string cluster;
  Duration ran{};
  Duration unpriced{};
  double usd = 0;
  std::vector<TypeCost> types;  // the dearest first
  std::vector<Saving> savings;  // the largest first
};

CostReport cost_report(const CostFacts& facts);

// {"cluster", "usd", "instance_hours", "unpriced_hours", "lines", "savings"}; `usd` is null where
// no price at all was known.
nlohmann::ordered_json to_json(const CostReport& report);

}  // namespace livesonic::scaling
