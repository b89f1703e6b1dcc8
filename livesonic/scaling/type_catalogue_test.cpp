// SPDX-License-Identifier: Apache-2.0
#include "livesonic/scaling/type_catalogue.h"

#include <gtest/gtest.h>

namespace livesonic::scaling {
namespace {

// By the list of 2022: m5 0.096, m6i 0.096, m5a 0.086, m6a 0.0864, m6g 0.077 an hour.
TEST(CheaperTypes, are_the_cheapest_of_as_many_processors_and_at_least_the_memory) {
  EXPECT_EQ(cheaper_types("m6i.large").same_image, "m6a.large");
  EXPECT_EQ(cheaper_types("m6i.large").arm, "m6g.large");
  EXPECT_EQ(cheaper_types("m5.16xlarge").same_image, "m5a.16xlarge");
  // c5 0.085, c5a 0.077, c6a 0.0765; c6g 0.068. a1 is cheaper yet, and of 2018.
  EXPECT_EQ(cheaper_types("c5.xlarge").same_image, "c6a.xlarge");
  EXPECT_EQ(cheaper_types("c5.xlarge").arm, "c6g.xlarge");
  // r4 0.133; r5a 0.113 has more memory.
  EXPECT_EQ(cheaper_types("r4.2xlarge").same_image, "r5a.2xlarge");
}

TEST(CheaperTypes, have_what_the_type_itself_has) {
  EXPECT_EQ(cheaper_types("m5d.large").same_image, "m5ad.large");
  EXPECT_EQ(cheaper_types("m5d.large").arm, "m6gd.large");
  EXPECT_EQ(cheaper_types("m5n.large").same_image, std::nullopt);
  EXPECT_EQ(cheaper_types("m5dn.large").arm, std::nullopt);
  EXPECT_EQ(cheaper_types("m5zn.xlarge").same_image, std::nullopt);
}

TEST(CheaperTypes, do_not_run_on_credits_unless_the_type_does) {
  EXPECT_EQ(cheaper_types("t3.large").same_image, "t3a.large");
  EXPECT_EQ(cheaper_types("t3.large").arm, "t4g.large");
  EXPECT_NE(cheaper_types("m6i.large").same_image, "t3a.large");
}

TEST(CheaperTypes, are_none_where_nothing_is_known_or_cheaper) {
  for (const char* type : {"", "m6i", "zz9.large", "m5a.large", "c5.9xlarge", "c5.8xlarge",
                           "t3.medium", "m6i.metal"}) {
    EXPECT_EQ(cheaper_types(type).same_image, std::nullopt) << type;
  }
  EXPECT_EQ(cheaper_types("c6g.large").same_image, std::nullopt);
  EXPECT_EQ(cheaper_types("m6g.large").same_image, std::nullopt);
  EXPECT_EQ(cheaper_types("m6g.large").arm, std::nullopt);
}

}  // namespace
}  // namespace livesonic::scaling
