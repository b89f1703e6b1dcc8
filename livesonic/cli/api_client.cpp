// SPDX-License-Identifier: Apache-2.0
#include "livesonic/cli/api_client.h"

#include <fmt/format.h>

#include "livesonic/base/text.h"

namespace livesonic::cli {
namespace {

class LocalChannel final : public Channel {
 public:
  explicit LocalChannel(std::unique_ptr<LocalApi> api) : api_(std::move(api)) {}
  Result<httpd::Response> call(const httpd::Request& request, Duration) override {
    return api_->handle(request);
  }

 private:
  std::unique_ptr<LocalApi> api_;
};

ErrorKind kind_of(int status) {
  switch (status) {
    case 400:
    case 413:
      return ErrorKind::kInvalidInput;
    case 403:
      return ErrorKind::kPermission;
    case 404:
      return ErrorKind::kNotFound;
    case 409:
      return ErrorKind::kConflict;
    case 502:
    case 503:
      return ErrorKind::kUnavailable;
    default:
      return ErrorKind::kInternal;
  }
}

Error error_in(const httpd::Response& response) {
  const auto body = parse_json(response.body);
  const std::string message = body ? text_of(member(*body, "error"), "message") : "";
  return {kind_of(response.status),
          message.empty() ? fmt::format("the server answered with status {}", response.status)
                          : message};
}

}  // namespace

std::unique_ptr<Channel> local_channel(std::unique_ptr<LocalApi> api) {
  return std::make_unique<LocalChannel>(std::move(api));
}

Result<ApiClient> ApiClient::connect(Program& program, const config::Config& config) {
  if (const auto address = program.running_server(config)) {
    return ApiClient(http_channel(*address));
  }
  auto local = program.open_local(config);
  if (!local) return fail(local.error());
  return ApiClient(local_channel(std::move(*local)));
}

Result<ApiClient::Answer> ApiClient::get(const std::string& path,
                                         const std::map<std::string, std::string>& query) {
  httpd::Request request;
  request.method = "GET";
  request.path = path;
  request.query = query;
  return call(request, kQuick);
}

Result<ApiClient::Answer> ApiClient::post(const std::string& path, const Json& body,
                                          Duration timeout) {
  httpd::Request request;
  request.method = "POST";
  request.path = path;
  request.body = body.dump(-1, ' ', false, Json::error_handler_t::replace);
  return call(request, timeout);
}

Result<ApiClient::Answer> ApiClient::remove(const std::string& path) {
  httpd::Request request;
  request.method = "DELETE";
  request.path = path;
  return call(request, kQuick);
}

Result<ApiClient::Answer> ApiClient::call(const httpd::Request& request, Duration timeout) {
  httpd::Request full = request;
  full.path = "/api/v1" + request.path;
  full.headers["accept"] = "application/json";
  // Changes are taken only as JSON, those without a body too.
  if (full.method != "GET") full.headers["content-type"] = "application/json";
  const auto response = channel_->call(full, timeout);
  if (!response) return fail(response.error());
  if (response->status < 200 || response->status > 299) return fail(error_in(*response));
  if (trim(response->body).empty()) return Answer{response->status, Json::object()};
  auto body = parse_json(response->body);
  if (!body) return fail(body.error());
  return Answer{response->status, std::move(*body)};
}

}  // namespace livesonic::cli
