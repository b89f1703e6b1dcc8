// SPDX-License-Identifier: Apache-2.0
// EC2 Instance Connect (API version 2018-04-02): lets an SSH key in for a minute.
#pragma once

#include <stop_token>
#include <string>

#include "livesonic/base/result.h"

namespace livesonic::aws {

class Client;

struct SshPublicKey {
  std::string instance_id;
  std::string os_user;            // whom to log in as
  std::string line;               // "ssh-ed25519 AAAA… comment"
  std::string availability_zone;  // of the instance; may be empty
};

// Thread-safe. Borrows the client.
class Ec2InstanceConnect {
 public:
  explicit Ec2InstanceConnect(const Client& client) : client_(&client) {}

  // The instance's sshd takes the key for this user in the next 60 seconds; kNotFound for an
  // instance that AWS doesn't know, kPermission where the policy forbids the user's name.
  Result<void> send_ssh_public_key(const SshPublicKey& key, const std::stop_token& stop = {}) const;

 private:
  const Client* client_;
};

}  // namespace livesonic::aws
