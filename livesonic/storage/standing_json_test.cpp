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

TEST(StandingJson, a_notice_is_read_back_as_it_was) {
  Standing standing;
  standing.notice = Notice{.interruption = false,
                           .action = {},
                           .at = Time(Duration(1'772'353'800'000)),
                           .deadline = std::nullopt};
  EXPECT_EQ(standing_to_json(standing), R"({"notice":{"at":1772353800000,"interruption":false}})");
  EXPECT_EQ(standing_from_json(standing_to_json(standing)), standing);
}

TEST(StandingJson, what_was_not_written_here_is_damage) {
  for (const char* text :
       {"", "[]", "{", "null", R"({"group":1})", R"({"protected":"yes"})", R"({"events":{}})",
        R"({"events":[1]})", R"({"notice":{}})", R"({"notice":{"interruption":true}})",
        R"({"notice":{"interruption":1,"at":0}})", R"({"notice":{"interruption":true,"at":-1}})",
        R"({"notice":{"interruption":true,"at":0,"deadline":"soon"}})",
        R"({"notice":{"interruption":true,"at":0,"action":1}})"}) {
    EXPECT_FALSE(standing_from_json(text)) << text;
  }
}

}  // namespace
}  // namespace livesonic::storage
