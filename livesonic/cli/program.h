// SPDX-License-Identifier: Apache-2.0
// What the commands need of the composition root: the interface that cli declares and app supplies.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "livesonic/base/result.h"
#include "livesonic/config/config.h"
#include "livesonic/httpd/message.h"

namespace livesonic::cli {

// The API without a socket: requests are answered in this process.
class LocalApi {
 public:
  virtual ~LocalApi() = default;
  virtual httpd::Response handle(const httpd::Request& request) = 0;
};

class Program {
 public:
  virtual ~Program() = default;
  // Watches the fleet until SIGTERM or SIGINT; returns the exit status. `standby`: once no other
  // process does.
  virtual int serve(const config::Config& config, bool standby) = 0;
  // "127.0.0.1:8460" when a server holds the data directory right now.
  virtual std::optional<std::string> running_server(const config::Config& config) = 0;
  // The API over the data directory, for when no server runs.
  virtual Result<std::unique_ptr<LocalApi>> open_local(const config::Config& config) = 0;
  // The least policy of IAM, JSON, for what the configuration asks for.
  virtual std::string iam_policy(const config::Config& config) = 0;
};

// The whole command line; returns the exit status: 0 done, 1 it failed, 2 wrong usage or
// configuration.
int run(int argc, char** argv, Program& program);

}  // namespace livesonic::cli
