// SPDX-License-Identifier: Apache-2.0
#include "livesonic/config/sections.h"
#include "livesonic/config/unique_names.h"

namespace livesonic::config {
namespace {

// `elb: NAME` says it in short; everything else is a kind and a resource.
void read_resource(MapReader& map, const YamlNode& node, Cluster& cluster) {
  const bool in_short = map.has("elb");
  const bool in_full = map.has("kind") || map.has("resource");
  if (in_short && in_full) {
    map.mistake(map.position_of("elb"), "elb",
                "says it all: give either elb, or kind and resource");
  }
  if (!in_short && !in_full) {
    map.mistake(node.at, "elb",
                "is missing: the name of the classic load balancer, or kind and resource");
    return;
  }
  const std::string key = in_short ? "elb" : "resource";
  map.choice("kind", cluster.kind,
             {{"elb", ClusterKind::kElb},
              {"alb", ClusterKind::kAlb},
              {"nlb", ClusterKind::kNlb},
              {"target_group", ClusterKind::kTargetGroup},
              {"asg", ClusterKind::kAsg},
              {"ecs_service", ClusterKind::kEcsService},
              {"tag", ClusterKind::kTag},
              {"static", ClusterKind::kStatic}});
  if (!in_short && !map.has("kind")) {
    map.mistake(node.at, "kind", "is missing: what kind of resource is it?");
  }
  auto resource = map.text(key);
  if (!resource) {
    if (!map.has(key)) map.mistake(node.at, key, "is missing");
    return;
  }
  cluster.resource = std::move(resource->text);
  if (const auto fits = check_resource(cluster); !fits) {
    map.mistake(resource->at, key, fits.error().message);
  }
}

// How its hosts are reached, where it is another way than that of the ssh section.
void read_access(MapReader& map, const YamlNode& node, Cluster& cluster) {
  Access& access = cluster.access;
  map.choice<Reach>("remote", access.reach,
                    {{"ssh", Reach::kSsh}, {"ssm", Reach::kSsm}, {"local", Reach::kLocal}});
  map.text("user", access.user);
  map.port("port", access.port);
  map.text("jump", access.jump);
  if (const auto checked = check_access(access); !checked) {
    const std::string& message = checked.error().message;
    const std::size_t colon = message.find(':');
    const std::string key = message.substr(0, colon);
    map.mistake(map.has(key) ? map.position_of(key) : node.at, key, message.substr(colon + 2));
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
    map.text("account", cluster.account);
    map.text("region", cluster.region);
    for (Located& group : map.texts("target_groups")) {
      cluster.target_groups.push_back(std::move(group.text));
    }
    map.choice("mode", cluster.mode, {{"poll", Mode::kPoll}, {"stream", Mode::kStream}});
    read_resource(map, *node, cluster);
    read_access(map, *node, cluster);
    map.refuse_unknown_keys();
    clusters.push_back(std::move(cluster));
  }
}

}  // namespace livesonic::config
