// SPDX-License-Identifier: Apache-2.0
// ECS: clusters, the hosts that run their tasks, services that keep tasks running, and deployments
// that replace them. The values are plain; the functions work on a whole world.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "livesonic/base/clock.h"
#include "livesonic/base/result.h"

namespace livesonic::simulator {

class World;

struct TaskDefinition {
  std::string family;
  int revision = 1;
  std::string arn;
  std::string network_mode = "bridge";  // "awsvpc": each task has an address of its own
  std::string container = "app", image = "app:1";
  int port = 80;
  int memory_mib = 128;
};

struct ContainerHost {
  std::string arn;
  std::string instance;           // of EC2
  std::string status = "ACTIVE";  // "DRAINING"
  Time registered{};
};

struct Task {
  std::string id, arn, definition;
  std::string service;     // its name; empty for tasks that were run alone
  std::string deployment;  // "ecs-svc/…"
  std::string launch_type;
  std::string host;  // the ARN of its container instance; empty on Fargate
  std::string zone, address;
  int host_port = 0;
  bool registered = false;  // with the service's target group
  Time created{};
  std::optional<Time> started, stopping, stopped;
  std::string stop_code, stop_reason;
};

struct ServiceDeployment {
  std::string id;                  // "ecs-svc/…"
  std::string status = "PRIMARY";  // "ACTIVE" while its tasks are being replaced
  std::string definition;
  std::string rollout = "IN_PROGRESS";  // "COMPLETED"
  Time created{}, updated{};
};

struct ServiceEvent {
  std::string id, message;
  Time at{};
};

struct ContainerService {
  std::string name, arn, definition;
  std::string status = "ACTIVE";
  std::string launch_type = "EC2";
  int desired = 0;
  std::string target_group_arn;
  Time created{};
  std::map<std::string, std::string> tags;
  std::vector<ServiceDeployment> deployments;  // the primary one first
  std::vector<ServiceEvent> events;            // the oldest first
};

struct ContainerCluster {
  std::string name, arn;
  std::string capacity_group;  // an Auto Scaling group whose instances join the cluster
  std::map<std::string, std::string> tags;
  std::map<std::string, ContainerService> services;  // by name
  std::map<std::string, ContainerHost> hosts;        // by ARN
  std::map<std::string, Task> tasks;                 // by ARN; stopped ones for an hour
  Time next_step{};
};

struct ContainerStore {
  std::map<std::string, ContainerCluster> clusters;   // by name
  std::map<std::string, TaskDefinition> definitions;  // by ARN
};

// --- what there is; nullptr when there is none ---
const ContainerCluster* find_cluster(const ContainerStore& store, const std::string& name_or_arn);
// By ARN, "family:revision", or "family", which means the latest.
const TaskDefinition* find_definition(const ContainerStore& store, const std::string& named);
const Task* find_task(const ContainerCluster& cluster, const std::string& id_or_arn);
// "PROVISIONING", "PENDING", "RUNNING", "STOPPING", "STOPPED"
std::string status_of(const World& world, const Task& task, Time now);

// --- changes ---
std::string add_cluster(World& world, const std::string& name, Time now);  // the ARN; may exist
std::string add_definition(World& world, TaskDefinition definition);       // the ARN
Result<std::string> add_host(World& world, const std::string& cluster, const std::string& instance,
                             Time now);
Result<void> add_service(World& world, const std::string& cluster, ContainerService service,
                         Time now);
// Scales it, or begins a deployment when the definition is another or `force` is set.
Result<void> update_service(World& world, const std::string& cluster, const std::string& service,
                            std::optional<int> desired, const std::string& definition, bool force,
                            Time now);
Result<void> remove_service(World& world, const std::string& cluster, const std::string& service,
                            bool force, Time now);
Result<void> stop_task(World& world, const std::string& cluster, const std::string& task,
                       const std::string& code, const std::string& reason, Time now);

void step_containers(World& world, Time now);
std::optional<Time> next_container_step(const ContainerStore& store);

}  // namespace livesonic::simulator
