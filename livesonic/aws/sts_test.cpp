// SPDX-License-Identifier: Apache-2.0
#include "livesonic/aws/sts.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "livesonic/aws/fake_transport.h"

namespace livesonic::aws {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::Not;

const Role kRole{.arn = "arn:aws:iam::123456789012:role/monitor", .external_id = "x:1"};

std::string assume_answer(const std::string& credentials) {
  return "<AssumeRoleResponse "
         "xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><AssumeRoleResult>"
         "<Credentials>" +
         credentials + "</Credentials></AssumeRoleResult></AssumeRoleResponse>";
}

constexpr const char* kWhole =
    "<AccessKeyId>ASIA1</AccessKeyId><SecretAccessKey>s3cret</SecretAccessKey>"
    "<SessionToken>t</SessionToken><Expiration>2015-08-30T13:36:00Z</Expiration>";

TEST(Sts, gives_the_roles_credentials) {
  TestBench bench(std::vector<Result<HttpResponse>>{http(200, assume_answer(kWhole))});
  const auto credentials = Sts(bench.client).assume_role(kRole);
  ASSERT_TRUE(credentials) << credentials.error().message;
  EXPECT_EQ(credentials->access_key_id, "ASIA1");
  EXPECT_EQ(credentials->session_token.reveal(), "t");
  EXPECT_EQ(to_iso8601(*credentials->expires_at), "2015-08-30T13:36:00Z");
  EXPECT_EQ(bench.transport.requests.at(0).body,
            "Action=AssumeRole&Version=2011-06-15&"
            "RoleArn=arn%3Aaws%3Aiam%3A%3A123456789012%3Arole%2Fmonitor&"
            "RoleSessionName=livesonic&ExternalId=x%3A1");
}

TEST(Sts, refuses_credentials_that_are_not_whole_and_never_quotes_them) {
  for (const char* credentials :
       {"", "<AccessKeyId>ASIA1</AccessKeyId><SecretAccessKey>s3cret</SecretAccessKey>",
        "<AccessKeyId>ASIA1</AccessKeyId><SecretAccessKey>s3cret</SecretAccessKey>"
        "<SessionToken>t</SessionToken>",
        "<AccessKeyId>ASIA 1</AccessKeyId><SecretAccessKey>s3cret</SecretAccessKey>"
        "<SessionToken>t</SessionToken><Expiration>2015-08-30T13:36:00Z</Expiration>"}) {
    TestBench bench(std::vector<Result<HttpResponse>>{http(200, assume_answer(credentials))});
    const auto found = Sts(bench.client).assume_role(kRole);
    ASSERT_FALSE(found) << credentials;
    EXPECT_THAT(found.error().message, Not(HasSubstr("s3cret")));
  }
}

TEST(Role, is_checked_before_aws_is_asked) {
  EXPECT_TRUE(check_role(kRole, "here"));
  const auto refused = [](Role role) {
    const auto checked = check_role(role, "here");
    return checked ? "none" : checked.error().message;
  };
  EXPECT_THAT(refused({.arn = "monitor"}), HasSubstr("role_arn is no role"));
  EXPECT_THAT(refused({.arn = kRole.arn, .external_id = "a b"}), HasSubstr("external_id must be"));
  EXPECT_THAT(refused({.arn = kRole.arn, .session_name = "x"}), HasSubstr("role_session_name"));
  EXPECT_THAT(refused({.arn = kRole.arn, .duration = 1min}), HasSubstr("15 minutes to 12 hours"));
}

}  // namespace
}  // namespace livesonic::aws
