// SPDX-License-Identifier: Apache-2.0
#include "livesonic/aws/route53.h"

#include <array>
#include <cstddef>
#include <utility>

#include "livesonic/aws/query_calls.h"
#include "livesonic/aws/shapes.h"
#include "livesonic/base/text.h"

namespace livesonic::aws {
namespace {

constexpr const char* kListHostedZones = "ListHostedZones";
constexpr std::size_t kTaggedPerCall = 10;  // AWS's own limit
constexpr Service kRoute53{
    .id = "route53", .api_version = "2013-04-01", .global = true, .key = "route_53"};

HostedZone read_zone(const xml::Element& element) {
  constexpr std::string_view kPrefix = "/hostedzone/";
  HostedZone zone;
  zone.id = element.required_text("Id");
  if (zone.id.starts_with(kPrefix)) zone.id.erase(0, kPrefix.size());
  if (!zone.id.empty() && !is_word(zone.id)) {
    element.complain("Id", fmt::format("'{}' is no zone id", zone.id));
  }
  zone.name = element.required_text("Name");
  zone.caller_reference = element.text("CallerReference");
  zone.comment = element.child("Config").text("Comment");
  zone.private_zone = element.child("Config").boolean("PrivateZone", false);
  zone.record_count = element.count("ResourceRecordSetCount", 0);
  return zone;
}

// Adds a page's zones; the marker of the next page, empty at the last.
Result<std::string> read_zones(const Reply& reply, std::vector<HostedZone>& zones) {
  const Result<xml::Document> document = read_document(reply, "ListHostedZonesResponse");
  if (!document) return fail(document.error());
  const xml::Element root = document->root();
  for (const xml::Element& zone : root.required_list("HostedZones", "HostedZone")) {
    zones.push_back(read_zone(zone));
  }
  const bool more = root.boolean("IsTruncated", false);
  std::string next = more ? root.required_text("NextMarker") : std::string();
  return check_read(reply, *document).map([&] { return std::move(next); });
}

RecordSet read_record_set(const xml::Element& element) {
  RecordSet record;
  record.name = element.required_text("Name");
  record.type = element.required_text("Type");
  record.set_identifier = element.text("SetIdentifier");
  if (element.child("TTL")) record.ttl = element.count("TTL", 0);
  for (const xml::Element& one : element.list("ResourceRecords", "ResourceRecord")) {
    record.values.push_back(one.required_text("Value"));
  }
  if (const xml::Element alias = element.child("AliasTarget")) {
    record.alias =
        AliasTarget{.zone_id = alias.text("HostedZoneId"),
                    .dns_name = alias.required_text("DNSName"),
                    .evaluate_target_health = alias.boolean("EvaluateTargetHealth", false)};
  }
  return record;
}

// The place of a page of records is three parameters; as a marker, a line for each.
constexpr std::array<std::pair<const char*, const char*>, 3> kPlace = {
    {{"name", "NextRecordName"},
     {"type", "NextRecordType"},
     {"identifier", "NextRecordIdentifier"}}};

Fields record_page(const std::string& marker) {
  Fields page = {{"maxitems", "300"}};
  if (marker.empty()) return page;
  const std::vector<std::string_view> lines = split(marker, '\n');
  for (std::size_t i = 0; i < kPlace.size() && i < lines.size(); ++i) {
    if (!lines[i].empty()) page.emplace_back(kPlace[i].first, std::string(lines[i]));
  }
  return page;
}

std::string next_record_page(const xml::Element& root) {
  if (!root.boolean("IsTruncated", false)) return {};
  static_cast<void>(root.required_text("NextRecordName"));
  std::string marker;
  for (const auto& [parameter, element] : kPlace) {
    const std::string text = root.text(element);
    if (text.find('\n') != std::string::npos) root.complain(element, "has several lines");
    marker += text;
    marker += '\n';
  }
  return marker;
}

Result<std::string> read_records(const Reply& reply, std::vector<RecordSet>& records) {
  return read_result(reply, Envelope::kBare, [&](const xml::Element& root) {
    for (const auto& one : root.required_list("ResourceRecordSets", "ResourceRecordSet")) {
      records.push_back(read_record_set(one));
    }
    return next_record_page(root);
  });
}

Result<void> check_zone_id(const char* operation, const std::string& id) {
  if (is_word(id)) return {};  // it becomes part of a path, or of a document
  return fail(ErrorKind::kInvalidInput,
              fmt::format("{}: '{}' is no zone id", operation, shorten(printable(id), 100)));
}

void read_zone_tags(const xml::Element& root, std::map<std::string, Tags>& found) {
  for (const auto& one : root.required_list("ResourceTagSets", "ResourceTagSet")) {
    const auto zone = found.find(one.required_text("ResourceId"));
    if (zone == found.end()) {
      one.complain("ResourceId", "was not asked for");
      return;
    }
    for (const xml::Element& tag : one.list("Tags", "Tag")) {
      zone->second.insert_or_assign(tag.required_text("Key"), tag.text("Value"));
    }
  }
}

}  // namespace

Result<std::vector<HostedZone>> Route53::list_hosted_zones(const std::stop_token& stop) const {
  std::vector<HostedZone> zones;
  const Result<void> read = read_pages(kListHostedZones, [&](const std::string& marker) {
    Fields page = {{"maxitems", "100"}};
    if (!marker.empty()) page.emplace_back("marker", marker);
    return client_
        ->rest_get(kRoute53, kListHostedZones, fmt::format("/{}/hostedzone", kRoute53.api_version),
                   page, stop)
        .and_then([&](const Reply& reply) { return read_zones(reply, zones); });
  });
  if (!read) return fail(read.error());
  return zones;
}

Result<std::map<std::string, Tags>> Route53::list_tags(const std::vector<std::string>& zone_ids,
                                                       const std::stop_token& stop) const {
  constexpr const char* kListTags = "ListTagsForResources";
  std::map<std::string, Tags> found;
  const auto asked = in_batches(zone_ids, kTaggedPerCall, [&](const auto& part) -> Result<void> {
    std::string body = fmt::format(
        "<ListTagsForResourcesRequest xmlns=\"https://route53.amazonaws.com/doc/{}/\">"
        "<ResourceIds>",
        kRoute53.api_version);
    for (const std::string& id : part) {
      if (auto checked = check_zone_id(kListTags, id); !checked) return checked;
      body += fmt::format("<ResourceId>{}</ResourceId>", id);
      found.try_emplace(id);
    }
    body += "</ResourceIds></ListTagsForResourcesRequest>";
    return client_
        ->rest_send(kRoute53, kListTags, "POST",
                    fmt::format("/{}/tags/hostedzone", kRoute53.api_version), std::move(body), stop)
        .and_then([&](const Reply& reply) {
          return read_result(reply, Envelope::kBare,
                             [&](const xml::Element& root) { read_zone_tags(root, found); });
        });
  });
  return asked.map([&] { return std::move(found); });
}

Result<std::vector<RecordSet>> Route53::list_record_sets(const std::string& zone_id,
                                                         const std::stop_token& stop) const {
  constexpr const char* kListRecords = "ListResourceRecordSets";
  if (auto checked = check_zone_id(kListRecords, zone_id); !checked) return fail(checked.error());
  std::vector<RecordSet> records;
  const Result<void> read = read_pages(kListRecords, [&](const std::string& marker) {
    return client_
        ->rest_get(kRoute53, kListRecords,
                   fmt::format("/{}/hostedzone/{}/rrset", kRoute53.api_version, zone_id),
                   record_page(marker), stop)
        .and_then([&](const Reply& reply) { return read_records(reply, records); });
  });
  return read.map([&] { return std::move(records); });
}

}  // namespace livesonic::aws
