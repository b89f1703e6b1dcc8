// SPDX-License-Identifier: Apache-2.0
#include "livesonic/remote/engine.h"

#include <algorithm>
#include <utility>

namespace livesonic::remote {
namespace {

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

Engine::Engine(SshSettings settings, RouteRules rules, IdentityBook identities, KeyMemory& keys,
               Outside outside, std::shared_ptr<EventLoop> loop)
    : settings_(std::move(settings)),
      rules_(std::move(rules)),
      loop_(std::move(loop)),
      identities_(std::move(identities)),
      lookups_(settings_, keys, outside, loop_),
      parts_{*loop_, settings_, lookups_, identities_, bastions_} {
  bastions_.use(parts_);
}

Engine::~Engine() {
  links_.clear();
  bastions_.shut_down();
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
  bastions_.shut_down();
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
