// SPDX-License-Identifier: Apache-2.0
#include "simulator/world/prices.h"

#include <array>
#include <utility>

#include "simulator/random.h"

namespace livesonic::simulator {
namespace {

constexpr std::array<std::pair<const char*, double>, 6> kOnDemand{{
    {"t3.medium", 0.0544},
    {"c6i.large", 0.107},
    {"m6i.large", 0.124},
    {"c7g.xlarge", 0.1824},
    {"r6i.large", 0.152},
    {"m1.small", 0.061},
}};
constexpr double kOtherwise = 0.107;

// Spot prices move slowly since 2017: a few times a day, between a quarter and a half.
constexpr std::chrono::hours kStep{6};
constexpr double kLowest = 0.25;
constexpr double kSpread = 0.25;
constexpr std::size_t kMostPrices = 10'000;

}  // namespace

std::vector<std::string> known_types() {
  std::vector<std::string> types;
  for (const auto& [type, price] : kOnDemand) types.emplace_back(type);
  return types;
}

double on_demand_price(const std::string& type) {
  for (const auto& [known, price] : kOnDemand) {
    if (type == known) return price;
  }
  return kOtherwise;
}

std::vector<SpotPrice> spot_prices(std::uint64_t seed, const std::string& type,
                                   const std::string& zone, Time start, Time end) {
  std::vector<SpotPrice> prices;
  const std::uint64_t market = mix(mix(mix(seed, "spot"), type), zone);
  auto step = std::chrono::floor<std::chrono::hours>(start).time_since_epoch() / kStep;
  for (; prices.size() < kMostPrices; ++step) {
    const Time since{kStep * step};
    if (since > end && !prices.empty()) break;
    const double part = kLowest + kSpread * unit(mix(market, static_cast<std::uint64_t>(step)));
    prices.push_back({on_demand_price(type) * part, since});
    if (since > end) break;
  }
  return prices;
}

}  // namespace livesonic::simulator
