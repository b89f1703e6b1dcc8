// SPDX-License-Identifier: Apache-2.0
#include "livesonic/aws/preferences.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "livesonic/aws/fake_home.h"

namespace livesonic::aws {
namespace {

using testing::HasSubstr;

struct Decision {
  FakeHome home;
  Preferences ours{.region = "us-east-1"};
  SharedConfig shared;
  Profile profile;

  Result<ClientSettings> decide() const {
    return aws::decide(ours, home.environment(), shared, profile);
  }
  std::string error() const {
    const auto decided = decide();
    return decided ? "none" : decided.error().message;
  }
};

TEST(Preferences, left_open_are_aws_own) {
  const auto decided = Decision{}.decide();
  ASSERT_TRUE(decided) << decided.error().message;
  EXPECT_EQ(decided->max_attempts, 3);
  EXPECT_EQ(decided->retry_mode, RetryMode::kStandard);
  EXPECT_FALSE(decided->endpoints.fips);
  EXPECT_TRUE(decided->endpoints.url.empty());
}

TEST(Preferences, are_ours_then_the_environments_then_the_profiles) {
  Decision decision;
  decision.profile = {{"use_fips_endpoint", "true"},
                      {"use_dualstack_endpoint", "True"},
                      {"retry_mode", "adaptive"},
                      {"max_attempts", "7"}};
  EXPECT_TRUE(decision.decide()->endpoints.fips);
  EXPECT_TRUE(decision.decide()->endpoints.dual_stack);
  EXPECT_EQ(decision.decide()->retry_mode, RetryMode::kAdaptive);
  EXPECT_EQ(decision.decide()->max_attempts, 7);
  decision.home.variables["AWS_USE_FIPS_ENDPOINT"] = "false";
  decision.home.variables["AWS_RETRY_MODE"] = "legacy";
  decision.home.variables["AWS_MAX_ATTEMPTS"] = "2";
  EXPECT_FALSE(decision.decide()->endpoints.fips);
  EXPECT_EQ(decision.decide()->retry_mode, RetryMode::kStandard);
  EXPECT_EQ(decision.decide()->max_attempts, 2);
  decision.ours.fips = true;
  decision.ours.retry_mode = RetryMode::kAdaptive;
  decision.ours.max_attempts = 5;
  EXPECT_TRUE(decision.decide()->endpoints.fips);
  EXPECT_EQ(decision.decide()->retry_mode, RetryMode::kAdaptive);
  EXPECT_EQ(decision.decide()->max_attempts, 5);
}

TEST(Preferences, for_one_service_go_before_those_for_all_in_the_same_place) {
  Decision decision;
  decision.profile = {{"services", "local"}, {"endpoint_url", "http://profile:1"}};
  decision.shared.sections.services["local"] = {{"ec2.endpoint_url", "http://profile-ec2:1"}};
  const auto urls = [&] { return decision.decide()->endpoints; };
  EXPECT_EQ(urls().url, "http://profile:1");
  EXPECT_EQ(urls().service_urls.at("ec2"), "http://profile-ec2:1");

  decision.home.variables["AWS_ENDPOINT_URL_ROUTE_53"] = "http://route53:1";
  EXPECT_EQ(urls().service_urls.at("route_53"), "http://route53:1");
  decision.home.variables["AWS_ENDPOINT_URL"] = "http://environment:1";
  EXPECT_EQ(urls().url, "http://environment:1");
  EXPECT_FALSE(urls().service_urls.contains("ec2"));

  decision.ours.endpoint_urls = {{"ec2", "http://ours-ec2:1"}};
  EXPECT_EQ(urls().service_urls.at("ec2"), "http://ours-ec2:1");
  decision.home.variables["AWS_IGNORE_CONFIGURED_ENDPOINT_URLS"] = "true";
  EXPECT_EQ(urls().url, "");
  decision.ours.endpoint_url = "http://ours:1";
  EXPECT_EQ(urls().url, "http://ours:1");
  EXPECT_EQ(urls().service_urls.size(), 1U);
}

TEST(Preferences, that_make_no_sense_are_named) {
  Decision decision;
  decision.profile = {{"max_attempts", "many"}};
  EXPECT_EQ(decision.error(),
            "the profile's max_attempts is 'many' and must be a number from 1 to 100");
  decision.home.variables["AWS_USE_FIPS_ENDPOINT"] = "yes";
  EXPECT_EQ(decision.error(), "AWS_USE_FIPS_ENDPOINT is 'yes' and must be true or false");
  decision.home.variables["AWS_ENDPOINT_URL_STS"] = "localhost";
  EXPECT_THAT(decision.error(), HasSubstr("endpoint_url 'localhost' is no URL"));
}

}  // namespace
}  // namespace livesonic::aws
