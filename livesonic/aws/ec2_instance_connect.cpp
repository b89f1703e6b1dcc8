// SPDX-License-Identifier: Apache-2.0
#include "livesonic/aws/ec2_instance_connect.h"

#include <utility>

#include "livesonic/aws/json_calls.h"

namespace livesonic::aws {
namespace {

constexpr Service kInstanceConnect{.id = "ec2-instance-connect",
                                   .api_version = {},
                                   .key = "ec2_instance_connect",
                                   .json_target = "AWSEC2InstanceConnectService"};

}  // namespace

Result<void> Ec2InstanceConnect::send_ssh_public_key(const SshPublicKey& key,
                                                     const std::stop_token& stop) const {
  nlohmann::json body = {
      {"InstanceId", key.instance_id}, {"InstanceOSUser", key.os_user}, {"SSHPublicKey", key.line}};
  if (!key.availability_zone.empty()) body["AvailabilityZone"] = key.availability_zone;
  const auto success =
      ask(*client_,
          {.service = kInstanceConnect, .operation = "SendSSHPublicKey", .body = std::move(body)},
          stop, [](const json::Value& root) { return root.boolean("Success", false); });
  if (!success) return fail(success.error());
  if (!*success) return fail(ErrorKind::kUnavailable, "SendSSHPublicKey: AWS did not take the key");
  return {};
}

}  // namespace livesonic::aws
