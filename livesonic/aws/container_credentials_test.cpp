// SPDX-License-Identifier: Apache-2.0
#include "livesonic/aws/container_credentials.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "livesonic/aws/fake_home.h"
#include "livesonic/aws/fake_transport.h"

namespace livesonic::aws {
namespace {

constexpr const char* kRole = R"({"Code": "Success", "Type": "AWS-HMAC",
  "AccessKeyId": "ASIA1", "SecretAccessKey": "s3cret", "Token": "tok",
  "Expiration": "2026-03-01T14:00:00Z"})";

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
