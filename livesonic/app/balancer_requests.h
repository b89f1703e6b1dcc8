// SPDX-License-Identifier: Apache-2.0
// How many requests a cluster's balancers got, as CloudWatch counts them.
#pragma once

#include <map>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "livesonic/aws/aws.h"
#include "livesonic/base/clock.h"
#include "livesonic/model/cluster.h"
#include "livesonic/scaling/requests.h"

namespace livesonic::app {

// What stands before a cluster.
struct RequestBalancers {
  std::vector<std::string> classic;             // names
  std::vector<aws::TargetGroup> target_groups;  // with the balancers that forward to them
  // All target groups of the network balancers among those: their connections are counted together.
  std::vector<aws::TargetGroup> beside;
};

struct RequestMetrics {
  std::vector<aws::Metric> counts;
  // What CloudWatch has for the same balancers while there are no requests, too.
  std::vector<aws::Metric> pulses;
  std::string source;  // the counts, in words
};

// Pure. kConflict where nothing counts the cluster's requests alone.
Result<RequestMetrics> metrics_of(const RequestBalancers& balancers);

// Thread-safe; does not own what it is given. A call of CloudWatch's each time; what stands before
// a cluster is asked for every ten minutes.
class BalancerRequests {
 public:
  BalancerRequests(aws::Accounts& accounts, const Clock& clock)
      : accounts_(accounts), clock_(clock) {}

  scaling::RequestRecord counted(const Cluster& cluster, Time from, Time to,
                                 const std::stop_token& stop);

 private:
  struct Known {
    Time at{};
    RequestMetrics metrics;
  };
  Result<RequestMetrics> metrics(const aws::Account& account, const Cluster& cluster,
                                 const std::stop_token& stop);

  aws::Accounts& accounts_;
  const Clock& clock_;
  std::mutex mutex_;                    // guards what follows; never held while AWS is asked
  std::map<std::string, Known> known_;  // by cluster, kind and resource
};

}  // namespace livesonic::app
