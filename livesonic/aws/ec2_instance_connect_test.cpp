// SPDX-License-Identifier: Apache-2.0
#include "livesonic/aws/ec2_instance_connect.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "livesonic/aws/fake_transport.h"

namespace livesonic::aws {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::Pair;

using Answers = std::vector<Result<HttpResponse>>;

TEST(Ec2InstanceConnect, lets_a_key_in_for_a_user) {
  TestBench bench(Answers{http(200, R"({"RequestId": "r", "Success": true})")});
  const auto sent = Ec2InstanceConnect(bench.client)
                        .send_ssh_public_key({.instance_id = "i-12345678",
                                              .os_user = "ec2-user",
                                              .line = "ssh-ed25519 AAAA livesonic",
                                              .availability_zone = "ap-northeast-1a"});
  ASSERT_TRUE(sent) << sent.error().message;
  const HttpRequest& request = bench.transport.requests.at(0);
  EXPECT_THAT(request.url, HasSubstr("//ec2-instance-connect.ap-northeast-1.amazonaws.com"));
  EXPECT_THAT(request.headers,
              Contains(Pair("X-Amz-Target", "AWSEC2InstanceConnectService.SendSSHPublicKey")));
  EXPECT_EQ(nlohmann::json::parse(request.body), nlohmann::json::parse(R"({
      "InstanceId": "i-12345678", "InstanceOSUser": "ec2-user",
      "SSHPublicKey": "ssh-ed25519 AAAA livesonic", "AvailabilityZone": "ap-northeast-1a"})"));
}

TEST(Ec2InstanceConnect, what_aws_refuses_is_an_error) {
  TestBench no(Answers{http(200, R"({"RequestId": "r", "Success": false})")});
  EXPECT_FALSE(Ec2InstanceConnect(no.client).send_ssh_public_key({"i-1", "u", "k", ""}));
  TestBench gone(Answers{http(400, R"({"__type": "EC2InstanceNotFoundException"})")});
  EXPECT_EQ(Ec2InstanceConnect(gone.client).send_ssh_public_key({"i-1", "u", "k", ""}).error().kind,
            ErrorKind::kNotFound);
}

}  // namespace
}  // namespace livesonic::aws
