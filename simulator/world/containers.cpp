// SPDX-License-Identifier: Apache-2.0
// What is asked of ECS; container_steps.cpp is what it does by itself.
#include "simulator/world/containers.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "simulator/world/world.h"

namespace livesonic::simulator {
namespace {

constexpr std::string_view kAccount = "123456789012";

std::string arn_of(const World& world, const std::string& resource) {
  return fmt::format("arn:aws:ecs:{}:{}:{}", world.region(), kAccount, resource);
}

Result<ContainerCluster*> existing(World& world, const std::string& named) {
  const ContainerCluster* found = find_cluster(world.containers, named);
  if (found == nullptr) return fail(ErrorKind::kNotFound, "Cluster not found.");
  return &world.containers.clusters.at(found->name);
}

Result<ContainerService*> existing(World& world, const std::string& cluster,
                                   const std::string& service) {
  return existing(world, cluster).and_then([&](ContainerCluster* at) -> Result<ContainerService*> {
    const std::string name = service.substr(service.rfind('/') + 1);
    const auto found = at->services.find(name);
    if (found == at->services.end() || found->second.status == "INACTIVE") {
      return fail(ErrorKind::kNotFound, "Service not found.");
    }
    return &found->second;
  });
}

ServiceDeployment new_deployment(World& world, const std::string& definition, Time now) {
  ServiceDeployment deployment;
  deployment.id = fmt::format("ecs-svc/{}", world.fresh_word() % 10'000'000'000'000'000'000ULL);
  deployment.definition = definition;
  deployment.created = deployment.updated = now;
  return deployment;
}

}  // namespace

const ContainerCluster* find_cluster(const ContainerStore& store, const std::string& name_or_arn) {
  const std::string name =
      name_or_arn.empty() ? "default" : name_or_arn.substr(name_or_arn.rfind('/') + 1);
  const auto found = store.clusters.find(name);
  return found == store.clusters.end() ? nullptr : &found->second;
}

const TaskDefinition* find_definition(const ContainerStore& store, const std::string& named) {
  const std::string wanted = named.substr(named.rfind('/') + 1);
  const TaskDefinition* latest = nullptr;
  for (const auto& [arn, definition] : store.definitions) {
    if (wanted == fmt::format("{}:{}", definition.family, definition.revision)) return &definition;
    if (wanted == definition.family &&
        (latest == nullptr || latest->revision < definition.revision)) {
      latest = &definition;
    }
  }
  return latest;
}

const Task* find_task(const ContainerCluster& cluster, const std::string& id_or_arn) {
  const std::string id = id_or_arn.substr(id_or_arn.rfind('/') + 1);
  for (const auto& [arn, task] : cluster.tasks) {
    if (task.id == id) return &task;
  }
  return nullptr;
}

std::string status_of(const World& world, const Task& task, Time now) {
  if (task.stopped) return "STOPPED";
  if (task.stopping) return "STOPPING";
  if (task.started) return "RUNNING";
  return now < task.created + world.pace().pending / 2 ? "PROVISIONING" : "PENDING";
}

std::string add_cluster(World& world, const std::string& name, Time now) {
  ContainerCluster& cluster = world.containers.clusters[name];
  if (cluster.arn.empty()) {
    cluster.name = name;
    cluster.arn = arn_of(world, "cluster/" + name);
    cluster.next_step = now;
  }
  return cluster.arn;
}

std::string add_definition(World& world, TaskDefinition definition) {
  const TaskDefinition* latest = find_definition(world.containers, definition.family);
  definition.revision = latest == nullptr ? 1 : latest->revision + 1;
  definition.arn =
      arn_of(world, fmt::format("task-definition/{}:{}", definition.family, definition.revision));
  const std::string arn = definition.arn;
  world.containers.definitions.emplace(arn, std::move(definition));
  return arn;
}

Result<std::string> add_host(World& world, const std::string& named, const std::string& instance,
                             Time now) {
  auto cluster = existing(world, named);
  if (!cluster) return fail(cluster.error());
  if (world.find(instance, now) == nullptr) {
    return fail(ErrorKind::kNotFound, fmt::format("there is no instance '{}'", instance));
  }
  for (const auto& [arn, host] : (*cluster)->hosts) {
    if (host.instance == instance) return arn;
  }
  ContainerHost host;
  host.arn = arn_of(world, fmt::format("container-instance/{}/{:016x}{:016x}", (*cluster)->name,
                                       world.fresh_word(), world.fresh_word()));
  host.instance = instance;
  host.registered = now;
  const std::string arn = host.arn;
  (*cluster)->hosts.emplace(arn, std::move(host));
  (*cluster)->next_step = now;
  return arn;
}

Result<void> add_service(World& world, const std::string& named, ContainerService service,
                         Time now) {
  auto cluster = existing(world, named);
  if (!cluster) return fail(cluster.error());
  const auto there = (*cluster)->services.find(service.name);
  if (service.name.empty() || service.name.size() > 255) {
    return fail(ErrorKind::kInvalidInput, "A service's name has 1 to 255 characters.");
  }
  if (there != (*cluster)->services.end() && there->second.status != "INACTIVE") {
    return fail(ErrorKind::kInvalidInput, "Creation of service was not idempotent.");
  }
  const TaskDefinition* definition = find_definition(world.containers, service.definition);
  if (definition == nullptr) return fail(ErrorKind::kInvalidInput, "TaskDefinition not found.");
  if (!service.target_group_arn.empty() &&
      !world.targets.groups.contains(service.target_group_arn)) {
    return fail(ErrorKind::kInvalidInput,
                fmt::format("The target group {} does not exist.", service.target_group_arn));
  }
  service.definition = definition->arn;
  service.arn = arn_of(world, fmt::format("service/{}/{}", (*cluster)->name, service.name));
  service.created = now;
  service.deployments = {new_deployment(world, service.definition, now)};
  const std::string name = service.name;
  (*cluster)->services.insert_or_assign(name, std::move(service));
  (*cluster)->next_step = now;
  return {};
}

Result<void> update_service(World& world, const std::string& cluster, const std::string& name,
                            std::optional<int> desired, const std::string& definition, bool force,
                            Time now) {
  auto service = existing(world, cluster, name);
  if (!service) return fail(service.error());
  if (desired && (*desired < 0 || *desired > 5000)) {
    return fail(ErrorKind::kInvalidInput, "The desired count must be from 0 to 5000.");
  }
  std::string wanted = (*service)->definition;
  if (!definition.empty()) {
    const TaskDefinition* found = find_definition(world.containers, definition);
    if (found == nullptr) return fail(ErrorKind::kInvalidInput, "TaskDefinition not found.");
    wanted = found->arn;
  }
  if (desired) (*service)->desired = *desired;
  if (wanted != (*service)->definition || force) {
    (*service)->definition = wanted;
    for (ServiceDeployment& older : (*service)->deployments) older.status = "ACTIVE";
    (*service)->deployments.insert((*service)->deployments.begin(),
                                   new_deployment(world, wanted, now));
  }
  (*existing(world, cluster))->next_step = now;
  return {};
}

Result<void> remove_service(World& world, const std::string& cluster, const std::string& name,
                            bool force, Time now) {
  auto service = existing(world, cluster, name);
  if (!service) return fail(service.error());
  if ((*service)->desired > 0 && !force) {
    return fail(ErrorKind::kInvalidInput,
                "The service cannot be stopped while it is scaled above 0.");
  }
  (*service)->desired = 0;
  (*service)->status = "DRAINING";
  (*existing(world, cluster))->next_step = now;
  return {};
}

Result<void> stop_task(World& world, const std::string& named, const std::string& id,
                       const std::string& code, const std::string& reason, Time now) {
  auto cluster = existing(world, named);
  if (!cluster) return fail(cluster.error());
  const Task* found = find_task(**cluster, id);
  if (found == nullptr) return fail(ErrorKind::kInvalidInput, "The referenced task was not found.");
  Task& task = (*cluster)->tasks.at(found->arn);
  if (task.stopping) return {};
  task.stopping = now;
  task.stop_code = code;
  task.stop_reason = reason;
  (*cluster)->next_step = now;
  return {};
}

}  // namespace livesonic::simulator
