// SPDX-License-Identifier: Apache-2.0
#include "livesonic/aws/endpoint.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "livesonic/aws/shapes.h"
#include "livesonic/base/text.h"

namespace livesonic::aws {
namespace {

// Source: botocore's partitions.json.
struct Partition {
  std::string_view region_prefix;
  std::string_view suffix;
  std::string_view dual_stack_suffix;
  std::string_view global_region;  // global services sign for it
};

constexpr Partition kWorld = {"", "amazonaws.com", "api.aws", "us-east-1"};
constexpr std::array<Partition, 7> kOthers = {{
    {"cn-", "amazonaws.com.cn", "api.amazonwebservices.com.cn", "cn-northwest-1"},
    {"us-gov-", "amazonaws.com", "api.aws", "us-gov-west-1"},
    {"eusc-", "amazonaws.eu", "api.amazonwebservices.eu", "eusc-de-east-1"},
    {"us-iso-", "c2s.ic.gov", "api.aws.ic.gov", "us-iso-east-1"},
    {"us-isob-", "sc2s.sgov.gov", "api.aws.scloud", "us-isob-east-1"},
    {"eu-isoe-", "cloud.adc-e.uk", "api.cloud-aws.adc-e.uk", "eu-isoe-west-1"},
    {"us-isof-", "csp.hci.ic.gov", "api.aws.hci.ic.gov", "us-isof-south-1"},
}};

const Partition& partition_of(std::string_view region) {
  for (const Partition& partition : kOthers) {
    if (region.starts_with(partition.region_prefix)) return partition;
  }
  return kWorld;
}

bool is_government(std::string_view region) {
  return region.starts_with("us-gov-");
}

// GovCloud's ordinary endpoints of these services are its FIPS endpoints; CloudWatch's also those
// with IPv6.
bool is_fips_anyway(const Service& service, std::string_view region, bool dual_stack) {
  constexpr std::array<std::string_view, 8> kServices = {
      "autoscaling", "ec2", "elasticloadbalancing", "monitoring", "sns", "sqs", "ssm", "sts"};
  return is_government(region) && (!dual_stack || service.id == "monitoring") &&
         std::ranges::find(kServices, service.id) != kServices.end();
}

std::string_view host_part(const Service& service) {
  return service.host.empty() ? service.id : service.host;
}

// AWS's host of a global service: "route53.us-gov.amazonaws.com" in GovCloud.
std::string global_host(const Service& service, std::string_view region,
                        const EndpointOptions& options) {
  const Partition& partition = partition_of(region);
  std::string host(host_part(service));
  if (is_government(region)) {
    host += ".us-gov";
  } else if (options.fips) {
    host += "-fips";
  }
  if (!options.dual_stack) return fmt::format("{}.{}", host, partition.suffix);
  // Both as AWS has it, whatever the reason.
  const bool always_global = &partition == &kWorld;
  const bool perhaps_global = region.starts_with("cn-") || region.starts_with("eusc-");
  if (always_global || (perhaps_global && !options.fips)) host += ".global";
  return fmt::format("{}.{}", host, partition.dual_stack_suffix);
}

std::string regional_host(const Service& service, std::string_view region,
                          const EndpointOptions& options) {
  const Partition& partition = partition_of(region);
  const bool fips = options.fips && !is_fips_anyway(service, region, options.dual_stack);
  return fmt::format("{}{}.{}.{}", host_part(service), fips ? "-fips" : "", region,
                     options.dual_stack ? partition.dual_stack_suffix : partition.suffix);
}

std::string_view url_for(const Service& service, const EndpointOptions& options) {
  const auto own = options.service_urls.find(key_of(service));
  return own == options.service_urls.end() ? options.url : own->second;
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

std::string_view key_of(const Service& service) {
  return service.key.empty() ? service.id : service.key;
}

Endpoint resolve_endpoint(const Service& service, std::string_view region,
                          const EndpointOptions& options) {
  Endpoint endpoint;
  endpoint.signing_region =
      std::string(service.global ? partition_of(region).global_region : region);
  const std::string_view url = url_for(service, options);
  if (url.empty()) {
    endpoint.host = service.global ? global_host(service, region, options)
                                   : regional_host(service, region, options);
    endpoint.base_url = "https://" + endpoint.host;
    return endpoint;
  }
  const Url parts = take_apart(url);
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
