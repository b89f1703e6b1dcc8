// SPDX-License-Identifier: Apache-2.0
#include "livesonic/aws/credential_chain.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "livesonic/aws/fake_machine.h"

namespace livesonic::aws {
namespace {

using testing::HasSubstr;

constexpr const char* kRole = "arn:aws:iam::123456789012:role/web";

TEST(CredentialChain, takes_the_environments_keys_first) {
  FakeMachine machine;
  machine.home.variables["AWS_ACCESS_KEY_ID"] = "AKIAENV";
  machine.home.variables["AWS_SECRET_ACCESS_KEY"] = "secret";
  machine.home.variables["AWS_SESSION_TOKEN"] = "token";
  machine.home.write("credentials", "[default]\naws_access_key_id=A\naws_secret_access_key=s\n");
  const auto found = look_for_credentials("", machine.surroundings(), {});
  ASSERT_TRUE(found) << found.error().message;
  EXPECT_EQ(found->access_key_id, "AKIAENV");
  EXPECT_EQ(found->session_token.reveal(), "token");
}

TEST(CredentialChain, prefers_a_configured_profile_to_all_that_the_environment_says) {
  FakeMachine machine;
  machine.home.variables["AWS_ACCESS_KEY_ID"] = "AKIAENV";
  machine.home.variables["AWS_SECRET_ACCESS_KEY"] = "secret";
  machine.home.variables["AWS_WEB_IDENTITY_TOKEN_FILE"] = "/nowhere";
  machine.home.variables["AWS_ROLE_ARN"] = kRole;
  machine.home.write("config", "[profile p]\naws_access_key_id=AKIAP\naws_secret_access_key=s\n");
  EXPECT_EQ(machine.look("p"), "AKIAP");
}

TEST(CredentialChain, goes_on_to_the_profile_then_to_the_container_then_to_the_instance) {
  FakeMachine machine;
  EXPECT_EQ(machine.look(), "ASIA1");
  EXPECT_EQ(machine.transport.requests.front().url, "http://169.254.169.254/latest/api/token");

  machine.home.variables["AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"] = "/x";
  EXPECT_EQ(machine.look(), "ASIA2");
  EXPECT_EQ(machine.transport.requests.back().url, "http://169.254.170.2/x");

  machine.home.write("credentials",
                     "[default]\naws_access_key_id=AKIAF\naws_secret_access_key=s\n");
  EXPECT_EQ(machine.look(), "AKIAF");
}

TEST(CredentialChain, takes_a_web_identity_before_a_profiles_keys_and_after_its_role) {
  FakeMachine machine;
  machine.home.write("token", "a.web.token\n");
  machine.home.variables["AWS_WEB_IDENTITY_TOKEN_FILE"] = (machine.home.path() / "token").string();
  machine.home.variables["AWS_ROLE_ARN"] = kRole;
  machine.home.write("credentials", "[default]\naws_access_key_id=A\naws_secret_access_key=s\n");
  EXPECT_EQ(machine.look(), "TOKEN_web");
  EXPECT_THAT(machine.last_body(),
              HasSubstr("&RoleSessionName=livesonic&WebIdentityToken=a.web.token"));

  machine.home.write("config",
                     "[default]\nrole_arn=arn:aws:iam::123456789012:role/x\n"
                     "source_profile=default\n");
  EXPECT_EQ(machine.look(), "A_x");
}

TEST(CredentialChain, says_where_it_looked_when_there_is_nothing) {
  FakeMachine machine;
  machine.broken = true;
  const auto found = look_for_credentials("", machine.surroundings(), {});
  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().kind, ErrorKind::kPermission);
  for (const std::string& part :
       {std::string("aws.access_key_id"), std::string("AWS_ACCESS_KEY_ID"),
        (machine.home.path() / "credentials").string(), std::string("no answer"),
        std::string("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI")}) {
    EXPECT_THAT(found.error().message, HasSubstr(part));
  }
}

TEST(CredentialChain, leaves_the_metadata_service_alone_when_told_so) {
  FakeMachine machine;
  machine.home.variables["AWS_EC2_METADATA_DISABLED"] = "true";
  EXPECT_THAT(machine.look(), HasSubstr("AWS_EC2_METADATA_DISABLED"));
  machine.home.variables["AWS_EC2_METADATA_DISABLED"] = "True";
  EXPECT_THAT(machine.look(), HasSubstr("AWS_EC2_METADATA_DISABLED"));
  EXPECT_TRUE(machine.transport.requests.empty());
}

TEST(CredentialChain, does_not_act_as_somebody_else_than_was_meant) {
  FakeMachine half;
  half.home.variables["AWS_ACCESS_KEY_ID"] = "AKIA";
  EXPECT_THAT(half.look(), HasSubstr("no secret access key"));

  FakeMachine web;
  web.home.variables["AWS_WEB_IDENTITY_TOKEN_FILE"] = "/var/run/token";
  EXPECT_THAT(web.look(), HasSubstr("AWS_ROLE_ARN"));
  web.home.variables["AWS_ROLE_ARN"] = kRole;
  EXPECT_THAT(web.look(), HasSubstr("the web identity's token: cannot read /var/run/token"));

  FakeMachine role;
  role.home.write("config", "[default]\nrole_arn=arn:aws:iam::123456789012:role/x\n");
  EXPECT_THAT(role.look(), HasSubstr("either source_profile or credential_source"));

  FakeMachine missing;
  EXPECT_THAT(missing.look("prod"), HasSubstr("no AWS profile 'prod'"));
}

}  // namespace
}  // namespace livesonic::aws
