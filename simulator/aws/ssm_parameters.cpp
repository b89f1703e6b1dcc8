// SPDX-License-Identifier: Apache-2.0
// Systems Manager (API version 2014-11-06): the hosts that it manages, and parameters.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include "livesonic/base/text.h"
#include "simulator/aws/json_answers.h"
#include "simulator/aws/ssm_agents.h"
#include "simulator/random.h"

namespace livesonic::simulator {
namespace {

using namespace json_api;

constexpr int kSmallestPage = 5;
constexpr int kLargestPage = 50;
constexpr std::size_t kLongestName = 1011;
constexpr std::size_t kLongestValue = 4096;
constexpr std::string_view kPublic = "/aws/service/";

// --- the hosts ---

tl::expected<bool, AwsError> passes(const json& filters, const World& world,
                                    const Instance& instance, Time now) {
  for (const json& filter : filters) {
    if (!filter.is_object()) return refuse(400, "InvalidFilterKey", "A filter is an object");
    // The older form has other names for the same.
    const std::string key = text(filter, "Key", text(filter, "key"));
    auto values = texts(filter, "Values");
    if (values.empty()) values = texts(filter, "valueSet");
    const char* ping = is_connected(world, instance, now) ? "Online" : "ConnectionLost";
    bool fits = false;
    if (key == "PingStatus") {
      fits = std::ranges::find(values, ping) != values.end();
    } else if (key == "InstanceIds" || key.starts_with("tag:") || key == "tag-key") {
      fits = is_target(instance, key, values);
    } else if (key == "PlatformTypes") {
      fits = std::ranges::find(values, "Linux") != values.end();
    } else {
      return refuse(400, "InvalidFilterKey", shorten(key, 64) + " is no filter known here");
    }
    if (!fits) return false;
  }
  return true;
}

json written_information(const World& world, const Instance& instance, Time now) {
  const bool connected = is_connected(world, instance, now);
  const Time since = instance.launched + world.pace().pending;
  const Time last = connected ? std::max(since, now - std::chrono::seconds{30})
                              : instance.stopped.value_or(since);
  return {{"InstanceId", instance.id},
          {"PingStatus", connected ? "Online" : "ConnectionLost"},
          {"LastPingDateTime", seconds(last)},
          {"AgentVersion", "3.2.0.0"},
          {"IsLatestVersion", true},
          {"PlatformType", "Linux"},
          {"PlatformName", "Debian GNU/Linux"},
          {"PlatformVersion", "12"},
          {"ResourceType", "EC2Instance"},
          {"IPAddress", instance.address},
          {"ComputerName", world.host(instance, now).name},
          {"SourceId", instance.id},
          {"SourceType", "AWS::EC2::Instance"}};
}

AwsAnswer describe_instance_information(const World& world, Time now, const AwsCall& call) {
  const json input = input_of(call);
  json filters = json::array();
  for (const char* name : {"Filters", "InstanceInformationFilterList"}) {
    if (const auto given = input.find(name); given != input.end() && given->is_array()) {
      filters.insert(filters.end(), given->begin(), given->end());
    }
  }
  const int size = whole(input, "MaxResults").value_or(10);
  if (size < kSmallestPage || size > kLargestPage) {
    return refuse(400, "ValidationException", "MaxResults must be from 5 to 50");
  }
  std::vector<const Instance*> listed;
  for (const Instance* instance : world.instances(now)) {
    if (!has_agent(world, *instance, now)) continue;
    const auto through = passes(filters, world, *instance, now);
    if (!through) return tl::unexpected(through.error());
    if (*through) listed.push_back(instance);
  }
  std::string more;
  if (!cut_page(listed, text(input, "NextToken"), size, more)) {
    return refuse(400, "InvalidNextToken", "The specified token is not valid.");
  }
  json answer{{"InstanceInformationList", json::array()}};
  for (const Instance* instance : listed) {
    answer["InstanceInformationList"].push_back(written_information(world, *instance, now));
  }
  if (!more.empty()) answer["NextToken"] = more;
  return written(answer);
}

// --- parameters ---

AwsAnswer put_parameter(World& world, Time now, const AwsCall& call) {
  const json input = input_of(call);
  const std::string name = text(input, "Name");
  ParameterVersion version{text(input, "Type", "String"), text(input, "Value"), now};
  constexpr std::array<std::string_view, 3> kTypes{"String", "StringList", "SecureString"};
  if (name.empty() || name.size() > kLongestName || name.starts_with("/aws") ||
      version.value.empty() || version.value.size() > kLongestValue ||
      std::ranges::find(kTypes, version.type) == kTypes.end()) {
    return refuse(400, "ValidationException", "Name, Type or Value is not what it must be");
  }
  auto& versions = world.commands.parameters[name];
  if (!versions.empty() && !flag(input, "Overwrite")) {
    return refuse(400, "ParameterAlreadyExists",
                  "The parameter already exists. To overwrite this value, set the overwrite option "
                  "in the request to true.");
  }
  versions.push_back(std::move(version));
  return written({{"Version", versions.size()}, {"Tier", "Standard"}});
}

// "NAME:3" names a version; labels aren't known here.
std::pair<std::string, std::optional<std::size_t>> split_name(const std::string& name) {
  const std::size_t colon = name.rfind(':');
  if (colon == std::string::npos || name.starts_with("arn:")) return {name, std::nullopt};
  std::size_t version = 0;
  const char* last = name.data() + name.size();
  const auto [end, error] = std::from_chars(name.data() + colon + 1, last, version);
  return {name.substr(0, colon), error == std::errc{} && end == last ? version : 0};
}

AwsAnswer get_parameter(const World& world, Time, const AwsCall& call) {
  const json input = input_of(call);
  const auto [name, asked] = split_name(text(input, "Name"));
  ParameterVersion version;
  std::size_t number = 1;
  const auto found = world.commands.parameters.find(name);
  if (found != world.commands.parameters.end()) {
    number = asked.value_or(found->second.size());
    if (number < 1 || number > found->second.size()) {
      return refuse(400, "ParameterVersionNotFound",
                    fmt::format("Systems Manager could not find version {} of {}.", number, name));
    }
    version = found->second[number - 1];
  } else if (name.starts_with(kPublic) && name.find("ami") != std::string::npos) {
    version = {"String", fmt::format("ami-0{:016x}", mix(world.seed(), name)),
               Time{std::chrono::hours{24} * 20'000}};
  } else {
    return refuse(400, "ParameterNotFound", "");
  }
  if (version.type == "SecureString" && !flag(input, "WithDecryption")) {
    version.value = "kms:alias/aws/ssm:" + fmt::format("{:016x}", mix(world.seed(), version.value));
  }
  return written({{"Parameter",
                   {{"Name", name},
                    {"Type", version.type},
                    {"Value", version.value},
                    {"Version", number},
                    {"LastModifiedDate", seconds(version.modified)},
                    {"ARN", fmt::format("arn:aws:ssm:{}:123456789012:parameter{}{}", world.region(),
                                        name.starts_with('/') ? "" : "/", name)},
                    {"DataType", "text"}}}});
}

constexpr std::array<AwsOperation, 3> kOperations{{
    {"DescribeInstanceInformation", describe_instance_information},
    {"PutParameter", put_parameter},
    {"GetParameter", get_parameter},
}};

}  // namespace

std::span<const AwsOperation> ssm_parameter_operations() {
  return kOperations;
}

}  // namespace livesonic::simulator
