// SPDX-License-Identifier: Apache-2.0
// Route 53 (API version 2013-04-01).
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <pugixml.hpp>
#include <utility>
#include <vector>

#include "livesonic/base/text.h"
#include "livesonic/base/time_text.h"
#include "simulator/aws/operations.h"
#include "simulator/aws/xml_writer.h"

namespace livesonic::simulator {
namespace {

constexpr std::string_view kNameSpace = "https://route53.amazonaws.com/doc/2013-04-01/";
constexpr int kLargestPage = 100;
constexpr int kLargestRecordPage = 300;
constexpr std::size_t kMostTagged = 10;
constexpr std::string_view kNameServer = "ns-1.awsdns-01.example";

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
    xml.text("Marker", marker);
    xml.flag("IsTruncated", at != world.zones().end());
    if (at != world.zones().end()) xml.text("NextMarker", at->first);
    xml.number("MaxItems", page);
  });
  return xml.take();
}

tl::unexpected<AwsError> no_zone(const std::string& id) {
  return refuse(404, "NoSuchHostedZone", fmt::format("No hosted zone found with ID: {}", id));
}

template <typename Fill>
std::string response(const AwsCall& call, Fill&& fill) {
  XmlWriter xml;
  xml.root(call.operation + "Response", kNameSpace, [&] { fill(xml); });
  return xml.take();
}

AwsAnswer get_hosted_zone(const World& world, Time, const AwsCall& call) {
  const std::string id = parameter(call.parameters, "Id");
  const auto found = world.zones().find(id);
  if (found == world.zones().end()) return no_zone(id);
  return response(call, [&](XmlWriter& xml) {
    xml.element("HostedZone", [&] { write_zone(xml, found->second); });
    if (!found->second.private_zone) {
      xml.element("DelegationSet", [&] {
        xml.element("NameServers", [&] { xml.text("NameServer", kNameServer); });
      });
    }
  });
}

AwsAnswer create_hosted_zone(World& world, Time now, const AwsCall& call) {
  pugi::xml_document document;
  const auto parsed = document.load_buffer(call.body.data(), call.body.size());
  const pugi::xml_node request = document.child("CreateHostedZoneRequest");
  if (!parsed || !request) return refuse(400, "InvalidInput", "The request can't be read");
  Zone zone;
  zone.name = request.child_value("Name");
  zone.caller_reference = request.child_value("CallerReference");
  zone.comment = request.child("HostedZoneConfig").child_value("Comment");
  zone.private_zone =
      std::string_view(request.child("HostedZoneConfig").child_value("PrivateZone")) == "true";
  const auto id = world.add_zone(std::move(zone));
  if (!id) {
    return refuse(
        400,
        id.error().kind == ErrorKind::kConflict ? "HostedZoneAlreadyExists" : "InvalidDomainName",
        id.error().message);
  }
  return response(call, [&](XmlWriter& xml) {
    xml.element("HostedZone", [&] { write_zone(xml, world.zones().at(*id)); });
    xml.element("ChangeInfo", [&] {
      xml.text("Id", "/change/C" + *id);
      xml.text("Status", "INSYNC");
      xml.text("SubmittedAt", to_iso8601(now));
    });
    xml.element("DelegationSet",
                [&] { xml.element("NameServers", [&] { xml.text("NameServer", kNameServer); }); });
  });
}

AwsAnswer delete_hosted_zone(World& world, Time now, const AwsCall& call) {
  const std::string id = parameter(call.parameters, "Id");
  if (!world.remove_zone(id)) return no_zone(id);
  return response(call, [&](XmlWriter& xml) {
    xml.element("ChangeInfo", [&] {
      xml.text("Id", "/change/C" + id);
      xml.text("Status", "INSYNC");
      xml.text("SubmittedAt", to_iso8601(now));
    });
  });
}

// --- records ---

// All of the zone's, in AWS's order: by the labels of their names from the last to the first.
std::vector<ZoneRecord> records_of(const Zone& zone) {
  ZoneRecord servers{zone.name, "NS", 172'800, {std::string(kNameServer) + "."}, ""};
  ZoneRecord authority{
      zone.name,
      "SOA",
      900,
      {std::string(kNameServer) + ". awsdns-hostmaster.amazon.com. 1 7200 900 1209600 86400"},
      ""};
  std::vector<ZoneRecord> records{std::move(servers), std::move(authority)};
  records.insert(records.end(), zone.records.begin(), zone.records.end());
  const auto key = [](const ZoneRecord& record) {
    auto labels = split(std::string_view(record.name), '.');
    std::ranges::reverse(labels);
    return std::pair(std::vector<std::string>(labels.begin(), labels.end()), record.type);
  };
  std::ranges::stable_sort(records, {}, key);
  return records;
}

AwsAnswer list_resource_record_sets(const World& world, Time, const AwsCall& call) {
  const std::string id = parameter(call.parameters, "Id");
  const auto found = world.zones().find(id);
  if (found == world.zones().end()) return no_zone(id);
  const auto size = number(call.parameters, "maxitems", 1, 1'000'000'000, kLargestRecordPage);
  if (!size) return refuse(400, "InvalidInput", "MaxItems must be a whole number of at least 1");
  const auto records = records_of(found->second);
  const std::string name = parameter(call.parameters, "name");
  const std::string type = parameter(call.parameters, "type");
  auto first = records.begin();
  if (!name.empty()) {
    first = std::ranges::find_if(records, [&](const ZoneRecord& record) {
      return record.name == name && (type.empty() || record.type == type);
    });
  }
  const auto page = std::min<std::ptrdiff_t>(std::min(*size, kLargestRecordPage),
                                             std::distance(first, records.end()));
  const auto last = first + page;
  return response(call, [&](XmlWriter& xml) {
    xml.element("ResourceRecordSets", [&] {
      for (auto record = first; record != last; ++record) {
        xml.element("ResourceRecordSet", [&] {
          xml.text("Name", record->name);
          xml.text("Type", record->type);
          if (!record->alias_dns_name.empty()) {
            xml.element("AliasTarget", [&] {
              xml.text("HostedZoneId", "Z14GRHDCWA56QT");
              xml.text("DNSName", record->alias_dns_name);
              xml.flag("EvaluateTargetHealth", false);
            });
            return;
          }
          xml.number("TTL", record->ttl);
          xml.element("ResourceRecords", [&] {
            for (const std::string& value : record->values) {
              xml.element("ResourceRecord", [&] { xml.text("Value", value); });
            }
          });
        });
      }
    });
    xml.flag("IsTruncated", last != records.end());
    if (last != records.end()) {
      xml.text("NextRecordName", last->name);
      xml.text("NextRecordType", last->type);
    }
    xml.number("MaxItems", std::min(*size, kLargestRecordPage));
  });
}

// --- tags ---

void write_zone_tags(XmlWriter& xml, const Zone& zone) {
  xml.element("ResourceTagSet", [&] {
    xml.text("ResourceType", "hostedzone");
    xml.text("ResourceId", zone.id);
    xml.element("Tags", [&] {
      for (const auto& [key, value] : zone.tags) {
        xml.element("Tag", [&] {
          xml.text("Key", key);
          xml.text("Value", value);
        });
      }
    });
  });
}

AwsAnswer list_tags_for_resource(const World& world, Time, const AwsCall& call) {
  const std::string id = parameter(call.parameters, "Id");
  const auto found = world.zones().find(id);
  if (found == world.zones().end()) return no_zone(id);
  return response(call, [&](XmlWriter& xml) { write_zone_tags(xml, found->second); });
}

AwsAnswer list_tags_for_resources(const World& world, Time, const AwsCall& call) {
  pugi::xml_document document;
  const auto parsed = document.load_buffer(call.body.data(), call.body.size());
  const pugi::xml_node ids = document.first_child().child("ResourceIds");
  if (!parsed || !ids) return refuse(400, "InvalidInput", "The request can't be read");
  std::vector<const Zone*> zones;
  for (const pugi::xml_node id : ids.children("ResourceId")) {
    const auto found = world.zones().find(id.child_value());
    if (found == world.zones().end()) return no_zone(id.child_value());
    zones.push_back(&found->second);
  }
  if (zones.size() > kMostTagged) {
    return refuse(400, "InvalidInput", "At most 10 resources can be asked for in one call");
  }
  return response(call, [&](XmlWriter& xml) {
    xml.element("ResourceTagSets", [&] {
      for (const Zone* zone : zones) write_zone_tags(xml, *zone);
    });
  });
}

constexpr std::array<AwsOperation, 7> kOperations{{
    {"ListHostedZones", list_hosted_zones},
    {"GetHostedZone", get_hosted_zone},
    {"CreateHostedZone", create_hosted_zone},
    {"DeleteHostedZone", delete_hosted_zone},
    {"ListResourceRecordSets", list_resource_record_sets},
    {"ListTagsForResource", list_tags_for_resource},
    {"ListTagsForResources", list_tags_for_resources},
}};

}  // namespace

std::span<const AwsOperation> route53_operations() {
  return kOperations;
}

}  // namespace livesonic::simulator
