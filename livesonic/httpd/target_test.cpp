// SPDX-License-Identifier: Apache-2.0
#include "livesonic/httpd/target.h"

#include <gtest/gtest.h>

namespace livesonic::httpd {
namespace {

TEST(Targets, are_taken_apart_and_decoded) {
  const auto target = parse_target("/a%20b/%E6%97%A5?x=1&y=%26&flag&=z&x=2");
  ASSERT_TRUE(target);
  EXPECT_EQ(target->path, "/a b/日");
  EXPECT_EQ(target->query,
            (std::map<std::string, std::string>{{"x", "2"}, {"y", "&"}, {"flag", ""}, {"", "z"}}));
}

TEST(Targets, keep_a_plus_so_that_an_offset_of_a_time_survives) {
  EXPECT_EQ(parse_target("/?from=2026-03-01T00:00:00+09:00")->query.at("from"),
            "2026-03-01T00:00:00+09:00");
}

TEST(Targets, with_broken_escapes_or_control_characters_or_no_path_are_refused) {
  for (const char* text :
       {"", "a", "*", "http://x/", "/%", "/%4", "/%4g", "/?a=%", "/%00", "/%0a", "/%7f"}) {
    EXPECT_FALSE(parse_target(text)) << text;
  }
}

TEST(Forms, have_spaces_as_plus) {
  EXPECT_EQ(parse_form("Action=Describe+Things&n=%2B1"),
            (std::map<std::string, std::string>{{"Action", "Describe Things"}, {"n", "+1"}}));
  EXPECT_FALSE(parse_form("a=%zz"));
}

}  // namespace
}  // namespace livesonic::httpd
