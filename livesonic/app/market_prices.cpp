// SPDX-License-Identifier: Apache-2.0
#include "livesonic/app/market_prices.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "livesonic/base/log.h"
#include "livesonic/scaling/price_list.h"

namespace livesonic::app {
namespace {

constexpr const char* kProduct = "Linux/UNIX";

// Of the many products of a type the one that is paid for an instance as EC2 launches it.
std::optional<double> price_among(const std::vector<aws::Product>& products) {
  for (const aws::Product& product : products) {
    for (const aws::OnDemandPrice& price : product.on_demand) {
      if (price.unit == "Hrs" && price.currency == "USD" && price.price > 0) return price.price;
    }
  }
  return std::nullopt;
}

bool concerns_the_place(ErrorKind kind) {
  return kind != ErrorKind::kInvalidInput && kind != ErrorKind::kConflict;
}

}  // namespace

PriceSources aws_prices(aws::Accounts& accounts, const Clock& clock) {
  PriceSources sources;
  sources.on_demand = [&accounts](const std::string& account, const std::string& region,
                                  const std::string& type,
                                  const std::stop_token& stop) -> Result<std::optional<double>> {
    const auto here = accounts.find(account, region);
    if (!here) return fail(here.error());
    const auto list = accounts.find(account, aws::kPricingRegion);
    if (!list) return fail(list.error());
    const auto products = (*list)->pricing().get_products("AmazonEC2",
                                                          {{"instanceType", type},
                                                           {"regionCode", (*here)->region()},
                                                           {"operatingSystem", "Linux"},
                                                           {"tenancy", "Shared"},
                                                           {"preInstalledSw", "NA"},
                                                           {"capacitystatus", "Used"}},
                                                          stop);
    if (!products) return fail(products.error());
    return price_among(*products);
  };
  sources.spot = [&accounts, &clock](
                     const std::string& account, const std::string& region,
                     const std::vector<std::string>& types,
                     const std::stop_token& stop) -> Result<std::vector<aws::SpotPrice>> {
    const auto here = accounts.find(account, region);
    if (!here) return fail(here.error());
    aws::SpotPriceQuery query;
    query.instance_types = types;
    query.products = {kProduct};
    query.from = clock.now();
    query.to = query.from;
    auto prices = (*here)->ec2_spot().describe_price_history(query, stop);
    if (!prices) return prices;
    // The newest comes first.
    std::set<std::pair<std::string, std::string>> seen;
    std::erase_if(*prices, [&](const aws::SpotPrice& one) {
      return one.price <= 0 || !seen.emplace(one.instance_type, one.availability_zone).second;
    });
    return prices;
  };
  return sources;
}

bool MarketPrices::rests(const std::map<Place, Time>& resting, const Place& place, Time now) {
  const auto since = resting.find(place);
  return since != resting.end() && now - since->second < kAgainAfter;
}

void MarketPrices::note(const Place& place, const char* what, const Error& error) {
  std::string& told = told_[{place, what}];
  if (told != error.message) log::warning("{} are not known: {}", what, error.message);
  told = error.message;
}

std::optional<double> MarketPrices::on_demand(const std::string& account, const std::string& region,
                                              const std::string& type,
                                              const std::stop_token& stop) {
  const auto price = quoted(account, region, type, stop);
  return price ? price : scaling::on_demand_price(type);
}

std::optional<double> MarketPrices::quoted(const std::string& account, const std::string& region,
                                           const std::string& type, const std::stop_token& stop) {
  const Place place{account, region};
  const Key key{account, region, type};
  const Time now = clock_.now();
  {
    const std::lock_guard lock(mutex_);
    const auto& known = on_demand_[key];
    const bool fresh = known.at && now - *known.at < kOnDemandFor;
    const bool in_vain = known.failed && now - *known.failed < kAgainAfter;
    if (fresh || in_vain || rests(on_demand_rests_, place, now)) return known.price;
  }
  const auto asked = sources_.on_demand(account, region, type, stop);
  const std::lock_guard lock(mutex_);
  auto& known = on_demand_[key];
  if (asked) {
    known = {*asked, now, std::nullopt};
  } else if (!stop.stop_requested()) {
    known.failed = now;
    if (concerns_the_place(asked.error().kind)) on_demand_rests_[place] = now;
    note(place, "on-demand prices", asked.error());
  }
  return known.price;
}

std::vector<aws::SpotPrice> MarketPrices::spot(const std::string& account,
                                               const std::string& region,
                                               const std::vector<std::string>& types,
                                               const std::stop_token& stop) {
  const Place place{account, region};
  const Time now = clock_.now();
  std::vector<std::string> missing;
  {
    const std::lock_guard lock(mutex_);
    for (const std::string& type : types) {
      const auto& known = spot_[{account, region, type}];
      const bool fresh = known.at && now - *known.at < kSpotFor;
      const bool in_vain = known.failed && now - *known.failed < kAgainAfter;
      if (!fresh && !in_vain) missing.push_back(type);
    }
    std::sort(missing.begin(), missing.end());
    missing.erase(std::unique(missing.begin(), missing.end()), missing.end());
    if (rests(spot_rests_, place, now)) missing.clear();
  }
  std::optional<Result<std::vector<aws::SpotPrice>>> asked;
  if (!missing.empty()) asked = sources_.spot(account, region, missing, stop);
  const std::lock_guard lock(mutex_);
  if (asked && *asked) {
    for (const std::string& type : missing) {
      auto& known = spot_[{account, region, type}];
      known = {{}, now, std::nullopt};
      for (const aws::SpotPrice& price : **asked) {
        if (price.instance_type == type) known.price.push_back(price);
      }
    }
  } else if (asked && !stop.stop_requested()) {
    for (const std::string& type : missing) spot_[{account, region, type}].failed = now;
    if (concerns_the_place(asked->error().kind)) spot_rests_[place] = now;
    note(place, "spot prices", asked->error());
  }
  std::vector<aws::SpotPrice> prices;
  for (const std::string& type : std::set<std::string>(types.begin(), types.end())) {
    const auto& known = spot_[{account, region, type}];
    if (!known.at || now - *known.at > kSpotAtMost) continue;
    prices.insert(prices.end(), known.price.begin(), known.price.end());
  }
  return prices;
}

}  // namespace livesonic::app
