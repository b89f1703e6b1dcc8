// SPDX-License-Identifier: Apache-2.0
// The zones of Route 53.
#include <fmt/format.h>

#include <algorithm>

#include "simulator/random.h"
#include "simulator/world/world.h"

namespace livesonic::simulator {
namespace {

std::string zone_id(std::uint64_t seed, std::string_view name) {
  std::string id = "Z";
  for (std::uint64_t word = mix(mix(seed, "zone"), name); id.size() < 14; word = mix(word, 1)) {
    id += "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"[word % 36];
  }
  return id;
}

}  // namespace

Result<std::string> World::add_zone(Zone zone) {
  if (zone.name.empty() || zone.name.size() > 255) {
    return fail(ErrorKind::kInvalidInput, "a zone's name has 1 to 255 characters");
  }
  if (zone.name.back() != '.') zone.name += '.';
  if (zone.caller_reference.empty()) {
    zone.caller_reference = fmt::format("simulated-{:016x}", mix(mix(seed_, "ref"), zone.name));
  }
  if (zone.id.empty()) {
    zone.id = zone_id(seed_, zone.name + zone.caller_reference);
  }
  const std::string id = zone.id;
  if (!zones_.emplace(id, std::move(zone)).second) {
    return fail(ErrorKind::kConflict, fmt::format("there is a hosted zone {} already", id));
  }
  return id;
}

Result<void> World::remove_zone(const std::string& id) {
  if (zones_.erase(id) == 0) {
    return fail(ErrorKind::kNotFound, fmt::format("there is no hosted zone '{}'", id));
  }
  return {};
}

Result<void> World::add_record(const std::string& zone, ZoneRecord record) {
  const auto found = zones_.find(zone);
  if (found == zones_.end()) {
    return fail(ErrorKind::kNotFound, fmt::format("there is no hosted zone '{}'", zone));
  }
  if (record.name.empty()) record.name = found->second.name;
  if (record.name.back() != '.') record.name += '.';
  if (!record.name.ends_with(found->second.name)) {
    return fail(ErrorKind::kInvalidInput,
                fmt::format("'{}' is not within {}", record.name, found->second.name));
  }
  found->second.records.push_back(std::move(record));
  found->second.record_count =
      std::max(found->second.record_count, static_cast<int>(found->second.records.size()) + 2);
  return {};
}

}  // namespace livesonic::simulator
