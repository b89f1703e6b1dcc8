// SPDX-License-Identifier: Apache-2.0
// Where membership comes from: one implementation for each kind of cluster. A source only asks and
// reports; what its answers mean is decided by diff.h.
#pragma once

#include <stop_token>
#include <string>
#include <vector>

#include "livesonic/base/result.h"
#include "livesonic/model/cluster.h"
#include "livesonic/model/instance.h"

namespace livesonic::discovery {

// An instance as the balancer lists it.
struct Member {
  std::string id;
  std::string state;
  std::string reason;
  std::string description;
};

// An instance as EC2 describes it: the EC2 fields of Instance, id, name and tags. The rest is
// unset.
using Facts = Instance;

// Thread-safe. A call ends soon after a stop is requested, with kUnavailable.
class FleetSource {
 public:
  virtual ~FleetSource() = default;

  // All members, or an error; never a part of them.
  virtual Result<std::vector<Member>> members(const Cluster& cluster,
                                              const std::stop_token& stop) = 0;

  // What EC2 says of these instances; those it doesn't know are left out. All or an error.
  virtual Result<std::vector<Facts>> describe(const std::vector<std::string>& ids,
                                              const std::stop_token& stop) = 0;
};

}  // namespace livesonic::discovery
