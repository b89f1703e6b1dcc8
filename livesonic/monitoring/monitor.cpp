// SPDX-License-Identifier: Apache-2.0
#include "livesonic/monitoring/monitor.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "livesonic/base/log.h"

namespace livesonic::monitoring {
namespace {

// A poll's thread mostly waits, for AWS or for its slowest host.
constexpr std::size_t kPollsAtOnce = 16;
constexpr std::size_t kQueued = 10'000;
// Whoever changes the clusters says so; should reading them fail just then, this is when it is
// tried again.
constexpr Duration kReread = std::chrono::seconds{30};

}  // namespace

Monitor::Monitor(Poller& poller, storage::Inventory& inventory, const Clock& clock,
                 Duration interval, Random random)
    : poller_(poller),
      inventory_(inventory),
      clock_(clock),
      schedule_(interval, std::move(random)),
      pool_(kPollsAtOnce, kQueued) {}

Monitor::~Monitor() {
  stop();
}

void Monitor::stop() {
  stop_.request_stop();
  thread_.request_stop();
}

void Monitor::start() {
  thread_ = std::jthread([this](const std::stop_token& stop) { run(stop); });
}

void Monitor::clusters_changed() {
  {
    const std::lock_guard lock(mutex_);
    reread_ = woken_ = true;
  }
  changed_.notify_all();
}

void Monitor::run(const std::stop_token& stop) {
  Time read_at{};
  while (!stop.stop_requested()) {
    bool reread = false;
    {
      const std::lock_guard lock(mutex_);
      reread = std::exchange(reread_, false) || clock_.now() - read_at >= kReread;
    }
    if (reread) {
      read_at = clock_.now();
      if (const auto clusters = inventory_.clusters()) {
        std::vector<std::string> names;
        for (const Cluster& cluster : *clusters) names.push_back(cluster.name);
        poller_.clusters_are(names);
        const std::lock_guard lock(mutex_);
        schedule_.set_clusters(names, clock_.now());
      } else {
        log::error("cannot read which clusters there are: {}", clusters.error().message);
      }
    }

    std::unique_lock lock(mutex_);
    for (const std::string& name : schedule_.start_due(clock_.now())) {
      const bool taken = pool_.submit([this, name, due = clock_.now()](const std::stop_token&) {
        poll_on_schedule(name, due);
      });
      if (!taken) schedule_.finished(name);
    }
    const Time now = clock_.now();
    const Time wake = std::min(schedule_.next_due().value_or(now + kReread), read_at + kReread);
    const Duration wait = std::clamp(wake - now, Duration{1}, kReread);
    changed_.wait_for(lock, stop, wait, [this] { return woken_; });
    woken_ = false;
  }
}

std::shared_ptr<std::mutex> Monitor::turn(const std::string& cluster) {
  const std::lock_guard lock(mutex_);
  auto& turn = turns_[cluster];
  if (!turn) turn = std::make_shared<std::mutex>();
  return turn;
}

void Monitor::poll_on_schedule(const std::string& cluster, Time due) {
  const auto mine = turn(cluster);
  std::string failure;
  {
    const std::lock_guard polling(*mine);
    const auto result = poller_.poll(cluster, stop_.get_token(), due);
    // One that was removed meanwhile is no failure.
    if (!result && result.error().kind != ErrorKind::kNotFound) failure = result.error().message;
  }
  {
    const std::lock_guard lock(mutex_);
    schedule_.finished(cluster);
    woken_ = true;
    // A failure that lasts is told once.
    if (std::string& told = told_[cluster]; told != failure && !stop_.stop_requested()) {
      if (!failure.empty()) log::error("{}: the poll failed: {}", cluster, failure);
      told = failure;
    }
  }
  changed_.notify_all();
}

Result<void> Monitor::refresh(const std::string& name) {
  const auto mine = turn(name);
  const std::lock_guard polling(*mine);
  const auto cluster = inventory_.cluster(name);
  if (!cluster) return fail(cluster.error());
  const auto refreshed = poller_.refresh(*cluster, stop_.get_token());
  if (!refreshed) return fail(refreshed.error());
  if (!refreshed->error.empty()) return fail(ErrorKind::kUnavailable, refreshed->error);
  return {};
}

void Monitor::poll_soon(const std::string& cluster) {
  const Time now = clock_.now();
  {
    const std::lock_guard lock(mutex_);
    const auto [last, first] = hastened_.emplace(cluster, now);
    if (!first && now - last->second < kHaste) return;
    last->second = now;
  }
  // Where too much is to be done already, it is polled when it is due.
  (void)pool_.submit([this, cluster](const std::stop_token&) { (void)poll_now(cluster); });
}

void Monitor::refresh_soon(const std::string& cluster, std::function<void(Result<void>)> done) {
  const bool taken =
      pool_.submit([this, cluster, done](const std::stop_token&) { done(refresh(cluster)); });
  if (!taken) done(fail(ErrorKind::kUnavailable, "too much is to be done, or it is being stopped"));
}

Result<PollResult> Monitor::poll_now(const std::string& cluster) {
  const auto mine = turn(cluster);
  const std::lock_guard polling(*mine);
  return poller_.poll(cluster, stop_.get_token());
}

}  // namespace livesonic::monitoring
