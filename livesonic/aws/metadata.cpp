// SPDX-License-Identifier: Apache-2.0
#include "livesonic/aws/metadata.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "livesonic/aws/sigv4.h"
#include "livesonic/base/file.h"
#include "livesonic/base/text.h"
#include "livesonic/base/time_text.h"

namespace livesonic::aws {
namespace {

// On the same machine, these services answer within milliseconds or not at all.
HttpRequest metadata_request(std::string method, std::string url) {
  HttpRequest request;
  request.method = std::move(method);
  request.url = std::move(url);
  request.connect_timeout = std::chrono::seconds{1};
  request.timeout = std::chrono::seconds{2};
  request.body_limit = 65536;
  request.direct = true;
  return request;
}

// The body of an answer with status 200.
Result<std::string> ask(const HttpRequest& request, Transport& transport,
                        const std::stop_token& stop) {
  Result<HttpResponse> response = transport.send(request, stop);
  if (!response) return fail(std::move(response.error()));
  if (response->status != 200) {
    return fail(ErrorKind::kUnavailable, fmt::format("{} answers {} to {}", printable(request.url),
                                                     response->status, request.method));
  }
  return std::move(response->body);
}

// As IAM restricts the names of roles.
bool is_role_name(std::string_view name) {
  return !name.empty() && name.size() <= 64 && std::ranges::all_of(name, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("+=,.@_-").find(c) != std::string_view::npos;
  });
}

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

std::string text_of(const nlohmann::json& json, const char* name) {
  const auto found = json.find(name);
  return found != json.end() && found->is_string() ? found->get<std::string>() : std::string();
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

Result<Credentials> instance_credentials(const std::string& base_url, Transport& transport,
                                         const std::stop_token& stop) {
  HttpRequest session = metadata_request("PUT", base_url + "/latest/api/token");
  session.headers.emplace_back("X-aws-ec2-metadata-token-ttl-seconds", "21600");
  const Result<std::string> token = ask(session, transport, stop);
  if (!token) return fail(token.error());

  const auto get = [&](const std::string& path) {
    HttpRequest request = metadata_request("GET", base_url + path);
    request.headers.emplace_back("X-aws-ec2-metadata-token", std::string(trim(*token)));
    return ask(request, transport, stop);
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
  HttpRequest request = metadata_request("GET", endpoint.url);
  if (!endpoint.authorization.empty()) {
    request.headers.emplace_back("Authorization", endpoint.authorization);
  }
  return ask(request, transport, stop).and_then(parse_role_credentials);
}

Result<Credentials> parse_role_credentials(std::string_view json) {
  constexpr const char* kWhere = "the answer of the metadata service";
  const nlohmann::json document = nlohmann::json::parse(json, nullptr, false);
  if (!document.is_object()) {
    return fail(ErrorKind::kInvalidInput, fmt::format("{} is no JSON object", kWhere));
  }
  const std::string code = text_of(document, "Code");
  if (!code.empty() && code != "Success") {
    return fail(ErrorKind::kUnavailable,
                fmt::format("{} is '{}'", kWhere, shorten(printable(code), 100)));
  }
  Credentials credentials{.access_key_id = text_of(document, "AccessKeyId"),
                          .secret_access_key = Secret(text_of(document, "SecretAccessKey")),
                          .session_token = Secret(text_of(document, "Token")),
                          .expires_at = {}};
  if (const Result<void> checked = check_credentials(credentials, kWhere); !checked) {
    return fail(checked.error());
  }
  const Result<Time> expires = parse_iso8601(text_of(document, "Expiration"));
  if (!expires) {
    return fail(ErrorKind::kInvalidInput, fmt::format("{} has no time of expiry", kWhere));
  }
  credentials.expires_at = *expires;
  return credentials;
}

}  // namespace livesonic::aws
