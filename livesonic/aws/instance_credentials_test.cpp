// SPDX-License-Identifier: Apache-2.0
#include "livesonic/aws/instance_credentials.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "livesonic/aws/fake_home.h"
#include "livesonic/aws/fake_transport.h"

namespace livesonic::aws {
namespace {

using testing::HasSubstr;

constexpr const char* kRole = R"({"Code": "Success", "Type": "AWS-HMAC",
  "AccessKeyId": "ASIA1", "SecretAccessKey": "s3cret", "Token": "tok",
  "Expiration": "2026-03-01T14:00:00Z"})";

// The instance metadata service of an instance with the role "web".
Result<HttpResponse> fake_service(const HttpRequest& request) {
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
  FakeTransport transport(fake_service);
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

TEST(InstanceMetadata, is_where_the_environment_says) {
  FakeHome home;
  EXPECT_EQ(metadata_service(home.environment()), "http://169.254.169.254");
  home.variables["AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE"] = "IPv6";
  EXPECT_EQ(metadata_service(home.environment()), "http://[fd00:ec2::254]");
  home.variables["AWS_EC2_METADATA_SERVICE_ENDPOINT"] = "http://127.0.0.1:1338/";
  EXPECT_EQ(metadata_service(home.environment()), "http://127.0.0.1:1338");
  home.variables["AWS_EC2_METADATA_DISABLED"] = "true";
  EXPECT_FALSE(metadata_service(home.environment()));
}

}  // namespace
}  // namespace livesonic::aws
