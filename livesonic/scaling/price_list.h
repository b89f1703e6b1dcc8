// SPDX-License-Identifier: Apache-2.0
// On-demand prices to reckon with where AWS can't be asked.
#pragma once

#include <optional>
#include <string_view>

namespace livesonic::scaling {

inline constexpr std::string_view kPriceListDate = "2022-05-31";

// USD an hour for Linux in us-east-1, as AWS published them on that date; none for a type that the
// list doesn't have. Within a family the price goes with the size.
std::optional<double> on_demand_price(std::string_view type);

}  // namespace livesonic::scaling
