// SPDX-License-Identifier: Apache-2.0
#include "livesonic/model/purchase.h"

#include <gtest/gtest.h>

namespace livesonic {
namespace {

TEST(Purchase, IsReadAsItIsWritten) {
  for (const Lifecycle market : {Lifecycle::kSpot, Lifecycle::kOnDemand}) {
    const Purchase purchase{market, "c6i.large", "us-east-1a"};
    const auto read = parse_purchase(to_string(purchase));
    ASSERT_TRUE(read) << read.error().message;
    EXPECT_EQ(*read, purchase);
  }
  const Purchase capped{Lifecycle::kSpot, "c6i.large", "us-east-1a", 0.041};
  EXPECT_EQ(to_string(capped), "spot:c6i.large:us-east-1a@0.041");
  EXPECT_EQ(parse_purchase("spot:c6i.large:us-east-1a@0.041").value(), capped);
  EXPECT_EQ(to_string(Purchase{Lifecycle::kSpot, "c6i.large", "us-east-1a"}),
            "spot:c6i.large:us-east-1a");
}

TEST(Purchase, IsNothingElse) {
  for (const char* text : {"", "spot", "spot:c6i.large", "reserved:c6i.large:us-east-1a",
                           "spot:c6i:us-east-1a", "spot::us-east-1a", "spot:c6i.large:",
                           "spot:c6i.large:us-east-1a:x", "spot:c6i.la rge:us-east-1a",
                           "scheduled:c6i.large:us-east-1a", "spot:c6i.large:us-east-1a@",
                           "spot:c6i.large:us-east-1a@-1", "spot:c6i.large:us-east-1a@1x",
                           "spot:c6i.large:us-east-1a@nan", "on-demand:c6i.large:us-east-1a@1"}) {
    const auto read = parse_purchase(text);
    ASSERT_FALSE(read) << text;
    EXPECT_NE(read.error().message.find("MARKET:TYPE:ZONE"), std::string::npos);
  }
}

}  // namespace
}  // namespace livesonic
