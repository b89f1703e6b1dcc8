// SPDX-License-Identifier: Apache-2.0
// The channels of the configuration, made; and what the outbox asks of the rest of the house.
#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "livesonic/alerting/alerting.h"
#include "livesonic/aws/aws.h"
#include "livesonic/base/clock.h"
#include "livesonic/config/config.h"
#include "livesonic/notify/outbox.h"
#include "livesonic/notify/sns.h"
#include "livesonic/storage/history.h"
#include "livesonic/web/channels.h"

namespace livesonic::app {

// notify publishes to topics; aws does it. The accounts are opened when a message is first
// published, so that whoever has no such channel needs no AWS for it. Thread-safe.
class SnsPublisher final : public notify::Publisher {
 public:
  SnsPublisher(config::AwsConfig config, const Clock& clock)
      : config_(std::move(config)), clock_(clock) {}
  Result<void> publish(const notify::Publication& publication,
                       const std::stop_token& stop) override;

 private:
  Result<aws::Accounts*> accounts();

  const config::AwsConfig config_;
  const Clock& clock_;
  std::mutex mutex_;  // for the making of accounts_
  std::unique_ptr<aws::Accounts> accounts_;
};

// `publisher` and `clock` must outlive them.
std::vector<notify::Channel> make_channels(const std::vector<config::ChannelConfig>& configs,
                                           notify::Publisher& publisher, const Clock& clock);

// The link, and the cluster's last hour, thinned to what a chart shows.
void complete_message(notify::Message& message, storage::History& history,
                      const std::string& public_url);

// One finding for each broken channel.
std::vector<Finding> broken_channels(const std::vector<ChannelState>& channels);

// web shows channels; the outbox knows them. Thread-safe.
class OutboxChannels final : public web::Channels {
 public:
  explicit OutboxChannels(notify::Outbox& outbox) : outbox_(outbox) {}
  Result<std::vector<ChannelState>> list() override { return outbox_.states(); }
  Result<ChannelTest> test(const std::string& channel) override { return outbox_.test(channel); }
  Result<Delivery> retry(const std::string& delivery) override { return outbox_.retry(delivery); }

 private:
  notify::Outbox& outbox_;
};

}  // namespace livesonic::app
