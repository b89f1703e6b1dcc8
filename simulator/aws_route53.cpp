// SPDX-License-Identifier: Apache-2.0
// Route 53 (API version 2013-04-01).
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "simulator/aws_operations.h"
#include "simulator/xml_writer.h"

namespace livesonic::simulator {
namespace {

constexpr std::string_view kNameSpace = "https://route53.amazonaws.com/doc/2013-04-01/";
constexpr int kLargestPage = 100;

void write_zone(XmlWriter& xml, const Zone& zone) {
  xml.text("Id", "/hostedzone/" + zone.id);
  xml.text("Name", zone.name);
  xml.text("CallerReference", zone.caller_reference);
  xml.element("Config", [&] {
    if (!zone.comment.empty()) xml.text("Comment", zone.comment);
    xml.flag("PrivateZone", zone.private_zone);
  });
  xml.number("ResourceRecordSetCount", zone.record_count);
}

AwsAnswer list_hosted_zones(const World& world, Time, const AwsCall& call) {
  // More than a page's limit is no error: AWS gives a full page.
  const auto asked = number(call.parameters, "maxitems", 1, 1'000'000'000, kLargestPage);
  if (!asked) return refuse(400, "InvalidInput", "MaxItems must be a whole number of at least 1");
  const int page = std::min(*asked, kLargestPage);
  const std::string marker = parameter(call.parameters, "marker");
  const auto first = marker.empty() ? world.zones().begin() : world.zones().find(marker);
  if (!marker.empty() && first == world.zones().end()) {
    return refuse(400, "NoSuchHostedZone", fmt::format("No hosted zone found with ID: {}", marker));
  }
  XmlWriter xml;
  xml.root("ListHostedZonesResponse", kNameSpace, [&] {
    auto at = first;
    xml.element("HostedZones", [&] {
      for (int i = 0; i < page && at != world.zones().end(); ++i, ++at) {
        xml.element("HostedZone", [&] { write_zone(xml, at->second); });
      }
    });
    if (!marker.empty()) xml.text("Marker", marker);
    xml.flag("IsTruncated", at != world.zones().end());
    if (at != world.zones().end()) xml.text("NextMarker", at->first);
    xml.number("MaxItems", page);
  });
  return xml.take();
}

constexpr std::array<AwsOperation, 1> kOperations{{{"ListHostedZones", list_hosted_zones}}};

}  // namespace

std::span<const AwsOperation> route53_operations() {
  return kOperations;
}

}  // namespace livesonic::simulator
