// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "livesonic/config/sections.h"
#include "livesonic/config/unique_names.h"

namespace livesonic::config {
namespace {

void check_balancer_name(MapReader& map, const Located& name) {
  if (name.text.find('.') != std::string::npos) {
    map.mistake(name.at, "elb", "must be the load balancer's name, not its DNS name");
    return;
  }
  const bool fits =
      name.text.size() <= 255 && std::all_of(name.text.begin(), name.text.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '-' || c == '_';
      });
  if (!fits) {
    map.mistake(name.at, "elb", "must be a load balancer's name: letters, digits and '-'");
  }
}

}  // namespace

void read_clusters(MapReader& top, std::vector<Cluster>& clusters, Reading& reading) {
  UniqueNames names("cluster", reading);
  for (const YamlNode* node : top.maps("clusters")) {
    MapReader map(*node, "clusters", reading);
    Cluster cluster;
    cluster.origin = Origin::kFile;
    cluster.name = names.read(map);
    if (auto elb = map.text("elb")) {
      check_balancer_name(map, *elb);
      cluster.resource = std::move(elb->text);
    } else if (!map.has("elb")) {
      map.mistake(node->at, "elb", "is missing: the name of the classic load balancer");
    }
    map.refuse_unknown_keys();
    clusters.push_back(std::move(cluster));
  }
}

}  // namespace livesonic::config
