// SPDX-License-Identifier: Apache-2.0
#include "livesonic/discovery/ecs_book.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "livesonic/discovery/fleet_source.h"

namespace livesonic::discovery {
namespace {

// What ECS takes and gives in one call.
constexpr std::size_t kServicesPerCall = 10;
constexpr std::size_t kTasksPerCall = 100;

int calls_for(std::size_t count, std::size_t per_call) {
  return static_cast<int>((count + per_call - 1) / per_call);
}

std::string last_event(const aws::EcsService& service) {
  return service.events.empty() ? "" : service.events.front().id;
}

// It is as it was, and it is not about to become something else.
bool is_at_rest(const aws::EcsTask& task) {
  return task.last_status == "RUNNING" && task.desired_status != "STOPPED" &&
         task.health_status != "UNHEALTHY";
}

// DescribeServices for all clusters here, once in an interval.
int calls_for_services(const std::set<std::string>& resources) {
  std::map<std::string, std::size_t> counts;
  for (const std::string& resource : resources) ++counts[ecs_cluster_of(resource)];
  int calls = 0;
  for (const auto& [ecs_cluster, count] : counts) calls += calls_for(count, kServicesPerCall);
  return calls;
}

// One look at an ECS cluster, step by step.
class Looking {
 public:
  Looking(const aws::Ecs& ecs, const std::string& ecs_cluster, const EcsLook& before, Time now,
          const std::stop_token& stop)
      : ecs_(ecs), ecs_cluster_(ecs_cluster), before_(before), now_(now), stop_(stop) {}

  Result<void> ask_services(const std::set<std::string>& names,
                            const std::set<std::string>& changed) {
    auto services = ecs_.describe_services(ecs_cluster_, {names.begin(), names.end()}, stop_);
    if (!services) return fail(std::move(services.error()));
    look_.asked = names;
    for (aws::EcsService& service : *services) {
      if (service.status == "INACTIVE") continue;
      const std::string name = service.name;
      EcsSight& sight = look_.services[name];
      const auto known = before_.services.find(name);
      const bool is_known = known != before_.services.end();
      if (is_known) sight = known->second;
      if (is_known && !changed.contains(name) && is_unchanged(sight, service)) {
        unchanged_.emplace_back(sight.looked_at, name);
      } else {
        due_.insert(name);
        hosts_due_.insert(name);
      }
      sight.service = std::move(service);
    }
    return {};
  }

  // Takes along unchanged services as long as `may_ask(calls)`, the longest unseen first.
  template <typename MayAsk>
  void add_unchanged(MayAsk may_ask) {
    std::sort(unchanged_.begin(), unchanged_.end());
    for (const auto& [looked_at, name] : unchanged_) {
      const auto& tasks = look_.services.at(name).tasks;
      if (!may_ask(2 * std::max(1, calls_for(tasks.size(), kTasksPerCall)))) return;
      due_.insert(name);
      const int of_hosts = calls_for(before_.hosts_of(tasks).size(), kTasksPerCall);
      if (of_hosts > 0 && may_ask(of_hosts)) hosts_due_.insert(name);
    }
  }

  Result<void> ask_tasks() {
    std::map<std::string, std::vector<std::string>> listed;  // by service
    std::vector<std::string> arns;
    for (const std::string& name : due_) {
      auto its = ecs_.list_tasks({.cluster = ecs_cluster_, .service = name}, stop_);
      if (!its && its.error().kind == ErrorKind::kNotFound) {  // deleted a moment ago
        look_.services.erase(name);
        continue;
      }
      if (!its) return fail(std::move(its.error()));
      arns.insert(arns.end(), its->begin(), its->end());
      listed[name] = std::move(*its);
    }
    const auto tasks = ecs_.describe_tasks(ecs_cluster_, arns, stop_);
    if (!tasks) return fail(tasks.error());
    std::map<std::string, const aws::EcsTask*> by_arn;
    for (const aws::EcsTask& task : *tasks) by_arn.emplace(task.arn, &task);
    for (const auto& [name, its] : listed) {
      EcsSight& sight = look_.services.at(name);
      sight.looked_at = now_;
      sight.tasks.clear();
      for (const std::string& arn : its) {
        const auto task = by_arn.find(arn);
        if (task != by_arn.end()) sight.tasks.push_back(*task->second);
      }
    }
    return {};
  }

  Result<void> ask_hosts() {
    std::set<std::string> wanted;
    for (const auto& [name, sight] : look_.services) {
      for (const aws::EcsTask& task : sight.tasks) {
        const std::string& arn = task.container_instance_arn;
        if (arn.empty()) continue;
        const auto host = before_.hosts.find(arn);
        if (host == before_.hosts.end() || hosts_due_.contains(name)) {
          wanted.insert(arn);
        } else {
          look_.hosts.insert(*host);
        }
      }
    }
    auto hosts =
        ecs_.describe_container_instances(ecs_cluster_, {wanted.begin(), wanted.end()}, stop_);
    if (!hosts) return fail(std::move(hosts.error()));
    for (aws::EcsContainerInstance& host : *hosts) {
      const std::string arn = host.arn;
      look_.hosts.insert_or_assign(arn, std::move(host));
    }
    return {};
  }

  EcsLook take() { return std::move(look_); }

 private:
  const aws::Ecs& ecs_;
  const std::string& ecs_cluster_;
  const EcsLook& before_;
  const Time now_;
  const std::stop_token& stop_;
  EcsLook look_;
  std::vector<std::pair<Time, std::string>> unchanged_;
  std::set<std::string> due_;        // services whose tasks are asked for
  std::set<std::string> hosts_due_;  // of whose hosts an old answer won't do
};

}  // namespace

std::string ecs_cluster_of(const std::string& resource) {
  return resource.substr(0, resource.find('/'));
}

std::string ecs_service_of(const std::string& resource) {
  return resource.substr(resource.find('/') + 1);
}

std::vector<aws::EcsContainerInstance> EcsLook::hosts_of(
    const std::vector<aws::EcsTask>& tasks) const {
  std::set<std::string> arns;
  for (const aws::EcsTask& task : tasks) arns.insert(task.container_instance_arn);
  std::vector<aws::EcsContainerInstance> found;
  for (const std::string& arn : arns) {
    if (const auto host = hosts.find(arn); host != hosts.end()) found.push_back(host->second);
  }
  return found;
}

bool is_unchanged(const EcsSight& before, const aws::EcsService& now) {
  const aws::EcsService& then = before.service;
  return then.arn == now.arn && then.created_at == now.created_at && then.status == now.status &&
         then.desired_count == now.desired_count && then.running_count == now.running_count &&
         then.pending_count == now.pending_count && then.deployments == now.deployments &&
         last_event(then) == last_event(now) &&
         std::all_of(before.tasks.begin(), before.tasks.end(), is_at_rest);
}

EcsBook::Shelf& EcsBook::shelf(const std::string& ecs_cluster) {
  const std::lock_guard lock(mutex_);
  auto& shelf = shelves_[ecs_cluster];
  if (!shelf) shelf = std::make_unique<Shelf>();
  return *shelf;
}

std::set<std::string> EcsBook::take_changed(const std::string& ecs_cluster) {
  const std::lock_guard lock(mutex_);
  std::set<std::string> services;
  std::erase_if(changed_, [&](const std::string& resource) {
    if (ecs_cluster_of(resource) != ecs_cluster) return false;
    services.insert(ecs_service_of(resource));
    return true;
  });
  return services;
}

void EcsBook::outdate(const std::string& resource) {
  const std::lock_guard lock(mutex_);
  if (!resource.empty()) changed_.insert(resource);
  for (const auto& [ecs_cluster, shelf] : shelves_) {
    if (resource.empty() || ecs_cluster_of(resource) == ecs_cluster) shelf->kept.outdate();
  }
}

bool EcsBook::may_ask(int calls, const std::set<std::string>& all, Time now) {
  const int per_interval = std::max(kPerIntervalAtLeast, kPerInterval - calls_for_services(all));
  const std::lock_guard lock(mutex_);
  return allowance_.take(calls, per_interval, now);
}

Result<EcsLook> EcsBook::look_at(const std::string& ecs_cluster, const std::set<std::string>& all,
                                 const EcsLook& before, const std::set<std::string>& changed,
                                 const std::stop_token& stop, Time now) {
  std::set<std::string> names;
  for (const std::string& one : all) {
    if (ecs_cluster_of(one) == ecs_cluster) names.insert(ecs_service_of(one));
  }
  Looking looking(ecs_, ecs_cluster, before, now, stop);
  return looking.ask_services(names, changed)
      .and_then([&] {
        looking.add_unchanged([&](int calls) { return may_ask(calls, all, now); });
        return looking.ask_tasks();
      })
      .and_then([&] { return looking.ask_hosts(); })
      .map([&] {
        EcsLook look = looking.take();
        std::vector<std::string> hosts;
        for (const auto& [arn, host] : look.hosts) {
          if (is_ec2_id(host.ec2_instance_id)) hosts.push_back(host.ec2_instance_id);
        }
        instances_.expect(hosts, now);
        return look;
      });
}

Result<std::shared_ptr<const EcsLook>> EcsBook::look(const std::string& reader,
                                                     const std::string& resource,
                                                     const std::set<std::string>& all, Time now,
                                                     const std::stop_token& stop) {
  const std::string ecs_cluster = ecs_cluster_of(resource);
  Shelf& mine = shelf(ecs_cluster);
  auto look = mine.kept.get(reader, kept_for_, now, stop, [&]() -> Result<EcsLook> {
    const std::set<std::string> changed = take_changed(ecs_cluster);
    auto seen = look_at(ecs_cluster, all, mine.last, changed, stop, now);
    if (seen) {
      mine.last = *seen;
    } else {
      const std::lock_guard lock(mutex_);
      for (const std::string& name : changed) changed_.insert(ecs_cluster + "/" + name);
    }
    return seen;
  });
  // Where one of them may not be asked about, those that may are not to suffer; and one that is new
  // wasn't asked about yet.
  const bool refused = !look && look.error().kind == ErrorKind::kPermission;
  const bool is_new = look && !(*look)->asked.contains(ecs_service_of(resource));
  if (!refused && !is_new) return look;
  auto alone = look_at(ecs_cluster, {resource}, {}, {}, stop, now);
  if (!alone) return fail(std::move(alone.error()));
  return std::make_shared<const EcsLook>(std::move(*alone));
}

}  // namespace livesonic::discovery
