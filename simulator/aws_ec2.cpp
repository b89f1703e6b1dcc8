// SPDX-License-Identifier: Apache-2.0
// EC2 (API version 2016-11-15).
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>
#include <set>

#include "livesonic/base/text.h"
#include "livesonic/base/time_text.h"
#include "simulator/aws_operations.h"
#include "simulator/xml_writer.h"

namespace livesonic::simulator {
namespace {

constexpr std::string_view kNameSpace = "http://ec2.amazonaws.com/doc/2016-11-15/";
constexpr int kLargestPage = 1000;
constexpr int kSmallestPage = 5;

int state_code(InstanceState state) {
  switch (state) {
    case InstanceState::kPending:
      return 0;
    case InstanceState::kRunning:
      return 16;
    case InstanceState::kShuttingDown:
      return 32;
    case InstanceState::kTerminated:
      return 48;
  }
  return 0;
}

struct Filter {
  std::string name;
  std::vector<std::string> values;
};

std::vector<Filter> read_filters(const Parameters& parameters) {
  std::vector<Filter> filters;
  for (const auto& [key, value] : parameters) {
    if (!key.starts_with("Filter.") || !key.ends_with(".Name")) continue;
    const std::string prefix = key.substr(0, key.size() - std::string_view(".Name").size());
    filters.push_back({value, numbered(parameters, prefix + ".Value")});
  }
  return filters;
}

// What the instance has for a filter's name, any of which may fit; nullopt for an unknown filter.
std::optional<std::vector<std::string>> values_for(const std::string& filter, const World& world,
                                                   const Instance& instance, Time now) {
  const InstanceState state = world.state(instance, now);
  if (filter == "instance-id") return {{instance.id}};
  if (filter == "instance-state-name") return {{std::string(to_string(state))}};
  if (filter == "instance-state-code") return {{std::to_string(state_code(state))}};
  if (filter == "availability-zone") return {{instance.availability_zone}};
  if (filter == "instance-type") return {{instance.type}};
  if (filter == "image-id") return {{instance.image_id}};
  if (filter == "reservation-id") return {{instance.reservation}};
  if (filter == "private-ip-address" || filter == "ip-address" || filter == "dns-name" ||
      filter == "private-dns-name") {
    return {{instance.terminated ? std::string() : instance.address}};
  }
  if (filter == "instance-lifecycle") return {{instance.spot ? "spot" : ""}};
  if (filter.starts_with("tag:")) {
    const auto tag = instance.tags.find(filter.substr(4));
    return tag == instance.tags.end() ? std::vector<std::string>{} : std::vector{tag->second};
  }
  std::vector<std::string> values;
  if (filter == "tag-key") {
    for (const auto& [key, value] : instance.tags) values.push_back(key);
    return values;
  }
  return std::nullopt;
}

// Whether all filters let the instance through, or the error for a filter that does not exist.
tl::expected<bool, AwsError> passes(const std::vector<Filter>& filters, const World& world,
                                    const Instance& instance, Time now) {
  for (const Filter& filter : filters) {
    const auto values = values_for(filter.name, world, instance, now);
    if (!values) {
      return refuse(400, "InvalidParameterValue",
                    fmt::format("The filter '{}' is invalid", filter.name));
    }
    const bool fits = std::ranges::any_of(*values, [&](const std::string& value) {
      return std::ranges::any_of(
          filter.values, [&](const std::string& pattern) { return fits_pattern(value, pattern); });
    });
    if (!fits) return false;
  }
  return true;
}

void write_instance(XmlWriter& xml, const World& world, const Instance& instance, Time now) {
  const InstanceState state = world.state(instance, now);
  const bool reachable = state == InstanceState::kPending || state == InstanceState::kRunning;
  xml.text("instanceId", instance.id);
  xml.text("imageId", instance.image_id);
  xml.element("instanceState", [&] {
    xml.number("code", state_code(state));
    xml.text("name", to_string(state));
  });
  // The name must resolve without a name server, so it is the address itself.
  xml.text("privateDnsName", reachable ? instance.address : "");
  xml.text("dnsName", reachable ? instance.address : "");
  if (instance.terminated) {
    xml.text("reason", fmt::format("User initiated ({})", to_iso8601(*instance.terminated)));
    xml.element("stateReason", [&] {
      xml.text("code", "Client.UserInitiatedShutdown");
      xml.text("message", "Client.UserInitiatedShutdown: User initiated shutdown");
    });
  } else {
    xml.text("reason", "");
  }
  xml.number("amiLaunchIndex", 0);
  xml.text("instanceType", instance.type);
  xml.text("launchTime", to_iso8601(instance.launched));
  xml.element("placement", [&] {
    xml.text("availabilityZone", instance.availability_zone);
    xml.text("groupName", "");
    xml.text("tenancy", "default");
  });
  xml.element("monitoring", [&] { xml.text("state", "disabled"); });
  if (reachable) {
    xml.text("privateIpAddress", instance.address);
    xml.text("ipAddress", instance.address);
  }
  xml.text("architecture", "x86_64");
  xml.text("rootDeviceType", "ebs");
  xml.text("virtualizationType", "hvm");
  xml.text("hypervisor", "xen");
  if (instance.spot) xml.text("instanceLifecycle", "spot");
  xml.element("tagSet", [&] {
    for (const auto& tag : instance.tags) {
      xml.element("item", [&] {
        xml.text("key", tag.first);
        xml.text("value", tag.second);
      });
    }
  });
}

void write_reservations(XmlWriter& xml, const World& world,
                        const std::vector<const Instance*>& instances, Time now) {
  for (auto first = instances.begin(); first != instances.end();) {
    const std::string& reservation = (*first)->reservation;
    const auto last = std::find_if(first, instances.end(), [&](const Instance* instance) {
      return instance->reservation != reservation;
    });
    xml.element("item", [&] {
      xml.text("reservationId", reservation);
      xml.text("ownerId", "123456789012");
      xml.element("groupSet", [] {});
      xml.element("instancesSet", [&] {
        std::for_each(first, last, [&](const Instance* instance) {
          xml.element("item", [&] { write_instance(xml, world, *instance, now); });
        });
      });
    });
    first = last;
  }
}

bool well_formed_id(std::string_view id) {
  return id.starts_with("i-") && (id.size() == 10 || id.size() == 19) &&
         id.substr(2).find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

// The asked ones in the order of their launch, or AWS's error: one unknown id fails the whole call.
tl::expected<std::vector<const Instance*>, AwsError> by_id(const World& world, Time now,
                                                           const std::vector<std::string>& ids) {
  std::map<std::uint64_t, const Instance*> found;
  std::string missing;
  int missing_count = 0;
  for (const std::string& id : ids) {
    if (!well_formed_id(id)) {
      return refuse(400, "InvalidInstanceID.Malformed",
                    fmt::format("Invalid id: \"{}\"", shorten(id, 64)));
    }
    if (const Instance* instance = world.find(id, now)) {
      found.emplace(instance->ordinal, instance);
    } else {
      missing += (missing_count++ == 0 ? "" : ", ") + id;
    }
  }
  if (missing_count == 1) {
    return refuse(400, "InvalidInstanceID.NotFound",
                  fmt::format("The instance ID '{}' does not exist", missing));
  }
  if (missing_count > 1) {
    return refuse(400, "InvalidInstanceID.NotFound",
                  fmt::format("The instance IDs '{}' do not exist", missing));
  }
  std::vector<const Instance*> ordered;
  ordered.reserve(found.size());
  for (const auto& [ordinal, instance] : found) ordered.push_back(instance);
  return ordered;
}

// The page's instances start after the ordinal that the token names.
std::optional<std::uint64_t> read_token(const std::string& token) {
  constexpr std::string_view kPrefix = "after-";
  std::uint64_t ordinal = 0;
  if (!token.starts_with(kPrefix)) return std::nullopt;
  const char* first = token.data() + kPrefix.size();
  const char* last = token.data() + token.size();
  const auto [end, error] = std::from_chars(first, last, ordinal, 16);
  return error == std::errc{} && end == last ? std::optional(ordinal) : std::nullopt;
}

AwsAnswer describe_instances(const World& world, Time now, const AwsCall& call) {
  const auto ids = numbered(call.parameters, "InstanceId");
  const std::string token = parameter(call.parameters, "NextToken");
  const bool paged = call.parameters.contains("MaxResults");
  if (paged && !ids.empty()) {
    return refuse(400, "InvalidParameterCombination",
                  "The parameter instancesSet cannot be used with the parameter maxResults");
  }
  const auto page = number(call.parameters, "MaxResults", kSmallestPage,
                           std::numeric_limits<int>::max(), kLargestPage);
  if (!page) {
    return refuse(400, "InvalidParameterValue",
                  fmt::format("Value ( {} ) for parameter maxResults is invalid. Expecting a "
                              "value greater than {}.",
                              parameter(call.parameters, "MaxResults"), kSmallestPage));
  }
  const auto after = token.empty() ? std::nullopt : read_token(token);
  if (!token.empty() && !after) {
    return refuse(400, "InvalidPaginationToken", "The specified pagination token is not valid");
  }
  const auto candidates =
      ids.empty() ? tl::expected<std::vector<const Instance*>, AwsError>(world.instances(now))
                  : by_id(world, now, ids);
  if (!candidates) return tl::unexpected<AwsError>(candidates.error());

  const auto filters = read_filters(call.parameters);
  const auto limit = static_cast<std::size_t>(std::min(*page, kLargestPage));
  std::vector<const Instance*> listed;
  bool more = false;
  for (const Instance* instance : *candidates) {
    if (after && instance->ordinal <= *after) continue;
    const auto through = passes(filters, world, *instance, now);
    if (!through) return tl::unexpected<AwsError>(through.error());
    if (!*through) continue;
    if (ids.empty() && listed.size() == limit) {
      more = true;
      break;
    }
    listed.push_back(instance);
  }

  XmlWriter xml;
  xml.root("DescribeInstancesResponse", kNameSpace, [&] {
    xml.text("requestId", call.request_id);
    xml.element("reservationSet", [&] { write_reservations(xml, world, listed, now); });
    if (more) xml.text("nextToken", fmt::format("after-{:x}", listed.back()->ordinal));
  });
  return xml.take();
}

constexpr std::array<AwsOperation, 1> kOperations{{{"DescribeInstances", describe_instances}}};

}  // namespace

std::span<const AwsOperation> ec2_operations() {
  return kOperations;
}

}  // namespace livesonic::simulator
