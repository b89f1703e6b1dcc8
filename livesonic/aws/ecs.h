// SPDX-License-Identifier: Apache-2.0
// Clusters, services, tasks and container instances (Amazon ECS, API version 2014-11-13).
#pragma once

#include <cstdint>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "livesonic/aws/tags.h"
#include "livesonic/base/clock.h"
#include "livesonic/base/result.h"

namespace livesonic::aws {

class Client;

struct EcsCluster {
  std::string arn;
  std::string name;
  std::string status;  // "ACTIVE", "INACTIVE", "DEPROVISIONING", …
  std::int64_t container_instances = 0;
  std::int64_t running_tasks = 0;
  std::int64_t pending_tasks = 0;
  std::int64_t active_services = 0;
  Tags tags;
  friend bool operator==(const EcsCluster&, const EcsCluster&) = default;
};

struct EcsDeployment {
  std::string id;      // "ecs-svc/…": what its tasks have as started_by
  std::string status;  // "PRIMARY", "ACTIVE" (being replaced) or "INACTIVE"
  std::string task_definition;
  std::int64_t desired_count = 0;
  std::int64_t running_count = 0;
  std::int64_t pending_count = 0;
  std::int64_t failed_tasks = 0;
  std::string
      rollout_state;  // "IN_PROGRESS", "COMPLETED" or "FAILED"; empty without rolling updates
  std::string rollout_state_reason;
  std::optional<Time> created_at;
  std::optional<Time> updated_at;
  friend bool operator==(const EcsDeployment&, const EcsDeployment&) = default;
};

// Where a service registers its tasks: a target group, or a classic balancer.
struct EcsLoadBalancer {
  std::string target_group_arn;
  std::string load_balancer_name;
  std::string container_name;
  std::int64_t container_port = 0;
  friend bool operator==(const EcsLoadBalancer&, const EcsLoadBalancer&) = default;
};

struct EcsServiceEvent {
  std::string id;
  std::optional<Time> created_at;
  std::string message;  // "(service web) has stopped 1 running tasks: (task 0123…)."
  friend bool operator==(const EcsServiceEvent&, const EcsServiceEvent&) = default;
};

struct EcsService {
  std::string arn;
  std::string name;
  std::string cluster_arn;
  std::string status;  // "ACTIVE", "DRAINING" or "INACTIVE"
  std::int64_t desired_count = 0;
  std::int64_t running_count = 0;
  std::int64_t pending_count = 0;
  std::string launch_type;          // "EC2", "FARGATE", …; empty with capacity providers
  std::string scheduling_strategy;  // "REPLICA" or "DAEMON"
  std::string task_definition;
  std::vector<EcsDeployment> deployments;  // the primary one among them
  std::vector<EcsLoadBalancer> load_balancers;
  std::vector<EcsServiceEvent> events;  // at most the last 100, the newest first
  Tags tags;
  std::optional<Time> created_at;
  friend bool operator==(const EcsService&, const EcsService&) = default;
};

// A port of a container as the host, or the task's own network interface, offers it.
struct EcsPort {
  std::int64_t container_port = 0;
  std::int64_t host_port = 0;
  std::string protocol;
  friend bool operator==(const EcsPort&, const EcsPort&) = default;
};

struct EcsContainer {
  std::string name;
  std::string image;
  std::string image_digest;
  std::string runtime_id;  // Docker's id of it, or Fargate's own; empty before it has started
  std::string last_status;
  std::string health_status;              // "HEALTHY", "UNHEALTHY" or "UNKNOWN"
  std::optional<std::int64_t> exit_code;  // empty while it runs
  std::string reason;                     // why it stopped or could not start; mostly empty
  std::vector<EcsPort> ports;             // in bridge and host mode
  std::vector<std::string> private_ips;   // in awsvpc mode
  friend bool operator==(const EcsContainer&, const EcsContainer&) = default;
};

struct EcsTask {
  std::string arn;
  std::string id;  // the last part of the ARN
  std::string cluster_arn;
  std::string container_instance_arn;  // empty on Fargate
  std::string task_definition_arn;
  std::string group;       // "service:web", "family:batch"
  std::string started_by;  // a deployment's id, for tasks of services
  std::string launch_type;
  std::string capacity_provider;  // "FARGATE_SPOT", …; perhaps empty
  std::string availability_zone;
  std::string last_status;     // "PROVISIONING", "PENDING", "RUNNING", "STOPPING", "STOPPED", …
  std::string desired_status;  // "RUNNING" or "STOPPED"
  std::string health_status;
  std::string connectivity;  // of its agent: "CONNECTED" or "DISCONNECTED"
  std::string private_ip;    // of its own network interface, in awsvpc mode; else empty
  std::string private_dns;
  std::string network_interface_id;
  std::string stop_code;  // "ServiceSchedulerInitiated", "SpotInterruption", "UserInitiated", …
  std::string stopped_reason;
  std::vector<EcsContainer> containers;
  Tags tags;
  std::optional<Time> created_at;
  std::optional<Time> started_at;
  std::optional<Time> stopping_at;
  std::optional<Time> stopped_at;
  friend bool operator==(const EcsTask&, const EcsTask&) = default;
};

// A host that runs tasks of launch type EC2 or EXTERNAL.
struct EcsContainerInstance {
  std::string arn;
  std::string ec2_instance_id;  // "i-…", or "mi-…" for an external one
  std::string status;           // "ACTIVE", "DRAINING", "REGISTERING", …
  std::string status_reason;
  bool agent_connected = false;
  std::int64_t running_tasks = 0;
  std::int64_t pending_tasks = 0;
  std::string capacity_provider;
  std::optional<Time> registered_at;
  Tags tags;
  friend bool operator==(const EcsContainerInstance&, const EcsContainerInstance&) = default;
};

// What is to be another way with a service.
struct EcsServiceChange {
  std::optional<std::int64_t> desired_count = {};
  bool force_new_deployment = false;  // all its tasks are started anew, though nothing differs
  std::string task_definition = {};   // "family:revision" or its ARN; empty: it stays
};

// What list_tasks is to list; empty: no matter.
struct EcsTaskQuery {
  std::string cluster;
  std::string service = {};             // its name
  std::string container_instance = {};  // its ARN or id
  std::string desired_status =
      {};  // "RUNNING" (AWS's default) or "STOPPED": those of the last hour
};

// Thread-safe. Borrows the client. An answer is whole or an error, never a part of a list.
// Clusters are given by name or ARN, everything else by ARN, id or name as AWS takes it.
// A cluster that doesn't exist makes a call fail with kNotFound; of several things asked for,
// those that are missing are left out, and no call is made for none.
class Ecs {
 public:
  explicit Ecs(const Client& client) : client_(&client) {}

  Result<std::vector<std::string>> list_clusters(const std::stop_token& stop = {}) const;  // ARNs
  // With tags. Asks for 100 a call.
  Result<std::vector<EcsCluster>> describe_clusters(const std::vector<std::string>& clusters,
                                                    const std::stop_token& stop = {}) const;

  Result<std::vector<std::string>> list_services(const std::string& cluster,
                                                 const std::stop_token& stop = {}) const;  // ARNs
  // With tags. Asks for 10 a call. One that was deleted has the status "INACTIVE" for a while.
  Result<std::vector<EcsService>> describe_services(const std::string& cluster,
                                                    const std::vector<std::string>& services,
                                                    const std::stop_token& stop = {}) const;

  // The service as it is then; kNotFound when there is none of that name. Repeating a new
  // deployment begins another one.
  Result<EcsService> update_service(const std::string& cluster, const std::string& service,
                                    const EcsServiceChange& change,
                                    const std::stop_token& stop = {}) const;

  // ARNs; kNotFound when there is no such service.
  Result<std::vector<std::string>> list_tasks(const EcsTaskQuery& query,
                                              const std::stop_token& stop = {}) const;
  // With tags. Asks for 100 a call. A stopped task is known for an hour.
  Result<std::vector<EcsTask>> describe_tasks(const std::string& cluster,
                                              const std::vector<std::string>& tasks,
                                              const std::stop_token& stop = {}) const;

  Result<std::vector<std::string>> list_container_instances(
      const std::string& cluster, const std::stop_token& stop = {}) const;  // ARNs
  // With tags. Asks for 100 a call.
  Result<std::vector<EcsContainerInstance>> describe_container_instances(
      const std::string& cluster, const std::vector<std::string>& container_instances,
      const std::stop_token& stop = {}) const;

 private:
  const Client* client_;
};

}  // namespace livesonic::aws
