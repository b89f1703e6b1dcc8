// SPDX-License-Identifier: Apache-2.0
#include "livesonic/aws/aws.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "livesonic/aws/fake_home.h"
#include "livesonic/base/loopback_server.h"

namespace livesonic::aws {
namespace {

using testing::HasSubstr;

const SystemClock kClock;

std::string region_or_error(const Settings& settings, const FakeHome& home) {
  const auto accounts = open_accounts(settings, home.environment(), kClock);
  return accounts ? (*(*accounts)->find("", ""))->region() : accounts.error().message;
}

std::string answer_with(const std::string& body) {
  return "HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

TEST(Account, finds_its_region_in_the_settings_then_the_environment_then_the_profile) {
  FakeHome home;
  EXPECT_THAT(region_or_error({}, home), HasSubstr("no AWS region: set aws.region"));
  home.write("config", "[default]\nregion = eu-west-1\n[profile jp]\nregion = ap-northeast-1\n");
  EXPECT_EQ(region_or_error({}, home), "eu-west-1");
  Settings settings;
  settings.account.profile = "jp";
  EXPECT_EQ(region_or_error(settings, home), "ap-northeast-1");
  home.variables["AWS_DEFAULT_REGION"] = "us-west-1";
  EXPECT_EQ(region_or_error(settings, home), "us-west-1");
  home.variables["AWS_REGION"] = "us-west-2";
  EXPECT_EQ(region_or_error(settings, home), "us-west-2");
  settings.account.region = "ap-northeast-3";
  EXPECT_EQ(region_or_error(settings, home), "ap-northeast-3");
}

TEST(Account, refuses_settings_that_cannot_be_right) {
  const FakeHome home;
  Settings half;
  half.account.region = "us-east-1";
  half.account.access_key_id = "AKIA";
  EXPECT_EQ(region_or_error(half, home),
            "there is no secret access key beside the access key id in the configuration's aws "
            "section");
  Settings region;
  region.account.region = "Tokyo";
  EXPECT_THAT(region_or_error(region, home), HasSubstr("'Tokyo' is no AWS region"));
  Settings url;
  url.account.region = "us-east-1";
  url.preferences.endpoint_url = "localhost:5000";
  EXPECT_THAT(region_or_error(url, home), HasSubstr("endpoint_url 'localhost:5000' is no URL"));
}

TEST(Account, asks_the_endpoint_that_it_was_given_with_the_keys_that_it_was_given) {
  std::string seen;
  LoopbackServer server([&](const std::string& request) {
    seen = request;
    return answer_with(
        "<ListHostedZonesResponse><HostedZones/><IsTruncated>false</IsTruncated>"
        "</ListHostedZonesResponse>");
  });
  FakeHome home;
  home.variables["AWS_ACCESS_KEY_ID"] = "OTHER";
  Settings settings;
  settings.account.region = "ap-northeast-1";
  settings.preferences.endpoint_url = server.url("");
  settings.account.access_key_id = "AKIAGIVEN";
  settings.account.secret_access_key = Secret("secret");
  const auto accounts = open_accounts(settings, home.environment(), kClock);
  ASSERT_TRUE(accounts) << accounts.error().message;
  const auto zones = (*(*accounts)->find("", ""))->route53().list_hosted_zones();
  ASSERT_TRUE(zones) << zones.error().message;
  EXPECT_TRUE(zones->empty());
  EXPECT_THAT(seen, testing::StartsWith("GET /2013-04-01/hostedzone?maxitems=100 HTTP/1.1\r\n"));
  EXPECT_THAT(seen, HasSubstr("Credential=AKIAGIVEN/"));
}

// A server of STS that knows the first account's key and gives each role a key called like it.
std::string fake_sts(const std::string& request) {
  if (request.find("Action=GetCallerIdentity") != std::string::npos) {
    const std::size_t at = request.find("Credential=") + 11;
    return answer_with(
        "<GetCallerIdentityResponse><GetCallerIdentityResult><Account>1</Account><Arn>" +
        request.substr(at, request.find('/', at) - at) +
        "</Arn></GetCallerIdentityResult></GetCallerIdentityResponse>");
  }
  const bool by_first = request.find("Credential=AKIAFIRST/") != std::string::npos;
  const bool with_id = request.find("ExternalId=shared") != std::string::npos;
  return answer_with(
      "<AssumeRoleResponse><AssumeRoleResult><Credentials><AccessKeyId>" +
      std::string(by_first && with_id ? "ASIAROLE" : "NOBODY") +
      "</AccessKeyId><SecretAccessKey>s</SecretAccessKey><SessionToken>t</SessionToken>"
      "<Expiration>2099-01-01T00:00:00Z</Expiration></Credentials></AssumeRoleResult>"
      "</AssumeRoleResponse>");
}

Settings two_accounts(const LoopbackServer& server) {
  Settings settings;
  settings.preferences.endpoint_url = server.url("");
  settings.account.region = "ap-northeast-1";
  settings.account.access_key_id = "AKIAFIRST";
  settings.account.secret_access_key = Secret("secret");
  AccountSettings other;
  other.name = "other";
  other.role.arn = "arn:aws:iam::123456789012:role/monitor";
  other.role.external_id = "shared";
  settings.further.push_back(other);
  return settings;
}

TEST(Accounts, assume_their_roles_with_the_first_accounts_credentials) {
  LoopbackServer server(fake_sts);
  const FakeHome home;
  const auto accounts = open_accounts(two_accounts(server), home.environment(), kClock);
  ASSERT_TRUE(accounts) << accounts.error().message;
  EXPECT_EQ((*accounts)->names(), (std::vector<std::string>{"default", "other"}));
  EXPECT_EQ((*(*accounts)->find("", ""))->sts().get_caller_identity()->arn, "AKIAFIRST");
  for (const char* region : {"", "eu-west-1"}) {
    const auto other = (*accounts)->find("other", region);
    ASSERT_TRUE(other);
    const auto identity = (*other)->sts().get_caller_identity();
    ASSERT_TRUE(identity) << identity.error().message;
    EXPECT_EQ(identity->arn, "ASIAROLE");
  }
  std::uint64_t assumed = 0;
  for (const auto& [key, counts] : (*accounts)->statistics()) {
    if (key.operation == "AssumeRole") assumed += counts.calls;
  }
  EXPECT_EQ(assumed, 1U) << "once for all regions";
}

TEST(Accounts, lend_their_own_credentials_and_not_those_of_their_role) {
  LoopbackServer server(fake_sts);
  const FakeHome home;
  Settings settings = two_accounts(server);
  settings.account.role = settings.further.front().role;
  const auto accounts = open_accounts(settings, home.environment(), kClock);
  ASSERT_TRUE(accounts) << accounts.error().message;
  for (const char* name : {"default", "other"}) {
    const auto identity = (*(*accounts)->find(name, ""))->sts().get_caller_identity();
    ASSERT_TRUE(identity) << identity.error().message;
    EXPECT_EQ(identity->arn, "ASIAROLE") << name;
  }
}

TEST(Accounts, are_each_in_as_many_regions_as_are_asked_for) {
  LoopbackServer server(fake_sts);
  const FakeHome home;
  const auto accounts = open_accounts(two_accounts(server), home.environment(), kClock);
  ASSERT_TRUE(accounts);
  const auto tokyo = (*accounts)->find("other", "");
  const auto ireland = (*accounts)->find("other", "eu-west-1");
  ASSERT_TRUE(tokyo && ireland);
  EXPECT_EQ((*tokyo)->region(), "ap-northeast-1");
  EXPECT_EQ((*ireland)->region(), "eu-west-1");
  EXPECT_EQ((*accounts)->find("other", "ap-northeast-1"), *tokyo);
  EXPECT_FALSE((*accounts)->find("third", ""));
  EXPECT_FALSE((*accounts)->find("other", "Tokyo"));
}

TEST(Accounts, must_have_names_and_roles_that_can_be) {
  const FakeHome home;
  LoopbackServer server(fake_sts);
  Settings twice = two_accounts(server);
  twice.further.front().name = "default";
  EXPECT_THAT(region_or_error(twice, home), HasSubstr("two AWS accounts are called 'default'"));
  Settings role = two_accounts(server);
  role.further.front().role.arn = "monitor";
  EXPECT_THAT(region_or_error(role, home),
              HasSubstr("role_arn is no role such as arn:aws:iam::123456789012:role/monitor in the "
                        "configuration's AWS account 'other'"));
}

}  // namespace
}  // namespace livesonic::aws
