// SPDX-License-Identifier: Apache-2.0
#include "simulator/world/prices.h"

#include <algorithm>
#include <utility>

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
constexpr std::size_t kMostMoves = 1'000;

bool concerns(const SpotMove& move, const std::string& type, const std::string& zone) {
  return (move.type.empty() || move.type == type) && (move.zone.empty() || move.zone == zone);
}

}  // namespace

std::vector<std::string> known_types() {
  std::vector<std::string> types;
  for (const TypeFacts& facts : type_facts()) types.emplace_back(facts.name);
  return types;
}

void move_prices(SpotMarket& market, SpotMove move) {
  if (market.moves.size() >= kMostMoves) market.moves.erase(market.moves.begin());
  market.moves.push_back(std::move(move));
}

double on_demand_price(const std::string& type) {
  const TypeFacts* facts = find_type(type);
  return facts == nullptr ? kOtherwise : facts->dollars;
}

Time next_spot_step(Time now) {
  const auto hours = std::chrono::floor<std::chrono::hours>(now).time_since_epoch();
  return Time{kStep * (hours / kStep + 1)};
}

double spot_price(const SpotMarket& market, const std::string& type, const std::string& zone,
                  Time now) {
  return spot_prices(market, type, zone, now, now).front().dollars;
}

std::vector<SpotPrice> spot_prices(const SpotMarket& market, const std::string& type,
                                   const std::string& zone, Time start, Time end) {
  std::vector<SpotPrice> prices;
  const std::uint64_t seed = mix(mix(mix(market.seed, "spot"), type), zone);
  const double on_demand = on_demand_price(type);
  auto move = market.moves.begin();
  double times = 1;
  double usual = 0;
  const auto add = [&](Time since) {
    const SpotPrice price{std::min(on_demand, usual * times), since};
    if (since <= start) prices.clear();  // an earlier one is no longer in force
    prices.push_back(price);
  };
  const auto follow_moves = [&](Time until) {  // before it
    for (; move != market.moves.end() && move->since < until; ++move) {
      if (!concerns(*move, type, zone)) continue;
      times = move->times;
      if (usual > 0 && move->since <= end) add(move->since);
    }
  };
  auto step = std::chrono::floor<std::chrono::hours>(start).time_since_epoch() / kStep;
  for (; prices.size() < kMostPrices; ++step) {
    const Time since{kStep * step};
    follow_moves(since);
    if (since > end && !prices.empty()) break;
    usual = on_demand * (kLowest + kSpread * unit(mix(seed, static_cast<std::uint64_t>(step))));
    add(since);
    if (since > end) break;
  }
  return prices;
}

}  // namespace livesonic::simulator
