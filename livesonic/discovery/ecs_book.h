// SPDX-License-Identifier: Apache-2.0
// What ECS says of all services of an account and region that are clusters, kept together: the
// services of one ECS cluster share calls, and what can't have changed isn't asked for again.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <stop_token>
#include <string>
#include <vector>

#include "livesonic/aws/ecs.h"
#include "livesonic/base/clock.h"
#include "livesonic/base/result.h"
#include "livesonic/discovery/instance_book.h"
#include "livesonic/discovery/kept.h"
#include "livesonic/discovery/pace.h"

namespace livesonic::discovery {

// A service, and its tasks when they were last looked at.
struct EcsSight {
  aws::EcsService service;
  std::vector<aws::EcsTask> tasks;
  Time looked_at{};  // its tasks, that is
};

// An ECS cluster at one moment, as far as it is watched.
struct EcsLook {
  std::set<std::string> asked;               // the names of services
  std::map<std::string, EcsSight> services;  // by name; those that ECS doesn't have are left out
  std::map<std::string, aws::EcsContainerInstance> hosts;  // by ARN

  // The hosts of these tasks, as far as they are known.
  [[nodiscard]] std::vector<aws::EcsContainerInstance> hosts_of(
      const std::vector<aws::EcsTask>& tasks) const;
};

// Pure. Nothing has happened to the service's tasks, for it says of itself what it said before: the
// same numbers of tasks, the same deployments, no new event; and of its tasks none was in motion.
bool is_unchanged(const EcsSight& before, const aws::EcsService& now);

// The name of an ECS cluster, or of a service, in CLUSTER/SERVICE.
std::string ecs_cluster_of(const std::string& resource);
std::string ecs_service_of(const std::string& resource);

// Thread-safe. Borrows what it is given, and lets `instances` know which hosts there are. One
// reader looks at an ECS cluster at a time, the others wait for what it sees; no lock is held
// meanwhile.
class EcsBook {
 public:
  // So many calls may be made in each interval for the services and, as far as they leave room, for
  // tasks of services that are unchanged. In a small account all are asked for each time.
  static constexpr int kPerInterval = 24;
  // So many for tasks however many there are for services.
  static constexpr int kPerIntervalAtLeast = 2;

  EcsBook(const aws::Ecs& ecs, InstanceBook& instances, Duration interval)
      : ecs_(ecs),
        instances_(instances),
        kept_for_(shared_look_age(interval)),
        allowance_(interval) {}

  // The ECS cluster of `resource`, with this service in it if ECS has it. `all` are the resources
  // of all clusters here: they are asked for in the same calls.
  Result<std::shared_ptr<const EcsLook>> look(const std::string& reader,
                                              const std::string& resource,
                                              const std::set<std::string>& all, Time now,
                                              const std::stop_token& stop);

  // Something has happened to this service; to any when it is empty.
  void outdate(const std::string& resource);

 private:
  struct Shelf {
    Kept<EcsLook> kept;
    EcsLook last;  // whoever fetches for `kept` alone touches it
  };

  Shelf& shelf(const std::string& ecs_cluster);
  Result<EcsLook> look_at(const std::string& ecs_cluster, const std::set<std::string>& all,
                          const EcsLook& before, const std::set<std::string>& changed,
                          const std::stop_token& stop, Time now);
  // The services there of which there were events since this was asked last.
  std::set<std::string> take_changed(const std::string& ecs_cluster);
  bool may_ask(int calls, const std::set<std::string>& all, Time now);

  const aws::Ecs& ecs_;
  InstanceBook& instances_;
  const Duration kept_for_;
  std::mutex mutex_;  // guards what follows
  std::map<std::string, std::unique_ptr<Shelf>> shelves_;
  std::set<std::string> changed_;  // resources of which there were events
  Allowance allowance_;
};

}  // namespace livesonic::discovery
