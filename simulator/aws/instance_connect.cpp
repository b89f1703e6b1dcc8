// SPDX-License-Identifier: Apache-2.0
// EC2 Instance Connect (API version 2018-04-02): an SSH key for a minute.
#include <algorithm>
#include <array>
#include <cctype>

#include "simulator/aws/json_answers.h"

namespace livesonic::simulator {
namespace {

using namespace json_api;

constexpr std::size_t kLongestUser = 32;

bool is_user(const std::string& name) {
  return !name.empty() && name.size() <= kLongestUser &&
         std::ranges::all_of(name, [](unsigned char c) {
           return c < 0x80 &&
                  (std::isalnum(c) != 0 || c == '_' || c == '-' || c == '.' || c == '@');
         });
}

AwsAnswer send_ssh_public_key(World& world, Time now, const AwsCall& call) {
  const json input = input_of(call);
  const std::string id = text(input, "InstanceId");
  PushedKey pushed{
      id, text(input, "InstanceOSUser"), read_public_key(text(input, "SSHPublicKey")), {}};
  if (!is_user(pushed.user) || pushed.key.empty()) {
    return refuse(400, "InvalidArgsException",
                  "InstanceOSUser or SSHPublicKey is not what it must be");
  }
  const Instance* instance = world.find(id, now);
  if (instance == nullptr) {
    return refuse(400, "EC2InstanceNotFoundException", "Instance not found");
  }
  if (const std::string zone = text(input, "AvailabilityZone");
      !zone.empty() && zone != instance->availability_zone) {
    return refuse(400, "EC2InstanceNotFoundException", "Instance not found in that zone");
  }
  if (world.state(*instance, now) != InstanceState::kRunning) {
    return refuse(400, "EC2InstanceStateInvalidException", "The instance is not running");
  }
  push_key(world.pushed_keys, std::move(pushed), now);
  return written({{"RequestId", call.request_id}, {"Success", true}});
}

constexpr std::array<AwsOperation, 1> kOperations{{
    {"SendSSHPublicKey", send_ssh_public_key},
}};

}  // namespace

std::span<const AwsOperation> instance_connect_operations() {
  return kOperations;
}

}  // namespace livesonic::simulator
