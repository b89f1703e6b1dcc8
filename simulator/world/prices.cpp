// SPDX-License-Identifier: Apache-2.0
#include "simulator/world/prices.h"

#include "simulator/random.h"
#include "simulator/world/instance_types.h"

namespace livesonic::simulator {
namespace {

constexpr double kOtherwise = 0.107;

// Spot prices move slowly since 2017: a few times a day, between a quarter and a half.
constexpr std::chrono::hours kStep{6};
constexpr double kLowest = 0.25;
constexpr double kSpread = 0.25;
constexpr std::size_t kMostPrices = 10'000;

}  // namespace

std::vector<std::string> known_types() {
  std::vector<std::string> types;
  for (const TypeFacts& facts : type_facts()) types.emplace_back(facts.name);
  return types;
}

double on_demand_price(const std::string& type) {
  const TypeFacts* facts = find_type(type);
  return facts == nullptr ? kOtherwise : facts->dollars;
}

double spot_price(std::uint64_t seed, const std::string& type, const std::string& zone, Time now) {
  return spot_prices(seed, type, zone, now, now).front().dollars;
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
