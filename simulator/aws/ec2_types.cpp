// SPDX-License-Identifier: Apache-2.0
// EC2 (API version 2016-11-15): the types of instances, and where they are offered.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <utility>

#include "simulator/aws/ec2_answers.h"
#include "simulator/world/instance_types.h"

namespace livesonic::simulator {
namespace {

using namespace ec2;

constexpr int kSmallestPage = 5;
constexpr int kLargestPage = 100;
constexpr int kLargestOfferingsPage = 1000;
constexpr std::size_t kMostAsked = 100;

std::string word(bool value) {
  return value ? "true" : "false";
}

std::vector<std::string> architectures_of(const TypeFacts& facts) {
  if (facts.architecture == "i386") return {"i386", "x86_64"};
  return {std::string(facts.architecture)};
}

std::optional<std::vector<std::string>> values_for(const std::string& filter,
                                                   const TypeFacts& facts) {
  if (filter == "instance-type") return {{std::string(facts.name)}};
  if (filter == "vcpu-info.default-vcpus") return {{std::to_string(facts.vcpus)}};
  if (filter == "memory-info.size-in-mib") return {{std::to_string(facts.memory_mib)}};
  if (filter == "processor-info.supported-architecture") return architectures_of(facts);
  if (filter == "current-generation") return {{word(facts.current)}};
  if (filter == "bare-metal") return {{word(facts.bare_metal)}};
  if (filter == "burstable-performance-supported") return {{word(facts.burstable)}};
  if (filter == "supported-usage-class") return {{"on-demand", "spot"}};
  if (filter == "network-info.network-performance") return {{std::string(facts.network)}};
  return std::nullopt;
}

tl::expected<bool, AwsError> passes(const std::vector<Filter>& filters, const TypeFacts& facts) {
  for (const Filter& filter : filters) {
    const auto values = values_for(filter.name, facts);
    if (!values) return unknown_filter(filter.name);
    if (!fits(filter, *values)) return false;
  }
  return true;
}

void write_type(XmlWriter& xml, const TypeFacts& facts) {
  const auto texts = [&](const char* name, const std::vector<std::string>& values) {
    write_texts(xml, name, values, "item");
  };
  xml.text("instanceType", facts.name);
  xml.flag("currentGeneration", facts.current);
  xml.flag("freeTierEligible", false);
  texts("supportedUsageClasses", {"on-demand", "spot"});
  texts("supportedRootDeviceTypes", {"ebs"});
  texts("supportedVirtualizationTypes", {"hvm"});
  xml.flag("bareMetal", facts.bare_metal);
  if (!facts.bare_metal) xml.text("hypervisor", facts.current ? "nitro" : "xen");
  xml.element("processorInfo", [&] {
    texts("supportedArchitectures", architectures_of(facts));
    xml.text("sustainedClockSpeedInGhz", "3.5");
  });
  xml.element("vCpuInfo", [&] {
    xml.number("defaultVCpus", facts.vcpus);
    xml.number("defaultCores", std::max(1, facts.vcpus / 2));
    xml.number("defaultThreadsPerCore", facts.vcpus > 1 ? 2 : 1);
  });
  xml.element("memoryInfo", [&] { xml.number("sizeInMiB", facts.memory_mib); });
  xml.flag("instanceStorageSupported", false);
  xml.element("networkInfo", [&] { xml.text("networkPerformance", facts.network); });
  xml.flag("hibernationSupported", false);
  xml.flag("burstablePerformanceSupported", facts.burstable);
  xml.flag("dedicatedHostsSupported", !facts.burstable);
  xml.flag("autoRecoverySupported", !facts.bare_metal);
}

AwsAnswer describe_instance_types(const World&, Time, const AwsCall& call) {
  const auto asked = numbered(call.parameters, "InstanceType");
  if (asked.size() > kMostAsked) {
    return refuse(400, "InvalidParameterValue", "At most 100 types can be asked for in one call");
  }
  if (!asked.empty() && call.parameters.contains("MaxResults")) {
    return refuse(400, "InvalidParameterCombination",
                  "The parameter instanceTypes cannot be used with the parameter maxResults");
  }
  std::vector<std::string> unknown;
  for (const std::string& name : asked) {
    if (find_type(name) == nullptr) unknown.push_back(name);
  }
  if (!unknown.empty()) {
    return refuse(400, "InvalidInstanceType",
                  fmt::format("The following supplied instance types do not exist: [{}]",
                              fmt::join(unknown, ", ")));
  }
  const auto filters = read_filters(call.parameters);
  std::vector<const TypeFacts*> found;
  for (const TypeFacts& facts : type_facts()) {
    const auto through = passes(filters, facts);
    if (!through) return tl::unexpected(through.error());
    const bool wanted = asked.empty() || std::ranges::find(asked, facts.name) != asked.end();
    if (*through && wanted) found.push_back(&facts);
  }
  std::string more;
  const auto page = cut_page(call, std::move(found), kSmallestPage, kLargestPage, more);
  if (!page) return tl::unexpected(page.error());
  return response(call, [&](XmlWriter& xml) {
    write_list(
        xml, "instanceTypeSet", *page, [&](const TypeFacts* facts) { write_type(xml, *facts); },
        "item");
    if (!more.empty()) xml.text("nextToken", more);
  });
}

struct Offering {
  std::string type, location;
};

AwsAnswer describe_instance_type_offerings(const World& world, Time, const AwsCall& call) {
  const std::string given = parameter(call.parameters, "LocationType");
  const std::string kind = given.empty() ? "region" : given;
  if (kind != "region" && kind != "availability-zone") {
    return refuse(400, "InvalidParameterValue",
                  fmt::format("LocationType '{}' is not known here", kind));
  }
  std::vector<std::string> places{world.region()};
  if (kind != "region") {
    places = {world.region() + "a", world.region() + "c", world.region() + "d"};
  }
  std::vector<Offering> offerings;
  for (const TypeFacts& facts : type_facts()) {
    for (const std::string& place : places) offerings.push_back({std::string(facts.name), place});
  }
  for (const Filter& filter : read_filters(call.parameters)) {
    if (filter.name != "instance-type" && filter.name != "location") {
      return unknown_filter(filter.name);
    }
    std::erase_if(offerings, [&](const Offering& one) {
      return !fits(filter, {filter.name == "location" ? one.location : one.type});
    });
  }
  std::string more;
  const auto page =
      cut_page(call, std::move(offerings), kSmallestPage, kLargestOfferingsPage, more);
  if (!page) return tl::unexpected(page.error());
  return response(call, [&](XmlWriter& xml) {
    write_list(
        xml, "instanceTypeOfferingSet", *page,
        [&](const Offering& one) {
          xml.text("instanceType", one.type);
          xml.text("locationType", kind);
          xml.text("location", one.location);
        },
        "item");
    if (!more.empty()) xml.text("nextToken", more);
  });
}

constexpr std::array<AwsOperation, 2> kOperations{{
    {"DescribeInstanceTypes", describe_instance_types},
    {"DescribeInstanceTypeOfferings", describe_instance_type_offerings},
}};

}  // namespace

std::span<const AwsOperation> ec2_type_operations() {
  return kOperations;
}

}  // namespace livesonic::simulator
