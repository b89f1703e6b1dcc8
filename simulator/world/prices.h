// SPDX-License-Identifier: Apache-2.0
// What instances cost: on demand, and on a spot market that moves every few hours, and when it is
// told to. Pure functions, so that the past is the same each time it is asked for.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "livesonic/base/clock.h"

namespace livesonic::simulator {

struct SpotPrice {
  double dollars = 0;  // an hour
  Time since{};
};

// From `since` on, spot prices are so many times what they would be, until the next move that
// concerns them; never more than on demand, as on AWS.
struct SpotMove {
  std::string type, zone;  // empty: any
  double times = 1;
  Time since{};
};

struct SpotMarket {
  std::uint64_t seed = 0;
  std::vector<SpotMove> moves;  // in the order of time
};

// A later move takes the place of earlier ones; those long ago are forgotten.
void move_prices(SpotMarket& market, SpotMove move);

// The types whose prices are known; others cost as a "c6i.large" does.
std::vector<std::string> known_types();

// Dollars an hour.
double on_demand_price(const std::string& type);

// The price in force at `start`, and each change up to `end`, in the order of time.
std::vector<SpotPrice> spot_prices(const SpotMarket& market, const std::string& type,
                                   const std::string& zone, Time start, Time end);

// When the market next moves by itself.
Time next_spot_step(Time now);

// That in force at `now`, in dollars an hour.
double spot_price(const SpotMarket& market, const std::string& type, const std::string& zone,
                  Time now);

}  // namespace livesonic::simulator
