// SPDX-License-Identifier: Apache-2.0
// Whom an event concerns. Pure, but for being filled step by step.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "livesonic/discovery/cloud_events.h"
#include "livesonic/model/cluster.h"
#include "livesonic/model/instance.h"

namespace livesonic::discovery {

// The clusters and who is in them. One look too many costs a few calls, one too few a minute: in
// doubt a cluster is concerned.
class Whereabouts {
 public:
  // `region` is the one that it is in; `watched` are its instances.
  void add(const Cluster& cluster, const std::string& region, const std::vector<Instance>& watched);

  // The names of the clusters that the event is about; empty when it concerns none.
  [[nodiscard]] std::set<std::string> concerned(const CloudEvent& event) const;

 private:
  struct Place {
    Cluster cluster;
    std::string region;
    bool empty = true;             // nobody is in it
    std::set<std::string> groups;  // of its instances
  };
  [[nodiscard]] bool names(const Place& place, const CloudEvent& event) const;

  std::vector<Place> places_;
  std::map<std::string, std::set<std::string>> clusters_of_;  // by instance
};

}  // namespace livesonic::discovery
