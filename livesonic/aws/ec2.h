// SPDX-License-Identifier: Apache-2.0
// Instances (Amazon EC2, API version 2016-11-15).
#pragma once

#include <map>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "livesonic/base/clock.h"
#include "livesonic/base/result.h"

namespace livesonic::aws {

class Client;

struct Ec2Instance {
  std::string id;     // "i-0123456789abcdef0"
  std::string state;  // "pending", "running", "stopping", "stopped", "shutting-down", …
  std::map<std::string, std::string> tags;
  std::string public_dns;
  std::string private_dns;
  std::string public_ip;
  std::string private_ip;
  std::string availability_zone;
  std::string type;       // "c6i.large"
  std::string image_id;   // "ami-…"
  std::string lifecycle;  // empty for on-demand, else "spot" or "scheduled"
  std::optional<Time> launch_time;
  friend bool operator==(const Ec2Instance&, const Ec2Instance&) = default;
};

// Thread-safe. Borrows the client. An answer is whole or an error, never a part of a list.
class Ec2 {
 public:
  explicit Ec2(const Client& client) : client_(&client) {}

  // Those of `ids` that EC2 knows, in no particular order; an id it doesn't know (yet, or any more)
  // is left out and harms no other. Asks for 200 ids a call; no call is made for no ids.
  Result<std::vector<Ec2Instance>> describe_instances(const std::vector<std::string>& ids,
                                                      const std::stop_token& stop = {}) const;

 private:
  const Client* client_;
};

}  // namespace livesonic::aws
