// SPDX-License-Identifier: Apache-2.0
// One account in one region, as all clusters there look at it together: what one of them has
// fetched serves the others. What it costs is in docs/discovery.md.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <stop_token>
#include <string>
#include <vector>

#include "livesonic/aws/autoscaling.h"
#include "livesonic/aws/ec2.h"
#include "livesonic/aws/ec2_spot.h"
#include "livesonic/aws/ecs.h"
#include "livesonic/aws/elb.h"
#include "livesonic/aws/elbv2.h"
#include "livesonic/base/clock.h"
#include "livesonic/base/result.h"
#include "livesonic/discovery/cloud_events.h"
#include "livesonic/discovery/ecs_book.h"
#include "livesonic/discovery/facts.h"
#include "livesonic/discovery/instance_book.h"
#include "livesonic/discovery/kept.h"
#include "livesonic/discovery/pace.h"

namespace livesonic::discovery {

// Thread-safe. Borrows the client and the clock. `reader` is always the name of the cluster that
// asks; see kept.h.
class Region {
 public:
  // `interval` is how often each cluster asks.
  Region(const aws::Client& client, const Clock& clock, Duration interval);

  // The classic balancer `name`; kNotFound. Asks for those in `others` in the same calls.
  Result<aws::LoadBalancer> classic(const std::string& reader, const std::string& name,
                                    const std::set<std::string>& others,
                                    const std::stop_token& stop);
  // All application and network balancers, and all target groups.
  Result<std::shared_ptr<const std::vector<aws::LoadBalancerV2>>> balancers(
      const std::string& reader, const std::stop_token& stop);
  Result<std::shared_ptr<const std::vector<aws::TargetGroup>>> target_groups(
      const std::string& reader, const std::stop_token& stop);
  Result<std::shared_ptr<const Groups>> groups(const std::string& reader,
                                               const std::stop_token& stop);

  // What ECS says of the services that are watched in the ECS cluster of `resource`; see
  // ecs_book.h.
  Result<std::shared_ptr<const EcsLook>> services(const std::string& reader,
                                                  const std::string& resource,
                                                  const std::set<std::string>& all,
                                                  const std::stop_token& stop);
  // The instances that pass the filters; describe() need not ask for them again.
  Result<std::vector<aws::Ec2Instance>> find_instances(const aws::Filters& filters,
                                                       const std::stop_token& stop);

  // The instances that EC2 knows, with their standing. That the groups or the status checks can't
  // be asked about only leaves that part of the standing empty; it is logged once.
  Result<std::vector<Facts>> describe(const std::string& reader,
                                      const std::vector<std::string>& ids,
                                      const std::set<std::string>& fresh,
                                      const std::stop_token& stop);
  // Clusters that haven't asked yet will ask for these.
  void expect(const std::vector<std::string>& ids) { instances_.expect(ids, clock_.now()); }

  // May the cluster be looked at now? Not always while AWS asks to slow down. Whoever may has
  // looked, and says with looked() how it ended.
  bool begin_look(const std::string& reader);
  void looked(const Error* error);

  // What is kept of earlier looks won't do after this has happened.
  void outdate(const CloudEvent& event);

  // The same as groups(), but null when they can't be asked about.
  std::shared_ptr<const Groups> perhaps_groups(const std::string& reader,
                                               const std::stop_token& stop);

  // Adds what groups' activities and spot requests say of why they left.
  void investigate(std::vector<Leaving>& leaving, const std::stop_token& stop);

  [[nodiscard]] const aws::Elb& elb() const { return elb_; }
  [[nodiscard]] const aws::ElbV2& elbv2() const { return elbv2_; }
  [[nodiscard]] const aws::Ecs& ecs() const { return ecs_; }
  [[nodiscard]] const aws::AutoScaling& autoscaling() const { return autoscaling_; }

 private:
  std::shared_ptr<const Troubles> perhaps_troubles(const std::stop_token& stop);
  Result<Troubles> find_troubles(const std::stop_token& stop) const;
  void tell_once(const char* what, const Error& error);
  [[nodiscard]] bool given_up(const char* what) const;

  const Clock& clock_;
  const Duration interval_;
  const aws::Elb elb_;
  const aws::ElbV2 elbv2_;
  const aws::Ec2 ec2_;
  const aws::Ec2Spot spot_;
  const aws::Ecs ecs_;
  const aws::AutoScaling autoscaling_;

  Kept<std::vector<aws::LoadBalancer>> classic_;
  Kept<std::vector<aws::LoadBalancerV2>> balancers_;
  Kept<std::vector<aws::TargetGroup>> target_groups_;
  Kept<Groups> groups_;
  Kept<Troubles> troubles_;
  InstanceBook instances_;
  EcsBook services_;

  mutable std::mutex mutex_;                 // guards what follows
  std::map<std::string, Time> given_up_at_;  // what may be missing, and is for now
  Pace pace_;
  std::map<std::string, Time> looked_at_;  // by reader
};

// Pure: adds to each the activity that tells the most of why it left its group.
void add_activities(std::vector<Leaving>& leaving, const std::string& group,
                    const std::vector<aws::ScalingActivity>& activities);

}  // namespace livesonic::discovery
