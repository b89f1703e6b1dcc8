// SPDX-License-Identifier: Apache-2.0
#include "livesonic/remote/engine.h"

#include <algorithm>
#include <thread>
#include <utility>

namespace livesonic::remote {
namespace {

constexpr std::size_t kResolverThreads = 8;
// Reading a known_hosts file ends within this; a name server that is silent does not.
constexpr std::chrono::milliseconds kResolverPatience{200};
constexpr std::size_t kPinnerThreads = 2;
constexpr std::size_t kQueued = 20'000;
constexpr std::size_t kMaxRuns = 100'000;
constexpr std::size_t kMaxWaitingPerHost = 1'000;

void refuse(std::unique_ptr<Run> run, const std::string& reason) {
  for (std::size_t i = run->results.size(); i < run->commands.size(); ++i) {
    CommandResult result;
    result.end = End::kNotTried;
    result.detail = reason;
    run->results.push_back(std::move(result));
  }
  run->done(std::move(run->results));
}

}  // namespace

Engine::Engine(SshSettings settings, Key identity, KeyMemory& keys, std::shared_ptr<EventLoop> loop)
    : settings_(std::move(settings)),
      identity_(std::move(identity)),
      keys_(keys),
      loop_(std::move(loop)),
      resolver_(std::make_unique<WorkerPool>(kResolverThreads, kQueued)),
      pinner_(std::make_unique<WorkerPool>(kPinnerThreads, kQueued)) {}

Engine::~Engine() {
  pinner_.reset();
  links_.clear();
  if (resolver_->settle(kResolverPatience)) return;
  // Its work holds nothing of ours but a weak reference to the loop.
  std::thread([pool = std::move(resolver_)]() mutable { pool.reset(); }).detach();
}

void Engine::accept(std::unique_ptr<Run> run) {
  if (stopped_) {
    refuse(std::move(run), "Livesonic is stopping");
    return;
  }
  if (run->commands.empty()) {
    run->done({});
    return;
  }
  std::unique_ptr<HostLink>& link = links_[run->host.id];
  if (!link) link = std::make_unique<HostLink>(run->host.id, *this);
  if (runs_ >= kMaxRuns || link->waiting() >= kMaxWaitingPerHost) {
    refuse(std::move(run), "too many commands are waiting already");
    if (link->is_idle()) idle(*link);
    return;
  }
  run->connect_budget = settings_.connect_timeout;
  ++runs_;
  link->add(std::move(run));
}

void Engine::forget(const std::string& host_id) {
  if (HostLink* link = find(host_id)) link->forget();
}

void Engine::shut_down() {
  stopped_ = true;
  line_.clear();
  for (auto& [id, link] : links_) link->shut_down();
  links_.clear();
}

void Engine::ask_turn(HostLink& link) {
  line_.push_back(link.host_id());
  schedule_grants();
}

void Engine::end_turn(HostLink& link) {
  connecting_.erase(link.host_id());
  schedule_grants();
}

void Engine::schedule_grants() {
  if (grants_scheduled_ || line_.empty()) return;
  grants_scheduled_ = loop_->post([this] {
    grants_scheduled_ = false;
    grant_turns();
  });
}

void Engine::grant_turns() {
  const auto limit = static_cast<std::size_t>(std::max(1, settings_.connects_at_once));
  while (!line_.empty() && connecting_.size() < limit) {
    const std::string id = std::move(line_.front());
    line_.pop_front();
    HostLink* link = find(id);
    if (link == nullptr) continue;
    connecting_.insert(id);
    link->on_turn();
  }
}

HostLink* Engine::find(const std::string& host_id) {
  const auto found = links_.find(host_id);
  return found == links_.end() ? nullptr : found->second.get();
}

void Engine::look_up(HostLink& link, const Host& host, int attempt) {
  const bool needs_keys = settings_.host_keys == HostKeyPolicy::kKnownHosts;
  if (auto literal = literal_endpoint(host.address, host.port); literal && !needs_keys) {
    link.on_directions(attempt, Directions{{std::move(*literal)}, {}}, End::kNoAddress);
    return;
  }
  const auto known_hosts = settings_.known_hosts;
  const bool queued =
      resolver_->submit([this, weak = std::weak_ptr(loop_), id = link.host_id(), host, attempt,
                         needs_keys, known_hosts](const std::stop_token&) {
        Result<Directions> found;
        End end = End::kNoAddress;
        auto endpoints = resolve(host.address, host.port);
        if (!endpoints) {
          found = fail(endpoints.error());
        } else {
          found->endpoints = std::move(*endpoints);
        }
        if (found && needs_keys) {
          if (auto keys = read_known_hosts(known_hosts, host.address, host.port)) {
            found->known_keys = std::move(*keys);
          } else {
            end = End::kNotTried;
            found = fail(keys.error());
          }
        }
        const auto loop = weak.lock();
        if (!loop) return;
        // `this` is only touched by the loop's thread, which ends before we do.
        (void)loop->post([this, id, attempt, end, found = std::move(found)]() mutable {
          if (HostLink* waiting = find(id)) waiting->on_directions(attempt, std::move(found), end);
        });
      });
  if (!queued) {
    link.on_directions(attempt, fail(ErrorKind::kUnavailable, "too many name lookups are waiting"),
                       End::kNoAddress);
  }
}

void Engine::pin(HostLink& link, const std::string& fingerprint, int attempt) {
  const auto answer = [this, id = link.host_id(), attempt](Result<std::string> pinned) {
    (void)loop_->post([this, id, attempt, pinned = std::move(pinned)] {
      if (HostLink* waiting = find(id)) waiting->on_pinned(attempt, pinned);
    });
  };
  const bool queued =
      pinner_->submit([this, answer, id = link.host_id(), fingerprint](const std::stop_token&) {
        answer(keys_.pin(id, fingerprint));
      });
  if (!queued) answer(fail(ErrorKind::kUnavailable, "too many host keys are being checked"));
}

void Engine::finished(std::unique_ptr<Run> run) {
  --runs_;
  run->done(std::move(run->results));
}

void Engine::idle(HostLink& link) {
  (void)loop_->post([this, id = link.host_id()] {
    const auto found = links_.find(id);
    if (found != links_.end() && found->second->is_idle()) links_.erase(found);
  });
}

}  // namespace livesonic::remote
