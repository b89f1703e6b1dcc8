// SPDX-License-Identifier: Apache-2.0
#include "livesonic/app/local_api.h"

#include <chrono>
#include <mutex>
#include <optional>
#include <utility>

#include "livesonic/app/alerting_desk.h"
#include "livesonic/app/core.h"
#include "livesonic/app/cost_desk.h"
#include "livesonic/app/data_dir_lock.h"
#include "livesonic/app/fleet.h"
#include "livesonic/app/operations.h"
#include "livesonic/app/scaling_desk.h"
#include "livesonic/base/log.h"
#include "livesonic/web/api.h"

namespace livesonic::app {
namespace {

// A one-shot command waits for another one to end; a `poll --once` may well take a minute.
constexpr std::chrono::seconds kLockPatience{60};

class OneShot final : public cli::LocalApi {
 public:
  OneShot(const config::Config& config, DataDirLock lock, std::unique_ptr<Core> core)
      : config_(config),
        lock_(std::move(lock)),
        core_(std::move(core)),
        operations_(*core_, [this] { return fleet(); }),
        desk_(*core_, config_),
        scaling_(*core_, config_.scaling, 3 * config_.poll_interval, scaling_world()),
        costs_(*core_, config_.scaling, [this] { return market(); }),
        api_(web::make_api(dependencies())) {
    operations_.waits_for_actions = true;
  }

  httpd::Response handle(const httpd::Request& request) override {
    httpd::Response response = api_->handle(request);
    // Where cron polls, no server keeps house.
    if (request.path.ends_with("/poll")) drop_old_months(*core_, config_.keep_months);
    // Nor does anybody see to repeats, escalations and silences that end.
    if (request.method != "GET") {
      if (const auto ticked = core_->alerting.tick(core_->clock.now()); !ticked) {
        log::error("alerting: {}", ticked.error().message);
      }
    }
    // Without a server nobody else would send what the request has brought about.
    if (request.method != "GET" && !core_->outbox.channels().empty()) {
      if (const auto left = core_->outbox.send_due(); !left) {
        log::error("cannot send the due messages: {}", left.error().message);
      } else if (*left > 0) {
        log::warning("{} messages are not delivered yet; the next poll tries again", *left);
      }
    }
    return response;
  }

 private:
  web::Dependencies dependencies() {
    storage::Store& store = *core_->store;
    web::Dependencies all{store,
                          store,
                          store,
                          store,
                          store,
                          store,
                          operations_,
                          desk_,
                          core_->events,
                          core_->clock,
                          config_.data_dir.string(),
                          core_->clock.now()};
    all.scaling_plans = [this] { return scaling_.plans(); };
    all.scaling_backtest = [this](const std::string& cluster, Time from, Time to) {
      return scaling_.backtest(cluster, from, to);
    };
    all.channels = &core_->channels;
    all.costs = [this](const std::optional<std::string>& cluster, Time from, Time to) {
      return costs_.report(cluster, from, to);
    };
    return all;
  }

  // Clusters are polled at the same time, each on a thread of its own: all by the same fleet.
  Result<Fleet*> fleet() {
    const std::lock_guard lock(fleet_mutex_);
    if (!fleet_) {
      auto opened = Fleet::open(*core_, config_);
      if (!opened) return fail(opened.error());
      fleet_ = std::move(*opened);
      fleet_->desk().start();  // what an earlier process has left
    }
    return fleet_.get();
  }

  // AWS is reached only where a plan needs it.
  FleetWorld scaling_world() {
    FleetWorld world;
    world.market = [this](const Cluster& cluster, const ScalingPolicy& policy,
                          const std::stop_token& stop) {
      const auto opened = fleet();
      return opened ? (*opened)->scaling_world().market(cluster, policy, stop)
                    : FleetWorld::Market();
    };
    world.launched =
        [this](const Cluster& cluster,
               const std::stop_token& stop) -> Result<std::vector<actions::LaunchedHost>> {
      const auto opened = fleet();
      if (!opened) return fail(opened.error());
      return (*opened)->scaling_world().launched(cluster, stop);
    };
    world.requests = [this](const Cluster& cluster, Time from, Time to,
                            const std::stop_token& stop) {
      const auto opened = fleet();
      if (opened) return (*opened)->scaling_world().requests(cluster, from, to, stop);
      scaling::RequestRecord record;
      record.missing = opened.error().message;
      return record;
    };
    world.spent = [this](const std::string& cluster, Time from, Time to) {
      return core_->store->spent(cluster, from, to).value_or(0);
    };
    return world;
  }

  // None where AWS can't be had: a list has prices too.
  MarketPrices* market() {
    const auto there = fleet();
    if (!there) log::warning("prices are not asked for: {}", there.error().message);
    return there ? &(*there)->market() : nullptr;
  }

  const config::Config config_;
  const DataDirLock lock_;
  const std::unique_ptr<Core> core_;
  std::mutex fleet_mutex_;  // for the making of fleet_
  std::unique_ptr<Fleet> fleet_;
  FleetOperations operations_;
  AlertingDesk desk_;
  ScalingDesk scaling_;
  CostDesk costs_;
  const std::unique_ptr<httpd::Handler> api_;
};

}  // namespace

Result<std::unique_ptr<cli::LocalApi>> open_local_api(const config::Config& config) {
  auto lock = DataDirLock::acquire(config.data_dir, kLockPatience);
  if (!lock) return fail(lock.error());
  if (auto announced = lock->announce(DataDirLock::kNowhere); !announced) {
    return fail(announced.error());
  }
  auto core = open_core(config);
  if (!core) return fail(core.error());
  return std::make_unique<OneShot>(config, std::move(*lock), std::move(*core));
}

}  // namespace livesonic::app
