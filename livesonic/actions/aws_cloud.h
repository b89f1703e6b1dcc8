// SPDX-License-Identifier: Apache-2.0
// Cloud as AWS has it: each cluster in the account and region of its registration. What belongs to
// a cluster is decided in ownership.h.
#pragma once

#include <stop_token>
#include <string>
#include <vector>

#include "livesonic/actions/cloud.h"
#include "livesonic/aws/aws.h"

namespace livesonic::actions {

// Thread-safe; does not own what it is given.
class AwsCloud final : public Cloud {
 public:
  explicit AwsCloud(aws::Accounts& accounts) : accounts_(accounts) {}

  Result<HostFacts> host(const Cluster& cluster, const std::string& id,
                         const std::stop_token& stop) override;
  Result<GroupFacts> group(const Cluster& cluster, const std::string& id,
                           const std::vector<std::string>& members,
                           const std::stop_token& stop) override;
  Result<GroupFacts> group_named(const Cluster& cluster, const std::string& name,
                                 const std::stop_token& stop) override;
  Result<std::vector<Seat>> seats(const Cluster& cluster, const std::string& id,
                                  const std::stop_token& stop) override;
  Result<ServiceFacts> service(const Cluster& cluster, const std::stop_token& stop) override;

  Result<std::vector<RefreshFacts>> refreshes(const Cluster& cluster, const std::string& group,
                                              const std::stop_token& stop) override;
  Result<std::set<std::string>> seated(const Cluster& cluster, const std::vector<std::string>& ids,
                                       const std::stop_token& stop) override;
  Result<std::vector<LaunchedHost>> launched(const Cluster& cluster,
                                             const std::stop_token& stop) override;

  Result<LaunchOutcome> launch(const Cluster& cluster, const LaunchRules& rules,
                               const LaunchOrder& order, const std::stop_token& stop) override;
  Result<void> end(const Cluster& cluster, const std::vector<std::string>& ids,
                   const std::stop_token& stop) override;
  Result<void> deregister(const Cluster& cluster, const std::vector<std::string>& ids,
                          const std::stop_token& stop) override;
  Result<void> enroll(const Cluster& cluster, const std::vector<std::string>& ids,
                      const std::stop_token& stop) override;
  Result<void> reboot(const Cluster& cluster, const std::string& id,
                      const std::stop_token& stop) override;
  Result<void> halt(const Cluster& cluster, const std::string& id,
                    const std::stop_token& stop) override;
  Result<void> start(const Cluster& cluster, const std::string& id,
                     const std::stop_token& stop) override;
  Result<void> terminate(const Cluster& cluster, const std::string& id, bool in_group, bool smaller,
                         const std::stop_token& stop) override;
  Result<void> set_desired(const Cluster& cluster, const std::string& group, int desired,
                           const std::stop_token& stop) override;
  Result<void> set_count(const Cluster& cluster, int desired, const std::stop_token& stop) override;
  Result<void> set_health(const Cluster& cluster, const std::string& id, bool healthy,
                          const std::stop_token& stop) override;
  Result<void> enter_standby(const Cluster& cluster, const std::string& group,
                             const std::string& id, const std::stop_token& stop) override;
  Result<void> exit_standby(const Cluster& cluster, const std::string& group, const std::string& id,
                            const std::stop_token& stop) override;
  Result<void> deploy(const Cluster& cluster, const std::stop_token& stop) override;
  Result<void> deploy_release(const Cluster& cluster, const std::string& release,
                              const std::stop_token& stop) override;
  Result<void> begin_refresh(const Cluster& cluster, const std::string& group,
                             const std::string& release, const std::stop_token& stop) override;
  Result<void> undo_refresh(const Cluster& cluster, const std::string& group,
                            const std::stop_token& stop) override;
  Result<std::string> publish(const Topic& topic, const std::string& text, const std::string& token,
                              const std::stop_token& stop) override;

 private:
  Result<const aws::Account*> account_of(const Cluster& cluster);
  // The ARNs of the target groups that the cluster stands behind.
  Result<std::vector<std::string>> target_groups(const aws::Account& account,
                                                 const Cluster& cluster,
                                                 const std::stop_token& stop);

  aws::Accounts& accounts_;
};

}  // namespace livesonic::actions
