// SPDX-License-Identifier: Apache-2.0
// A recorded spot market: what the pools cost, and when they were to be had. Pure functions.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "livesonic/base/clock.h"
#include "livesonic/base/result.h"
#include "livesonic/scaling/market.h"

namespace livesonic::scaling {

// "use1" of "us-east-1": what the ids of its zones begin with ("use1-az4"). The region itself where
// it doesn't have that form.
std::string zone_prefix(std::string_view region);

// Lines "zone id, type, product, USD an hour, time" between tabs, as of
// describe-spot-price-history. Gives a pool for each zone whose id begins with `zones` and each
// type of `types`, with the last price of the recording, in the order of the types and zones. Lines
// of other products, types and zones are passed over; the error says "prices.tsv:12: …".
Result<std::vector<Pool>> parse_spot_prices(std::string_view text, std::string_view file_name,
                                            const std::vector<std::string>& types,
                                            std::string_view zones);

// Whether an instance was to be had, step by step.
struct Availability {
  Duration step{};  // 1s..1d
  std::vector<bool> had;
};

// {"metadata": {"gap_seconds": 195}, "data": [1, 1, 0, …]}, as SkyPilot's spot traces have it.
Result<Availability> parse_availability(std::string_view json, std::string_view file_name);

}  // namespace livesonic::scaling
