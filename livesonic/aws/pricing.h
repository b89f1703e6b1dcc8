// SPDX-License-Identifier: Apache-2.0
// List prices (AWS Price List Query API, version 2017-10-15).
#pragma once

#include <stop_token>
#include <string>
#include <utility>
#include <vector>

#include "livesonic/aws/tags.h"
#include "livesonic/base/result.h"

namespace livesonic::aws {

class Client;

// A region that has this service, which knows the prices of all regions; few others have it.
inline constexpr const char* kPricingRegion = "us-east-1";

struct OnDemandPrice {
  std::string unit;      // "Hrs"
  std::string currency;  // "USD"
  double price = 0;      // of one unit
  std::string description;
  friend bool operator==(const OnDemandPrice&, const OnDemandPrice&) = default;
};

struct Product {
  std::string sku;
  std::string family;                    // "Compute Instance"
  Tags attributes;                       // "instanceType", "regionCode", "operatingSystem", …
  std::vector<OnDemandPrice> on_demand;  // reserved terms are left out
  friend bool operator==(const Product&, const Product&) = default;
};

// Thread-safe. Borrows the client, which must be of kPricingRegion. An answer is whole or an error,
// never a part of a list.
class Pricing {
 public:
  explicit Pricing(const Client& client) : client_(&client) {}

  // The products of a service ("AmazonEC2") all of whose attributes are as given:
  // {{"instanceType", "c6i.large"}, {"regionCode", "ap-northeast-1"}, …}. There are tens of
  // thousands where too little is given: 100 come in a page.
  Result<std::vector<Product>> get_products(
      const std::string& service_code,
      const std::vector<std::pair<std::string, std::string>>& attributes,
      const std::stop_token& stop = {}) const;

 private:
  const Client* client_;
};

}  // namespace livesonic::aws
