// SPDX-License-Identifier: Apache-2.0
// The parts that reach outside: AWS, the hosts, and what is done with both.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "livesonic/actions/aws_cloud.h"
#include "livesonic/actions/desk.h"
#include "livesonic/app/action_parts.h"
#include "livesonic/app/adapters.h"
#include "livesonic/app/balancer_requests.h"
#include "livesonic/app/balancers.h"
#include "livesonic/app/core.h"
#include "livesonic/app/fleet_events.h"
#include "livesonic/app/fleet_world.h"
#include "livesonic/app/host_services.h"
#include "livesonic/app/market_prices.h"
#include "livesonic/aws/aws.h"
#include "livesonic/config/config.h"
#include "livesonic/discovery/aws_fleet.h"
#include "livesonic/discovery/event_queue.h"
#include "livesonic/discovery/notices.h"
#include "livesonic/domains/route53_source.h"
#include "livesonic/domains/sync.h"
#include "livesonic/domains/watch.h"
#include "livesonic/monitoring/monitor.h"
#include "livesonic/monitoring/streamer.h"
#include "livesonic/monitoring/tally.h"
#include "livesonic/probes/certificate.h"
#include "livesonic/probes/prober.h"
#include "livesonic/remote/ssh.h"

namespace livesonic::app {

// `core` must outlive it. The members are destroyed from the last to the first: the monitor gives
// up its polls before the sessions to the hosts are closed.
class Fleet {
 public:
  // An error names the setting that is wrong: the region, the identity file, …
  static Result<std::unique_ptr<Fleet>> open(Core& core, const config::Config& config);
  ~Fleet();
  Fleet(const Fleet&) = delete;
  Fleet& operator=(const Fleet&) = delete;

  monitoring::Monitor& monitor() { return monitor_; }
  domains::Watch& domain_watch() { return domain_watch_; }
  actions::Desk& desk() { return desk_; }
  FleetWorld scaling_world();
  MarketPrices& market() { return market_; }
  // What monitoring and our calls of AWS have come to, for Prometheus. Thread-safe.
  [[nodiscard]] std::string metrics() const;

  // Listens to the queues of AWS's events from now on, until stop_listening(). Not thread-safe.
  void listen();
  void stop_listening();
  [[nodiscard]] std::vector<EventQueueState> event_queues() const;  // thread-safe
  [[nodiscard]] std::vector<StreamState> streams() const;           // thread-safe
  // Scores come by themselves from now on, where a cluster's mode says so and a poll has shown the
  // way. Not thread-safe.
  void start_streams();

 private:
  Fleet(Core& core, const config::Config& config, std::unique_ptr<aws::Accounts> accounts,
        std::unique_ptr<StoredKeys> keys, std::unique_ptr<HostServices> services,
        std::unique_ptr<remote::Remote> remote,
        std::vector<std::unique_ptr<domains::ZoneSource>> zone_sources);

  std::string why_released(const std::string& cluster, const std::string& instance);
  Result<void> add_queue(const config::AwsAccount& config, const Clock& clock);

  Core& core_;
  std::unique_ptr<aws::Accounts> accounts_;
  std::unique_ptr<StoredKeys> keys_;
  std::unique_ptr<HostServices> services_;
  std::unique_ptr<remote::Remote> remote_;  // null when nothing is asked of the hosts
  MarketPrices market_;
  BalancerRequests requests_;

  discovery::AwsFleet fleet_source_;
  RegisteredClusters clusters_;
  discovery::Notices notices_;
  discovery::Discovery discovery_;
  DiscoveredMembership membership_;
  JudgedRounds rounds_;
  monitoring::Tally tally_;
  StreamedScores streamed_scores_;
  HostNotices host_notices_;
  std::unique_ptr<monitoring::Streamer> streamer_;  // null when nothing is asked of the hosts
  ClusterBalancers balancers_;
  RememberedBalancers balancer_names_;
  monitoring::Probing probing_;
  monitoring::Poller poller_;
  const std::vector<std::unique_ptr<domains::ZoneSource>> zone_sources_;  // one for each account
  domains::Sync domain_sync_;
  probes::TlsCertificates served_certificates_;
  domains::CertificateCheck certificate_check_;
  DomainAlarm domain_alarm_;
  domains::Watch domain_watch_;
  monitoring::Monitor monitor_;
  FleetEvents fleet_events_;
  std::vector<std::unique_ptr<discovery::EventQueue>> queues_;  // filled by open() alone

  const actions::Settings action_settings_;
  actions::AwsCloud action_cloud_;
  std::unique_ptr<RemoteHosts> action_hosts_;  // null when nothing is asked of the hosts
  WebhookCaller action_caller_;
  BreakerIncidents breaker_incidents_;
  actions::Desk desk_;
};

}  // namespace livesonic::app
