// SPDX-License-Identifier: Apache-2.0
#include "livesonic/config/expectation_reader.h"
#include "livesonic/config/sections.h"
#include "livesonic/config/unique_names.h"

namespace livesonic::config {
namespace {

using namespace std::chrono_literals;

void read_kind(MapReader& map, Probe& probe) {
  const auto kind = map.text("kind");
  if (!kind) {
    if (!map.has("kind")) {
      map.mistake(map.position_of("kind"), "kind", "is missing: http, tcp, dns or tls");
    }
    return;
  }
  if (const auto known = parse_probe_kind(kind->text)) {
    probe.kind = *known;
  } else {
    map.mistake(kind->at, "kind", known.error().message);
  }
}

void read_options(MapReader& map, Probe& probe) {
  if (auto send = map.literal("send")) probe.send = std::move(send->text);
  map.integer("redirects", probe.redirects, 0, 10);
  map.boolean("verify", probe.verify);
  for (Located& address : map.texts("addresses")) {
    probe.addresses.push_back(std::move(address.text));
  }
}

// Whatever check_probe finds, at the key that it names.
void check(MapReader& map, const Probe& probe) {
  const auto checked = check_probe(probe);
  if (checked) return;
  const std::string& message = checked.error().message;
  const std::size_t colon = message.find(':');
  const std::string key = message.substr(0, colon);
  map.mistake(map.position_of(key), key, message.substr(colon + 2));
}

}  // namespace

void read_probes(MapReader& top, std::vector<Probe>& probes, Reading& reading) {
  UniqueNames names("probe", reading);
  for (const YamlNode* node : top.maps("probes")) {
    MapReader map(*node, "probes", reading);
    Probe probe;
    probe.origin = Origin::kFile;
    probe.name = names.read(map);
    read_kind(map, probe);
    map.text("target", probe.target);
    if (!map.has("clusters")) {
      map.mistake(node->at, "clusters", "is missing: the clusters whose front this is, as a list");
    }
    read_cluster_names(map, probe.clusters, reading);
    read_expectations(map, "expect_status", 100, 599, probe.expect, probe.forbid);
    const std::size_t mistakes_before = reading.mistakes.count();
    read_thresholds(map, probe.thresholds, false);
    read_options(map, probe);
    map.duration("timeout", probe.timeout, 100ms, 2min);
    map.duration("interval", probe.interval, 1s, 7 * 24h);
    if (reading.mistakes.count() == mistakes_before) check(map, probe);
    map.refuse_unknown_keys();
    probes.push_back(std::move(probe));
  }
}

}  // namespace livesonic::config
