// SPDX-License-Identifier: Apache-2.0
#include "livesonic/aws/pricing.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "livesonic/aws/fake_transport.h"

namespace livesonic::aws {
namespace {

using testing::ElementsAre;

using Answers = std::vector<Result<HttpResponse>>;

ClientSettings virginia() {
  return {.region = kPricingRegion, .max_attempts = 4};
}

std::string product(const std::string& dollars) {
  return R"({"product": {"productFamily": "Compute Instance", "sku": "QRVBAQ4ZGA7UAAKR",
      "attributes": {"instanceType": "c6i.large", "regionCode": "ap-northeast-1"}},
      "serviceCode": "AmazonEC2", "terms": {
      "OnDemand": {"Q.J": {"priceDimensions": {"Q.J.6": {"unit": "Hrs", "endRange": "Inf",
        "description": "$0.107 per On Demand Linux c6i.large Instance Hour",
        "beginRange": "0", "pricePerUnit": {"USD": )" +
         dollars + R"(}}}, "offerTermCode": "J", "termAttributes": {}}},
      "Reserved": {"Q.H": {"priceDimensions": {"Q.H.2": {"pricePerUnit": {"USD": "594"}}}}}},
      "version": "20260301"})";
}

HttpResponse products(const std::vector<std::string>& items, const std::string& token = "") {
  nlohmann::json body = {{"FormatVersion", "aws_v1"}, {"PriceList", items}};
  if (!token.empty()) body["NextToken"] = token;
  return http(200, body.dump());
}

TEST(Pricing, gives_the_on_demand_prices_of_products) {
  TestBench bench(Answers{products({product("\"0.1070000000\"")})}, virginia());
  const auto found =
      Pricing(bench.client).get_products("AmazonEC2", {{"instanceType", "c6i.large"}});
  ASSERT_TRUE(found) << found.error().message;
  EXPECT_THAT(
      *found,
      ElementsAre(Product{
          .sku = "QRVBAQ4ZGA7UAAKR",
          .family = "Compute Instance",
          .attributes = {{"instanceType", "c6i.large"}, {"regionCode", "ap-northeast-1"}},
          .on_demand = {{.unit = "Hrs",
                         .currency = "USD",
                         .price = 0.107,
                         .description = "$0.107 per On Demand Linux c6i.large Instance Hour"}}}));
  const HttpRequest& request = bench.transport.requests.at(0);
  EXPECT_EQ(request.url, "https://api.pricing.us-east-1.amazonaws.com/");
  EXPECT_THAT(request.headers, testing::Contains(std::pair<std::string, std::string>(
                                   "X-Amz-Target", "AWSPriceListService.GetProducts")));
  EXPECT_EQ(nlohmann::json::parse(request.body), nlohmann::json::parse(R"({
      "ServiceCode": "AmazonEC2", "FormatVersion": "aws_v1", "MaxResults": 100,
      "Filters": [{"Type": "TERM_MATCH", "Field": "instanceType", "Value": "c6i.large"}]})"));
}

TEST(Pricing, follows_pages_to_the_last) {
  TestBench bench(Answers{products({product("\"1\"")}, "t1"), products({})}, virginia());
  const auto found = Pricing(bench.client).get_products("AmazonEC2", {});
  ASSERT_TRUE(found) << found.error().message;
  EXPECT_EQ(found->size(), 1U);
  EXPECT_EQ(nlohmann::json::parse(bench.transport.requests.at(1).body).at("NextToken"), "t1");
}

TEST(Pricing, refuses_products_that_make_no_sense) {
  for (const std::string& item :
       {std::string("{"), std::string("{}"), std::string("[]"), product("\"free\""),
        product("0.107"), product("\"-1\""), product("\"inf\""), product("null, \"JPY\": \"\"")}) {
    TestBench bench(Answers{products({item})}, virginia());
    EXPECT_FALSE(Pricing(bench.client).get_products("AmazonEC2", {})) << item;
  }
  TestBench bench(Answers{http(200, R"({"PriceList": [{}]})")}, virginia());
  EXPECT_FALSE(Pricing(bench.client).get_products("AmazonEC2", {}));
}

}  // namespace
}  // namespace livesonic::aws
