// SPDX-License-Identifier: Apache-2.0
#include "livesonic/aws/credential_json.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "livesonic/base/time_text.h"

namespace livesonic::aws {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(RoleCredentials, are_refused_unless_whole_and_never_quoted) {
  for (
      const char* json :
      {"", "[]", "{", "null", R"({"Code": "Failed"})", R"({"AccessKeyId": "ASIA1"})",
       R"({"AccessKeyId": 1, "SecretAccessKey": "s3cret"})",
       R"({"AccessKeyId": "ASIA1", "SecretAccessKey": "s3cret", "Token": "t"})",
       R"({"AccessKeyId": "A/B", "SecretAccessKey": "s3cret", "Expiration": "2026-03-01T14:00:00Z"})",
       R"({"AccessKeyId": "ASIA1", "SecretAccessKey": "s3cret\r\nHost: x",
            "Expiration": "2026-03-01T14:00:00Z"})"}) {
    const auto credentials = parse_role_credentials(json);
    ASSERT_FALSE(credentials) << json;
    EXPECT_THAT(credentials.error().message, Not(HasSubstr("s3cret")));
  }
  EXPECT_FALSE(parse_role_credentials(std::string(60000, '[')));
}

TEST(ProcessCredentials, may_have_no_end_and_no_token) {
  const auto plain = parse_process_credentials(
      R"({"Version": 1, "AccessKeyId": "AKIA1", "SecretAccessKey": "s", "Expiration": null})");
  ASSERT_TRUE(plain) << plain.error().message;
  EXPECT_FALSE(plain->expires_at);
  const auto temporary = parse_process_credentials(
      R"({"Version": 1, "AccessKeyId": "ASIA1", "SecretAccessKey": "s", "SessionToken": "t",
          "Expiration": "2026-03-01T14:00:00+09:00"})");
  ASSERT_TRUE(temporary) << temporary.error().message;
  EXPECT_EQ(temporary->session_token.reveal(), "t");
  EXPECT_EQ(to_iso8601(*temporary->expires_at), "2026-03-01T05:00:00Z");
}

TEST(ProcessCredentials, are_refused_unless_of_version_1_and_never_quoted) {
  for (const char* json :
       {"", "s3cret", R"({"AccessKeyId": "A", "SecretAccessKey": "s3cret"})",
        R"({"Version": 2, "AccessKeyId": "A", "SecretAccessKey": "s3cret"})",
        R"({"Version": "1", "AccessKeyId": "A", "SecretAccessKey": "s3cret"})",
        R"({"Version": 1, "AccessKeyId": "A", "SecretAccessKey": ["s3cret"]})",
        R"({"Version": 1, "AccessKeyId": "A", "SecretAccessKey": "s3cret", "Expiration": "x"})"}) {
    const auto credentials = parse_process_credentials(json);
    ASSERT_FALSE(credentials) << json;
    EXPECT_THAT(credentials.error().message, Not(HasSubstr("s3cret")));
  }
}

TEST(SsoToken, is_read_in_both_ways_that_the_aws_cli_writes_times) {
  for (const char* time : {"2026-03-01T14:00:00Z", "2026-03-01T14:00:00UTC"}) {
    const auto token = parse_sso_token(R"({"startUrl": "https://corp.example/start",
        "accessToken": "abc", "expiresAt": ")" +
                                       std::string(time) + "\"}");
    ASSERT_TRUE(token) << token.error().message;
    EXPECT_EQ(token->access_token.reveal(), "abc");
    EXPECT_EQ(to_iso8601(token->expires_at), "2026-03-01T14:00:00Z");
  }
  EXPECT_FALSE(parse_sso_token(R"({"accessToken": "a b", "expiresAt": "2026-03-01T14:00:00Z"})"));
  EXPECT_FALSE(parse_sso_token(R"({"accessToken": "a", "expiresAt": "later"})"));
  EXPECT_FALSE(parse_sso_token(R"({"expiresAt": "2026-03-01T14:00:00Z"})"));
}

TEST(SsoRole, has_its_end_in_milliseconds) {
  const auto role = parse_sso_role_credentials(
      R"({"roleCredentials": {"accessKeyId": "ASIA1", "secretAccessKey": "s", "sessionToken": "t",
          "expiration": 1772373600000}})");
  ASSERT_TRUE(role) << role.error().message;
  EXPECT_EQ(to_iso8601(*role->expires_at), "2026-03-01T14:00:00Z");
  EXPECT_FALSE(parse_sso_role_credentials(R"({"roleCredentials": {"accessKeyId": "ASIA1",
      "secretAccessKey": "s", "expiration": 1e300}})"));
  EXPECT_FALSE(parse_sso_role_credentials("{}"));
}

}  // namespace
}  // namespace livesonic::aws
