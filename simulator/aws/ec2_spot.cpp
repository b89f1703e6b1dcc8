// SPDX-License-Identifier: Apache-2.0
// EC2 (API version 2016-11-15): spot requests and the prices of the spot market.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "livesonic/base/time_text.h"
#include "simulator/aws/ec2_answers.h"
#include "simulator/world/prices.h"

namespace livesonic::simulator {
namespace {

using namespace ec2;

struct Status {
  std::string state, code, message;
  Time since{};
};

Status status_of(const Instance& instance) {
  const SpotRequest& request = *instance.spot;
  if (instance.terminated && instance.ended_by == EndedBy::kSpot) {
    return {"closed", "instance-terminated-no-capacity",
            "Your Spot instance was terminated because there is no Spot capacity available.",
            *instance.terminated};
  }
  if (instance.terminated) {
    return {"closed", "instance-terminated-by-user",
            "Spot Instance terminated due to user-initiated termination.", *instance.terminated};
  }
  if (request.interruption) {
    return {"active", "marked-for-termination", "Your Spot instance is marked for termination.",
            *request.interruption - std::chrono::minutes{2}};
  }
  return {"active", "fulfilled", "Your Spot request is fulfilled.", instance.launched};
}

tl::expected<bool, AwsError> passes(const std::vector<Filter>& filters, const Instance& instance) {
  const Status status = status_of(instance);
  for (const Filter& filter : filters) {
    std::vector<std::string> values;
    if (filter.name == "spot-instance-request-id") {
      values = {instance.spot->id};
    } else if (filter.name == "instance-id") {
      values = {instance.id};
    } else if (filter.name == "state") {
      values = {status.state};
    } else if (filter.name == "status-code") {
      values = {status.code};
    } else if (filter.name == "launched-availability-zone") {
      values = {instance.availability_zone};
    } else {
      return unknown_filter(filter.name);
    }
    if (!fits(filter, values)) return false;
  }
  return true;
}

void write_request(XmlWriter& xml, const Instance& instance) {
  const Status status = status_of(instance);
  xml.text("spotInstanceRequestId", instance.spot->id);
  xml.text("spotPrice", fmt::format("{:.6f}", instance.spot->max_price));
  xml.text("type", "one-time");
  xml.text("state", status.state);
  xml.element("status", [&] {
    xml.text("code", status.code);
    xml.text("updateTime", to_iso8601(status.since));
    xml.text("message", status.message);
  });
  xml.element("launchSpecification", [&] {
    xml.text("imageId", instance.image_id);
    xml.text("instanceType", instance.type);
  });
  xml.text("instanceId", instance.id);
  xml.text("createTime", to_iso8601(instance.spot->created));
  xml.text("productDescription", "Linux/UNIX");
  xml.text("launchedAvailabilityZone", instance.availability_zone);
  xml.text("instanceInterruptionBehavior", "terminate");
}

AwsAnswer describe_spot_instance_requests(const World& world, Time now, const AwsCall& call) {
  const auto ids = numbered(call.parameters, "SpotInstanceRequestId");
  const auto page = read_page(call);
  if (!page) return tl::unexpected(page.error());
  const auto filters = read_filters(call.parameters);
  std::vector<const Instance*> listed;
  bool more = false;
  for (const Instance* instance : world.instances(now)) {
    if (!instance->spot || (page->after && instance->ordinal <= *page->after)) continue;
    if (!ids.empty() && std::ranges::find(ids, instance->spot->id) == ids.end()) continue;
    const auto through = passes(filters, *instance);
    if (!through) return tl::unexpected(through.error());
    if (!*through) continue;
    if (listed.size() == page->limit) {
      more = true;
      break;
    }
    listed.push_back(instance);
  }
  for (const std::string& id : ids) {
    const bool known = std::ranges::any_of(world.instances(now), [&](const Instance* instance) {
      return instance->spot && instance->spot->id == id;
    });
    if (!known) {
      return refuse(400, "InvalidSpotInstanceRequestID.NotFound",
                    fmt::format("The spot instance request ID '{}' does not exist", id));
    }
  }
  return response(call, [&](XmlWriter& xml) {
    write_list(
        xml, "spotInstanceRequestSet", listed,
        [&](const Instance* instance) { write_request(xml, *instance); }, "item");
    if (more) xml.text("nextToken", page_token(*listed.back()));
  });
}

AwsAnswer describe_spot_price_history(const World& world, Time now, const AwsCall& call) {
  std::vector<std::string> types = numbered(call.parameters, "InstanceType");
  std::string only_zone = parameter(call.parameters, "AvailabilityZone");
  for (const Filter& filter : read_filters(call.parameters)) {
    if (filter.name == "instance-type") types = filter.values;
    if (filter.name == "availability-zone" && !filter.values.empty()) only_zone = filter.values[0];
  }
  if (types.empty()) types = known_types();
  const std::string from = parameter(call.parameters, "StartTime");
  const auto start =
      from.empty() ? Result<Time>(now - std::chrono::hours{24}) : parse_iso8601(from);
  const std::string to = parameter(call.parameters, "EndTime");
  const auto end = to.empty() ? Result<Time>(now) : parse_iso8601(to);
  if (!start || !end) return refuse(400, "InvalidParameterValue", "A time can't be read");
  const auto limit = number(call.parameters, "MaxResults", 1, 1'000'000, 1000);
  if (!limit) return refuse(400, "InvalidParameterValue", "maxResults can't be read");

  struct Entry {
    std::string type, zone;
    SpotPrice price;
  };
  std::vector<Entry> entries;
  for (const std::string& type : types) {
    for (const char letter : {'a', 'c', 'd'}) {
      const std::string zone = world.region() + letter;
      if (!only_zone.empty() && zone != only_zone) continue;
      for (const SpotPrice& price :
           spot_prices(world.spot_market, type, zone, *start, std::min(*end, now))) {
        entries.push_back({type, zone, price});
      }
    }
  }
  std::ranges::stable_sort(entries, std::greater{},
                           [](const Entry& entry) { return entry.price.since; });
  // The token is the number of entries that went before.
  const auto skipped = number(call.parameters, "NextToken", 0, 1'000'000'000, 0);
  if (!skipped && !parameter(call.parameters, "NextToken").empty()) {
    return refuse(400, "InvalidPaginationToken", "The specified pagination token is not valid");
  }
  const std::size_t first = std::min(static_cast<std::size_t>(skipped.value_or(0)), entries.size());
  const std::size_t last =
      std::min(entries.size(), first + static_cast<std::size_t>(std::min(*limit, 1000)));
  return response(call, [&](XmlWriter& xml) {
    xml.element("spotPriceHistorySet", [&] {
      for (std::size_t i = first; i < last; ++i) {
        xml.element("item", [&] {
          xml.text("instanceType", entries[i].type);
          xml.text("productDescription", "Linux/UNIX");
          xml.text("spotPrice", fmt::format("{:.6f}", entries[i].price.dollars));
          xml.text("timestamp", to_iso8601(entries[i].price.since));
          xml.text("availabilityZone", entries[i].zone);
        });
      }
    });
    xml.text("nextToken", last < entries.size() ? std::to_string(last) : "");
  });
}

constexpr std::array<AwsOperation, 2> kOperations{{
    {"DescribeSpotInstanceRequests", describe_spot_instance_requests},
    {"DescribeSpotPriceHistory", describe_spot_price_history},
}};

}  // namespace

std::span<const AwsOperation> ec2_spot_operations() {
  return kOperations;
}

}  // namespace livesonic::simulator
