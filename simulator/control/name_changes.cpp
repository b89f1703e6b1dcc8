// SPDX-License-Identifier: Apache-2.0
// Changes of what Route 53 knows: zones, their records, and registered domains.
#include <chrono>
#include <nlohmann/json.hpp>
#include <utility>

#include "simulator/control/changes.h"

namespace livesonic::simulator {
namespace {

using nlohmann::json;

Change add_domain(Fields& fields) {
  Registration domain;
  domain.name = fields.text("name");
  const std::chrono::days expires_in{fields.whole("expires_in_days", 365)};
  domain.auto_renew = fields.flag("auto_renew", true);
  domain.transfer_lock = fields.flag("transfer_lock", true);
  if (domain.name.empty() || domain.name.size() > 253) {
    fields.refuse("name", "a domain's name has 1 to 253 characters");
  }
  return [=](World& world, Time now) -> Result<json> {
    Registration registered = domain;
    registered.created = now;
    registered.expires = now + expires_in;
    world.registrations.domains.insert_or_assign(registered.name, registered);
    return json::object();
  };
}

Change change_domains(const ChangeRequest& request, Fields& fields) {
  if (request.post && request.rest.empty()) return add_domain(fields);
  if (request.post || request.rest.size() != 1) return {};
  return [name = request.rest[0]](World& world, Time) -> Result<json> {
    if (world.registrations.domains.erase(name) == 0) {
      return fail(ErrorKind::kNotFound, "there is no such domain");
    }
    return json::object();
  };
}

Change add_zone(Fields& fields) {
  Zone zone;
  zone.name = fields.text("name");
  zone.comment = fields.text("comment", "");
  zone.caller_reference = fields.text("caller_reference", "");
  zone.private_zone = fields.flag("private_zone");
  zone.record_count = fields.whole("record_count", 2);
  zone.tags = fields.tags();
  return [zone](World& world, Time) -> Result<json> {
    auto id = world.add_zone(zone);
    if (!id) return fail(id.error());
    return json{{"id", *id}};
  };
}

Change add_record(const std::string& zone, Fields& fields) {
  ZoneRecord record;
  record.name = fields.text("name", "");
  record.type = fields.text("type", "A");
  record.alias_dns_name = fields.text("alias", "");
  if (record.alias_dns_name.empty()) record.values = {fields.text("value")};
  return [=](World& world, Time) { return answer_to(world.add_record(zone, record)); };
}

Change change_zones(const ChangeRequest& request, Fields& fields) {
  const auto& rest = request.rest;
  if (request.post && rest.empty()) return add_zone(fields);
  if (request.post && rest.size() == 2 && rest[1] == "records") return add_record(rest[0], fields);
  if (request.post || rest.size() != 1) return {};
  return [id = rest[0]](World& world, Time) { return answer_to(world.remove_zone(id)); };
}

}  // namespace

Change read_name_change(const std::string& family, const ChangeRequest& request, Fields& fields) {
  if (family == "zones") return change_zones(request, fields);
  if (family == "domains") return change_domains(request, fields);
  return {};
}

}  // namespace livesonic::simulator
