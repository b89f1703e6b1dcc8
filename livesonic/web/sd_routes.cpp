// SPDX-License-Identifier: Apache-2.0
// Service discovery for others: what is watched, as Prometheus' http_sd takes it.
#include <fmt/format.h>

#include <string>

#include "livesonic/web/parameters.h"
#include "livesonic/web/routes.h"
#include "livesonic/web/to_json.h"

namespace livesonic::web {
namespace {

using Address = std::string Instance::*;

Result<Address> read_address(const httpd::Request& request) {
  const std::string text = request.parameter("address").value_or("private_ip");
  if (text == "private_ip") return &Instance::private_ip;
  if (text == "public_ip") return &Instance::public_ip;
  if (text == "private_dns") return &Instance::private_dns;
  if (text == "public_dns") return &Instance::public_dns;
  return fail(ErrorKind::kInvalidInput,
              "address: must be private_ip, public_ip, private_dns or public_dns");
}

// Prometheus allows letters, digits and '_' in the name of a label.
std::string label_name(std::string_view tag) {
  std::string name = "__meta_livesonic_tag_";
  for (const char c : tag) {
    const bool fits = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    name += fits ? c : '_';
  }
  return name;
}

Json labels_of(const Cluster& cluster, const Instance& instance) {
  Json labels{{"__meta_livesonic_cluster", cluster.name},
              {"__meta_livesonic_cluster_kind", to_string(cluster.kind)},
              {"__meta_livesonic_instance_id", instance.id},
              {"__meta_livesonic_instance_name", instance.label()},
              {"__meta_livesonic_balancer_state", instance.balancer_state},
              {"__meta_livesonic_ec2_state", instance.ec2_state},
              {"__meta_livesonic_instance_type", instance.type},
              {"__meta_livesonic_availability_zone", instance.availability_zone},
              {"__meta_livesonic_image_id", instance.image_id},
              {"__meta_livesonic_lifecycle", to_string(instance.lifecycle)},
              {"__meta_livesonic_auto_scaling_group", instance.standing.group},
              {"__meta_livesonic_private_ip", instance.private_ip},
              {"__meta_livesonic_public_ip", instance.public_ip}};
  for (const auto& [key, value] : instance.tags) labels[label_name(key)] = value;
  return labels;
}

Answer targets(const Dependencies& dependencies, const Call& call) {
  const auto address = read_address(call.request);
  if (!address) return fail(address.error());
  const auto port = read_port(call.request, 9100);
  if (!port) return fail(port.error());
  const auto only = call.request.parameter("cluster");
  const auto clusters = dependencies.inventory.clusters();
  if (!clusters) return fail(clusters.error());
  Json groups = Json::array();
  for (const Cluster& cluster : *clusters) {
    if (only && cluster.name != *only) continue;
    const auto instances = dependencies.inventory.instances(cluster.name, storage::Which::kWatched);
    if (!instances) return fail(instances.error());
    for (const Instance& instance : *instances) {
      const std::string& host = instance.*(*address);
      if (host.empty()) continue;
      const bool ipv6 = host.find(':') != std::string::npos;
      groups.push_back(
          {{"targets",
            {ipv6 ? fmt::format("[{}]:{}", host, *port) : fmt::format("{}:{}", host, *port)}},
           {"labels", labels_of(cluster, instance)}});
    }
  }
  return json_response(groups);
}

}  // namespace

void add_sd_routes(Router& router, const Dependencies& d) {
  router.add("GET", "/api/v1/sd/prometheus", [&d](const Call& call) { return targets(d, call); });
}

}  // namespace livesonic::web
