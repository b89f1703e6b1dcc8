// SPDX-License-Identifier: Apache-2.0
#include "livesonic/aws/ec2_spot.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "livesonic/aws/fake_transport.h"

namespace livesonic::aws {
namespace {

using testing::ElementsAre;
using testing::EndsWith;
using testing::HasSubstr;

using Answers = std::vector<Result<HttpResponse>>;

HttpResponse requests(const std::string& items, const std::string& token = "") {
  return http(200,
              "<DescribeSpotInstanceRequestsResponse><requestId>r</requestId>"
              "<spotInstanceRequestSet>" +
                  items + "</spotInstanceRequestSet>" +
                  (token.empty() ? "" : "<nextToken>" + token + "</nextToken>") +
                  "</DescribeSpotInstanceRequestsResponse>");
}

HttpResponse prices(const std::string& items, const std::string& token = "") {
  return http(200, "<DescribeSpotPriceHistoryResponse><spotPriceHistorySet>" + items +
                       "</spotPriceHistorySet><nextToken>" + token +
                       "</nextToken></DescribeSpotPriceHistoryResponse>");
}

std::string price(const std::string& dollars) {
  return "<item><instanceType>c6i.large</instanceType>"
         "<productDescription>Linux/UNIX</productDescription><spotPrice>" +
         dollars +
         "</spotPrice><timestamp>2026-03-01T08:30:00.000Z</timestamp>"
         "<availabilityZone>ap-northeast-1a</availabilityZone></item>";
}

TEST(Ec2Spot, says_what_became_of_a_request) {
  TestBench bench(Answers{requests(
      "<item><spotInstanceRequestId>sir-abcd1234</spotInstanceRequestId>"
      "<spotPrice>0.085000</spotPrice><type>one-time</type><state>closed</state>"
      "<status><code>instance-terminated-no-capacity</code>"
      "<updateTime>2026-03-01T08:30:00.000Z</updateTime>"
      "<message>Your Spot instance was terminated because there is no capacity.</message></status>"
      "<instanceId>i-0123456789abcdef0</instanceId><createTime>2026-03-01T08:00:00.000Z"
      "</createTime><launchedAvailabilityZone>ap-northeast-1a</launchedAvailabilityZone>"
      "<instanceInterruptionBehavior>terminate</instanceInterruptionBehavior>"
      "<launchSpecification><imageId>ami-1</imageId></launchSpecification></item>")});
  const auto found = Ec2Spot(bench.client).describe_requests({"sir-abcd1234"});
  ASSERT_TRUE(found) << found.error().message;
  EXPECT_THAT(*found, ElementsAre(SpotRequest{
                          .id = "sir-abcd1234",
                          .state = "closed",
                          .status_code = "instance-terminated-no-capacity",
                          .status_message =
                              "Your Spot instance was terminated because there is no capacity.",
                          .status_updated_at = *parse_iso8601("2026-03-01T08:30:00Z"),
                          .fault_code = "",
                          .fault_message = "",
                          .instance_id = "i-0123456789abcdef0",
                          .type = "one-time",
                          .availability_zone = "ap-northeast-1a",
                          .interruption_behavior = "terminate",
                          .max_price = 0.085,
                          .created_at = *parse_iso8601("2026-03-01T08:00:00Z")}));
  EXPECT_THAT(bench.transport.requests.at(0).body,
              EndsWith("&MaxResults=1000&Filter.1.Name=spot-instance-request-id&"
                       "Filter.1.Value.1=sir-abcd1234"));
}

TEST(Ec2Spot, finds_requests_by_filters_page_by_page) {
  const std::string one =
      "<item><spotInstanceRequestId>sir-1</spotInstanceRequestId><state>open</state></item>";
  TestBench bench(Answers{requests(one, "t1"), requests(one)});
  const auto found = Ec2Spot(bench.client).find_requests({{"state", {"open"}}});
  ASSERT_TRUE(found) << found.error().message;
  EXPECT_EQ(found->size(), 2U);
  EXPECT_EQ(found->at(0).max_price, std::nullopt);
  EXPECT_THAT(bench.transport.requests.at(1).body, EndsWith("&NextToken=t1"));
}

TEST(Ec2Spot, lists_prices_of_types_and_products) {
  TestBench bench(Answers{prices(price("0.032100"), "t1"), prices(price("0.0415"))});
  const Time now = *parse_iso8601("2026-03-01T09:00:00Z");
  const auto found = Ec2Spot(bench.client)
                         .describe_price_history({.instance_types = {"c6i.large"},
                                                  .products = {"Linux/UNIX"},
                                                  .availability_zone = "ap-northeast-1a",
                                                  .from = now,
                                                  .to = now});
  ASSERT_TRUE(found) << found.error().message;
  ASSERT_EQ(found->size(), 2U);
  EXPECT_EQ(found->at(0), (SpotPrice{.instance_type = "c6i.large",
                                     .availability_zone = "ap-northeast-1a",
                                     .product = "Linux/UNIX",
                                     .price = 0.0321,
                                     .since = *parse_iso8601("2026-03-01T08:30:00Z")}));
  EXPECT_THAT(bench.transport.requests.at(0).body,
              HasSubstr("&StartTime=2026-03-01T09%3A00%3A00Z&EndTime=2026-03-01T09%3A00%3A00Z&"
                        "MaxResults=1000&InstanceType.1=c6i.large&"
                        "ProductDescription.1=Linux%2FUNIX&AvailabilityZone=ap-northeast-1a"));
}

TEST(Ec2Spot, asks_for_the_prices_of_all_types_where_none_is_given) {
  TestBench bench(Answers{prices("")});
  ASSERT_TRUE(Ec2Spot(bench.client).describe_price_history({.instance_types = {}}));
  EXPECT_EQ(bench.transport.requests.size(), 1U);
}

TEST(Ec2Spot, refuses_prices_that_are_none) {
  for (const char* text : {"", "free", "-1", "inf", "nan", "0.1x", "1e999", " 1"}) {
    TestBench bench(Answers{prices(price(text))});
    EXPECT_FALSE(Ec2Spot(bench.client).describe_price_history({.instance_types = {}})) << text;
  }
}

TEST(Ec2Spot, gives_no_part_of_a_list) {
  TestBench bench(Answers{requests("", "t1"), refusal(403, "UnauthorizedOperation")});
  EXPECT_EQ(Ec2Spot(bench.client).find_requests({}).error().kind, ErrorKind::kPermission);
  for (const char* item : {"<item/>",
                           "<item><spotInstanceRequestId>a b</spotInstanceRequestId>"
                           "<state>open</state></item>"}) {
    TestBench odd(Answers{requests(item)});
    EXPECT_FALSE(Ec2Spot(odd.client).find_requests({})) << item;
  }
}

}  // namespace
}  // namespace livesonic::aws
