// SPDX-License-Identifier: Apache-2.0
#include "livesonic/aws/ssm.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "livesonic/aws/fake_transport.h"

namespace livesonic::aws {
namespace {

using testing::HasSubstr;
using testing::Not;

using Answers = std::vector<Result<HttpResponse>>;

TEST(Ssm, sends_a_script_to_instances) {
  TestBench bench(Answers{http(200, R"({"Command": {"CommandId": "ef7fdfd8-9b57-4151",
      "Status": "Pending", "RequestedDateTime": 1772353800}})")});
  const auto id = Ssm(bench.client)
                      .send_command({.instance_ids = {"i-12345678"},
                                     .lines = {"uptime", "echo \xff"},
                                     .comment = "livesonic",
                                     .begin_within = std::chrono::seconds{45},
                                     .run_within = std::chrono::seconds{20}});
  ASSERT_TRUE(id) << id.error().message;
  EXPECT_EQ(*id, "ef7fdfd8-9b57-4151");
  EXPECT_EQ(nlohmann::json::parse(bench.transport.requests.at(0).body), nlohmann::json::parse(R"({
      "InstanceIds": ["i-12345678"], "DocumentName": "AWS-RunShellScript", "TimeoutSeconds": 45,
      "Parameters": {"commands": ["uptime", "echo �"], "executionTimeout": ["20"]},
      "Comment": "livesonic"})"));
  EXPECT_THAT(bench.transport.requests.at(0).headers,
              testing::Contains(
                  std::pair<std::string, std::string>("X-Amz-Target", "AmazonSSM.SendCommand")));
}

TEST(Ssm, asks_for_no_more_instances_than_aws_takes) {
  TestBench bench(Answers{http(500, "")});
  SsmCommand command{.instance_ids = {}, .lines = {"true"}};
  EXPECT_FALSE(Ssm(bench.client).send_command(command));
  command.instance_ids.assign(51, "i-12345678");
  EXPECT_FALSE(Ssm(bench.client).send_command(command));
  EXPECT_TRUE(bench.transport.requests.empty());
}

TEST(Ssm, gives_the_outcome_with_every_byte_of_the_output) {
  TestBench bench(Answers{http(200, R"({"CommandId": "c", "InstanceId": "i-12345678",
      "Status": "Failed", "StatusDetails": "NonZeroExitCode", "ResponseCode": 3,
      "StandardOutputContent": "\u001b[31mred\u0007\n", "StandardErrorContent": "",
      "ExecutionStartDateTime": "2026-03-01T08:30:00.123Z"})")});
  const auto found = Ssm(bench.client).get_command_invocation("c", "i-12345678");
  ASSERT_TRUE(found) << found.error().message;
  EXPECT_EQ(found->status, "Failed");
  EXPECT_EQ(found->status_details, "NonZeroExitCode");
  EXPECT_EQ(found->exit_code, 3);
  EXPECT_EQ(found->output, "\x1b[31mred\a\n");
}

TEST(Ssm, knows_no_exit_code_before_the_end) {
  TestBench bench(Answers{http(200, R"({"Status": "InProgress", "ResponseCode": -1,
      "StandardOutputContent": "", "ExecutionStartDateTime": ""})")});
  const auto found = Ssm(bench.client).get_command_invocation("c", "i-12345678");
  ASSERT_TRUE(found) << found.error().message;
  EXPECT_EQ(found->exit_code, std::nullopt);
  TestBench early(Answers{http(400, R"({"__type": "InvocationDoesNotExist"})")});
  EXPECT_EQ(Ssm(early.client).get_command_invocation("c", "i-1").error().kind,
            ErrorKind::kNotFound);
}

TEST(Ssm, gets_a_parameter_and_never_quotes_it) {
  TestBench bench(Answers{http(200, R"({"Parameter": {"Name": "/db/password",
      "Type": "SecureString", "Value": "s3cret", "Version": 2,
      "LastModifiedDate": 1772353800.5}})")});
  const auto found = Ssm(bench.client).get_parameter("/db/password");
  ASSERT_TRUE(found) << found.error().message;
  EXPECT_EQ(found->value.reveal(), "s3cret");
  EXPECT_EQ(found->version, 2);
  EXPECT_EQ(found->modified_at, *parse_iso8601("2026-03-01T08:30:00.500Z"));
  EXPECT_EQ(bench.transport.requests.at(0).body,
            R"({"Name":"/db/password","WithDecryption":true})");
  TestBench odd(Answers{http(200, R"({"Parameter": {"Value": "s3cret", "Version": "s3cret"}})")});
  const auto refused = Ssm(odd.client).get_parameter("x");
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().message, Not(HasSubstr("s3cret")));
  TestBench none(Answers{http(400, R"({"__type": "ParameterNotFound"})")});
  EXPECT_EQ(Ssm(none.client).get_parameter("x").error().kind, ErrorKind::kNotFound);
}

}  // namespace
}  // namespace livesonic::aws
