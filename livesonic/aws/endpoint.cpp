// SPDX-License-Identifier: Apache-2.0
#include "livesonic/aws/endpoint.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "livesonic/aws/shapes.h"
#include "livesonic/base/text.h"

namespace livesonic::aws {
namespace {

struct Partition {
  std::string_view suffix;
  std::string_view global_region;  // global services sign for it
};

Partition partition_of(std::string_view region) {
  if (region.starts_with("cn-")) return {"amazonaws.com.cn", "cn-northwest-1"};
  if (region.starts_with("us-gov-")) return {"amazonaws.com", "us-gov-west-1"};
  return {"amazonaws.com", "us-east-1"};
}

// AWS's host of a global service: "route53.us-gov.amazonaws.com" in GovCloud.
std::string global_host(const Service& service, std::string_view region) {
  return fmt::format("{}{}.{}", service.id, region.starts_with("us-gov-") ? ".us-gov" : "",
                     partition_of(region).suffix);
}

struct Url {
  std::string_view scheme;
  std::string_view authority;
  std::string_view path;
};

Url take_apart(std::string_view url) {
  const std::size_t scheme_end = url.find("://");
  if (scheme_end == std::string_view::npos) return {};
  const std::string_view rest = url.substr(scheme_end + 3);
  const std::size_t slash = std::min(rest.find('/'), rest.size());
  return {url.substr(0, scheme_end), rest.substr(0, slash), rest.substr(slash)};
}

// A host name, an IPv4 address or an IPv6 one in brackets, and at most a port.
bool is_authority(std::string_view text) {
  std::size_t colon = text.rfind(':');
  if (text.ends_with(']')) colon = std::string_view::npos;
  if (colon != std::string_view::npos) {
    const std::string_view port = text.substr(colon + 1);
    unsigned number = 0;
    const auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), number);
    if (error != std::errc{} || end != port.data() + port.size() || number == 0 || number > 65535) {
      return false;
    }
    text = text.substr(0, colon);
  }
  if (text.starts_with('[') && text.ends_with(']')) {
    return is_ip_address(text.substr(1, text.size() - 2));
  }
  return is_host_name(text);
}

}  // namespace

Result<void> check_region(std::string_view region) {
  const bool shaped = is_word(region) && region.front() >= 'a' && region.front() <= 'z' &&
                      region.back() != '-' &&
                      std::ranges::none_of(region, [](char c) { return c >= 'A' && c <= 'Z'; });
  if (shaped) return {};
  return fail(ErrorKind::kInvalidInput,
              fmt::format("'{}' is no AWS region; write it as in ap-northeast-1",
                          shorten(printable(region), 64)));
}

Result<void> check_endpoint_url(std::string_view url) {
  const Url parts = take_apart(url);
  const bool path_ok = std::ranges::all_of(parts.path, [](char c) {
    return c == '/' || c == '.' || c == '_' || c == '~' || is_word(std::string_view(&c, 1));
  });
  if ((parts.scheme == "http" || parts.scheme == "https") && is_authority(parts.authority) &&
      path_ok) {
    return {};
  }
  return fail(ErrorKind::kInvalidInput,
              fmt::format("endpoint_url '{}' is no URL such as http://127.0.0.1:5000",
                          shorten(printable(url), 200)));
}

Endpoint resolve_endpoint(const Service& service, std::string_view region,
                          std::string_view endpoint_url) {
  Endpoint endpoint;
  endpoint.signing_region =
      std::string(service.global ? partition_of(region).global_region : region);
  if (endpoint_url.empty()) {
    endpoint.host = service.global
                        ? global_host(service, region)
                        : fmt::format("{}.{}.{}", service.id, region, partition_of(region).suffix);
    endpoint.base_url = "https://" + endpoint.host;
    return endpoint;
  }
  const Url parts = take_apart(endpoint_url);
  endpoint.host = parts.authority;
  // A default port is not part of the Host header, and the header is signed.
  const std::string_view default_port = parts.scheme == "http" ? ":80" : ":443";
  if (endpoint.host.ends_with(default_port)) {
    endpoint.host.resize(endpoint.host.size() - default_port.size());
  }
  endpoint.path = parts.path;
  while (endpoint.path.ends_with('/')) endpoint.path.pop_back();
  endpoint.base_url = fmt::format("{}://{}{}", parts.scheme, parts.authority, endpoint.path);
  return endpoint;
}

}  // namespace livesonic::aws
