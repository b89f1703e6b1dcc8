// SPDX-License-Identifier: Apache-2.0
// Clusters of kind `elb`: the instances registered with a classic load balancer.
#pragma once

#include <string>
#include <vector>

#include "livesonic/aws/ec2.h"
#include "livesonic/aws/elb.h"
#include "livesonic/discovery/fleet_source.h"

namespace livesonic::discovery {

// Thread-safe; borrows the services of an aws::Account.
class ElbSource final : public FleetSource {
 public:
  ElbSource(const aws::Elb& elb, const aws::Ec2& ec2) : elb_(elb), ec2_(ec2) {}

  // The balancer's registration (DescribeLoadBalancers) with the health of each
  // (DescribeInstanceHealth): two calls. An instance that is in only one of the two answers has
  // just been added or removed; it counts as a member until both agree.
  Result<std::vector<Member>> members(const Cluster& cluster, const std::stop_token& stop) override;
  Result<std::vector<Facts>> describe(const std::vector<std::string>& ids,
                                      const std::stop_token& stop) override;

 private:
  const aws::Elb& elb_;
  const aws::Ec2& ec2_;
};

// Pure: joins the two answers, in order of registration.
std::vector<Member> join(const aws::LoadBalancer& balancer,
                         const std::vector<aws::InstanceHealth>& health);
// Pure: EC2's words in ours.
Facts to_facts(const aws::Ec2Instance& instance);

}  // namespace livesonic::discovery
