// SPDX-License-Identifier: Apache-2.0
// What instances cost, as AWS says; asked no oftener than it helps.
#pragma once

#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "livesonic/aws/aws.h"
#include "livesonic/base/clock.h"
#include "livesonic/base/result.h"

namespace livesonic::app {

// Who is asked, for Linux and shared hosts. An empty account is the first, an empty region its own.
struct PriceSources {
  // USD an hour; none for a type that there isn't in the region.
  std::function<Result<std::optional<double>>(const std::string& account, const std::string& region,
                                              const std::string& type, const std::stop_token& stop)>
      on_demand;
  // The prices of now, one a type and zone.
  std::function<Result<std::vector<aws::SpotPrice>>(
      const std::string& account, const std::string& region, const std::vector<std::string>& types,
      const std::stop_token& stop)>
      spot;
};
// The accounts must outlive them.
PriceSources aws_prices(aws::Accounts& accounts, const Clock& clock);

// Thread-safe; whoever asks for what isn't known yet waits for AWS.
class MarketPrices {
 public:
  static constexpr Duration kOnDemandFor = std::chrono::hours{24};
  static constexpr Duration kSpotFor = std::chrono::minutes{5};
  // What could not be had is asked for again after so long; the last answer holds until then.
  static constexpr Duration kAgainAfter = std::chrono::minutes{10};
  // A spot price that is older is none.
  static constexpr Duration kSpotAtMost = std::chrono::hours{1};

  // Both must outlive it.
  MarketPrices(aws::Accounts& accounts, const Clock& clock)
      : MarketPrices(aws_prices(accounts, clock), clock) {}
  MarketPrices(PriceSources sources, const Clock& clock)
      : sources_(std::move(sources)), clock_(clock) {}

  // USD an hour. Where AWS can't be asked or doesn't know the type, by the list of
  // scaling/price_list.h; none where that doesn't have it either.
  std::optional<double> on_demand(const std::string& account, const std::string& region,
                                  const std::string& type, const std::stop_token& stop = {});

  // The same, but none where AWS hasn't said so.
  std::optional<double> quoted(const std::string& account, const std::string& region,
                               const std::string& type, const std::stop_token& stop = {});

  // One for each zone in which AWS has a price of the type.
  std::vector<aws::SpotPrice> spot(const std::string& account, const std::string& region,
                                   const std::vector<std::string>& types,
                                   const std::stop_token& stop = {});

 private:
  using Place = std::pair<std::string, std::string>;              // account, region
  using Key = std::tuple<std::string, std::string, std::string>;  // and type
  template <typename Price>
  struct Known {
    Price price{};
    std::optional<Time> at;      // when it was answered
    std::optional<Time> failed;  // when it was asked for in vain since
  };

  // Tells a complaint once. Under the mutex.
  void note(const Place& place, const char* what, const Error& error);
  // Is there no point in asking the place now?
  static bool rests(const std::map<Place, Time>& resting, const Place& place, Time now);

  const PriceSources sources_;
  const Clock& clock_;
  std::mutex mutex_;  // guards what follows; never held while AWS is asked
  std::map<Key, Known<std::optional<double>>> on_demand_;
  std::map<Key, Known<std::vector<aws::SpotPrice>>> spot_;
  std::map<Place, Time> on_demand_rests_;  // since when: it could not be reached, or says no
  std::map<Place, Time> spot_rests_;
  std::map<std::pair<Place, std::string>, std::string> told_;  // the last complaint of each
};

}  // namespace livesonic::app
