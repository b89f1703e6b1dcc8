// SPDX-License-Identifier: Apache-2.0
#include "livesonic/aws/ecs.h"

#include <fmt/format.h>

#include <cstddef>
#include <utility>

#include "livesonic/aws/batches.h"
#include "livesonic/aws/json_calls.h"
#include "livesonic/aws/shapes.h"

namespace livesonic::aws {
namespace {

using Body = nlohmann::json;

constexpr Service kEcs{
    .id = "ecs", .api_version = {}, .json_target = "AmazonEC2ContainerServiceV20141113"};
// The most that AWS takes in one call, and gives in one page.
constexpr std::size_t kPerCall = 100;
constexpr std::size_t kServicesPerCall = 10;
constexpr int kPageSize = 100;

std::string arn(const json::Value& value, const char* name) {
  std::string text = value.required_text(name);
  if (!text.empty() && !is_arn(text)) {
    value.complain(name, fmt::format("'{}' is no ARN", text));
  }
  return text;
}

std::string address(const json::Value& value, const char* name) {
  std::string text = value.text(name);
  if (!text.empty() && !is_ip_address(text)) {
    value.complain(name, fmt::format("'{}' is no address", text));
  }
  return text;
}

EcsCluster read_cluster(const json::Value& value) {
  EcsCluster cluster;
  cluster.arn = arn(value, "clusterArn");
  cluster.name = value.required_text("clusterName");
  cluster.status = value.text("status");
  cluster.container_instances = value.count("registeredContainerInstancesCount", 0);
  cluster.running_tasks = value.count("runningTasksCount", 0);
  cluster.pending_tasks = value.count("pendingTasksCount", 0);
  cluster.active_services = value.count("activeServicesCount", 0);
  cluster.tags = read_tags(value, "tags");
  return cluster;
}

EcsDeployment read_deployment(const json::Value& value) {
  EcsDeployment deployment;
  deployment.id = value.required_text("id");
  deployment.status = value.text("status");
  deployment.task_definition = value.text("taskDefinition");
  deployment.desired_count = value.count("desiredCount", 0);
  deployment.running_count = value.count("runningCount", 0);
  deployment.pending_count = value.count("pendingCount", 0);
  deployment.failed_tasks = value.count("failedTasks", 0);
  deployment.rollout_state = value.text("rolloutState");
  deployment.rollout_state_reason = value.text("rolloutStateReason");
  deployment.created_at = value.time("createdAt");
  deployment.updated_at = value.time("updatedAt");
  return deployment;
}

EcsService read_service(const json::Value& value) {
  EcsService service;
  service.arn = arn(value, "serviceArn");
  service.name = value.required_text("serviceName");
  service.cluster_arn = value.text("clusterArn");
  service.status = value.text("status");
  service.desired_count = value.count("desiredCount", 0);
  service.running_count = value.count("runningCount", 0);
  service.pending_count = value.count("pendingCount", 0);
  service.launch_type = value.text("launchType");
  service.scheduling_strategy = value.text("schedulingStrategy");
  service.task_definition = value.text("taskDefinition");
  for (const json::Value& one : value.list("deployments")) {
    service.deployments.push_back(read_deployment(one));
  }
  for (const json::Value& one : value.list("loadBalancers")) {
    service.load_balancers.push_back({.target_group_arn = one.text("targetGroupArn"),
                                      .load_balancer_name = one.text("loadBalancerName"),
                                      .container_name = one.text("containerName"),
                                      .container_port = one.count("containerPort", 0)});
  }
  for (const json::Value& one : value.list("events")) {
    service.events.push_back({.id = one.text("id"),
                              .created_at = one.time("createdAt"),
                              .message = one.text("message")});
  }
  service.tags = read_tags(value, "tags");
  service.created_at = value.time("createdAt");
  return service;
}

EcsContainer read_container(const json::Value& value) {
  EcsContainer container;
  container.name = value.text("name");
  container.image = value.text("image");
  container.image_digest = value.text("imageDigest");
  container.runtime_id = value.text("runtimeId");
  container.last_status = value.text("lastStatus");
  container.health_status = value.text("healthStatus");
  container.exit_code = value.integer("exitCode");
  container.reason = value.text("reason");
  for (const json::Value& port : value.list("networkBindings")) {
    container.ports.push_back({.container_port = port.count("containerPort", 0),
                               .host_port = port.count("hostPort", 0),
                               .protocol = port.text("protocol")});
  }
  for (const json::Value& one : value.list("networkInterfaces")) {
    std::string ip = address(one, "privateIpv4Address");
    if (!ip.empty()) container.private_ips.push_back(std::move(ip));
  }
  return container;
}

// The task's own network interface is among its attachments, as a list of names and values.
void read_attachments(const json::Value& value, EcsTask& task) {
  for (const json::Value& attachment : value.list("attachments")) {
    if (attachment.text("type") != "ElasticNetworkInterface") continue;
    for (const json::Value& detail : attachment.list("details")) {
      const std::string name = detail.text("name");
      if (name == "privateIPv4Address") task.private_ip = address(detail, "value");
      if (name == "privateDnsName") task.private_dns = detail.text("value");
      if (name == "networkInterfaceId") task.network_interface_id = detail.text("value");
    }
  }
  if (!task.private_dns.empty() && !is_host_name(task.private_dns)) {
    value.complain("attachments", fmt::format("'{}' is no host name", task.private_dns));
  }
}

EcsTask read_task(const json::Value& value) {
  EcsTask task;
  task.arn = arn(value, "taskArn");
  task.id = task.arn.substr(task.arn.rfind('/') + 1);
  if (!task.id.empty() && !is_word(task.id)) {
    value.complain("taskArn", fmt::format("'{}' is no task's", task.arn));
  }
  task.cluster_arn = value.text("clusterArn");
  task.container_instance_arn = value.text("containerInstanceArn");
  task.task_definition_arn = value.text("taskDefinitionArn");
  task.group = value.text("group");
  task.started_by = value.text("startedBy");
  task.launch_type = value.text("launchType");
  task.capacity_provider = value.text("capacityProviderName");
  task.availability_zone = value.text("availabilityZone");
  task.last_status = value.required_text("lastStatus");
  task.desired_status = value.text("desiredStatus");
  task.health_status = value.text("healthStatus");
  task.connectivity = value.text("connectivity");
  read_attachments(value, task);
  task.stop_code = value.text("stopCode");
  task.stopped_reason = value.text("stoppedReason");
  for (const json::Value& one : value.list("containers")) {
    task.containers.push_back(read_container(one));
  }
  task.tags = read_tags(value, "tags");
  task.created_at = value.time("createdAt");
  task.started_at = value.time("startedAt");
  task.stopping_at = value.time("stoppingAt");
  task.stopped_at = value.time("stoppedAt");
  return task;
}

EcsContainerInstance read_container_instance(const json::Value& value) {
  EcsContainerInstance instance;
  instance.arn = arn(value, "containerInstanceArn");
  instance.ec2_instance_id = value.text("ec2InstanceId");
  if (!instance.ec2_instance_id.empty() && !is_word(instance.ec2_instance_id)) {
    value.complain("ec2InstanceId", fmt::format("'{}' is no id", instance.ec2_instance_id));
  }
  instance.status = value.text("status");
  instance.status_reason = value.text("statusReason");
  instance.agent_connected = value.boolean("agentConnected", false);
  instance.running_tasks = value.count("runningTasksCount", 0);
  instance.pending_tasks = value.count("pendingTasksCount", 0);
  instance.capacity_provider = value.text("capacityProviderName");
  instance.registered_at = value.time("registeredAt");
  instance.tags = read_tags(value, "tags");
  return instance;
}

// What AWS could not describe; only of what is missing nothing need be said.
void read_failures(const json::Value& root) {
  for (const json::Value& failure : root.list("failures")) {
    const std::string reason = failure.text("reason");
    if (reason != "MISSING") {
      failure.complain("reason", fmt::format("'{}' of {}", reason, failure.text("arn")));
    }
  }
}

Result<std::vector<std::string>> list(const Client& client, const char* operation, Body body,
                                      const char* arns, const std::stop_token& stop) {
  body["maxResults"] = kPageSize;
  std::vector<std::string> found;
  const auto asked =
      ask_pages(client, {.service = kEcs, .operation = operation, .body = std::move(body)}, stop,
                [&](const json::Value& root) {
                  for (const json::Value& one : root.required_list(arns)) {
                    found.push_back(one.value());
                  }
                });
  return asked.map([&] { return std::move(found); });
}

// Describes `items`, which are in the request and in the answer under the same name.
template <typename T>
Result<std::vector<T>> describe(const Client& client, const char* operation, const Body& body,
                                const char* name, const std::vector<std::string>& items,
                                std::size_t per_call, T (*read)(const json::Value&),
                                const std::stop_token& stop) {
  std::vector<T> found;
  const auto asked = in_batches(items, per_call, [&](const std::vector<std::string>& part) {
    JsonCall call{.service = kEcs, .operation = operation, .body = body};
    call.body[name] = part;
    call.body["include"] = {"TAGS"};
    return ask(client, call, stop, [&](const json::Value& root) {
      for (const json::Value& one : root.required_list(name)) found.push_back(read(one));
      read_failures(root);
    });
  });
  return asked.map([&] { return std::move(found); });
}

}  // namespace

Result<std::vector<std::string>> Ecs::list_clusters(const std::stop_token& stop) const {
  return list(*client_, "ListClusters", Body::object(), "clusterArns", stop);
}

Result<std::vector<EcsCluster>> Ecs::describe_clusters(const std::vector<std::string>& clusters,
                                                       const std::stop_token& stop) const {
  return describe(*client_, "DescribeClusters", Body::object(), "clusters", clusters, kPerCall,
                  read_cluster, stop);
}

Result<std::vector<std::string>> Ecs::list_services(const std::string& cluster,
                                                    const std::stop_token& stop) const {
  return list(*client_, "ListServices", {{"cluster", cluster}}, "serviceArns", stop);
}

Result<std::vector<EcsService>> Ecs::describe_services(const std::string& cluster,
                                                       const std::vector<std::string>& services,
                                                       const std::stop_token& stop) const {
  return describe(*client_, "DescribeServices", {{"cluster", cluster}}, "services", services,
                  kServicesPerCall, read_service, stop);
}

Result<EcsService> Ecs::update_service(const std::string& cluster, const std::string& service,
                                       const EcsServiceChange& change,
                                       const std::stop_token& stop) const {
  Body body = {{"cluster", cluster}, {"service", service}};
  if (change.desired_count) body["desiredCount"] = *change.desired_count;
  if (change.force_new_deployment) body["forceNewDeployment"] = true;
  if (!change.task_definition.empty()) body["taskDefinition"] = change.task_definition;
  return ask(*client_, {.service = kEcs, .operation = "UpdateService", .body = std::move(body)},
             stop,
             [](const json::Value& root) { return read_service(root.required_child("service")); });
}

Result<std::vector<std::string>> Ecs::list_tasks(const EcsTaskQuery& query,
                                                 const std::stop_token& stop) const {
  Body body = {{"cluster", query.cluster}};
  if (!query.service.empty()) body["serviceName"] = query.service;
  if (!query.container_instance.empty()) body["containerInstance"] = query.container_instance;
  if (!query.desired_status.empty()) body["desiredStatus"] = query.desired_status;
  return list(*client_, "ListTasks", std::move(body), "taskArns", stop);
}

Result<std::vector<EcsTask>> Ecs::describe_tasks(const std::string& cluster,
                                                 const std::vector<std::string>& tasks,
                                                 const std::stop_token& stop) const {
  return describe(*client_, "DescribeTasks", {{"cluster", cluster}}, "tasks", tasks, kPerCall,
                  read_task, stop);
}

Result<std::vector<std::string>> Ecs::list_container_instances(const std::string& cluster,
                                                               const std::stop_token& stop) const {
  return list(*client_, "ListContainerInstances", {{"cluster", cluster}}, "containerInstanceArns",
              stop);
}

Result<std::vector<EcsContainerInstance>> Ecs::describe_container_instances(
    const std::string& cluster, const std::vector<std::string>& container_instances,
    const std::stop_token& stop) const {
  return describe(*client_, "DescribeContainerInstances", {{"cluster", cluster}},
                  "containerInstances", container_instances, kPerCall, read_container_instance,
                  stop);
}

}  // namespace livesonic::aws
