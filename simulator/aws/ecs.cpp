// SPDX-License-Identifier: Apache-2.0
// ECS (API version 2014-11-13): clusters, the hosts in them, task definitions and tasks.
#include <algorithm>
#include <array>

#include "simulator/aws/ecs_answers.h"

namespace livesonic::simulator {
namespace {

using namespace ecs;

constexpr std::size_t kMostDescribed = 100;

tl::unexpected<AwsError> too_many() {
  return refuse(400, "InvalidParameterException", "At most 100 can be described in one call");
}

// --- clusters ---

json written_cluster(const World& world, Time now, const ContainerCluster& cluster) {
  const auto tasks = [&](std::string_view status) {
    return std::ranges::count_if(cluster.tasks, [&](const auto& entry) {
      return status_of(world, entry.second, now) == status;
    });
  };
  const auto active = std::ranges::count_if(
      cluster.services, [](const auto& entry) { return entry.second.status == "ACTIVE"; });
  return {{"clusterArn", cluster.arn},
          {"clusterName", cluster.name},
          {"status", "ACTIVE"},
          {"registeredContainerInstancesCount", cluster.hosts.size()},
          {"runningTasksCount", tasks("RUNNING")},
          {"pendingTasksCount", tasks("PENDING") + tasks("PROVISIONING")},
          {"activeServicesCount", active},
          {"statistics", json::array()},
          {"tags", written_tags(cluster.tags)},
          {"settings", json::array({{{"name", "containerInsights"}, {"value", "disabled"}}})},
          {"capacityProviders", json::array()},
          {"defaultCapacityProviderStrategy", json::array()}};
}

AwsAnswer create_cluster(World& world, Time now, const AwsCall& call) {
  const json input = input_of(call);
  const std::string name = text(input, "clusterName", "default");
  add_cluster(world, name, now);
  ContainerCluster& cluster = world.containers.clusters.at(name);
  if (auto tags = tags_of(input); !tags.empty()) cluster.tags = std::move(tags);
  return written({{"cluster", written_cluster(world, now, cluster)}});
}

AwsAnswer list_clusters(const World& world, Time, const AwsCall& call) {
  std::vector<std::string> arns;
  for (const auto& [name, cluster] : world.containers.clusters) arns.push_back(cluster.arn);
  return page(input_of(call), "clusterArns", arns, 100);
}

AwsAnswer describe_clusters(const World& world, Time now, const AwsCall& call) {
  const json input = input_of(call);
  auto wanted = texts(input, "clusters");
  if (wanted.size() > kMostDescribed) return too_many();
  if (wanted.empty()) wanted = {"default"};
  json answer{{"clusters", json::array()}, {"failures", json::array()}};
  for (const std::string& named : wanted) {
    if (const auto* cluster = find_cluster(world.containers, named)) {
      answer["clusters"].push_back(written_cluster(world, now, *cluster));
    } else {
      answer["failures"].push_back(failure(named));
    }
  }
  return written(answer);
}

// --- hosts ---

json written_host(const World& world, Time now, const ContainerCluster& cluster,
                  const ContainerHost& host) {
  const Instance* instance = world.find(host.instance, now);
  const bool runs = instance != nullptr && world.state(*instance, now) == InstanceState::kRunning &&
                    world.host(*instance, now).fault != HostFault::kRefuseConnections;
  int running = 0;
  int pending = 0;
  for (const auto& [arn, task] : cluster.tasks) {
    if (task.host != host.arn || task.stopping) continue;
    ++(task.started ? running : pending);
  }
  return {{"containerInstanceArn", host.arn},
          {"ec2InstanceId", host.instance},
          {"status", host.status},
          {"agentConnected", runs},
          {"runningTasksCount", running},
          {"pendingTasksCount", pending},
          {"registeredAt", seconds(host.registered)},
          {"version", 1},
          {"versionInfo", json::object()},
          {"remainingResources", json::array()},
          {"registeredResources", json::array()},
          {"attributes", json::array()},
          {"tags", json::array()}};
}

// What the agent on a host does; its identity document says which instance it is.
AwsAnswer register_container_instance(World& world, Time now, const AwsCall& call) {
  const json input = input_of(call);
  const json identity = json::parse(text(input, "instanceIdentityDocument"), nullptr, false);
  const std::string instance = identity.is_object() ? text(identity, "instanceId") : "";
  const std::string named = text(input, "cluster", "default");
  const auto arn = add_host(world, named, instance, now);
  if (!arn) return refused(arn.error());
  const ContainerCluster& cluster = *find_cluster(world.containers, named);
  return written(
      {{"containerInstance", written_host(world, now, cluster, cluster.hosts.at(*arn))}});
}

AwsAnswer list_container_instances(const World& world, Time, const AwsCall& call) {
  const json input = input_of(call);
  const auto* cluster = find_cluster(world.containers, text(input, "cluster"));
  if (cluster == nullptr) return no_cluster();
  const std::string status = text(input, "status");
  std::vector<std::string> arns;
  for (const auto& [arn, host] : cluster->hosts) {
    if (status.empty() || host.status == status) arns.push_back(arn);
  }
  return page(input, "containerInstanceArns", arns, 100);
}

AwsAnswer describe_container_instances(const World& world, Time now, const AwsCall& call) {
  const json input = input_of(call);
  const auto* cluster = find_cluster(world.containers, text(input, "cluster"));
  if (cluster == nullptr) return no_cluster();
  const auto wanted = texts(input, "containerInstances");
  if (wanted.size() > kMostDescribed) return too_many();
  json answer{{"containerInstances", json::array()}, {"failures", json::array()}};
  for (const std::string& named : wanted) {
    const auto found = std::ranges::find_if(cluster->hosts, [&](const auto& entry) {
      return entry.first == named || entry.first.ends_with("/" + named);
    });
    if (found != cluster->hosts.end()) {
      answer["containerInstances"].push_back(written_host(world, now, *cluster, found->second));
    } else {
      answer["failures"].push_back(failure(named));
    }
  }
  return written(answer);
}

// --- task definitions ---

json written_definition(const TaskDefinition& definition) {
  const json port{{"containerPort", definition.port}, {"hostPort", 0}, {"protocol", "tcp"}};
  const json container{{"name", definition.container},
                       {"image", definition.image},
                       {"cpu", 0},
                       {"memory", definition.memory_mib},
                       {"essential", true},
                       {"portMappings", json::array({port})}};
  return {{"taskDefinitionArn", definition.arn},
          {"family", definition.family},
          {"revision", definition.revision},
          {"status", "ACTIVE"},
          {"networkMode", definition.network_mode},
          {"volumes", json::array()},
          {"placementConstraints", json::array()},
          {"compatibilities", json::array({"EC2", "FARGATE"})},
          {"containerDefinitions", json::array({container})}};
}

AwsAnswer register_task_definition(World& world, Time, const AwsCall& call) {
  const json input = input_of(call);
  TaskDefinition definition;
  definition.family = text(input, "family");
  definition.network_mode = text(input, "networkMode", "bridge");
  const auto containers = input.find("containerDefinitions");
  if (definition.family.empty() || containers == input.end() || !containers->is_array() ||
      containers->empty() || !containers->front().is_object()) {
    return refuse(400, "ClientException", "A family and a container definition are needed.");
  }
  definition.container = text(containers->front(), "name", "app");
  definition.image = text(containers->front(), "image");
  definition.memory_mib = whole(containers->front(), "memory").value_or(definition.memory_mib);
  const std::string arn = add_definition(world, std::move(definition));
  return written({{"taskDefinition", written_definition(world.containers.definitions.at(arn))}});
}

AwsAnswer describe_task_definition(const World& world, Time, const AwsCall& call) {
  const auto* found = find_definition(world.containers, text(input_of(call), "taskDefinition"));
  if (found == nullptr) {
    return refuse(400, "ClientException", "Unable to describe task definition.");
  }
  return written({{"taskDefinition", written_definition(*found)}});
}

// --- tasks ---

json written_task(const World& world, Time now, const ContainerCluster& cluster, const Task& task) {
  const TaskDefinition& definition = world.containers.definitions.at(task.definition);
  const std::string status = status_of(world, task, now);
  json container{{"containerArn", task.arn + "/" + definition.container},
                 {"taskArn", task.arn},
                 {"name", definition.container},
                 {"image", definition.image},
                 {"lastStatus", status},
                 {"healthStatus", "UNKNOWN"},
                 {"networkBindings", json::array()},
                 {"networkInterfaces", json::array()}};
  if (task.started) container["runtimeId"] = task.id + "-" + definition.container;
  if (task.stopped) container["exitCode"] = 0;
  json attachments = json::array();
  if (task.address.empty()) {
    container["networkBindings"].push_back({{"bindIP", "0.0.0.0"},
                                            {"containerPort", definition.port},
                                            {"hostPort", task.host_port},
                                            {"protocol", "tcp"}});
  } else {
    const std::string interface = "eni-0" + task.id.substr(0, 16);
    container["networkInterfaces"].push_back(
        {{"attachmentId", task.id.substr(0, 8)}, {"privateIpv4Address", task.address}});
    const auto detail = [](const char* name, const std::string& value) {
      return json{{"name", name}, {"value", value}};
    };
    const json details = json::array(
        {detail("networkInterfaceId", interface), detail("privateIPv4Address", task.address)});
    attachments.push_back({{"id", task.id.substr(0, 8)},
                           {"type", "ElasticNetworkInterface"},
                           {"status", task.stopped ? "DELETED" : "ATTACHED"},
                           {"details", details}});
  }
  json out{
      {"taskArn", task.arn},
      {"clusterArn", cluster.arn},
      {"taskDefinitionArn", task.definition},
      {"group", task.service.empty() ? "family:" + definition.family : "service:" + task.service},
      {"startedBy", task.deployment},
      {"launchType", task.launch_type},
      {"availabilityZone", task.zone},
      {"lastStatus", status},
      {"desiredStatus", task.stopping ? "STOPPED" : "RUNNING"},
      {"healthStatus", "UNKNOWN"},
      {"connectivity", "CONNECTED"},
      {"createdAt", seconds(task.created)},
      {"attachments", std::move(attachments)},
      {"containers", json::array({std::move(container)})},
      {"cpu", "256"},
      {"memory", "512"},
      {"overrides", json::object()},
      {"tags", json::array()},
      {"version", 1}};
  if (!task.host.empty()) out["containerInstanceArn"] = task.host;
  if (task.started) out["startedAt"] = seconds(*task.started);
  if (task.stopping) {
    out["stoppingAt"] = seconds(*task.stopping);
    out["stopCode"] = task.stop_code;
    out["stoppedReason"] = task.stop_reason;
  }
  if (task.stopped) out["stoppedAt"] = seconds(*task.stopped);
  return out;
}

AwsAnswer list_tasks(const World& world, Time, const AwsCall& call) {
  const json input = input_of(call);
  const auto* cluster = find_cluster(world.containers, text(input, "cluster"));
  if (cluster == nullptr) return no_cluster();
  const std::string named = text(input, "serviceName");
  const std::string service = named.substr(named.rfind('/') + 1);
  const std::string host = text(input, "containerInstance");
  const bool stopped = text(input, "desiredStatus", "RUNNING") == "STOPPED";
  if (!service.empty() && !cluster->services.contains(service)) {
    return refuse(400, "ServiceNotFoundException", "Service not found.");
  }
  std::vector<std::string> arns;
  for (const auto& [arn, task] : cluster->tasks) {
    if (task.stopping.has_value() == stopped && (service.empty() || task.service == service) &&
        (host.empty() || task.host == host || task.host.ends_with("/" + host))) {
      arns.push_back(arn);
    }
  }
  return page(input, "taskArns", arns, 100);
}

AwsAnswer describe_tasks(const World& world, Time now, const AwsCall& call) {
  const json input = input_of(call);
  const auto* cluster = find_cluster(world.containers, text(input, "cluster"));
  if (cluster == nullptr) return no_cluster();
  const auto wanted = texts(input, "tasks");
  if (wanted.size() > kMostDescribed) return too_many();
  json answer{{"tasks", json::array()}, {"failures", json::array()}};
  for (const std::string& named : wanted) {
    if (const Task* task = find_task(*cluster, named)) {
      answer["tasks"].push_back(written_task(world, now, *cluster, *task));
    } else {
      answer["failures"].push_back(failure(named));
    }
  }
  return written(answer);
}

AwsAnswer stop_one_task(World& world, Time now, const AwsCall& call) {
  const json input = input_of(call);
  const std::string named = text(input, "cluster");
  const auto stopped = stop_task(world, named, text(input, "task"), "UserInitiated",
                                 text(input, "reason", "Task stopped by user"), now);
  if (!stopped) return refused(stopped.error());
  const ContainerCluster& cluster = *find_cluster(world.containers, named);
  return written(
      {{"task", written_task(world, now, cluster, *find_task(cluster, text(input, "task")))}});
}

constexpr std::array<AwsOperation, 11> kOperations{{
    {"CreateCluster", create_cluster},
    {"ListClusters", list_clusters},
    {"DescribeClusters", describe_clusters},
    {"RegisterContainerInstance", register_container_instance},
    {"ListContainerInstances", list_container_instances},
    {"DescribeContainerInstances", describe_container_instances},
    {"RegisterTaskDefinition", register_task_definition},
    {"DescribeTaskDefinition", describe_task_definition},
    {"ListTasks", list_tasks},
    {"DescribeTasks", describe_tasks},
    {"StopTask", stop_one_task},
}};

}  // namespace

std::span<const AwsOperation> ecs_operations() {
  return kOperations;
}

}  // namespace livesonic::simulator
