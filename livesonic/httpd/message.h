// SPDX-License-Identifier: Apache-2.0
// HTTP requests and responses as plain values: what handlers are written against.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace livesonic::httpd {

struct Request {
  std::string method;  // "GET"; a HEAD request arrives as GET, and its answer's body isn't sent
  std::string target;  // as the client sent it, e.g. "/api/v1/clusters?x=a%20b"
  std::string path;    // percent-decoded, without the query, e.g. "/api/v1/clusters/web"
  std::map<std::string, std::string> query;    // percent-decoded; the last of equal names wins
  std::map<std::string, std::string> headers;  // names in lower case
  std::string body;

  [[nodiscard]] std::optional<std::string> parameter(const std::string& name) const {
    const auto found = query.find(name);
    return found == query.end() ? std::nullopt : std::optional(found->second);
  }
  [[nodiscard]] std::string header(const std::string& lower_case_name) const {
    const auto found = headers.find(lower_case_name);
    return found == headers.end() ? std::string() : found->second;
  }
};

struct Response {
  int status = 200;
  std::string content_type = "application/json";
  std::string body;
  std::map<std::string, std::string> headers;
};

}  // namespace livesonic::httpd
