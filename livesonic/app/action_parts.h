// SPDX-License-Identifier: Apache-2.0
// What actions need of the other rooms: hosts to run commands on, webhooks, incidents for breakers
// that have tripped; and the configuration in their words.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "livesonic/actions/desk.h"
#include "livesonic/actions/hosts.h"
#include "livesonic/actions/settings.h"
#include "livesonic/alerting/alerting.h"
#include "livesonic/aws/curl_transport.h"
#include "livesonic/config/config.h"
#include "livesonic/monitoring/plan.h"
#include "livesonic/notify/outbox.h"
#include "livesonic/remote/remote.h"
#include "livesonic/storage/incidents.h"
#include "livesonic/storage/inventory.h"

namespace livesonic::app {

actions::Settings action_settings(const config::Config& config);

// Thread-safe, all of them; none owns what it is given.
class RemoteHosts final : public actions::Hosts {
 public:
  RemoteHosts(remote::Remote& remote, storage::Inventory& inventory, monitoring::HostAccess access)
      : remote_(remote), inventory_(inventory), access_(std::move(access)) {}
  Result<actions::HostOutput> run(const Cluster& cluster, const std::string& instance,
                                  const std::string& line, Duration timeout, std::size_t limit,
                                  const std::stop_token& stop) override;

 private:
  remote::Remote& remote_;
  storage::Inventory& inventory_;
  const monitoring::HostAccess access_;
};

// Through the environment's proxy, where there is one, as curl does it.
class WebhookCaller final : public actions::Caller {
 public:
  Result<void> post(const actions::Webhook& webhook, const std::string& json, const std::string& id,
                    const std::stop_token& stop) override;

 private:
  aws::CurlTransport transport_;
};

class BreakerIncidents final : public actions::BreakerAlarm {
 public:
  BreakerIncidents(alerting::Alerting& alerting, notify::Outbox& outbox,
                   storage::Incidents& incidents)
      : alerting_(alerting), outbox_(outbox), incidents_(incidents) {}
  Result<void> tell(const std::vector<Finding>& findings, Time at) override;
  std::set<std::string> told_of() override;

 private:
  alerting::Alerting& alerting_;
  notify::Outbox& outbox_;
  storage::Incidents& incidents_;
};

}  // namespace livesonic::app
