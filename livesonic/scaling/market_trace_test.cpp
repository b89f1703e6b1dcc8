// SPDX-License-Identifier: Apache-2.0
#include "livesonic/scaling/market_trace.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace livesonic::scaling {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

const std::vector<std::string> kTypes{"m6i.large", "c6i.large"};

TEST(ZonePrefix, is_that_of_the_regions_zone_ids) {
  EXPECT_EQ(zone_prefix("us-east-1"), "use1");
  EXPECT_EQ(zone_prefix("us-west-2"), "usw2");
  EXPECT_EQ(zone_prefix("eu-central-1"), "euc1");
  EXPECT_EQ(zone_prefix("ap-northeast-1"), "apne1");
  EXPECT_EQ(zone_prefix("ap-southeast-2"), "apse2");
}

TEST(ZonePrefix, what_is_no_region_stays_as_it_is) {
  for (const char* text : {"", "somewhere", "us-gov-west-1", "us-up-1"}) {
    EXPECT_EQ(zone_prefix(text), text);
  }
}

TEST(ParseSpotPrices, a_pool_is_a_type_in_a_zone_with_its_last_price) {
  const auto pools = parse_spot_prices(
      "# zone type product price time\n"
      "use1-az1\tc6i.large\tLinux/UNIX\t0.0300\t2026-03-01T01:00:00Z\r\n"
      "use1-az1\tm6i.large\tLinux/UNIX\t0.0500\t2026-03-01T02:00:00Z\n"
      "use1-az1\tm6i.large\tLinux/UNIX\t0.0400\t2026-03-01T01:00:00Z\n"
      "\n"
      "use1-az2\tm6i.large\tLinux/UNIX\t0.0350\t2026-03-01T01:00:00Z\n"
      "use1-az2\tm6i.large\tWindows\t0.9\t2026-03-01T03:00:00Z\n"
      "use1-az2\tr6i.large\tLinux/UNIX\t0.9\t2026-03-01T03:00:00Z\n"
      "usw2-az2\tm6i.large\tLinux/UNIX\t0.01\t2026-03-01T03:00:00Z",
      "prices.tsv", kTypes, "use1");
  ASSERT_TRUE(pools) << pools.error().message;
  ASSERT_THAT(*pools, SizeIs(3));
  EXPECT_EQ((*pools)[0].type, "m6i.large");
  EXPECT_EQ((*pools)[0].zone, "use1-az1");
  EXPECT_EQ((*pools)[0].price, 0.05);
  EXPECT_EQ((*pools)[0].on_demand_price, 0.096);
  EXPECT_FALSE((*pools)[0].barred);
  EXPECT_EQ((*pools)[1].zone, "use1-az2");
  EXPECT_EQ((*pools)[1].price, 0.035);
  EXPECT_EQ((*pools)[2].type, "c6i.large");
}

TEST(ParseSpotPrices, a_type_without_a_listed_price_has_none) {
  const auto pools =
      parse_spot_prices("use1-az1\tx9.huge\tLinux/UNIX\t0.03\t2026", "p", {"x9.huge"}, "use1");
  ASSERT_TRUE(pools);
  EXPECT_EQ(pools->at(0).on_demand_price, 0);
}

TEST(ParseSpotPrices, nothing_of_the_region_is_no_pool) {
  EXPECT_THAT(parse_spot_prices("", "prices.tsv", kTypes, "use1").value(), IsEmpty());
}

TEST(ParseSpotPrices, a_wrong_line_is_told_with_its_number) {
  for (const char* line : {"use1-az1 m6i.large Linux/UNIX 0.03 2026", "a\tb\tc\td", "a\tb\tc\td\te",
                           "a\tb\tc\t0\te", "a\tb\tc\t-1\te", "a\tb\tc\tnan\te", "a\tb\tc\tinf\te",
                           "a\tb\tc\t10000\te", "a\tb\tc\t1\te\tf"}) {
    const auto pools =
        parse_spot_prices(std::string("use1-az1\tm6i.large\tLinux/UNIX\t0.03\t2026\n") + line,
                          "prices.tsv", kTypes, "use1");
    ASSERT_FALSE(pools) << line;
    EXPECT_THAT(pools.error().message, HasSubstr("prices.tsv:2: is no price")) << line;
  }
}

TEST(ParseAvailability, a_step_is_had_or_not) {
  const auto found = parse_availability(
      R"({"metadata": {"gap_seconds": 195, "zone": "x"}, "data": [1, 0, 0.5, 1]})", "a.json");
  ASSERT_TRUE(found) << found.error().message;
  EXPECT_EQ(found->step, 195s);
  EXPECT_THAT(found->had, ElementsAre(true, false, true, true));
}

TEST(ParseAvailability, what_is_wrong_is_told_with_what_it_must_be) {
  const std::pair<const char*, const char*> wrong[] = {
      {"", "is no JSON object"},
      {"[1]", "is no JSON object"},
      {"{\"metadata\":", "is no JSON object"},
      {R"({"data": [1]})", "has no metadata"},
      {R"({"metadata": 1, "data": [1]})", "has no metadata"},
      {R"({"metadata": {}, "data": [1]})", "has no gap_seconds"},
      {R"({"metadata": {"gap_seconds": "60"}, "data": [1]})", "has no gap_seconds"},
      {R"({"metadata": {"gap_seconds": 0.5}, "data": [1]})", "is not from 1 to 86400"},
      {R"({"metadata": {"gap_seconds": 86401}, "data": [1]})", "is not from 1 to 86400"},
      {R"({"metadata": {"gap_seconds": 60}})", "has no data"},
      {R"({"metadata": {"gap_seconds": 60}, "data": []})", "has no data"},
      {R"({"metadata": {"gap_seconds": 60}, "data": [1, "0"]})", "that is no number"},
  };
  for (const auto& [json, what] : wrong) {
    const auto found = parse_availability(json, "a.json");
    ASSERT_FALSE(found) << json;
    EXPECT_THAT(found.error().message, HasSubstr(what));
    EXPECT_THAT(found.error().message, HasSubstr("a.json: "));
    EXPECT_THAT(found.error().message, HasSubstr(R"("data": [1, 0, …])"));
  }
}

}  // namespace
}  // namespace livesonic::scaling
