// SPDX-License-Identifier: Apache-2.0
#include "livesonic/aws/metadata.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "livesonic/aws/fake_home.h"
#include "livesonic/aws/fake_transport.h"

namespace livesonic::aws {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr const char* kRole = R"({"Code": "Success", "Type": "AWS-HMAC",
  "AccessKeyId": "ASIA1", "SecretAccessKey": "s3cret", "Token": "tok",
  "Expiration": "2026-03-01T14:00:00Z"})";

// The instance metadata service of an instance with the role "web".
Result<HttpResponse> metadata_service(const HttpRequest& request) {
  const bool signed_in = request.headers.front() ==
                         std::pair<std::string, std::string>("X-aws-ec2-metadata-token", "session");
  if (request.method == "PUT" && request.url == "http://imds/latest/api/token") {
    return http(200, "session");
  }
  if (!signed_in) return http(401, "");
  const std::string base = "http://imds/latest/meta-data/iam/security-credentials/";
  if (request.url == base) return http(200, "web\n");
  if (request.url == base + "web") return http(200, kRole);
  return http(404, "");
}

TEST(InstanceMetadata, gives_the_credentials_of_the_instances_role) {
  FakeTransport transport(metadata_service);
  const auto credentials = instance_credentials("http://imds", transport, {});
  ASSERT_TRUE(credentials) << credentials.error().message;
  EXPECT_EQ(credentials->access_key_id, "ASIA1");
  EXPECT_EQ(credentials->secret_access_key.reveal(), "s3cret");
  EXPECT_EQ(credentials->session_token.reveal(), "tok");
  EXPECT_EQ(credentials->expires_at, *parse_iso8601("2026-03-01T14:00:00Z"));
  for (const HttpRequest& request : transport.requests) {
    EXPECT_TRUE(request.direct) << request.url;
    EXPECT_LE(request.timeout, std::chrono::seconds{2});
  }
}

TEST(InstanceMetadata, without_a_role_is_an_error_that_says_so) {
  FakeTransport transport([](const HttpRequest& request) -> Result<HttpResponse> {
    return request.method == "PUT" ? http(200, "session") : http(404, "");
  });
  const auto credentials = instance_credentials("http://imds", transport, {});
  ASSERT_FALSE(credentials);
  EXPECT_EQ(credentials.error().kind, ErrorKind::kUnavailable);
  EXPECT_THAT(credentials.error().message, HasSubstr("has this instance an instance profile?"));
}

TEST(InstanceMetadata, is_not_asked_for_a_role_that_is_no_name) {
  for (const char* name : {"", "../../user-data", "a b", "<html>"}) {
    FakeTransport transport([&](const HttpRequest& request) -> Result<HttpResponse> {
      return http(200, request.method == "PUT" ? "session" : name);
    });
    EXPECT_FALSE(instance_credentials("http://imds", transport, {})) << name;
    EXPECT_EQ(transport.requests.size(), 2U);
  }
}

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

TEST(Container, is_asked_at_the_address_that_its_environment_gives) {
  FakeHome home;
  EXPECT_EQ(container_endpoint(home.environment())->has_value(), false);
  home.variables["AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"] = "/v2/credentials/x";
  EXPECT_EQ((*container_endpoint(home.environment()))->url,
            "http://169.254.170.2/v2/credentials/x");
}

TEST(Container, is_shown_the_token_of_the_file) {
  FakeHome home;
  home.write("token", "pod-token\n");
  home.variables["AWS_CONTAINER_CREDENTIALS_FULL_URI"] = "http://169.254.170.23/v1/credentials";
  home.variables["AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"] = (home.path() / "token").string();
  const auto endpoint = container_endpoint(home.environment());
  ASSERT_TRUE(endpoint && *endpoint);
  FakeTransport transport(std::vector<Result<HttpResponse>>{http(200, kRole)});
  EXPECT_TRUE(container_credentials(**endpoint, transport, {}));
  EXPECT_EQ(transport.requests.at(0).headers, (Fields{{"Authorization", "pod-token"}}));
}

TEST(Container, is_asked_in_the_clear_only_on_the_same_machine) {
  FakeHome home;
  for (const char* url : {"https://credentials.example/x", "http://127.0.0.1:8080/x",
                          "http://[::1]:80/", "http://[fd00:ec2::23]/v1", "http://localhost/"}) {
    home.variables["AWS_CONTAINER_CREDENTIALS_FULL_URI"] = url;
    EXPECT_TRUE(container_endpoint(home.environment())) << url;
  }
  for (const char* url : {"http://example.com/", "http://127.0.0.1.example.com/",
                          "http://127.0.0.1@example.com/", "ftp://127.0.0.1/", "http://a b/"}) {
    home.variables["AWS_CONTAINER_CREDENTIALS_FULL_URI"] = url;
    EXPECT_FALSE(container_endpoint(home.environment())) << url;
  }
}

}  // namespace
}  // namespace livesonic::aws
