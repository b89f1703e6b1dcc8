// SPDX-License-Identifier: Apache-2.0
#include "livesonic/scaling/type_catalogue.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace livesonic::scaling {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Not;

// By the list of 2022: m5 0.096, m6i 0.096, m5a 0.086, m6a 0.0864, m6g 0.077 an hour.
TEST(CheaperTypes, are_of_as_many_processors_and_at_least_the_memory_the_cheapest_first) {
  EXPECT_THAT(cheaper_types("m6i.large").same_image, ElementsAre("m6a.large"));
  EXPECT_THAT(cheaper_types("m6i.large").arm, ElementsAre("m6g.large", "m6gd.large"));
  EXPECT_THAT(cheaper_types("m5.16xlarge").same_image, ElementsAre("m5a.16xlarge", "m6a.16xlarge"));
  // c5 0.085, c5a 0.077, c6a 0.0765; c6g 0.068, c7g 0.0725. a1 is cheaper yet, and of 2018.
  EXPECT_THAT(cheaper_types("c5.xlarge").same_image, ElementsAre("c6a.xlarge", "c5a.xlarge"));
  EXPECT_THAT(cheaper_types("c5.xlarge").arm,
              ElementsAre("c6g.xlarge", "c7g.xlarge", "c6gd.xlarge", "m6g.xlarge"));
  // r4 0.133; r5a 0.113 has more memory.
  EXPECT_EQ(cheaper_types("r4.2xlarge").same_image.at(0), "r5a.2xlarge");
}

TEST(CheaperTypes, have_what_the_type_itself_has) {
  EXPECT_THAT(cheaper_types("m5d.large").same_image, ElementsAre("m5ad.large"));
  EXPECT_THAT(cheaper_types("m5d.large").arm, ElementsAre("m6gd.large"));
  EXPECT_THAT(cheaper_types("m5n.large").same_image, IsEmpty());
  EXPECT_THAT(cheaper_types("m5dn.large").arm, IsEmpty());
  EXPECT_THAT(cheaper_types("m5zn.xlarge").same_image, IsEmpty());
}

TEST(CheaperTypes, do_not_run_on_credits_unless_the_type_does) {
  EXPECT_THAT(cheaper_types("t3.large").same_image, ElementsAre("t3a.large"));
  EXPECT_EQ(cheaper_types("t3.large").arm.at(0), "t4g.large");
  EXPECT_THAT(cheaper_types("m5.large").same_image, Not(Contains("t3a.large")));
}

TEST(CheaperTypes, are_none_where_nothing_is_known_or_cheaper) {
  for (const char* type : {"", "m6i", "zz9.large", "m5a.large", "c5.9xlarge", "c5.8xlarge",
                           "t3.medium", "m6i.metal", "c6g.large", "m6g.large"}) {
    EXPECT_THAT(cheaper_types(type).same_image, IsEmpty()) << type;
  }
  EXPECT_THAT(cheaper_types("m6g.large").arm, IsEmpty());
}

}  // namespace
}  // namespace livesonic::scaling
