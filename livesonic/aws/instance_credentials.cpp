// SPDX-License-Identifier: Apache-2.0
#include "livesonic/aws/instance_credentials.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "livesonic/aws/credential_json.h"
#include "livesonic/aws/local_service.h"
#include "livesonic/aws/sigv4.h"
#include "livesonic/base/text.h"

namespace livesonic::aws {
namespace {

// As IAM restricts the names of roles.
bool is_role_name(std::string_view name) {
  return !name.empty() && name.size() <= 64 && std::ranges::all_of(name, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("+=,.@_-").find(c) != std::string_view::npos;
  });
}

}  // namespace

std::optional<std::string> metadata_service(const Environment& environment) {
  if (equal_ignoring_case(environment("AWS_EC2_METADATA_DISABLED").value_or(""), "true")) {
    return std::nullopt;
  }
  std::string url = environment("AWS_EC2_METADATA_SERVICE_ENDPOINT").value_or("");
  if (url.empty()) {
    const std::string mode = environment("AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE").value_or("");
    const bool six = mode == "IPv6" || mode == "ipv6";
    url = six ? "http://[fd00:ec2::254]" : "http://169.254.169.254";
  }
  while (url.ends_with('/')) url.pop_back();
  return url;
}

Result<Credentials> instance_credentials(const std::string& base_url, Transport& transport,
                                         const std::stop_token& stop) {
  HttpRequest session = local_request("PUT", base_url + "/latest/api/token");
  session.headers.emplace_back("X-aws-ec2-metadata-token-ttl-seconds", "21600");
  const Result<std::string> token = ask_local(session, transport, stop);
  if (!token) return fail(token.error());

  const auto get = [&](const std::string& path) {
    HttpRequest request = local_request("GET", base_url + path);
    request.headers.emplace_back("X-aws-ec2-metadata-token", std::string(trim(*token)));
    return ask_local(request, transport, stop);
  };
  const std::string roles = "/latest/meta-data/iam/security-credentials/";
  const Result<std::string> list = get(roles);
  if (!list) {
    return fail(ErrorKind::kUnavailable,
                list.error().message + "; has this instance an instance profile?");
  }
  const std::string_view role = trim(std::string_view(*list).substr(0, list->find('\n')));
  if (!is_role_name(role)) {
    return fail(ErrorKind::kUnavailable, base_url + " names no role of this instance");
  }
  return get(roles + uri_encode(role)).and_then(parse_role_credentials);
}

}  // namespace livesonic::aws
