// SPDX-License-Identifier: Apache-2.0
#include "livesonic/model/silence.h"

#include <gtest/gtest.h>

namespace livesonic {
namespace {

TEST(Matcher, is_read_as_it_is_written) {
  for (const char* text :
       {"cluster=web", "cause!=score", "instance=~i-0.*", "name!~\"db|cache\"",
        " severity = \"critical\" ", "name==odd", "cause=\"\"", "name=\"\"a\"\"", "tag:role=worker",
        "tag:aws:autoscaling:groupName=~web-.*", "tag:Cost Center!=7", " tag:\"a=b!\" = c ",
        "tag:\"x\"=\"=\"", "tag:a\"b=1"}) {
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
  EXPECT_NE(parse_matcher("tag:=x").error().message.find("names no tag"), std::string::npos);
  EXPECT_NE(parse_matcher("tag:\"\"=x").error().message.find("names no tag"), std::string::npos);
  EXPECT_FALSE(parse_matcher("tag:\"open=x"));
  EXPECT_FALSE(parse_matcher("tag:" + std::string(600, 'k') + "=x"));
}

TEST(Matcher, of_a_tag_has_the_key_as_it_is_without_its_quotes) {
  EXPECT_EQ(parse_matcher("tag:Cost Center=7")->label, "tag:Cost Center");
  EXPECT_EQ(parse_matcher("tag:\"a=b\"=~c")->label, "tag:a=b");
  EXPECT_EQ(parse_matcher("tag:\"a=b\"=~c")->op, Matcher::Op::kMatches);
}

TEST(Silence, by_tag_hits_what_all_that_suffer_have_in_common) {
  const auto by = [](const char* text) {
    Silence silence;
    silence.matchers = {parse_matcher(text).value()};
    return silence;
  };
  Incident incident;
  incident.cluster = "web";
  incident.members = {{"i-1", "a", "", {}, {}}, {"i-2", "b", "", {}, {}}};
  MemberTags tags{{"i-1", {{"role", "worker"}, {"env", "prod-1"}}}, {"i-2", {{"role", "worker"}}}};
  EXPECT_TRUE(compares_tags(by("tag:role=worker")));
  EXPECT_FALSE(compares_tags(by("name=worker")));
  EXPECT_TRUE(hits(by("tag:role=worker"), incident, tags));
  EXPECT_TRUE(hits(by("tag:role=~work.*"), incident, tags));
  EXPECT_FALSE(hits(by("tag:env=prod-1"), incident, tags)) << "the other one has no such tag";
  EXPECT_FALSE(hits(by("tag:env!~prod.*"), incident, tags));
  EXPECT_TRUE(hits(by("tag:team="), incident, tags)) << "a tag that is missing is empty";
  EXPECT_TRUE(hits(by("tag:team!=red"), incident, tags));
  // One more host goes down, of another role; then it is well again.
  incident.members.push_back({"i-3", "c", "", {}, {}});
  tags["i-3"] = {{"role", "web"}};
  EXPECT_FALSE(hits(by("tag:role=worker"), incident, tags));
  incident.members.back().until = Time{};
  EXPECT_TRUE(hits(by("tag:role=worker"), incident, tags));
  EXPECT_FALSE(hits(by("tag:role=worker"), incident, {})) << "nobody knows their tags";
}

TEST(Matcher, patterns_match_the_whole_value) {
  Incident incident;
  incident.cluster = "web-eu";
  Silence silence;
  silence.matchers = {parse_matcher("cluster=~web").value()};
  EXPECT_FALSE(hits(silence, incident, {}));
  silence.matchers = {parse_matcher("cluster=~web.*").value()};
  EXPECT_TRUE(hits(silence, incident, {}));
  silence.matchers.clear();
  EXPECT_FALSE(hits(silence, incident, {}));
}

}  // namespace
}  // namespace livesonic
