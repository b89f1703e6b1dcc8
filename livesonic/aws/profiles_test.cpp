// SPDX-License-Identifier: Apache-2.0
#include "livesonic/aws/profiles.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "livesonic/aws/fake_home.h"

namespace livesonic::aws {
namespace {

using testing::HasSubstr;
using testing::Not;

Result<SelectedProfile> load_profile(const std::string& wanted, const Environment& environment) {
  return load_shared_config(environment).and_then([&](const SharedConfig& shared) {
    return select_profile(shared, wanted, environment);
  });
}

Profiles parsed(std::string_view text, ProfileFile kind) {
  const Result<SharedSections> found = parse_profiles(text, kind, "file");
  return found ? found->profiles : Profiles{{"error", {{"message", found.error().message}}}};
}

TEST(Profiles, of_the_credentials_file_are_its_sections) {
  EXPECT_EQ(parsed("# mine\r\n[default]\r\nAWS_Access_Key_Id = AKIA1\r\n"
                   "aws_secret_access_key=a/b+c#d=e  # a comment\n\n[ prod ]\n; theirs\n"
                   "aws_access_key_id = AKIA2",
                   ProfileFile::kCredentials),
            (Profiles{{"default",
                       {{"aws_access_key_id", "AKIA1"}, {"aws_secret_access_key", "a/b+c#d=e"}}},
                      {"prod", {{"aws_access_key_id", "AKIA2"}}}}));
}

TEST(Profiles, of_the_config_file_are_the_sections_called_so) {
  EXPECT_EQ(parsed("[default]\nregion=us-east-1\n[profile a b]\nregion=eu-west-1\n"
                   "[profile \"c d\"]\nregion=x\n[sso-session s]\nregion=y\n[profiled]\nregion=z\n",
                   ProfileFile::kConfig),
            (Profiles{{"default", {{"region", "us-east-1"}}},
                      {"a b", {{"region", "eu-west-1"}}},
                      {"c d", {{"region", "x"}}}}));
}

TEST(Profiles, given_twice_are_one_and_nested_settings_carry_their_parents_name) {
  EXPECT_EQ(parsed("[default]\na=1\ns3 =\n  max = 10\n\tmin = 1\n[default]\nb=2\na=3\n",
                   ProfileFile::kConfig),
            (Profiles{{"default",
                       {{"a", "3"}, {"b", "2"}, {"s3", ""}, {"s3.max", "10"}, {"s3.min", "1"}}}}));
}

TEST(Profiles, stand_beside_the_sections_that_they_refer_to) {
  const auto found = parse_profiles(
      "[sso-session corp]\nsso_region = eu-west-1\n[services local]\nec2 =\n"
      "  endpoint_url = http://127.0.0.1:1\n[plugins]\nx = y\n[profile p]\nservices = local\n",
      ProfileFile::kConfig, "file");
  ASSERT_TRUE(found) << found.error().message;
  EXPECT_EQ(found->sso_sessions, (Profiles{{"corp", {{"sso_region", "eu-west-1"}}}}));
  EXPECT_EQ(found->services,
            (Profiles{{"local", {{"ec2", ""}, {"ec2.endpoint_url", "http://127.0.0.1:1"}}}}));
  EXPECT_EQ(found->profiles, (Profiles{{"p", {{"services", "local"}}}}));
}

TEST(Profiles, are_refused_with_the_line_and_without_the_value) {
  for (const char* text : {"[default]\nsecret", "secret = 1", "[default\nsecret = 1"}) {
    const auto profiles = parse_profiles(text, ProfileFile::kConfig, "~/.aws/config");
    ASSERT_FALSE(profiles) << text;
    EXPECT_THAT(profiles.error().message, testing::StartsWith("~/.aws/config:"));
    EXPECT_THAT(profiles.error().message, Not(HasSubstr("secret")));
  }
}

TEST(LoadProfile, joins_both_files_and_prefers_the_credentials_files_settings) {
  FakeHome home;
  home.write("credentials", "[default]\naws_access_key_id=A\nregion=one\n");
  home.write("config", "[default]\nregion=two\noutput=json\n");
  const auto profile = load_profile("", home.environment());
  ASSERT_TRUE(profile) << profile.error().message;
  EXPECT_FALSE(profile->asked_for);
  EXPECT_EQ(profile->settings,
            (Profile{{"aws_access_key_id", "A"}, {"region", "one"}, {"output", "json"}}));
}

TEST(LoadProfile, may_find_nothing_unless_a_profile_was_asked_for) {
  FakeHome home;
  const auto none = load_profile("", home.environment());
  ASSERT_TRUE(none);
  EXPECT_FALSE(none->exists);
  home.variables["AWS_PROFILE"] = "prod";
  const auto missing = load_profile("", home.environment());
  ASSERT_FALSE(missing);
  EXPECT_THAT(missing.error().message, HasSubstr("no AWS profile 'prod' in "));
  EXPECT_FALSE(load_profile("test", home.environment()));
}

TEST(LoadProfile, looks_below_the_home_directory_by_default) {
  FakeHome home;
  home.variables = {{"HOME", home.path().string()}};
  const auto shared = load_shared_config(home.environment());
  ASSERT_TRUE(shared);
  EXPECT_EQ(shared->looked_in, home.path().string() + "/.aws/credentials and " +
                                   home.path().string() + "/.aws/config");
}

}  // namespace
}  // namespace livesonic::aws
