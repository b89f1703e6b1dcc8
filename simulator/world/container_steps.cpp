// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "simulator/world/containers.h"
#include "simulator/world/world.h"

namespace livesonic::simulator {
namespace {

constexpr std::size_t kRememberedEvents = 100;
constexpr Duration kStoppedRemembered = std::chrono::hours{1};
constexpr int kFirstHostPort = 32768;

void tell(World& world, ContainerService& service, const std::string& message, Time now) {
  ServiceEvent event;
  event.id = fmt::format("{:08x}-0000-4000-8000-{:012x}", world.fresh_word() & 0xffffffffU,
                         world.fresh_word() & 0xffffffffffffU);
  event.message = fmt::format("(service {}) {}", service.name, message);
  event.at = now;
  service.events.push_back(std::move(event));
  if (service.events.size() > kRememberedEvents) service.events.erase(service.events.begin());
}

// What the task is called in the target group.
std::string target_id(const ContainerCluster& cluster, const Task& task) {
  return task.address.empty() ? cluster.hosts.at(task.host).instance : task.address;
}

void begin_stop(Task& task, const std::string& code, const std::string& reason, Time now) {
  if (task.stopping) return;
  task.stopping = now;
  task.stop_code = code;
  task.stop_reason = reason;
}

void announce_task(World& world, const ContainerCluster& cluster, const Task& task, Time now) {
  Event event;
  event.source = "aws.ecs";
  event.type = "ECS Task State Change";
  event.resources = {task.arn};
  nlohmann::json detail{{"taskArn", task.arn},
                        {"clusterArn", cluster.arn},
                        {"group", "service:" + task.service},
                        {"launchType", task.launch_type},
                        {"lastStatus", status_of(world, task, now)},
                        {"desiredStatus", task.stopping ? "STOPPED" : "RUNNING"},
                        {"taskDefinitionArn", task.definition}};
  if (!task.host.empty()) detail["containerInstanceArn"] = task.host;
  if (task.stopping) {
    detail["stopCode"] = task.stop_code;
    detail["stoppedReason"] = task.stop_reason;
  }
  event.detail = detail.dump();
  announce(world, event, now);
}

// --- one step, in the order of its parts ---

// Hosts join with the capacity group's instances, and go with their instances' end.
void follow_hosts(World& world, ContainerCluster& cluster, Time now) {
  if (const auto group = world.groups.groups.find(cluster.capacity_group);
      group != world.groups.groups.end()) {
    for (const GroupMember& member : group->second.members) {
      if (member.lifecycle == "InService") (void)add_host(world, cluster.name, member.id, now);
    }
  }
  std::vector<std::string> gone;
  for (const auto& [arn, host] : cluster.hosts) {
    const Instance* instance = world.find(host.instance, now);
    if (instance == nullptr || instance->terminated) gone.push_back(arn);
  }
  for (const std::string& arn : gone) {
    const std::string instance = cluster.hosts.at(arn).instance;
    for (auto& [task_arn, task] : cluster.tasks) {
      if (task.host != arn || task.stopped) continue;
      begin_stop(task, "TerminationNotice",
                 fmt::format("Host EC2 (instance {}) terminated.", instance), now);
      task.stopped = now;
      announce_task(world, cluster, task, now);
    }
    cluster.hosts.erase(arn);
  }
}

void follow_tasks(World& world, ContainerCluster& cluster, Time now) {
  for (auto& [arn, task] : cluster.tasks) {
    const auto service = cluster.services.find(task.service);
    const std::string group =
        service == cluster.services.end() ? "" : service->second.target_group_arn;
    if (!task.started && !task.stopping && now >= task.created + world.pace().pending) {
      task.started = now;
      announce_task(world, cluster, task, now);
    }
    if (task.started && !task.stopping && !task.registered && !group.empty()) {
      task.registered = true;
      (void)register_target(world, group, target_id(cluster, task), task.host_port, now);
    }
    const bool has_place = !task.address.empty() || cluster.hosts.contains(task.host);
    if (task.stopping && task.registered && has_place) {
      task.registered = false;
      (void)deregister_target(world, group, target_id(cluster, task), task.host_port, now);
    }
    if (task.stopping && !task.stopped && now >= *task.stopping + world.pace().shutting_down) {
      task.stopped = now;
      announce_task(world, cluster, task, now);
    }
  }
  std::erase_if(cluster.tasks, [&](const auto& entry) {
    return entry.second.stopped && now >= *entry.second.stopped + kStoppedRemembered;
  });
}

// The host with the fewest tasks; nullptr when none takes any.
const ContainerHost* choose_host(const World& world, const ContainerCluster& cluster, Time now) {
  const ContainerHost* best = nullptr;
  std::ptrdiff_t fewest = 0;
  for (const auto& [arn, host] : cluster.hosts) {
    const Instance* instance = world.find(host.instance, now);
    if (host.status != "ACTIVE" || instance == nullptr ||
        world.state(*instance, now) != InstanceState::kRunning) {
      continue;
    }
    const auto tasks = std::ranges::count_if(cluster.tasks, [&](const auto& entry) {
      return entry.second.host == arn && !entry.second.stopping;
    });
    if (best == nullptr || tasks < fewest) {
      best = &host;
      fewest = tasks;
    }
  }
  return best;
}

bool start_task(World& world, ContainerCluster& cluster, ContainerService& service, Time now) {
  Task task;
  const bool on_fargate = service.launch_type == "FARGATE";
  const ContainerHost* host = on_fargate ? nullptr : choose_host(world, cluster, now);
  if (!on_fargate && host == nullptr) {
    const std::string message =
        "was unable to place a task because no container instance met all of its requirements. "
        "Reason: No Container Instances were found in your cluster.";
    const bool said = !service.events.empty() && service.events.back().message.ends_with(message);
    if (!said) tell(world, service, message, now);
    return false;
  }
  const std::uint64_t word = world.fresh_word();
  task.id = fmt::format("{:016x}{:016x}", word, world.fresh_word());
  task.arn =
      fmt::format("arn:aws:ecs:{}:123456789012:task/{}/{}", world.region(), cluster.name, task.id);
  task.service = service.name;
  task.definition = service.definition;
  task.deployment = service.deployments.front().id;
  task.launch_type = service.launch_type;
  task.created = now;
  const bool own_address =
      on_fargate || world.containers.definitions.at(service.definition).network_mode == "awsvpc";
  if (own_address) {
    task.address =
        fmt::format("10.{}.{}.{}", word % 200, word / 200 % 250, word / 50'000 % 250 + 1);
  } else {
    task.host_port = kFirstHostPort + static_cast<int>(word % 20'000);
  }
  task.zone = world.region() + "ac"[word % 2];
  if (host != nullptr) {
    task.host = host->arn;
    task.zone = world.find(host->instance, now)->availability_zone;
  }
  tell(world, service, fmt::format("has started 1 tasks: (task {}).", task.id), now);
  const std::string arn = task.arn;
  cluster.tasks.emplace(arn, std::move(task));
  return true;
}

// New tasks first, then as many old ones go as are no longer needed: nothing is ever short.
void keep_service(World& world, ContainerCluster& cluster, ContainerService& service, Time now) {
  if (service.status == "INACTIVE") return;
  const std::string primary = service.deployments.front().id;
  std::vector<Task*> current;
  std::vector<Task*> older;
  int running = 0;
  for (auto& [arn, task] : cluster.tasks) {
    if (task.service != service.name || task.stopping) continue;
    (task.deployment == primary ? current : older).push_back(&task);
    if (task.deployment == primary && task.started) ++running;
  }
  const std::string reason = fmt::format("Scaling activity initiated by (deployment {})", primary);
  const auto stop = [&](Task& task) {
    begin_stop(task, "ServiceSchedulerInitiated", reason, now);
    tell(world, service, fmt::format("has stopped 1 running tasks: (task {}).", task.id), now);
  };
  while (static_cast<int>(current.size()) > service.desired) {
    stop(*current.back());
    current.pop_back();
  }
  int surplus = static_cast<int>(older.size()) - std::max(0, service.desired - running);
  for (Task* task : older) {
    if (surplus-- <= 0) break;
    stop(*task);
  }
  for (int missing = service.desired - static_cast<int>(current.size()); missing > 0; --missing) {
    if (!start_task(world, cluster, service, now)) break;
  }
  ServiceDeployment& deployment = service.deployments.front();
  const bool done = running == service.desired && older.empty();
  if (done && deployment.rollout != "COMPLETED") {
    deployment.rollout = "COMPLETED";
    deployment.updated = now;
    service.deployments.resize(1);
    tell(world, service, fmt::format("(deployment {}) deployment completed.", primary), now);
    tell(world, service, "has reached a steady state.", now);
  }
  if (service.status == "DRAINING" && current.empty() && older.empty()) service.status = "INACTIVE";
}

bool is_settled(const ContainerCluster& cluster) {
  return std::ranges::all_of(cluster.tasks,
                             [](const auto& entry) {
                               const Task& task = entry.second;
                               return task.stopped || (task.started && !task.stopping);
                             }) &&
         std::ranges::all_of(cluster.services, [](const auto& entry) {
           return entry.second.deployments.front().rollout == "COMPLETED";
         });
}

}  // namespace

void step_containers(World& world, Time now) {
  for (auto& [name, cluster] : world.containers.clusters) {
    if (cluster.next_step > now) continue;
    follow_hosts(world, cluster, now);
    follow_tasks(world, cluster, now);
    for (auto& [service_name, service] : cluster.services) {
      keep_service(world, cluster, service, now);
    }
    follow_tasks(world, cluster, now);
    for (auto& [service_name, service] : cluster.services) {
      keep_service(world, cluster, service, now);
    }
    // One with a capacity group watches it as closely as the group itself acts.
    cluster.next_step =
        now + (is_settled(cluster) && cluster.capacity_group.empty() ? world.pace().health_check
                                                                     : world.pace().step);
  }
}

std::optional<Time> next_container_step(const ContainerStore& store) {
  std::optional<Time> next;
  for (const auto& [name, cluster] : store.clusters) {
    if (!next || cluster.next_step < *next) next = cluster.next_step;
  }
  return next;
}

}  // namespace livesonic::simulator
