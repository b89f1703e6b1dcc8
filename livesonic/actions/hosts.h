// SPDX-License-Identifier: Apache-2.0
// The other things that actions reach for: commands on hosts, and webhooks. Interfaces; app
// supplies them.
#pragma once

#include <optional>
#include <stop_token>
#include <string>

#include "livesonic/base/clock.h"
#include "livesonic/base/result.h"
#include "livesonic/base/secret.h"
#include "livesonic/model/cluster.h"

namespace livesonic::actions {

struct HostOutput {
  std::optional<int> exit_status;  // none: it did not run to its end
  std::string out;
  std::string err;
  bool truncated = false;
  std::string detail;  // why it did not
  bool begun = true;   // false: surely nothing was run
};

// Thread-safe.
class Hosts {
 public:
  virtual ~Hosts() = default;
  // Runs the command line and waits for its end. An error where nobody can even be asked.
  virtual Result<HostOutput> run(const Cluster& cluster, const std::string& instance,
                                 const std::string& line, Duration timeout, std::size_t limit,
                                 const std::stop_token& stop) = 0;
};

struct Webhook {
  std::string name;
  Secret url;
  Duration timeout = std::chrono::seconds{10};
};

// Thread-safe.
class Caller {
 public:
  virtual ~Caller() = default;
  // POSTs the JSON. `id` is the same however often it is sent. Errors never show the URL.
  virtual Result<void> post(const Webhook& webhook, const std::string& json, const std::string& id,
                            const std::stop_token& stop) = 0;
};

}  // namespace livesonic::actions
