// SPDX-License-Identifier: Apache-2.0
#include "livesonic/aws/aws.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "livesonic/aws/fake_home.h"
#include "livesonic/aws/loopback_server.h"

namespace livesonic::aws {
namespace {

using testing::HasSubstr;

const SystemClock kClock;

std::string region_or_error(const Settings& settings, const FakeHome& home) {
  const auto account = open_account(settings, home.environment(), kClock);
  return account ? (*account)->region() : account.error().message;
}

TEST(Account, finds_its_region_in_the_settings_then_the_environment_then_the_profile) {
  FakeHome home;
  EXPECT_THAT(region_or_error({}, home), HasSubstr("no AWS region: set aws.region"));
  home.write("config", "[default]\nregion = eu-west-1\n[profile jp]\nregion = ap-northeast-1\n");
  EXPECT_EQ(region_or_error({}, home), "eu-west-1");
  Settings settings;
  settings.profile = "jp";
  EXPECT_EQ(region_or_error(settings, home), "ap-northeast-1");
  home.variables["AWS_DEFAULT_REGION"] = "us-west-1";
  EXPECT_EQ(region_or_error(settings, home), "us-west-1");
  home.variables["AWS_REGION"] = "us-west-2";
  EXPECT_EQ(region_or_error(settings, home), "us-west-2");
  settings.region = "ap-northeast-3";
  EXPECT_EQ(region_or_error(settings, home), "ap-northeast-3");
}

TEST(Account, refuses_settings_that_cannot_be_right) {
  const FakeHome home;
  Settings half;
  half.region = "us-east-1";
  half.access_key_id = "AKIA";
  EXPECT_EQ(region_or_error(half, home),
            "there is no secret access key beside the access key id in the configuration's aws "
            "section");
  Settings region;
  region.region = "Tokyo";
  EXPECT_THAT(region_or_error(region, home), HasSubstr("'Tokyo' is no AWS region"));
  Settings url;
  url.region = "us-east-1";
  url.endpoint_url = "localhost:5000";
  EXPECT_THAT(region_or_error(url, home), HasSubstr("endpoint_url 'localhost:5000' is no URL"));
}

TEST(Account, asks_the_endpoint_that_it_was_given_with_the_keys_that_it_was_given) {
  std::string seen;
  LoopbackServer server([&](const std::string& request) {
    seen = request;
    const std::string body =
        "<ListHostedZonesResponse><HostedZones/><IsTruncated>false</IsTruncated>"
        "</ListHostedZonesResponse>";
    return "HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
  });
  FakeHome home;
  home.variables["AWS_ACCESS_KEY_ID"] = "OTHER";
  Settings settings;
  settings.region = "ap-northeast-1";
  settings.endpoint_url = server.url("");
  settings.access_key_id = "AKIAGIVEN";
  settings.secret_access_key = Secret("secret");
  const auto account = open_account(settings, home.environment(), kClock);
  ASSERT_TRUE(account) << account.error().message;
  const auto zones = (*account)->route53().list_hosted_zones();
  ASSERT_TRUE(zones) << zones.error().message;
  EXPECT_TRUE(zones->empty());
  EXPECT_THAT(seen, testing::StartsWith("GET /2013-04-01/hostedzone?maxitems=100 HTTP/1.1\r\n"));
  EXPECT_THAT(seen, HasSubstr("Credential=AKIAGIVEN/"));
}

}  // namespace
}  // namespace livesonic::aws
