// SPDX-License-Identifier: Apache-2.0
#include "livesonic/app/serve.h"

#include <fmt/format.h>
#include <signal.h>
#include <sys/resource.h>

#include <chrono>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include "livesonic/app/alerting_desk.h"
#include "livesonic/app/core.h"
#include "livesonic/app/cost_desk.h"
#include "livesonic/app/cost_reporter.h"
#include "livesonic/app/data_dir_lock.h"
#include "livesonic/app/fleet.h"
#include "livesonic/app/operations.h"
#include "livesonic/app/rule_actions.h"
#include "livesonic/app/scaling_desk.h"
#include "livesonic/app/systemd.h"
#include "livesonic/base/log.h"
#include "livesonic/base/periodic.h"
#include "livesonic/httpd/server.h"
#include "livesonic/notify/heartbeat.h"
#include "livesonic/web/api.h"
#include "livesonic_dashboard/assets.h"

namespace livesonic::app {
namespace {

constexpr std::chrono::seconds kLockPatience{10};
constexpr std::chrono::milliseconds kStandbyLook{100};
constexpr std::chrono::hours kHousekeeping{1};
constexpr std::chrono::seconds kAlertingTick{1};
constexpr std::chrono::seconds kRuleActions{2};
constexpr std::chrono::minutes kScaling{1};
constexpr std::chrono::seconds kScalingReaction{5};
constexpr std::chrono::minutes kBilling{1};
// Most of a handler's time is waiting, when it polls on demand; the page must not wait with it.
constexpr int kHandlers = 16;

sigset_t block_signals() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  // Peers that go away are errors of their calls, not the end of the program.
  struct sigaction ignore {};
  ignore.sa_handler = SIG_IGN;
  sigaction(SIGPIPE, &ignore, nullptr);
  return signals;
}

// Each watched host takes a descriptor for its session.
void raise_descriptor_limit() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
}

// What comes due without a poll: repeats, escalations, the end of silences. A failure is told once.
class AlertingTick {
 public:
  explicit AlertingTick(Core& core) : core_(core) {}
  void operator()(const std::stop_token& /*stop*/) {
    const auto ticked = core_.alerting.tick(core_.clock.now());
    if (ticked && *ticked) core_.outbox.wake();
    const std::string failure = ticked ? "" : ticked.error().message;
    if (!failure.empty() && failure != told_) log::error("alerting: {}", failure);
    told_ = failure;
  }

 private:
  Core& core_;
  std::string told_;
};

// Tells a failure once, and again when it has changed.
class DomainWatch {
 public:
  explicit DomainWatch(domains::Watch& watch) : watch_(watch) {}
  void operator()(const std::stop_token& stop) {
    const auto changes = watch_.run(stop);
    if (stop.stop_requested()) return;
    std::string failures = changes ? "" : changes.error().message;
    if (changes) {
      for (const std::string& problem : changes->problems) {
        failures += (failures.empty() ? "" : "; ") + problem;
      }
    }
    if (!failures.empty() && failures != told_) log::warning("domains: {}", failures);
    told_ = failures;
  }

 private:
  domains::Watch& watch_;
  std::string told_;
};

// Tells systemd's watchdog, while all is well; a failure is logged once.
class Watchdog {
 public:
  Watchdog(const Systemd& systemd, Health& health) : systemd_(systemd), health_(health) {}
  void operator()(const std::stop_token&) {
    const auto health = health_.check();
    const std::string trouble = health ? "" : health.error().message;
    if (health && !systemd_.tell("WATCHDOG=1")) log::warning("systemd does not listen");
    if (!health && trouble != told_) log::error("not told to systemd's watchdog: {}", trouble);
    told_ = trouble;
  }

 private:
  const Systemd& systemd_;
  Health& health_;
  std::string told_;
};

using Lock = std::optional<DataDirLock>;

Result<Lock> take(const std::filesystem::path& data_dir) {
  auto lock = DataDirLock::acquire(data_dir, kLockPatience);
  if (!lock) return fail(lock.error());
  return Lock(std::move(*lock));
}

// Nothing when it was told to stop instead.
Result<Lock> stand_by(const std::filesystem::path& data_dir, const sigset_t& signals,
                      const Systemd& systemd) {
  bool told = false;
  return DataDirLock::stand_by(data_dir, [&] {
    if (!told) log::info("standing by: another livesonic is at work in {}", data_dir.string());
    // One that waits well is as ready as it can be.
    static_cast<void>(systemd.tell(told ? "WATCHDOG=1" : "READY=1"));
    told = true;
    const timespec wait{0, std::chrono::nanoseconds(kStandbyLook).count()};
    return sigtimedwait(&signals, nullptr, &wait) < 0;
  });
}

}  // namespace

Result<void> serve(const config::Config& config, bool standby) {
  const sigset_t signals = block_signals();
  raise_descriptor_limit();
  const Systemd systemd(config::process_environment());

  auto lock = standby ? stand_by(config.data_dir, signals, systemd) : take(config.data_dir);
  if (!lock) return fail(lock.error());
  if (!*lock) return {};
  auto core = open_core(config);
  if (!core) return fail(core.error());
  const auto resumed = (*core)->alerting.resume((*core)->clock.now());
  if (!resumed) return resumed;
  auto fleet = Fleet::open(**core, config);
  if (!fleet) return fail(fleet.error());

  FleetOperations operations(**core, [&]() -> Result<Fleet*> { return fleet->get(); });
  operations.on_clusters_changed = [&] { (*fleet)->monitor().clusters_changed(); };

  AlertingDesk desk(**core, config);
  // Three polls that failed are no news any more.
  ScalingDesk scaling(**core, config.scaling, 3 * config.poll_interval, (*fleet)->scaling_world());
  CostDesk costs(**core, config.scaling, [&] { return &(*fleet)->market(); });
  storage::Store& store = *(*core)->store;
  const auto site =
      web::make_site({store, store, store, store, store, store, operations, desk, (*core)->events,
                      (*core)->clock, config.data_dir.string(), (*core)->clock.now(),
                      [&] { return (*fleet)->metrics(); }, [&] { return (*fleet)->event_queues(); },
                      [&] { return (*fleet)->streams(); }, [&] { return scaling.plans(); },
                      [&](const std::string& cluster, Time from, Time to) {
                        return scaling.backtest(cluster, from, to);
                      },
                      &(*core)->channels,
                      [&](const std::optional<std::string>& cluster, Time from, Time to) {
                        return costs.report(cluster, from, to);
                      }},
                     dashboard::assets());
  httpd::ServerOptions options;
  options.address = config.listen.address;
  options.port = config.listen.port;
  options.threads = kHandlers;
  auto server = httpd::serve(options, *site);
  if (!server) return fail(server.error());
  const std::string address =
      config.listen.address.find(':') == std::string::npos
          ? fmt::format("{}:{}", config.listen.address, (*server)->port())
          : fmt::format("[{}]:{}", config.listen.address, (*server)->port());
  if (auto announced = (*lock)->announce(address); !announced) return announced;

  (*core)->outbox.start();
  (*fleet)->monitor().start();
  (*fleet)->start_streams();
  (*fleet)->desk().start();
  (*fleet)->listen();
  auto domain_watch = std::make_unique<Periodic>(config.domain_sync_interval,
                                                 DomainWatch((*fleet)->domain_watch()));
  auto rule_actions =
      std::make_unique<Periodic>(kRuleActions, RuleActions(**core, (*fleet)->desk()));
  auto scaling_tick = std::make_unique<Periodic>(
      kScaling, [&](const std::stop_token& stop) { scaling.tick(&(*fleet)->desk(), stop); });
  auto scaling_reaction = std::make_unique<Periodic>(
      kScalingReaction,
      [&](const std::stop_token& stop) { scaling.react((*fleet)->desk(), stop); });
  CostReporter reporter(**core, costs, config.cost_report);
  auto billing = std::make_unique<Periodic>(kBilling, [&](const std::stop_token& stop) {
    costs.tick(stop);
    if (!stop.stop_requested()) reporter.tick();
  });
  auto alerting_tick = std::make_unique<Periodic>(kAlertingTick, AlertingTick(**core));
  auto housekeeping = std::make_unique<Periodic>(
      kHousekeeping, [&](const std::stop_token&) { drop_old_months(**core, config.keep_months); });
  std::unique_ptr<notify::Heartbeat> heartbeat;
  if (const auto& beat = config.heartbeat; !beat.url.empty()) {
    heartbeat =
        std::make_unique<notify::Heartbeat>(notify::Endpoint{beat.url, beat.timeout, beat.ca_file},
                                            beat.interval, [&] { return (*core)->health.check(); });
  }
  std::unique_ptr<Periodic> watchdog;
  if (const auto every = systemd.watchdog()) {
    watchdog = std::make_unique<Periodic>(*every / 3, Watchdog(systemd, (*core)->health));
  }
  static_cast<void>(systemd.tell("READY=1"));
  log::info("livesonic {} is watching; the dashboard is at http://{}/", LIVESONIC_VERSION, address);

  int signal = 0;
  sigwait(&signals, &signal);
  static_cast<void>(systemd.tell("STOPPING=1"));
  log::info("stopping");
  heartbeat.reset();
  // First whatever waits for AWS or hosts gives up, then nobody can ask for more, then the rest
  // ends in the reverse order of its making.
  (*fleet)->stop_listening();
  (*fleet)->desk().stop();
  (*fleet)->monitor().stop();
  operations.stop();
  domain_watch.reset();
  rule_actions.reset();
  scaling_tick.reset();
  scaling_reaction.reset();
  billing.reset();
  alerting_tick.reset();
  server->reset();
  return {};
}

}  // namespace livesonic::app
