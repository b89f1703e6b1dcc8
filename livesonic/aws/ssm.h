// SPDX-License-Identifier: Apache-2.0
// Commands run by the agent of AWS Systems Manager, and its parameters (API version 2014-11-06).
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "livesonic/base/clock.h"
#include "livesonic/base/result.h"
#include "livesonic/base/secret.h"

namespace livesonic::aws {

class Client;

struct SsmCommand {
  std::vector<std::string> instance_ids;  // 1 to Ssm::kMaxInstances, all managed by the agent
  std::vector<std::string> lines;         // of a shell script, run as root
  std::string comment = {};               // in AWS's lists of commands; at most 100 characters
  // How long the agent may take to begin, 30 s at least, and the script to run.
  std::chrono::seconds begin_within{30};
  std::chrono::seconds run_within{60};
};

struct SsmInvocation {
  std::string status;  // "Pending", "InProgress", "Delayed", "Success", "Failed", "TimedOut", …
  std::string status_details;             // "DeliveryTimedOut", "NonZeroExitCode", …
  std::optional<std::int64_t> exit_code;  // empty until it has ended
  std::string output;                     // of both, AWS keeps the first 24,000 and
  std::string error_output;               // 8,000 characters, whatever they are
};

struct SsmParameter {
  std::string name;
  std::string type;  // "String", "StringList" or "SecureString"
  Secret value;
  std::int64_t version = 0;
  std::optional<Time> modified_at;
};

// Thread-safe. Borrows the client.
class Ssm {
 public:
  explicit Ssm(const Client& client) : client_(&client) {}

  // The command's id. kInvalidInput when an instance isn't managed. A call whose answer is lost is
  // repeated, so that the script may run twice.
  static constexpr std::size_t kMaxInstances = 50;
  Result<std::string> send_command(const SsmCommand& command,
                                   const std::stop_token& stop = {}) const;

  // What became of it on one instance; kNotFound for the first moments, and for ever when it was
  // never sent there.
  Result<SsmInvocation> get_command_invocation(const std::string& command_id,
                                               const std::string& instance_id,
                                               const std::stop_token& stop = {}) const;

  // Decrypted. `name` may have a version or label behind a colon, and may be one of AWS's own:
  // "/aws/service/ami-amazon-linux-latest/…". kNotFound when there is none.
  Result<SsmParameter> get_parameter(const std::string& name,
                                     const std::stop_token& stop = {}) const;

 private:
  const Client* client_;
};

}  // namespace livesonic::aws
