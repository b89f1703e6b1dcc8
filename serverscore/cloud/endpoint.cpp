// SPDX-License-Identifier: Apache-2.0
#include "serverscore/cloud/endpoint.h"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <cstdint>
#include <cstring>

#include "serverscore/parse/text.h"

namespace serverscore {
namespace {

constexpr std::size_t kLongestUrl = 128;

Endpoint none(std::string_view why) {
  Endpoint endpoint;
  endpoint.why_not = why;
  return endpoint;
}

template <typename Address>
void store(Endpoint& endpoint, const Address& address) {
  static_assert(sizeof address <= sizeof endpoint.address);
  std::memcpy(&endpoint.address, &address, sizeof address);
  endpoint.size = sizeof address;
}

bool is_true(std::string_view text) {
  constexpr std::string_view kTrue = "true";
  if (text.size() != kTrue.size()) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if ((text[i] | 0x20) != kTrue[i]) return false;
  }
  return true;
}

}  // namespace

Endpoint parse_endpoint(std::string_view url) {
  if (url.size() > kLongestUrl || !take_prefix(url, "http://")) {
    return none("AWS_EC2_METADATA_SERVICE_ENDPOINT does not begin with http://");
  }
  if (url.ends_with('/')) url.remove_suffix(1);

  const bool six = take_prefix(url, "[");
  const std::size_t end = url.find(six ? ']' : ':');
  const std::string host(url.substr(0, end));
  url.remove_prefix(host.size());
  if (six && !take_prefix(url, "]")) url = "?";
  double port = 80;
  if (take_prefix(url, ":")) {
    port = to_count(url, 65'535).value_or(0);
    url = {};
  }
  Endpoint endpoint;
  const auto port_on_wire = htons(static_cast<std::uint16_t>(port));
  if (six) {
    sockaddr_in6 address{};
    address.sin6_family = AF_INET6;
    address.sin6_port = port_on_wire;
    if (inet_pton(AF_INET6, host.c_str(), &address.sin6_addr) == 1) store(endpoint, address);
  } else {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = port_on_wire;
    if (inet_pton(AF_INET, host.c_str(), &address.sin_addr) == 1) store(endpoint, address);
  }
  if (endpoint.size == 0 || port < 1 || !url.empty()) {
    return none(
        "AWS_EC2_METADATA_SERVICE_ENDPOINT is no http://ADDRESS[:PORT] with a numeric "
        "address");
  }
  endpoint.host = six ? "[" + host + "]" : host;
  return endpoint;
}

Endpoint choose_endpoint(const char* disabled, const char* endpoint) {
  if (disabled != nullptr && is_true(disabled)) {
    return none("AWS_EC2_METADATA_DISABLED is set");
  }
  if (endpoint != nullptr && *endpoint != '\0') return parse_endpoint(endpoint);
  return parse_endpoint("http://169.254.169.254");
}

}  // namespace serverscore
