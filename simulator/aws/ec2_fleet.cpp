// SPDX-License-Identifier: Apache-2.0
// EC2 (API version 2016-11-15): fleets of the type "instant".
#include <fmt/format.h>

#include <array>
#include <utility>

#include "simulator/aws/ec2_answers.h"

namespace livesonic::simulator {
namespace {

using namespace ec2;

constexpr int kMostWanted = 10'000;
constexpr std::size_t kMostPools = 300;

tl::expected<FleetPool, AwsError> read_override(FleetPool pool, const Parameters& given) {
  if (const auto type = parameter(given, "InstanceType"); !type.empty()) pool.type = type;
  pool.zone = parameter(given, "AvailabilityZone");
  pool.subnet = parameter(given, "SubnetId");
  const auto price = decimal(given, "MaxPrice");
  const auto weight = decimal(given, "WeightedCapacity");
  if (!price) return tl::unexpected(price.error());
  if (!weight) return tl::unexpected(weight.error());
  pool.max_price = *price;
  pool.weight = weight->value_or(1);
  if (const auto text = parameter(given, "Priority"); !text.empty()) {
    pool.priority = text == "0" || text == "0.0" ? std::optional(0.0) : read_decimal(text);
    if (!pool.priority) return no_number("Priority");
  }
  return pool;
}

tl::expected<std::vector<FleetPool>, AwsError> read_pools(const World& world, const AwsCall& call) {
  std::vector<FleetPool> pools;
  for (const Parameters& config : structures(call.parameters, "LaunchTemplateConfigs")) {
    const auto specified = [&](const char* what) {
      return parameter(config, std::string("LaunchTemplateSpecification.") + what);
    };
    std::string named = specified("LaunchTemplateId");
    if (named.empty()) named = specified("LaunchTemplateName");
    const LaunchTemplate* found = find_template(world.groups, named);
    if (found == nullptr) return no_template(named);
    FleetPool pool;
    pool.launch_template = found->id;
    pool.version = specified("Version");
    if (find_version(*found, pool.version) == nullptr) {
      return refuse(400, "InvalidLaunchTemplateId.VersionNotFound",
                    "Could not find the specified version " + pool.version);
    }
    const auto overrides = structures(config, "Overrides");
    if (overrides.empty()) pools.push_back(pool);
    for (const Parameters& given : overrides) {
      auto read = read_override(pool, given);
      if (!read) return tl::unexpected(read.error());
      pools.push_back(std::move(*read));
    }
  }
  if (pools.empty() || pools.size() > kMostPools) {
    return refuse(400, "InvalidParameterValue",
                  fmt::format("A fleet has 1 to {} overrides", kMostPools));
  }
  return pools;
}

tl::expected<FleetMarket, AwsError> read_market(const AwsCall& call, const std::string& options,
                                                const std::string& target, int otherwise) {
  FleetMarket market;
  const auto wanted =
      number(call.parameters, "TargetCapacitySpecification." + target, 0, kMostWanted, otherwise);
  const auto least = number(call.parameters, options + ".MinTargetCapacity", 0, kMostWanted, 0);
  const auto price = decimal(call.parameters, options + ".MaxTotalPrice");
  if (!wanted) return no_number(target);
  if (!least) return no_number("MinTargetCapacity");
  if (!price) return tl::unexpected(price.error());
  market.target = *wanted;
  market.least = *least;
  market.total_price = *price;
  market.strategy = parameter(call.parameters, options + ".AllocationStrategy");
  return market;
}

tl::expected<FleetRequest, AwsError> read_request(const World& world, const AwsCall& call) {
  if (parameter(call.parameters, "Type") != "instant") {
    return refuse(400, "InvalidParameterValue", "Only fleets of the type 'instant' are known here");
  }
  const std::string target = "TargetCapacitySpecification.";
  const auto total =
      number(call.parameters, target + "TotalTargetCapacity", 1, kMostWanted, 0).value_or(0);
  if (total == 0) return no_number("TotalTargetCapacity");
  // What neither market is given goes to the usual one.
  const auto given = [&](const char* name) {
    return number(call.parameters, target + name, 0, kMostWanted, 0).value_or(0);
  };
  const int rest =
      std::max(0, total - given("SpotTargetCapacity") - given("OnDemandTargetCapacity"));
  const bool usually_spot =
      parameter(call.parameters, target + "DefaultTargetCapacityType") == "spot";
  FleetRequest request;
  auto pools = read_pools(world, call);
  auto spot = read_market(call, "SpotOptions", "SpotTargetCapacity", 0);
  auto on_demand = read_market(call, "OnDemandOptions", "OnDemandTargetCapacity", 0);
  if (!pools) return tl::unexpected(pools.error());
  if (!spot) return tl::unexpected(spot.error());
  if (!on_demand) return tl::unexpected(on_demand.error());
  (usually_spot ? spot : on_demand)->target += rest;
  request.token = parameter(call.parameters, "ClientToken");
  request.pools = std::move(*pools);
  request.spot = std::move(*spot);
  request.on_demand = std::move(*on_demand);
  request.tags = tag_specification(call.parameters, "instance");
  return request;
}

void write_pool(XmlWriter& xml, const FleetPool& pool) {
  const auto text = [&](const char* name, const std::string& value) {
    if (!value.empty()) xml.text(name, value);
  };
  const auto number = [&](const char* name, const std::optional<double>& value) {
    if (value) xml.text(name, fmt::format("{}", *value));
  };
  xml.element("launchTemplateAndOverrides", [&] {
    xml.element("launchTemplateSpecification", [&] {
      xml.text("launchTemplateId", pool.launch_template);
      text("version", pool.version);
    });
    xml.element("overrides", [&] {
      text("instanceType", pool.type);
      number("maxPrice", pool.max_price);
      text("subnetId", pool.subnet);
      text("availabilityZone", pool.zone);
      if (pool.weight != 1) number("weightedCapacity", pool.weight);
      number("priority", pool.priority);
    });
  });
}

AwsAnswer create_fleet(World& world, Time now, const AwsCall& call) {
  const auto request = read_request(world, call);
  if (!request) return tl::unexpected(request.error());
  const FleetOutcome outcome = launch_fleet(world, *request, now);
  return response(call, [&](XmlWriter& xml) {
    xml.text("fleetId", outcome.id);
    write_list(
        xml, "errorSet", outcome.failed,
        [&](const FleetFailure& failure) {
          write_pool(xml, failure.pool);
          xml.text("lifecycle", failure.spot ? "spot" : "on-demand");
          xml.text("errorCode", failure.code);
          xml.text("errorMessage", failure.message);
        },
        "item");
    write_list(
        xml, "fleetInstanceSet", outcome.launched,
        [&](const FleetLaunch& launched) {
          write_pool(xml, launched.pool);
          xml.text("lifecycle", launched.spot ? "spot" : "on-demand");
          write_texts(xml, "instanceIds", launched.ids, "item");
          xml.text("instanceType", launched.type);
        },
        "item");
  });
}

constexpr std::array<AwsOperation, 1> kOperations{{
    {"CreateFleet", create_fleet},
}};

}  // namespace

std::span<const AwsOperation> ec2_fleet_operations() {
  return kOperations;
}

}  // namespace livesonic::simulator
