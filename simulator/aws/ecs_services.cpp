// SPDX-License-Identifier: Apache-2.0
// ECS (API version 2014-11-13): services and their deployments.
#include <algorithm>
#include <array>

#include "simulator/aws/ecs_answers.h"

namespace livesonic::simulator {
namespace {

using namespace ecs;

constexpr std::size_t kMostServices = 10;  // in one DescribeServices

struct Counts {
  int running = 0, pending = 0;
};

// Of the service's tasks, or of one of its deployments.
Counts count_tasks(const ContainerCluster& cluster, const std::string& service,
                   const std::string& deployment) {
  Counts counts;
  for (const auto& [arn, task] : cluster.tasks) {
    if (task.service != service || task.stopping) continue;
    if (!deployment.empty() && task.deployment != deployment) continue;
    ++(task.started ? counts.running : counts.pending);
  }
  return counts;
}

json written_deployment(const ContainerCluster& cluster, const ContainerService& service,
                        const ServiceDeployment& deployment) {
  const Counts counts = count_tasks(cluster, service.name, deployment.id);
  const bool done = deployment.rollout == "COMPLETED";
  return {{"id", deployment.id},
          {"status", deployment.status},
          {"taskDefinition", deployment.definition},
          {"desiredCount", deployment.status == "PRIMARY" ? service.desired : 0},
          {"runningCount", counts.running},
          {"pendingCount", counts.pending},
          {"failedTasks", 0},
          {"createdAt", seconds(deployment.created)},
          {"updatedAt", seconds(deployment.updated)},
          {"launchType", service.launch_type},
          {"rolloutState", deployment.rollout},
          {"rolloutStateReason",
           "ECS deployment " + deployment.id + (done ? " completed." : " in progress.")}};
}

json written_service(const ContainerCluster& cluster, const ContainerService& service) {
  const Counts counts = count_tasks(cluster, service.name, "");
  json deployments = json::array();
  for (const ServiceDeployment& deployment : service.deployments) {
    deployments.push_back(written_deployment(cluster, service, deployment));
  }
  json events = json::array();
  for (auto event = service.events.rbegin(); event != service.events.rend(); ++event) {
    events.push_back(
        {{"id", event->id}, {"createdAt", seconds(event->at)}, {"message", event->message}});
  }
  json balancers = json::array();
  if (!service.target_group_arn.empty()) {
    balancers.push_back({{"targetGroupArn", service.target_group_arn},
                         {"containerName", "app"},
                         {"containerPort", 80}});
  }
  return {{"serviceArn", service.arn},
          {"serviceName", service.name},
          {"clusterArn", cluster.arn},
          {"status", service.status},
          {"desiredCount", service.desired},
          {"runningCount", counts.running},
          {"pendingCount", counts.pending},
          {"launchType", service.launch_type},
          {"schedulingStrategy", "REPLICA"},
          {"deploymentController", {{"type", "ECS"}}},
          {"propagateTags", "NONE"},
          {"taskDefinition", service.definition},
          {"deployments", std::move(deployments)},
          {"events", std::move(events)},
          {"loadBalancers", std::move(balancers)},
          {"serviceRegistries", json::array()},
          {"placementConstraints", json::array()},
          {"placementStrategy", json::array()},
          {"createdAt", seconds(service.created)},
          {"tags", written_tags(service.tags)}};
}

// The answer to a change of one service.
std::string changed(const World& world, const std::string& cluster, const std::string& service) {
  const ContainerCluster& at = *find_cluster(world.containers, cluster);
  return written(
      {{"service", written_service(at, at.services.at(service.substr(service.rfind('/') + 1)))}});
}

AwsAnswer create_service(World& world, Time now, const AwsCall& call) {
  const json input = input_of(call);
  ContainerService service;
  service.name = text(input, "serviceName");
  service.definition = text(input, "taskDefinition");
  service.launch_type = text(input, "launchType", "EC2");
  service.desired = std::clamp(whole(input, "desiredCount").value_or(1), 0, 5000);
  service.tags = tags_of(input);
  if (const auto balancers = input.find("loadBalancers");
      balancers != input.end() && balancers->is_array() && !balancers->empty() &&
      balancers->front().is_object()) {
    service.target_group_arn = text(balancers->front(), "targetGroupArn");
  }
  const std::string name = service.name;
  const auto added = add_service(world, text(input, "cluster"), std::move(service), now);
  if (!added) return refused(added.error());
  return changed(world, text(input, "cluster"), name);
}

AwsAnswer update_one_service(World& world, Time now, const AwsCall& call) {
  const json input = input_of(call);
  const auto updated = update_service(world, text(input, "cluster"), text(input, "service"),
                                      whole(input, "desiredCount"), text(input, "taskDefinition"),
                                      flag(input, "forceNewDeployment"), now);
  if (!updated) return refused(updated.error());
  return changed(world, text(input, "cluster"), text(input, "service"));
}

AwsAnswer delete_service(World& world, Time now, const AwsCall& call) {
  const json input = input_of(call);
  const auto removed = remove_service(world, text(input, "cluster"), text(input, "service"),
                                      flag(input, "force"), now);
  if (!removed) return refused(removed.error());
  return changed(world, text(input, "cluster"), text(input, "service"));
}

AwsAnswer list_services(const World& world, Time, const AwsCall& call) {
  const json input = input_of(call);
  const auto* cluster = find_cluster(world.containers, text(input, "cluster"));
  if (cluster == nullptr) return no_cluster();
  std::vector<std::string> arns;
  for (const auto& [name, service] : cluster->services) {
    if (service.status != "INACTIVE") arns.push_back(service.arn);
  }
  return page(input, "serviceArns", arns, 10);
}

AwsAnswer describe_services(const World& world, Time, const AwsCall& call) {
  const json input = input_of(call);
  const auto* cluster = find_cluster(world.containers, text(input, "cluster"));
  if (cluster == nullptr) return no_cluster();
  const auto wanted = texts(input, "services");
  if (wanted.size() > kMostServices) {
    return refuse(400, "InvalidParameterException", "Services cannot have more than 10 elements.");
  }
  json answer{{"services", json::array()}, {"failures", json::array()}};
  for (const std::string& named : wanted) {
    const auto found = cluster->services.find(named.substr(named.rfind('/') + 1));
    if (found != cluster->services.end()) {
      answer["services"].push_back(written_service(*cluster, found->second));
    } else {
      answer["failures"].push_back(failure(named));
    }
  }
  return written(answer);
}

constexpr std::array<AwsOperation, 5> kOperations{{
    {"CreateService", create_service},
    {"UpdateService", update_one_service},
    {"DeleteService", delete_service},
    {"ListServices", list_services},
    {"DescribeServices", describe_services},
}};

}  // namespace

std::span<const AwsOperation> ecs_service_operations() {
  return kOperations;
}

}  // namespace livesonic::simulator
