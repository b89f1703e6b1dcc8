// SPDX-License-Identifier: Apache-2.0
#include "livesonic/base/exposition.h"

#include <gtest/gtest.h>

namespace livesonic::exposition {
namespace {

TEST(Exposition, a_label_may_have_any_value) {
  EXPECT_EQ(label("code", "Throttling"), R"(code="Throttling")");
  EXPECT_EQ(label("code", "a\"b\\c\nd\xff"), "code=\"a\\\"b\\\\c\\nd\xef\xbf\xbd\"");
}

TEST(Exposition, a_sample_is_a_line_with_labels_or_without) {
  EXPECT_EQ(sample("polls_total", "", 3), "polls_total 3\n");
  EXPECT_EQ(sample("score", label("cluster", "web"), 72.5), "score{cluster=\"web\"} 72.5\n");
  EXPECT_EQ(heading("score", "gauge", "Mean."), "# HELP score Mean.\n# TYPE score gauge\n");
}

}  // namespace
}  // namespace livesonic::exposition
