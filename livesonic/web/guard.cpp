// SPDX-License-Identifier: Apache-2.0
#include "livesonic/web/guard.h"

#include <arpa/inet.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <string>

#include "livesonic/base/text.h"
#include "livesonic/httpd/error_response.h"

namespace livesonic::web {
namespace {

std::string lower_case(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return lower;
}

bool is_port(std::string_view text) {
  return text.size() <= 5 &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

bool same_site(std::string_view origin, std::string_view host) {
  const std::string lower = lower_case(origin);
  for (const std::string_view scheme : {"http://", "https://"}) {
    if (lower.starts_with(scheme)) return lower.substr(scheme.size()) == lower_case(host);
  }
  return false;
}

std::string shown(const std::string& text) {
  return printable(shorten(text, 100));
}

}  // namespace

bool is_loopback_host(std::string_view host) {
  std::string_view name = host;
  std::string_view port;
  const std::size_t name_end = host.starts_with('[') ? host.find(']') : 0;
  if (name_end == std::string_view::npos) return false;
  if (const std::size_t colon = host.find(':', name_end); colon != std::string_view::npos) {
    name = host.substr(0, colon);
    port = host.substr(colon + 1);
  }
  if (!is_port(port)) return false;
  if (name == "[::1]" || lower_case(name) == "localhost") return true;
  std::array<unsigned char, 4> address{};
  return inet_pton(AF_INET, std::string(name).c_str(), address.data()) == 1 && address[0] == 127;
}

std::optional<httpd::Response> refusal(const httpd::Request& request) {
  const std::string host = request.header("host");
  if (!is_loopback_host(host)) {
    return httpd::error_response(
        403, "permission",
        fmt::format("'{}' is not a loopback name: use localhost or 127.0.0.1", shown(host)));
  }
  const auto origin = request.headers.find("origin");
  if (origin != request.headers.end() && !same_site(origin->second, host)) {
    return httpd::error_response(
        403, "permission",
        fmt::format("requests from pages of '{}' are refused", shown(origin->second)));
  }
  if (request.method != "GET" && (request.method != "DELETE" || !request.body.empty())) {
    const std::string type = request.header("content-type");
    if (lower_case(trim(type.substr(0, type.find(';')))) != "application/json") {
      return httpd::error_response(400, "invalid_input",
                                   "changes are taken as Content-Type: application/json only");
    }
  }
  return std::nullopt;
}

void add_security_headers(httpd::Response& response) {
  response.headers["X-Content-Type-Options"] = "nosniff";
  response.headers["Referrer-Policy"] = "no-referrer";
  response.headers["Cross-Origin-Resource-Policy"] = "same-origin";
  response.headers["Content-Security-Policy"] =
      "default-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; "
      "frame-ancestors 'none'";
}

}  // namespace livesonic::web
