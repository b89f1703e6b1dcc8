// SPDX-License-Identifier: Apache-2.0
#include "livesonic/app/fleet.h"

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <utility>

#include "livesonic/app/aws_settings.h"
#include "livesonic/aws/metrics.h"
#include "livesonic/remote/choice.h"
#include "livesonic/remote/local.h"

namespace livesonic::app {
namespace {

remote::HostKeyPolicy host_key_policy(config::HostKeys keys) {
  switch (keys) {
    case config::HostKeys::kPin:
      return remote::HostKeyPolicy::kPin;
    case config::HostKeys::kConsole:
      return remote::HostKeyPolicy::kConsole;
    case config::HostKeys::kKnownHosts:
      return remote::HostKeyPolicy::kKnownHosts;
    case config::HostKeys::kInsecure:
      return remote::HostKeyPolicy::kInsecure;
  }
  return remote::HostKeyPolicy::kPin;
}

remote::IdentityKind identity_kind(config::SshIdentity identity) {
  switch (identity) {
    case config::SshIdentity::kFile:
      return remote::IdentityKind::kFile;
    case config::SshIdentity::kAgent:
      return remote::IdentityKind::kAgent;
    case config::SshIdentity::kInstanceConnect:
      return remote::IdentityKind::kInstanceConnect;
  }
  return remote::IdentityKind::kFile;
}

remote::SshSettings ssh_settings(const config::SshConfig& config) {
  remote::SshSettings settings;
  settings.identity = identity_kind(config.identity);
  settings.identity_file = config.identity_file;
  settings.agent_socket = config.agent_socket;
  settings.agent_key = config.agent_key;
  settings.jump = config.jump;
  settings.ssh_config = config.ssh_config;
  settings.passphrase = config.passphrase;
  settings.host_keys = host_key_policy(config.host_keys);
  settings.known_hosts = config.known_hosts;
  settings.connect_timeout = config.connect_timeout;
  return settings;
}

monitoring::AddressKind address_kind(config::AddressKind kind) {
  switch (kind) {
    case config::AddressKind::kPublicDns:
      return monitoring::AddressKind::kPublicDns;
    case config::AddressKind::kPrivateDns:
      return monitoring::AddressKind::kPrivateDns;
    case config::AddressKind::kPublicIp:
      return monitoring::AddressKind::kPublicIp;
    case config::AddressKind::kPrivateIp:
      return monitoring::AddressKind::kPrivateIp;
  }
  return monitoring::AddressKind::kPublicDns;
}

// Beside this program, and where packages put what belongs to it.
std::vector<std::filesystem::path> binary_folders() {
  std::error_code ignored;
  const auto own = std::filesystem::read_symlink("/proc/self/exe", ignored).parent_path();
  if (own.empty()) return {"/usr/lib/livesonic"};
  return {own, own.parent_path() / "lib" / "livesonic", "/usr/lib/livesonic"};
}

monitoring::HostAccess host_access(const config::Config& config) {
  monitoring::HostAccess access;
  access.address = address_kind(config.ssh.address);
  access.user = config.ssh.user;
  access.port = config.ssh.port;
  access.score = {.command = config.serverscore.command,
                  .timeout = config.serverscore.timeout,
                  .bring = config.serverscore.install,
                  .bring_to = config.serverscore.install_path};
  access.binaries = binary_folders();
  return access;
}

std::unique_ptr<monitoring::Streamer> make_streamer(remote::Remote* remote, Core& core,
                                                    const config::Config& config,
                                                    monitoring::Tally& tally,
                                                    monitoring::ScoreWatcher& watcher,
                                                    monitoring::NoticeWatcher& notices) {
  if (remote == nullptr) return nullptr;
  return std::make_unique<monitoring::Streamer>(
      monitoring::Streamer::Parts{*remote, *core.store, core.events, core.clock, &tally, &watcher,
                                  &notices},
      config.serverscore.timeout);
}

using ZoneSources = std::vector<std::unique_ptr<domains::ZoneSource>>;

Result<ZoneSources> zone_sources(aws::Accounts& accounts) {
  ZoneSources sources;
  for (const std::string& name : accounts.names()) {
    const auto account = accounts.find(name, "");
    if (!account) return fail(account.error());
    const auto registrar = accounts.find(name, aws::kRoute53DomainsRegion);
    if (!registrar) return fail(registrar.error());
    sources.push_back(std::make_unique<domains::Route53Source>(
        name, (*account)->route53(), aws::Route53Domains((*registrar)->client())));
  }
  return sources;
}

std::vector<domains::ZoneSource*> borrowed(const ZoneSources& sources) {
  std::vector<domains::ZoneSource*> all;
  for (const auto& source : sources) all.push_back(source.get());
  return all;
}

}  // namespace

Result<std::unique_ptr<Fleet>> Fleet::open(Core& core, const config::Config& config) {
  auto accounts =
      aws::open_accounts(aws_settings(config.aws), config::process_environment(), core.clock);
  if (!accounts) return fail(accounts.error());
  auto keys = std::make_unique<StoredKeys>(*core.store, core.clock);
  auto services = std::make_unique<HostServices>(**accounts, *core.store, core.clock);
  std::unique_ptr<remote::Remote> remote;
  if (config.ssh.enabled) {
    auto ssh = remote::make_ssh(ssh_settings(config.ssh), *keys,
                                {&services->consoles, &services->instance_connect});
    if (!ssh) return fail(ssh.error());
    remote = remote::make_choice({.ssh = std::move(*ssh),
                                  .ssm = remote::make_ssm(services->systems_manager),
                                  .local = remote::make_local()});
  }
  auto sources = zone_sources(**accounts);
  if (!sources) return fail(sources.error());
  std::unique_ptr<Fleet> fleet(new Fleet(core, config, std::move(*accounts), std::move(keys),
                                         std::move(services), std::move(remote),
                                         std::move(*sources)));
  std::vector<config::AwsAccount> with_queues = config.aws.accounts;
  with_queues.insert(with_queues.begin(), config.aws);
  for (const config::AwsAccount& one : with_queues) {
    if (auto added = fleet->add_queue(one, core.clock); !added) return fail(added.error());
  }
  return fleet;
}

Fleet::Fleet(Core& core, const config::Config& config, std::unique_ptr<aws::Accounts> accounts,
             std::unique_ptr<StoredKeys> keys, std::unique_ptr<HostServices> services,
             std::unique_ptr<remote::Remote> remote,
             std::vector<std::unique_ptr<domains::ZoneSource>> zone_sources)
    : core_(core),
      accounts_(std::move(accounts)),
      keys_(std::move(keys)),
      services_(std::move(services)),
      remote_(std::move(remote)),
      market_(*accounts_, core.clock),
      requests_(*accounts_, core.clock),
      fleet_source_(*accounts_, *core.store, core.clock, config.poll_interval),
      clusters_(core, [this] { monitor_.clusters_changed(); }),
      discovery_(fleet_source_, *core.store, clusters_, core.events, core.clock, &notices_,
                 [this](const std::string& cluster, const std::string& instance) {
                   return why_released(cluster, instance);
                 }),
      membership_(discovery_, *core.store),
      rounds_(core),
      streamed_scores_(core.alerting, core.outbox, *core.store,
                       [this](const std::string& cluster) { monitor_.poll_soon(cluster); }),
      host_notices_(
          [this](const std::string& cluster, const std::string& instance, const Notice& notice) {
            fleet_events_.announced(cluster, instance, notice);
          }),
      streamer_(
          make_streamer(remote_.get(), core, config, tally_, streamed_scores_, host_notices_)),
      balancers_(*accounts_, *core.store),
      balancer_names_(balancers_, core.clock),
      probing_(probes::make_prober(), &balancer_names_, core.clock),
      poller_({membership_, remote_.get(), *core.store, *core.store, rounds_, core.events,
               core.clock, streamer_.get(), &tally_, &probing_, &host_notices_},
              host_access(config)),
      zone_sources_(std::move(zone_sources)),
      domain_sync_(borrowed(zone_sources_), balancers_, *core.store, core.events, core.clock,
                   config.domains.registrations),
      certificate_check_(served_certificates_, *core.store, core.clock),
      domain_alarm_(core),
      domain_watch_(domain_sync_, config.domains.certificates ? &certificate_check_ : nullptr,
                    domain_alarm_, *core.store, core.events,
                    {config.domains.expiry_warning, config.domains.certificate_warning},
                    core.clock),
      monitor_(poller_, *core.store, core.clock, config.poll_interval),
      fleet_events_(*core.store, fleet_source_, notices_, monitor_, core.clock),
      action_settings_(action_settings(config)),
      action_cloud_(*accounts_),
      action_hosts_(remote_
                        ? std::make_unique<RemoteHosts>(*remote_, *core.store, host_access(config))
                        : nullptr),
      breaker_incidents_(core.alerting, core.outbox, *core.store),
      desk_({*core.store,
             *core.store,
             *core.store,
             core.events,
             {action_cloud_, action_hosts_.get(), action_caller_, action_settings_, core.clock,
              aws::sleep_for},
             &breaker_incidents_}) {}

// The streams' ticks ask the monitor for polls.
Fleet::~Fleet() {
  if (streamer_) streamer_->stop();
}

Result<void> Fleet::add_queue(const config::AwsAccount& config, const Clock& clock) {
  if (config.event_queue_url.empty()) return {};
  const auto region = discovery::region_of_queue(config.event_queue_url);
  const auto account = accounts_->find(config.name, region);
  if (!account) return fail(account.error().context("aws.events.queue_url"));
  queues_.push_back(std::make_unique<discovery::EventQueue>((*account)->sqs(), fleet_events_, clock,
                                                            config.name, config.event_queue_url));
  return {};
}

// A departure is seen within minutes.
std::string Fleet::why_released(const std::string& cluster, const std::string& instance) {
  const auto recent =
      core_.store->recent_actions(cluster, core_.clock.now() - std::chrono::hours{1});
  if (!recent) return {};
  for (const Action& action : *recent) {
    if (action.request.kind != ActionKind::kRelease || !action.started_at) continue;
    const auto ids = action.request.instances();
    if (std::ranges::find(ids, instance) == ids.end()) continue;
    return action.request.reason.empty() ? action.request.by : action.request.reason;
  }
  return {};
}

FleetWorld Fleet::scaling_world() {
  return fleet_world({*accounts_, market_, requests_, action_cloud_, *core_.store,
                      [this](const Cluster& cluster, const discovery::CloudEvent& event) {
                        const auto known = notices_.of(event.instances.front(), core_.clock.now());
                        if (known && known->interruption) return;
                        if (const auto heard = fleet_events_.heard(event); !heard || heard->empty())
                          return;
                        fleet_events_.refresh(cluster.name, [](bool) {});
                      }});
}

void Fleet::listen() {
  for (const auto& queue : queues_) queue->start();
}

void Fleet::stop_listening() {
  for (const auto& queue : queues_) queue->stop();
}

std::vector<EventQueueState> Fleet::event_queues() const {
  std::vector<EventQueueState> states;
  for (const auto& queue : queues_) states.push_back(queue->state());
  return states;
}

std::vector<StreamState> Fleet::streams() const {
  return streamer_ ? streamer_->states() : std::vector<StreamState>();
}

void Fleet::start_streams() {
  if (streamer_) streamer_->start();
}

std::string Fleet::metrics() const {
  return tally_.prometheus_text() + aws::prometheus_text(accounts_->statistics()) +
         desk_.prometheus_text();
}

}  // namespace livesonic::app
