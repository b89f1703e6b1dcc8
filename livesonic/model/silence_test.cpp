// SPDX-License-Identifier: Apache-2.0
#include "livesonic/model/silence.h"

#include <gtest/gtest.h>

namespace livesonic {
namespace {

TEST(Matcher, is_read_as_it_is_written) {
  for (const char* text :
       {"cluster=web", "cause!=score", "instance=~i-0.*", "name!~\"db|cache\"",
        " severity = \"critical\" ", "name==odd", "cause=\"\"", "name=\"\"a\"\""}) {
    const auto matcher = parse_matcher(text);
    ASSERT_TRUE(matcher) << text;
    EXPECT_EQ(parse_matcher(to_string(*matcher)), matcher) << text;
  }
  EXPECT_EQ(parse_matcher("instance=~i-0.*")->op, Matcher::Op::kMatches);
  EXPECT_EQ(parse_matcher("name!~\"db|cache\"")->value, "db|cache");
}

TEST(Matcher, mistakes_say_what_is_wrong) {
  EXPECT_NE(parse_matcher("web").error().message.find("no matcher"), std::string::npos);
  EXPECT_NE(parse_matcher("color=red").error().message.find("no such label"), std::string::npos);
  EXPECT_NE(parse_matcher("name=~(").error().message.find("RE2"), std::string::npos);
  EXPECT_FALSE(parse_matcher("name!web"));
  EXPECT_FALSE(parse_matcher(""));
}

TEST(Matcher, patterns_match_the_whole_value) {
  Incident incident;
  incident.cluster = "web-eu";
  Silence silence;
  silence.matchers = {parse_matcher("cluster=~web").value()};
  EXPECT_FALSE(hits(silence, incident));
  silence.matchers = {parse_matcher("cluster=~web.*").value()};
  EXPECT_TRUE(hits(silence, incident));
  silence.matchers.clear();
  EXPECT_FALSE(hits(silence, incident));
}

}  // namespace
}  // namespace livesonic
