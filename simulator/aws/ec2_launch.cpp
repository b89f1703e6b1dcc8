// SPDX-License-Identifier: Apache-2.0
// EC2 (API version 2016-11-15): launching instances.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "simulator/aws/ec2_answers.h"
#include "simulator/world/prices.h"

namespace livesonic::simulator {
namespace {

using namespace ec2;

constexpr int kMostAtOnce = 1000;

AwsAnswer run_instances(World& world, Time now, const AwsCall& call) {
  const auto least = number(call.parameters, "MinCount", 1, kMostAtOnce, 0);
  const auto most = number(call.parameters, "MaxCount", 1, kMostAtOnce, 0);
  if (!least || !most || *least == 0 || *most < *least) {
    return refuse(400, "InvalidParameterValue",
                  "MinCount and MaxCount must be from 1 to 1000, and MinCount the smaller");
  }
  LaunchPlan plan;
  plan.cluster = "launched";
  plan.usual_tags = false;
  plan.count = *most;
  if (const std::string named = named_template(call, "LaunchTemplate."); !named.empty()) {
    const LaunchTemplate* found = find_template(world.groups, named);
    const TemplateVersion* version =
        found == nullptr
            ? nullptr
            : find_version(*found, parameter(call.parameters, "LaunchTemplate.Version"));
    if (version == nullptr) return no_template(named);
    plan.image = version->image;
    plan.type = version->type;
    plan.tags = version->tags;
    plan.spot = version->spot;
    plan.max_price = version->max_price;
    plan.launch_template = found->id;
    plan.template_version = version->number;
    plan.tags["aws:ec2launchtemplate:id"] = found->id;
    plan.tags["aws:ec2launchtemplate:version"] = std::to_string(version->number);
  }
  const auto take = [&](std::string& into, const char* name) {
    if (const auto given = parameter(call.parameters, name); !given.empty()) into = given;
  };
  take(plan.image, "ImageId");
  take(plan.type, "InstanceType");
  take(plan.zone, "Placement.AvailabilityZone");
  if (plan.image.empty()) {
    return refuse(400, "MissingParameter", "The request must contain the parameter ImageId");
  }
  if (plan.type.empty()) plan.type = "m1.small";  // AWS's own, of old
  if (plan.zone.empty()) plan.zone = world.region() + "a";
  plan.spot = plan.spot.value_or(false) ||
              parameter(call.parameters, "InstanceMarketOptions.MarketType") == "spot";
  const auto max_price = decimal(call.parameters, "InstanceMarketOptions.SpotOptions.MaxPrice");
  if (!max_price) return tl::unexpected(max_price.error());
  if (*max_price) plan.max_price = *max_price;
  if (*plan.spot && plan.max_price) {
    const double price = spot_price(world.spot_market, plan.type, plan.zone, now);
    if (price > *plan.max_price) {
      return refuse(400, "SpotMaxPriceTooLow",
                    fmt::format("Your Spot request price of {} is lower than the minimum required "
                                "Spot request fulfillment price of {:.6f}.",
                                *plan.max_price, price));
    }
  }
  // As many as there are, as long as they are not too few.
  plan.count = std::clamp(world.capacity(plan.type, plan.zone, *plan.spot), *least, *most);
  for (const auto& [key, value] : tag_specification(call.parameters, "instance")) {
    plan.tags[key] = value;
  }
  const auto ids = world.launch(plan, now);
  if (!ids) return refuse(500, "InsufficientInstanceCapacity", ids.error().message);
  return response(call, [&](XmlWriter& xml) {
    xml.text("reservationId", world.find(ids->front(), now)->reservation);
    xml.text("ownerId", "123456789012");
    xml.element("groupSet", [] {});
    write_list(
        xml, "instancesSet", *ids,
        [&](const std::string& id) { write_instance(xml, world, *world.find(id, now), now); },
        "item");
  });
}

constexpr std::array<AwsOperation, 1> kOperations{{
    {"RunInstances", run_instances},
}};

}  // namespace

std::span<const AwsOperation> ec2_launch_operations() {
  return kOperations;
}

}  // namespace livesonic::simulator
