// SPDX-License-Identifier: Apache-2.0
#include "livesonic/storage/standing_json.h"

#include <gtest/gtest.h>

namespace livesonic::storage {
namespace {

TEST(StandingJson, says_only_what_there_is_to_say) {
  EXPECT_EQ(standing_to_json({}), "{}");
  Standing standing;
  standing.group = "web-asg";
  standing.protected_from_scale_in = true;
  EXPECT_EQ(standing_to_json(standing), R"({"group":"web-asg","protected":true})");
  EXPECT_EQ(standing_from_json(standing_to_json(standing)), standing);
}

TEST(StandingJson, what_was_not_written_here_is_damage) {
  for (const char* text : {"", "[]", "{", "null", R"({"group":1})", R"({"protected":"yes"})",
                           R"({"events":{}})", R"({"events":[1]})"}) {
    EXPECT_FALSE(standing_from_json(text)) << text;
  }
}

}  // namespace
}  // namespace livesonic::storage
