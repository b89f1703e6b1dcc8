// SPDX-License-Identifier: Apache-2.0
// What is kept of clusters, their instances and the services: the interface that discovery and the
// API write through.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "livesonic/base/result.h"
#include "livesonic/model/cluster.h"
#include "livesonic/model/instance.h"
#include "livesonic/model/probe.h"
#include "livesonic/model/release.h"
#include "livesonic/model/service.h"
#include "livesonic/model/silence.h"

namespace livesonic::storage {

enum class Which { kWatched, kAll };  // kAll: also those that are gone

// Thread-safe. Each call is one transaction: done and durable when it returns, or not done at all.
class Inventory {
 public:
  virtual ~Inventory() = default;

  // Adds the cluster, or replaces the registration of the one with this name: kind, resource,
  // account, region, target groups, access, parent and origin.
  // A cluster that was removed before is the same cluster again, with its history.
  virtual Result<void> put_cluster(const Cluster& cluster) = 0;
  // Its instances are retired (kClusterRemoved, with `detail`), its conditions dropped and its open
  // incidents left to the caller; history stays. kNotFound when there is none.
  virtual Result<void> remove_cluster(const std::string& name, Time at,
                                      const std::string& detail) = 0;
  virtual Result<std::vector<Cluster>> clusters() = 0;           // by name
  virtual Result<Cluster> cluster(const std::string& name) = 0;  // kNotFound

  // Writes what discovery learned: every given instance as it is now (added or replaced by cluster
  // and id; retired ones carry a departure, and their latest readings are dropped) and the
  // cluster's status. kNotFound when the cluster was removed meanwhile: then nothing is written.
  virtual Result<void> update_membership(const std::string& cluster, const DiscoveryStatus& status,
                                         const std::vector<Instance>& changed) = 0;
  virtual Result<std::vector<Instance>> instances(const std::string& cluster, Which which) = 0;
  // The AWS tags of those of these ids that are known, also of those that are gone.
  virtual Result<MemberTags> tags_of(const std::string& cluster,
                                     const std::vector<std::string>& ids) = 0;
  // Those that left at `since` or later for no reason that anybody knows.
  virtual Result<std::vector<Instance>> vanished_since(const std::string& cluster, Time since) = 0;
  // How many of its instances are gone: fleets that are thrown away at every deploy have many.
  virtual Result<std::int64_t> retired_count(const std::string& cluster) = 0;

  // The ECS service ran this task definition at that time; kNotFound when there is no such cluster.
  virtual Result<void> note_release(const std::string& cluster, const std::string& release,
                                    Time at) = 0;
  // All that were noted of it, also before it was removed and registered again; by name.
  virtual Result<std::vector<Release>> releases(const std::string& cluster) = 0;

  virtual Result<void> put_service(const Service& service) = 0;      // by name
  virtual Result<void> remove_service(const std::string& name) = 0;  // kNotFound
  virtual Result<std::vector<Service>> services() = 0;               // by name

  virtual Result<void> put_probe(const Probe& probe) = 0;          // by name
  virtual Result<void> remove_probe(const std::string& name) = 0;  // kNotFound
  virtual Result<std::vector<Probe>> probes() = 0;                 // by name
};

}  // namespace livesonic::storage
