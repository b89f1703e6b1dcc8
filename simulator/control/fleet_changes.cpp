// SPDX-License-Identifier: Apache-2.0
// Changes of whole fleets: balancers, clusters, and what happens to them.
#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "simulator/control/changes.h"
#include "simulator/fleet.h"
#include "simulator/happenings.h"

namespace livesonic::simulator {
namespace {

using nlohmann::json;

Change add_balancer(Fields& fields) {
  const std::string name = fields.text("name");
  const int count = fields.whole("instances", 0);
  return [=, tags = fields.tags()](World& world, Time now) -> Result<json> {
    if (auto added = world.add_balancer(name, now); !added) return fail(added.error());
    auto launched = world.launch(name, count, tags, now);
    if (!launched) return fail(launched.error());
    return json{{"name", name}, {"instances", *launched}};
  };
}

Change scale_balancer(const std::string& name, Fields& fields) {
  const int by = fields.whole("by");
  return [=, tags = fields.tags()](World& world, Time now) -> Result<json> {
    auto ids = by >= 0 ? world.launch(name, by, tags, now) : world.retire(name, -by, now);
    if (!ids) return fail(ids.error());
    return json{{by >= 0 ? "launched" : "terminated", *ids}};
  };
}

Change change_balancers(const ChangeRequest& request, Fields& fields) {
  const auto& rest = request.rest;
  if (request.post && rest.empty()) return add_balancer(fields);
  if (request.post && rest.size() == 2 && rest[1] == "scale") {
    return scale_balancer(rest[0], fields);
  }
  if (request.post || rest.size() != 1) return {};
  return [name = rest[0]](World& world, Time now) {
    return answer_to(world.remove_balancer(name, now));
  };
}

// A cluster of any kind, as --clusters takes it.
Change add_one_cluster(Fields& fields) {
  const std::string name = fields.text("name");
  const int count = fields.whole("instances", 0);
  const std::string kind = fields.text("kind", "elb");
  auto plans = fields.parsed("name", parse_clusters(fmt::format("{}:{}:{}", name, count, kind)));
  if (plans.size() != 1) fields.refuse("name", "that is no cluster's name");
  return [=, plans = std::move(plans)](World& world, Time now) -> Result<json> {
    if (auto added = add_cluster(world, plans.front(), now); !added) return fail(added.error());
    world.advance(now);
    return json{{"name", name}, {"instances", fleet_members(world, name, now)}};
  };
}

Change happen(Fields& fields) {
  const std::string what = fields.text("what");
  const std::string cluster = fields.text("cluster");
  const int hosts = fields.whole("hosts", 1);
  return [=](World& world, Time now) -> Result<json> {
    auto happened = let_happen(world, what, cluster, hosts, now, world.fresh_word());
    if (!happened) return fail(happened.error());
    return json{{"happened", *happened}};
  };
}

}  // namespace

Change read_fleet_change(const std::string& family, const ChangeRequest& request, Fields& fields) {
  if (family == "load-balancers") return change_balancers(request, fields);
  if (!request.post || !request.rest.empty()) return {};
  if (family == "clusters") return add_one_cluster(fields);
  if (family == "happen") return happen(fields);
  return {};
}

}  // namespace livesonic::simulator
