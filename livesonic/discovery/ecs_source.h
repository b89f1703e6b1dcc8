// SPDX-License-Identifier: Apache-2.0
// Clusters of kind `ecs_service`: the hosts that a service's tasks run on, and on Fargate, where
// there are none, the tasks themselves.
#pragma once

#include <set>
#include <stop_token>
#include <string>
#include <vector>

#include "livesonic/aws/ecs.h"
#include "livesonic/discovery/fleet_source.h"
#include "livesonic/discovery/region.h"

namespace livesonic::discovery {

// `all` are the resources of all clusters there of this kind, itself included; see ecs_book.h.
Result<Membership> ecs_members(Region& region, const Cluster& cluster,
                               const std::set<std::string>& all, const std::stop_token& stop);
// What ECS says of tasks that are not among the members any more; it knows them for an hour.
Result<std::vector<Facts>> ecs_describe(Region& region, const Cluster& cluster,
                                        const std::vector<std::string>& task_ids,
                                        const std::stop_token& stop);

// Pure. A host with several of the service's tasks is one member, in the state of the worst.
Membership join(const aws::EcsService& service, const std::vector<aws::EcsTask>& tasks,
                const std::vector<aws::EcsContainerInstance>& hosts);
// Pure: ECS's words in ours; a task that stopped counts as an instance that was terminated.
Facts to_facts(const aws::EcsTask& task);

}  // namespace livesonic::discovery
