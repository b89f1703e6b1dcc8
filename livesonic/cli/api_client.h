// SPDX-License-Identifier: Apache-2.0
// The API of docs/api.md, as the commands use it: over HTTP where a server runs, in this process
// otherwise. Not thread-safe.
#pragma once

#include <chrono>
#include <map>
#include <memory>
#include <string>

#include "livesonic/base/clock.h"
#include "livesonic/base/result.h"
#include "livesonic/cli/json_text.h"
#include "livesonic/cli/program.h"
#include "livesonic/httpd/message.h"

namespace livesonic::cli {

// One way to have a request answered.
class Channel {
 public:
  virtual ~Channel() = default;
  // An error only when no answer came; an answer may well report one.
  virtual Result<httpd::Response> call(const httpd::Request& request, Duration timeout) = 0;
};

// `address` as Program::running_server gives it. No proxy is used, and no redirect followed.
std::unique_ptr<Channel> http_channel(const std::string& address);
std::unique_ptr<Channel> local_channel(std::unique_ptr<LocalApi> api);

class ApiClient {
 public:
  static constexpr Duration kQuick = std::chrono::minutes{2};
  // Polls and syncs take as long as AWS and the hosts do.
  static constexpr Duration kLong = std::chrono::hours{1};

  explicit ApiClient(std::unique_ptr<Channel> channel) : channel_(std::move(channel)) {}
  static Result<ApiClient> connect(Program& program, const config::Config& config);

  struct Answer {
    int status = 0;  // 200..299
    Json body;
  };
  // `path` is what follows /api/v1, not percent-encoded. Any status from 400 on becomes an error
  // with the API's own message.
  Result<Answer> get(const std::string& path, const std::map<std::string, std::string>& query = {});
  Result<Answer> post(const std::string& path, const Json& body, Duration timeout = kQuick);
  Result<Answer> remove(const std::string& path);

 private:
  Result<Answer> call(const httpd::Request& request, Duration timeout);

  std::unique_ptr<Channel> channel_;
};

}  // namespace livesonic::cli
