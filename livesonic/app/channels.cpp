// SPDX-License-Identifier: Apache-2.0
#include "livesonic/app/channels.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <utility>

#include "livesonic/app/aws_settings.h"
#include "livesonic/base/text.h"
#include "livesonic/notify/alertmanager.h"
#include "livesonic/notify/command.h"
#include "livesonic/notify/mail.h"
#include "livesonic/notify/pagerduty.h"
#include "livesonic/notify/slack.h"
#include "livesonic/notify/webhook.h"

namespace livesonic::app {
namespace {

constexpr std::chrono::hours kCharted{1};
constexpr std::size_t kChartPoints = 60;

notify::MailTls mail_tls(config::MailTls tls) {
  switch (tls) {
    case config::MailTls::kStartTls:
      return notify::MailTls::kStartTls;
    case config::MailTls::kImplicit:
      return notify::MailTls::kImplicit;
    case config::MailTls::kNone:
      return notify::MailTls::kNone;
  }
  return notify::MailTls::kStartTls;
}

notify::MailSettings mail_settings(const config::ChannelConfig& channel) {
  notify::MailSettings settings;
  settings.host = channel.mail.host;
  settings.port = channel.mail.port;
  settings.tls = mail_tls(channel.mail.tls);
  settings.user = channel.mail.user;
  settings.password = channel.mail.password;
  settings.from = channel.mail.from;
  settings.to = channel.mail.to;
  settings.timeout = channel.timeout;
  settings.ca_file = channel.ca_file;
  return settings;
}

std::unique_ptr<notify::Notifier> make_notifier(const config::ChannelConfig& channel,
                                                notify::Publisher& publisher, const Clock& clock) {
  const std::string& name = channel.name;
  const notify::Endpoint endpoint{channel.url, channel.timeout, channel.ca_file};
  const notify::Wording wording{
      channel.wording.japanese ? notify::Language::kJapanese : notify::Language::kEnglish,
      channel.wording.zone, channel.wording.subject, channel.wording.text};
  switch (channel.type) {
    case config::ChannelType::kWebhook:
      return notify::make_webhook(name, endpoint, channel.secret, clock);
    case config::ChannelType::kSlack:
      return notify::make_slack(name, endpoint, wording);
    case config::ChannelType::kMail:
      return notify::make_mail(name, mail_settings(channel), wording, clock);
    case config::ChannelType::kSns:
      return notify::make_sns(name, publisher, channel.account, channel.topic, wording);
    case config::ChannelType::kPagerduty: {
      notify::Endpoint events = endpoint;
      if (events.url.empty()) events.url = Secret(notify::kPagerdutyUrl);
      return notify::make_pagerduty(name, events, channel.routing_key, wording);
    }
    case config::ChannelType::kAlertmanager:
      return notify::make_alertmanager(name, endpoint, channel.hold, clock);
    case config::ChannelType::kCommand:
      return notify::make_command(name, channel.command, channel.timeout);
  }
  return nullptr;
}

}  // namespace

Result<aws::Accounts*> SnsPublisher::accounts() {
  const std::lock_guard lock(mutex_);
  if (!accounts_) {
    auto opened = aws::open_accounts(aws_settings(config_), config::process_environment(), clock_);
    if (!opened) return fail(opened.error());
    accounts_ = std::move(*opened);
  }
  return accounts_.get();
}

Result<void> SnsPublisher::publish(const notify::Publication& publication,
                                   const std::stop_token& stop) {
  const auto all = accounts();
  if (!all) return fail(all.error());
  // arn:aws:sns:REGION:ACCOUNT:NAME
  const auto parts = split(publication.topic, ':');
  const auto account = (*all)->find(publication.account, parts.size() > 3 ? parts[3] : "");
  if (!account) return fail(account.error());
  const auto published =
      (*account)->sns().publish({publication.topic, publication.text, publication.subject,
                                 publication.group, publication.deduplication},
                                stop);
  if (!published) return fail(published.error());
  return {};
}

std::vector<notify::Channel> make_channels(const std::vector<config::ChannelConfig>& configs,
                                           notify::Publisher& publisher, const Clock& clock) {
  std::vector<notify::Channel> channels;
  for (const config::ChannelConfig& config : configs) {
    channels.push_back(
        {make_notifier(config, publisher, clock),
         std::string(config::to_string(config.type)),
         {{config.rate_messages, config.rate_within}, config.give_up_after, config.refusals}});
  }
  return channels;
}

void complete_message(notify::Message& message, storage::History& history,
                      const std::string& public_url) {
  const Incident& incident = message.incident;
  if (message.costs) {
    if (!public_url.empty()) message.link = public_url + "/scaling";
    return;
  }
  if (!public_url.empty()) message.link = public_url + "/incidents";
  if (incident.cluster.empty()) return;
  if (!public_url.empty())
    message.link = fmt::format("{}/clusters/{}", public_url, incident.cluster);
  // The same at each attempt: up to when the incident opened, or closed.
  const Time until = incident.closed_at.value_or(incident.opened_at);
  const auto points =
      history.cluster_history(incident.cluster, {until - kCharted, until + Duration{1}});
  if (!points) return;  // a message without a chart is better than none
  const std::size_t step = points->size() / kChartPoints + 1;
  for (std::size_t i = (points->size() + step - 1) % step; i < points->size(); i += step) {
    message.history.push_back((*points)[i]);
  }
}

std::vector<Finding> broken_channels(const std::vector<ChannelState>& channels) {
  std::vector<Finding> findings;
  for (const ChannelState& channel : channels) {
    if (channel.type.empty() || !channel.broken()) continue;
    findings.push_back(
        {channel_cause(channel.name), channel.name,
         fmt::format("{}: messages for this channel are given up", channel.name),
         fmt::format("given up: {}; the last error: {}", channel.dead, channel.last_error)});
  }
  return findings;
}

}  // namespace livesonic::app
