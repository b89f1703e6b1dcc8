// SPDX-License-Identifier: Apache-2.0
#include "livesonic/remote/engine.h"

#include <algorithm>
#include <utility>

namespace livesonic::remote {
namespace {

constexpr std::size_t kMaxTasks = 100'000;
constexpr std::size_t kMaxWaitingPerHost = 1'000;

}  // namespace

Engine::Engine(SshSettings settings, RouteRules rules, IdentityBook identities, KeyMemory& keys,
               Outside outside, std::shared_ptr<EventLoop> loop)
    : settings_(std::move(settings)),
      rules_(std::move(rules)),
      loop_(std::move(loop)),
      identities_(std::move(identities)),
      lookups_(settings_, keys, outside, loop_),
      parts_{*loop_, settings_, lookups_, identities_, bastions_},
      line_(static_cast<std::size_t>(std::max(1, settings_.connects_at_once))),
      line_token_(loop_->add(*this)),
      random_(std::random_device{}()) {
  bastions_.use(parts_);
}

Engine::~Engine() {
  links_.clear();
  bastions_.shut_down();
  loop_->remove(line_token_);
}

void Engine::accept(std::unique_ptr<Task> task) {
  if (stopped_) {
    refuse(*task, "Livesonic is stopping");
    return;
  }
  if (task->through()) {
    task->run->done({});
    return;
  }
  std::unique_ptr<HostLink>& link = links_[task->host.id];
  if (!link) link = std::make_unique<HostLink>(task->host.id, *this);
  if (tasks_ >= kMaxTasks || link->waiting() >= kMaxWaitingPerHost) {
    refuse(*task, "too many commands are waiting already");
    if (link->is_idle()) idle(*link);
    return;
  }
  task->connect_budget = settings_.connect_timeout;
  ++tasks_;
  link->add(std::move(task));
}

void Engine::end_stream(const std::string& host_id, StreamId id) {
  if (HostLink* link = find(host_id)) link->end_stream(id);
}

void Engine::forget(const std::string& host_id) {
  line_.forget(host_id);
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
  line_.ask(link.host_id(), link.way(), std::chrono::steady_clock::now(), random_());
  schedule_grants();
}

void Engine::end_turn(HostLink& link, ConnectLine::Outcome outcome) {
  line_.end(link.host_id(), outcome);
  schedule_grants();
}

void Engine::schedule_grants() {
  if (grants_scheduled_ || stopped_) return;
  grants_scheduled_ = loop_->post([this] {
    grants_scheduled_ = false;
    grant_turns();
  });
}

void Engine::on_wake(std::uint32_t) {
  grant_turns();
}

void Engine::grant_turns() {
  while (const auto id = line_.next(std::chrono::steady_clock::now())) {
    if (HostLink* link = find(*id)) {
      link->on_turn();
    } else {
      line_.end(*id, ConnectLine::Outcome::kLeft);
    }
  }
  loop_->wake_at(line_token_, line_.due());
}

HostLink* Engine::find(const std::string& host_id) {
  const auto found = links_.find(host_id);
  return found == links_.end() ? nullptr : found->second.get();
}

void Engine::finished(const Task& task) {
  // A run whose commands went different ways is through with the last of them; and only once, where
  // several were cut off together.
  if (task.run && (task.run->missing > 0 || !task.run->done)) return;
  --tasks_;
  if (task.run) std::exchange(task.run->done, nullptr)(std::move(task.run->results));
}

void Engine::idle(HostLink& link) {
  (void)loop_->post([this, id = link.host_id()] {
    const auto found = links_.find(id);
    if (found != links_.end() && found->second->is_idle()) links_.erase(found);
  });
}

}  // namespace livesonic::remote
