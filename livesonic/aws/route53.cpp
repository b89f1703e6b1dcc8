// SPDX-License-Identifier: Apache-2.0
#include "livesonic/aws/route53.h"

#include <fmt/format.h>

#include "livesonic/aws/client.h"
#include "livesonic/aws/paging.h"
#include "livesonic/aws/shapes.h"

namespace livesonic::aws {
namespace {

constexpr const char* kOperation = "ListHostedZones";
constexpr Service kRoute53{.id = "route53", .api_version = "2013-04-01", .global = true};

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

}  // namespace

Result<std::vector<HostedZone>> Route53::list_hosted_zones(const std::stop_token& stop) const {
  std::vector<HostedZone> zones;
  const Result<void> read = read_pages(kOperation, [&](const std::string& marker) {
    Fields page = {{"maxitems", "100"}};
    if (!marker.empty()) page.emplace_back("marker", marker);
    return client_
        ->rest_get(kRoute53, kOperation, fmt::format("/{}/hostedzone", kRoute53.api_version), page,
                   stop)
        .and_then([&](const Reply& reply) { return read_zones(reply, zones); });
  });
  if (!read) return fail(read.error());
  return zones;
}

}  // namespace livesonic::aws
