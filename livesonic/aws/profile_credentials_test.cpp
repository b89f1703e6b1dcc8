// SPDX-License-Identifier: Apache-2.0
#include "livesonic/aws/profile_credentials.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "livesonic/aws/fake_machine.h"
#include "livesonic/aws/sso_credentials.h"

namespace livesonic::aws {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

constexpr const char* kKeys = "aws_access_key_id=AKIA1\naws_secret_access_key=s\n";

std::string role(const std::string& name) {
  return "role_arn=arn:aws:iam::123456789012:role/" + name + "\n";
}

TEST(ProfileRole, is_assumed_with_the_source_profiles_keys) {
  FakeMachine machine;
  machine.home.write("credentials", std::string("[base]\n") + kKeys);
  machine.home.write("config", "[profile prod]\n" + role("monitor") +
                                   "source_profile=base\nexternal_id=x:1\nregion=eu-west-1\n"
                                   "role_session_name=me\nduration_seconds=3600\n");
  EXPECT_EQ(machine.look("prod"), "AKIA1_monitor");
  EXPECT_THAT(machine.last_body(), HasSubstr("&RoleSessionName=me&DurationSeconds=3600&"
                                             "ExternalId=x%3A1"));
  EXPECT_EQ(machine.transport.requests.back().url, "https://sts.eu-west-1.amazonaws.com/");
}

TEST(ProfileRole, may_be_assumed_through_another_role) {
  FakeMachine machine;
  machine.home.write("config", "[profile a]\n" + role("inner") + "source_profile=b\n[profile b]\n" +
                                   role("outer") + "source_profile=c\n[profile c]\n" + kKeys);
  EXPECT_EQ(machine.look("a"), "AKIA1_outer_inner");
}

TEST(ProfileRole, may_be_assumed_with_the_keys_beside_it) {
  FakeMachine machine;
  machine.home.write("config", "[default]\n" + role("x") + "source_profile=default\n" + kKeys);
  EXPECT_EQ(machine.look(), "AKIA1_x");
}

TEST(ProfileRole, that_leads_in_a_circle_is_an_error) {
  FakeMachine machine;
  machine.home.write("config", "[profile a]\n" + role("x") + "source_profile=b\n[profile b]\n" +
                                   role("y") + "source_profile=a\n");
  EXPECT_THAT(machine.look("a"), HasSubstr("'b' has the source_profile 'a', and these lead in a "
                                           "circle"));
  machine.home.write("config", "[profile a]\n" + role("x") + "source_profile=a\n");
  EXPECT_THAT(machine.look("a"), HasSubstr("'a', which has no credentials"));
  EXPECT_TRUE(machine.transport.requests.empty());
}

TEST(ProfileRole, may_be_assumed_with_what_the_machine_itself_is) {
  FakeMachine machine;
  const auto with = [&](const std::string& source) {
    machine.home.write("config", "[default]\n" + role("x") + "credential_source=" + source + "\n");
    return machine.look("default");
  };
  EXPECT_EQ(with("Ec2InstanceMetadata"), "ASIA1_x");
  EXPECT_THAT(with("EcsContainer"), HasSubstr("this is no container"));
  machine.home.variables["AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"] = "/x";
  EXPECT_EQ(with("EcsContainer"), "ASIA2_x");
  EXPECT_THAT(with("Environment"), HasSubstr("there are none"));
  machine.home.variables["AWS_ACCESS_KEY_ID"] = "AKIAENV";
  machine.home.variables["AWS_SECRET_ACCESS_KEY"] = "s";
  EXPECT_EQ(with("Environment"), "AKIAENV_x");
  EXPECT_THAT(with("Magic"), HasSubstr("none of Environment, Ec2InstanceMetadata"));
}

TEST(ProfileRole, that_cannot_be_assumed_is_an_error_that_says_why) {
  FakeMachine machine;
  const auto with = [&](const std::string& settings) {
    machine.home.write("config", "[default]\n" + settings);
    return machine.look();
  };
  EXPECT_THAT(with(role("x") + "source_profile=y\nmfa_serial=arn:aws:iam::1:mfa/me\n"),
              HasSubstr("mfa_serial"));
  EXPECT_THAT(with(role("x") + "source_profile=y\n"), HasSubstr("there is no AWS profile 'y'"));
  EXPECT_THAT(with(role("x") + "source_profile=y\ncredential_source=Environment\n"),
              HasSubstr("either source_profile or credential_source"));
  EXPECT_THAT(with(role("x") + "source_profile=default\nduration_seconds=1h\n"),
              HasSubstr("duration_seconds"));
  EXPECT_THAT(with("role_arn=x\nsource_profile=default\n"), HasSubstr("role_arn is no role"));
}

TEST(ProfileWebIdentity, is_assumed_with_the_token_of_its_file) {
  FakeMachine machine;
  machine.home.write("token", "a.web.token");
  machine.home.write("config", "[default]\n" + role("pod") + "web_identity_token_file=" +
                                   (machine.home.path() / "token").string() + "\n");
  EXPECT_EQ(machine.look(), "TOKEN_pod");
  machine.home.write("token", "not a token");
  EXPECT_THAT(machine.look(),
              AllOf(HasSubstr("holds no web identity token"), Not(HasSubstr("not a token"))));
}

TEST(ProfileProcess, is_run_and_what_it_prints_is_taken) {
  FakeMachine machine;
  machine.home.write("print", R"({"Version": 1, "AccessKeyId": "AKIAP", "SecretAccessKey": "s"})");
  machine.home.write("config", "[default]\ncredential_process = cat '" +
                                   (machine.home.path() / "print").string() + "'\n");
  EXPECT_EQ(machine.look(), "AKIAP");
  machine.home.write("config", "[default]\ncredential_process = cat 'print\n");
  EXPECT_THAT(machine.look(), HasSubstr("is a quotation mark missing?"));
}

struct SsoMachine : FakeMachine {
  SsoMachine() { home.variables["HOME"] = home.path().string(); }

  void sign_in(const std::string& key, const std::string& until) const {
    const auto file = sso_cache_file(home.path(), key);
    std::filesystem::create_directories(file.parent_path());
    std::ofstream(file) << R"({"accessToken": "bearer", "expiresAt": ")" << until << "\"}";
  }
};

constexpr const char* kSso = "sso_account_id=123456789012\nsso_role_name=Monitor\n";

TEST(ProfileSso, takes_the_sign_in_of_its_session) {
  SsoMachine machine;
  machine.home.write("config", std::string("[profile p]\nsso_session=corp\n") + kSso +
                                   "[sso-session corp]\nsso_region=eu-west-1\n"
                                   "sso_start_url=https://corp.example/start\n");
  EXPECT_THAT(machine.look("p"), HasSubstr("is missing; run: aws sso login --profile p"));
  machine.sign_in("corp", "2026-03-01T08:00:00Z");
  EXPECT_THAT(machine.look("p"), HasSubstr("has expired; run: aws sso login --profile p"));
  machine.sign_in("corp", "2026-03-01T08:00:01Z");
  EXPECT_EQ(machine.look("p"), "ASIASSO");
  const HttpRequest& request = machine.transport.requests.back();
  EXPECT_EQ(request.url,
            "https://portal.sso.eu-west-1.amazonaws.com/federation/credentials?"
            "role_name=Monitor&account_id=123456789012");
  EXPECT_EQ(request.headers.back(),
            (std::pair<std::string, std::string>("x-amz-sso_bearer_token", "bearer")));
}

TEST(ProfileSso, of_the_older_kind_has_its_sign_in_by_the_start_url) {
  SsoMachine machine;
  machine.home.write("config", std::string("[default]\nsso_region=us-east-1\n"
                                           "sso_start_url=https://corp.example/start\n") +
                                   kSso);
  machine.sign_in("https://corp.example/start", "2026-03-02T08:00:00UTC");
  EXPECT_EQ(machine.look(), "ASIASSO");
  EXPECT_EQ(sso_cache_file("/h", "admin").string(),
            "/h/.aws/sso/cache/d033e22ae348aeb5660fc2140aec35850c4da997.json");
}

TEST(ProfileSso, names_what_is_missing) {
  SsoMachine machine;
  machine.home.write("config", "[default]\nsso_session=corp\nsso_role_name=x\n");
  EXPECT_THAT(machine.look(), HasSubstr("names an sso_session 'corp' that is not there"));
  machine.home.write("config", "[default]\nsso_start_url=https://x\nsso_region=us-east-1\n");
  EXPECT_THAT(machine.look(), HasSubstr("has no sso_account_id"));
}

}  // namespace
}  // namespace livesonic::aws
