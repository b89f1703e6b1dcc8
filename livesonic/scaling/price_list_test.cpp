// SPDX-License-Identifier: Apache-2.0
#include "livesonic/scaling/price_list.h"

#include <gtest/gtest.h>

namespace livesonic::scaling {
namespace {

TEST(OnDemandPrice, goes_with_the_size) {
  EXPECT_DOUBLE_EQ(on_demand_price("m6i.large").value(), 0.096);
  EXPECT_DOUBLE_EQ(on_demand_price("m6i.xlarge").value(), 0.192);
  EXPECT_DOUBLE_EQ(on_demand_price("m5.24xlarge").value(), 4.608);
  EXPECT_DOUBLE_EQ(on_demand_price("c6g.medium").value(), 0.034);
  EXPECT_DOUBLE_EQ(on_demand_price("t3.nano").value(), 0.0052);
  EXPECT_DOUBLE_EQ(on_demand_price("t3.micro").value(), 0.0104);
  EXPECT_DOUBLE_EQ(on_demand_price("t3.small").value(), 0.0208);
}

TEST(OnDemandPrice, none_where_the_list_does_not_have_it) {
  for (const char* type : {"", ".", "m6i", "m6i.", ".large", "zz9.large", "m6i.huge", "m6i.0xlarge",
                           "m6i.1xlarge", "m6i.-2xlarge", "m6i.99xlarge", "m6i.2xlarger",
                           "m6i.2 xlarge", "m6i.xxlarge", "M6I.large"}) {
    EXPECT_FALSE(on_demand_price(type)) << type;
  }
}

}  // namespace
}  // namespace livesonic::scaling
