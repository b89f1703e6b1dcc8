// SPDX-License-Identifier: Apache-2.0
#include "livesonic/base/nearest.h"

#include <gtest/gtest.h>

namespace livesonic {
namespace {

TEST(Nearest, is_the_word_with_the_fewest_letters_changed) {
  EXPECT_EQ(nearest("clutser", {"cluster", "service", "status"}), "cluster");
  EXPECT_EQ(nearest("elbs", {"name", "elb"}), "elb");
}

TEST(Nearest, is_nothing_when_none_is_near) {
  EXPECT_EQ(nearest("colour", {"score_below", "unreachable"}), "");
  EXPECT_EQ(nearest("", {"abc"}), "");
  EXPECT_EQ(nearest(std::string(1000, 'a'), {"abc"}), "");
}

}  // namespace
}  // namespace livesonic
