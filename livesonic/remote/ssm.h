// SPDX-License-Identifier: Apache-2.0
// Remote over AWS Systems Manager's Run Command, for hosts with no open port: its agent on the host
// asks AWS what to run, runs it as root, and reports.
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "livesonic/remote/remote.h"

namespace livesonic::remote {

// What this needs of AWS; supplied by app. Thread-safe. All of it blocks for a call's time.
class RunCommand {
 public:
  virtual ~RunCommand() = default;

  struct Order {
    std::vector<std::string> hosts;   // 1 to kMostHosts, all of one place()
    std::string script;               // for /bin/sh
    std::chrono::seconds run_within;  // at least 1 s
  };
  static constexpr std::size_t kMostHosts = 50;
  // The order's id. kInvalidInput: one of the hosts isn't managed by Systems Manager.
  virtual Result<std::string> send(const Order& order, const std::stop_token& stop) = 0;

  enum class State {
    kPending,      // nothing has begun yet
    kRunning,      // the script may have begun
    kEnded,        // with an exit status
    kTimedOut,     // the script took too long, and was ended
    kUndelivered,  // the agent did not take it
    kFailed,       // for another reason
  };
  struct Progress {
    State state = State::kPending;
    std::optional<int> exit_status;
    std::string out;  // what AWS keeps of it, 24,000 and
    std::string err;  // 8,000 characters
    std::string detail;
  };
  virtual Result<Progress> look(const std::string& order, const std::string& host,
                                const std::stop_token& stop) = 0;

  // Hosts of the same account and region can be ordered together; kNotFound when nobody knows it.
  virtual Result<std::string> place(const std::string& host) = 0;
};

struct SsmSettings {
  Duration begin_within = std::chrono::seconds{30};  // AWS takes no less
  // For AWS to tell what its agent knows already.
  Duration telling = std::chrono::seconds{15};
  // Between looks at an order: at first, and at most.
  Duration first_look{500};
  Duration longest_pause = std::chrono::seconds{3};
  // For others that are to run the same to join an order.
  Duration gather{50};
};

// `aws` must outlive it. A command's time counts from when the host's agent takes it.
std::unique_ptr<Remote> make_ssm(RunCommand& aws, SsmSettings settings = {});

}  // namespace livesonic::remote
