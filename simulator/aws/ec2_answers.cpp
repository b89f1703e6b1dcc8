// SPDX-License-Identifier: Apache-2.0
#include "simulator/aws/ec2_answers.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>

#include "livesonic/base/text.h"
#include "livesonic/base/time_text.h"
#include "simulator/world/instance_types.h"

namespace livesonic::simulator::ec2 {
namespace {

constexpr int kLargestPage = 1000;
constexpr int kSmallestPage = 5;

bool well_formed_id(std::string_view id) {
  return id.starts_with("i-") && (id.size() == 10 || id.size() == 19) &&
         id.substr(2).find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

std::optional<std::uint64_t> read_token(const std::string& token) {
  constexpr std::string_view kPrefix = "after-";
  std::uint64_t ordinal = 0;
  if (!token.starts_with(kPrefix)) return std::nullopt;
  const char* first = token.data() + kPrefix.size();
  const char* last = token.data() + token.size();
  const auto [end, error] = std::from_chars(first, last, ordinal, 16);
  return error == std::errc{} && end == last ? std::optional(ordinal) : std::nullopt;
}

}  // namespace

std::optional<double> read_decimal(const std::string& text) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  const bool fits =
      error == std::errc{} && end == text.data() + text.size() && std::isfinite(value) && value > 0;
  return fits ? std::optional(value) : std::nullopt;
}

tl::unexpected<AwsError> no_number(const std::string& name) {
  return refuse(400, "InvalidParameterValue", fmt::format("{} is not what it must be", name));
}

Decimal decimal(const Parameters& parameters, const std::string& name) {
  const std::string text = parameter(parameters, name);
  if (text.empty()) return std::optional<double>();
  const auto value = read_decimal(text);
  if (!value) return no_number(name);
  return value;
}

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
    case InstanceState::kStopping:
      return 64;
    case InstanceState::kStopped:
      return 80;
  }
  return 0;
}

void write_state(XmlWriter& xml, std::string_view name, InstanceState state) {
  xml.element(name, [&] {
    xml.number("code", state_code(state));
    xml.text("name", to_string(state));
  });
}

void write_tags(XmlWriter& xml, const std::map<std::string, std::string>& tags) {
  write_list(
      xml, "tagSet", tags,
      [&](const auto& tag) {
        xml.text("key", tag.first);
        xml.text("value", tag.second);
      },
      "item");
}

std::string transition_reason(const Instance& instance) {
  const auto ended = instance.terminated ? instance.terminated : instance.stopped;
  if (!ended || instance.ended_by == EndedBy::kItself) return "";
  const char* who = instance.ended_by == EndedBy::kUser ? "User" : "Service";
  std::string at = to_iso8601(std::chrono::floor<std::chrono::seconds>(*ended));
  at[at.find('T')] = ' ';
  at.pop_back();
  return fmt::format("{} initiated ({} GMT)", who, at);
}

std::optional<Reason> state_reason(const Instance& instance) {
  if (!instance.terminated && !instance.stopped) return std::nullopt;
  switch (instance.ended_by) {
    case EndedBy::kUser:
      return Reason{"Client.UserInitiatedShutdown",
                    "Client.UserInitiatedShutdown: User initiated shutdown"};
    case EndedBy::kSpot:
      return Reason{"Server.SpotInstanceTermination",
                    "Server.SpotInstanceTermination: Spot instance termination"};
    case EndedBy::kItself:
      return Reason{"Client.InstanceInitiatedShutdown",
                    "Client.InstanceInitiatedShutdown: Instance initiated shutdown"};
    case EndedBy::kCapacity:
      return Reason{"Server.InsufficientInstanceCapacity",
                    "Server.InsufficientInstanceCapacity: Insufficient capacity to satisfy "
                    "instance request"};
  }
  return std::nullopt;
}

std::vector<Filter> read_filters(const Parameters& parameters) {
  std::vector<Filter> filters;
  for (const auto& [key, value] : parameters) {
    if (!key.starts_with("Filter.") || !key.ends_with(".Name")) continue;
    const std::string prefix = key.substr(0, key.size() - std::string_view(".Name").size());
    filters.push_back({value, numbered(parameters, prefix + ".Value")});
  }
  return filters;
}

bool fits(const Filter& filter, const std::vector<std::string>& values) {
  return std::ranges::any_of(values, [&](const std::string& value) {
    return std::ranges::any_of(
        filter.values, [&](const std::string& pattern) { return fits_pattern(value, pattern); });
  });
}

tl::unexpected<AwsError> unknown_filter(const std::string& name) {
  return refuse(400, "InvalidParameterValue", fmt::format("The filter '{}' is invalid", name));
}

void write_instance(XmlWriter& xml, const World& world, const Instance& instance, Time now) {
  const InstanceState state = world.state(instance, now);
  // A stopped one gives its public address back, and keeps the private one.
  const bool reachable = state == InstanceState::kPending || state == InstanceState::kRunning;
  xml.text("instanceId", instance.id);
  xml.text("imageId", instance.image_id);
  write_state(xml, "instanceState", state);
  // The name must resolve without a name server, so it is the address itself.
  xml.text("privateDnsName", reachable ? instance.address : "");
  xml.text("dnsName", reachable ? instance.address : "");
  xml.text("reason", transition_reason(instance));
  if (const auto reason = state_reason(instance)) {
    xml.element("stateReason", [&] {
      xml.text("code", reason->code);
      xml.text("message", reason->message);
    });
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
  if (!instance.terminated) xml.text("privateIpAddress", instance.address);
  if (reachable) xml.text("ipAddress", instance.address);
  const TypeFacts* facts = find_type(instance.type);
  xml.text("architecture", facts == nullptr ? "x86_64" : facts->architecture);
  xml.text("rootDeviceType", "ebs");
  xml.text("virtualizationType", "hvm");
  xml.text("hypervisor", "xen");
  if (instance.spot) {
    xml.text("instanceLifecycle", "spot");
    xml.text("spotInstanceRequestId", instance.spot->id);
  }
  write_tags(xml, instance.tags);
}

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
    const Instance* instance = world.find(id, now);
    if (instance != nullptr && world.is_listed(*instance, now)) {
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

std::map<std::string, std::string> tag_specification(const Parameters& parameters,
                                                     const std::string& type) {
  std::map<std::string, std::string> tags;
  for (const Parameters& specification : structures(parameters, "TagSpecification")) {
    if (parameter(specification, "ResourceType") == type) {
      tags.merge(read_tags(specification, "Tag"));
    }
  }
  return tags;
}

std::string named_template(const AwsCall& call, const std::string& prefix) {
  const std::string id = parameter(call.parameters, prefix + "LaunchTemplateId");
  return id.empty() ? parameter(call.parameters, prefix + "LaunchTemplateName") : id;
}

tl::unexpected<AwsError> no_template(const std::string& named) {
  return named.starts_with("lt-")
             ? refuse(400, "InvalidLaunchTemplateId.NotFound",
                      fmt::format("The specified launch template, with template ID {}, does not "
                                  "exist.",
                                  named))
             : refuse(400, "InvalidLaunchTemplateName.NotFoundException",
                      "At least one of the launch templates specified in the request does not "
                      "exist.");
}

tl::expected<Page, AwsError> read_page(const AwsCall& call) {
  const std::string token = parameter(call.parameters, "NextToken");
  const auto size = number(call.parameters, "MaxResults", kSmallestPage,
                           std::numeric_limits<int>::max(), kLargestPage);
  if (!size) {
    return refuse(400, "InvalidParameterValue",
                  fmt::format("Value ( {} ) for parameter maxResults is invalid. Expecting a "
                              "value greater than {}.",
                              parameter(call.parameters, "MaxResults"), kSmallestPage));
  }
  Page page;
  page.limit = static_cast<std::size_t>(std::min(*size, kLargestPage));
  if (token.empty()) return page;
  page.after = read_token(token);
  if (!page.after) {
    return refuse(400, "InvalidPaginationToken", "The specified pagination token is not valid");
  }
  return page;
}

std::string page_token(const Instance& last) {
  return fmt::format("after-{:x}", last.ordinal);
}

}  // namespace livesonic::simulator::ec2
