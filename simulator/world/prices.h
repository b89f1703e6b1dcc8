// SPDX-License-Identifier: Apache-2.0
// What instances cost: on demand, and on a spot market that moves every few hours. Pure functions
// of the seed, so that the past is the same each time it is asked for.
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

// The types whose prices are known; others cost as a "c6i.large" does.
std::vector<std::string> known_types();

// Dollars an hour.
double on_demand_price(const std::string& type);

// The price in force at `start`, and each change up to `end`, in the order of time.
std::vector<SpotPrice> spot_prices(std::uint64_t seed, const std::string& type,
                                   const std::string& zone, Time start, Time end);

// That in force at `now`, in dollars an hour.
double spot_price(std::uint64_t seed, const std::string& type, const std::string& zone, Time now);

}  // namespace livesonic::simulator
