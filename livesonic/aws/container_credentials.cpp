// SPDX-License-Identifier: Apache-2.0
#include "livesonic/aws/container_credentials.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "livesonic/aws/credential_json.h"
#include "livesonic/aws/local_service.h"
#include "livesonic/base/file.h"
#include "livesonic/base/text.h"

namespace livesonic::aws {
namespace {

bool may_be_plain_http(std::string_view host) {
  constexpr std::array<std::string_view, 6> kHosts = {
      "localhost", "127.0.0.1", "[::1]", "169.254.170.2", "169.254.170.23", "[fd00:ec2::23]"};
  return std::ranges::find(kHosts, host) != kHosts.end();
}

bool is_safe_url(std::string_view url) {
  if (!std::ranges::all_of(url, [](char c) { return c > ' ' && c < 0x7F; })) return false;
  if (url.starts_with("https://")) return true;
  constexpr std::string_view kHttp = "http://";
  if (!url.starts_with(kHttp)) return false;
  std::string_view host = url.substr(kHttp.size());
  host = host.substr(0, host.find_first_of("/?#"));
  const std::size_t bracket = host.find(']');
  const std::size_t from = bracket == std::string_view::npos ? 0 : bracket;
  return may_be_plain_http(host.substr(0, host.find(':', from)));
}

Result<std::string> container_authorization(const Environment& environment) {
  const auto file = environment("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE");
  if (!file || file->empty()) {
    return environment("AWS_CONTAINER_AUTHORIZATION_TOKEN").value_or("");
  }
  const Result<std::string> content = read_file(*file, 65536);
  if (content) return std::string(trim(*content));
  return fail(ErrorKind::kUnavailable,
              content.error().context("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE").message);
}

}  // namespace

Result<std::optional<ContainerEndpoint>> container_endpoint(const Environment& environment) {
  ContainerEndpoint endpoint;
  const auto relative = environment("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI");
  const auto full = environment("AWS_CONTAINER_CREDENTIALS_FULL_URI");
  if (relative && relative->starts_with('/')) {
    endpoint.url = "http://169.254.170.2" + *relative;
  } else if (full && !full->empty()) {
    endpoint.url = *full;
  } else {
    return std::nullopt;
  }
  if (!is_safe_url(endpoint.url)) {
    return fail(ErrorKind::kInvalidInput,
                "AWS_CONTAINER_CREDENTIALS_FULL_URI is neither https nor on this machine");
  }
  const Result<std::string> authorization = container_authorization(environment);
  if (!authorization) return fail(authorization.error());
  if (std::ranges::any_of(*authorization, [](char c) { return c < ' ' || c == 0x7F; })) {
    return fail(ErrorKind::kInvalidInput,
                "AWS_CONTAINER_AUTHORIZATION_TOKEN has line breaks or control characters");
  }
  endpoint.authorization = *authorization;
  return endpoint;
}

Result<Credentials> container_credentials(const ContainerEndpoint& endpoint, Transport& transport,
                                          const std::stop_token& stop) {
  HttpRequest request = local_request("GET", endpoint.url);
  if (!endpoint.authorization.empty()) {
    request.headers.emplace_back("Authorization", endpoint.authorization);
  }
  return ask_local(request, transport, stop).and_then(parse_role_credentials);
}

}  // namespace livesonic::aws
