// SPDX-License-Identifier: Apache-2.0
#include "livesonic/aws/credential_chain.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <latch>
#include <thread>

#include "livesonic/aws/fake_home.h"
#include "livesonic/aws/fake_transport.h"

namespace livesonic::aws {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

// A machine with an instance role whose credentials are called by how often they were asked for,
// and last an hour.
struct Machine {
  FakeHome home;
  FakeClock clock{*parse_iso8601("2026-03-01T08:00:00Z")};
  std::atomic<int> handed_out = 0;
  std::atomic<bool> broken = false;
  FakeTransport transport{[this](const HttpRequest& request) -> Result<HttpResponse> {
    if (broken) return fail(ErrorKind::kTimeout, "no answer");
    if (request.method == "PUT") return http(200, "session");
    if (request.url.ends_with('/')) return http(200, "role");
    return http(200, R"({"AccessKeyId": "ASIA)" + std::to_string(++handed_out) +
                         R"(", "SecretAccessKey": "s", "Token": "t", "Expiration": ")" +
                         to_iso8601(clock.now() + 1h) + R"("})");
  }};

  CredentialChain chain(const std::string& profile = "") {
    return {profile, home.environment(), transport, clock};
  }
};

std::string id_from(CredentialSource& source) {
  const Result<Credentials> found = source.get({});
  return found ? found->access_key_id : found.error().message;
}

TEST(CredentialChain, takes_the_environments_keys_first) {
  Machine machine;
  machine.home.variables["AWS_ACCESS_KEY_ID"] = "AKIAENV";
  machine.home.variables["AWS_SECRET_ACCESS_KEY"] = "secret";
  machine.home.variables["AWS_SESSION_TOKEN"] = "token";
  machine.home.write("credentials", "[default]\naws_access_key_id=A\naws_secret_access_key=s\n");
  CredentialChain chain = machine.chain();
  const auto found = chain.get({});
  ASSERT_TRUE(found) << found.error().message;
  EXPECT_EQ(found->access_key_id, "AKIAENV");
  EXPECT_EQ(found->session_token.reveal(), "token");
}

TEST(CredentialChain, prefers_a_configured_profile_to_the_environments_keys) {
  Machine machine;
  machine.home.variables["AWS_ACCESS_KEY_ID"] = "AKIAENV";
  machine.home.variables["AWS_SECRET_ACCESS_KEY"] = "secret";
  machine.home.write("config", "[profile p]\naws_access_key_id=AKIAP\naws_secret_access_key=s\n");
  CredentialChain chain = machine.chain("p");
  EXPECT_EQ(id_from(chain), "AKIAP");
}

TEST(CredentialChain, goes_on_to_the_profile_then_to_the_container_then_to_the_instance) {
  Machine machine;
  CredentialChain instance = machine.chain();
  EXPECT_EQ(id_from(instance), "ASIA1");
  EXPECT_EQ(machine.transport.requests.front().url, "http://169.254.169.254/latest/api/token");

  machine.home.variables["AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"] = "/x";
  CredentialChain container = machine.chain();
  EXPECT_EQ(id_from(container), "ASIA2");
  EXPECT_EQ(machine.transport.requests.back().url, "http://169.254.170.2/x");

  machine.home.write("credentials",
                     "[default]\naws_access_key_id=AKIAF\naws_secret_access_key=s\n");
  CredentialChain file = machine.chain();
  EXPECT_EQ(id_from(file), "AKIAF");
}

TEST(CredentialChain, says_where_it_looked_when_there_is_nothing) {
  Machine machine;
  machine.broken = true;
  CredentialChain chain = machine.chain();
  const auto found = chain.get({});
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
  Machine machine;
  machine.home.variables["AWS_EC2_METADATA_DISABLED"] = "true";
  CredentialChain chain = machine.chain();
  EXPECT_THAT(id_from(chain), HasSubstr("AWS_EC2_METADATA_DISABLED"));
  EXPECT_TRUE(machine.transport.requests.empty());
}

TEST(CredentialChain, asks_the_metadata_service_where_the_environment_says) {
  Machine machine;
  machine.home.variables["AWS_EC2_METADATA_SERVICE_ENDPOINT"] = "http://127.0.0.1:1338/";
  CredentialChain chain = machine.chain();
  EXPECT_EQ(id_from(chain), "ASIA1");
  EXPECT_EQ(machine.transport.requests.front().url, "http://127.0.0.1:1338/latest/api/token");
}

TEST(CredentialChain, does_not_act_as_somebody_else_than_was_meant) {
  Machine half;
  half.home.variables["AWS_ACCESS_KEY_ID"] = "AKIA";
  CredentialChain half_chain = half.chain();
  EXPECT_THAT(id_from(half_chain), HasSubstr("no secret access key"));

  Machine web;
  web.home.variables["AWS_WEB_IDENTITY_TOKEN_FILE"] = "/var/run/token";
  CredentialChain web_chain = web.chain();
  EXPECT_THAT(id_from(web_chain), HasSubstr("web identities are not supported"));

  Machine role;
  role.home.write("config", "[default]\nrole_arn=arn:aws:iam::1:role/x\nsource_profile=y\n");
  CredentialChain role_chain = role.chain();
  EXPECT_THAT(id_from(role_chain), HasSubstr("uses role_arn, which is not supported"));

  Machine missing;
  CredentialChain missing_chain = missing.chain("prod");
  EXPECT_THAT(id_from(missing_chain), HasSubstr("no AWS profile 'prod'"));
}

TEST(CredentialChain, renews_a_roles_credentials_before_they_expire) {
  Machine machine;
  CredentialChain chain = machine.chain();
  EXPECT_EQ(id_from(chain), "ASIA1");
  machine.clock.advance(54min);
  EXPECT_EQ(id_from(chain), "ASIA1");
  machine.clock.advance(1min);
  EXPECT_EQ(id_from(chain), "ASIA2");
}

TEST(CredentialChain, goes_on_with_what_it_has_while_it_cannot_be_renewed) {
  Machine machine;
  CredentialChain chain = machine.chain();
  EXPECT_EQ(id_from(chain), "ASIA1");
  machine.clock.advance(56min);
  machine.broken = true;
  EXPECT_EQ(id_from(chain), "ASIA1");
  const std::size_t asked = machine.transport.requests.size();
  EXPECT_EQ(id_from(chain), "ASIA1");
  EXPECT_EQ(machine.transport.requests.size(), asked) << "not asked again at once";
  machine.clock.advance(5min);
  EXPECT_THAT(id_from(chain), HasSubstr("no AWS credentials found"));
  machine.broken = false;
  EXPECT_EQ(id_from(chain), "ASIA2");
}

TEST(CredentialChain, notices_keys_that_were_rotated_in_the_file) {
  Machine machine;
  machine.home.write("credentials", "[default]\naws_access_key_id=OLD\naws_secret_access_key=s\n");
  CredentialChain chain = machine.chain();
  EXPECT_EQ(id_from(chain), "OLD");
  machine.home.write("credentials", "[default]\naws_access_key_id=NEW\naws_secret_access_key=s\n");
  EXPECT_EQ(id_from(chain), "OLD");
  machine.clock.advance(5min);
  EXPECT_EQ(id_from(chain), "NEW");
}

TEST(CredentialChain, looks_again_at_once_when_aws_rejected_what_it_gave) {
  Machine machine;
  CredentialChain chain = machine.chain();
  chain.reject(*chain.get({}));
  EXPECT_EQ(id_from(chain), "ASIA2");
}

TEST(CredentialChain, looks_once_for_many_callers) {
  Machine machine;
  CredentialChain chain = machine.chain();
  {
    std::latch start(8);
    std::vector<std::jthread> callers;
    for (int i = 0; i < 8; ++i) {
      callers.emplace_back([&] {
        start.arrive_and_wait();
        EXPECT_EQ(id_from(chain), "ASIA1");
      });
    }
  }
  EXPECT_EQ(machine.handed_out, 1);
}

}  // namespace
}  // namespace livesonic::aws
