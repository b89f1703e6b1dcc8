// SPDX-License-Identifier: Apache-2.0
// From a turn to a session, or to the end of all that wait for it.
#include <algorithm>
#include <utility>

#include "livesonic/remote/host_link.h"

namespace livesonic::remote {
namespace {

// Most sshd allow ten (MaxSessions); two are left for channels that are still being closed.
constexpr std::size_t kChannelsAtOnce = 8;

}  // namespace

void HostLink::on_turn() {
  if (waiting_.empty()) {
    state_ = State::kIdle;
    services_.end_turn(*this, ConnectLine::Outcome::kLeft);
    proceed();
    return;
  }
  const Task& first = *waiting_.front();
  target_ = first.host;
  attempt_began_ = std::chrono::steady_clock::now();
  const Duration patience =
      first.started ? first.connect_budget : services_.settings().connect_timeout;
  state_ = State::kConnecting;
  auto route = services_.route_to(target_);
  if (!route) {
    not_connected({End::kNotTried, route.error().message});
    return;
  }
  connector_ =
      std::make_unique<Connector>(Connector::Kind::kHost, host_id_, std::move(*route),
                                  attempt_began_ + patience, services_.connecting(), *this);
  rearm();
}

std::string HostLink::way() const {
  const Host& host = waiting_.front()->host;
  const auto route = services_.route_to(host);
  return route ? way_of(*route) : host.address;
}

void HostLink::connected(std::unique_ptr<Session> session, const std::string& /*where*/) {
  connector_.reset();
  session_ = std::move(session);
  const auto spent =
      std::chrono::duration_cast<Duration>(std::chrono::steady_clock::now() - attempt_began_);
  for (const auto& task : waiting_) {
    const Duration had =
        task->started ? task->connect_budget : services_.settings().connect_timeout;
    task->connect_budget = std::max(had - spent, Duration{0});
  }
  state_ = State::kReady;
  channel_limit_ = kChannelsAtOnce;
  served_ = false;
  takes_batches_ = false;
  hold_until_.reset();
  bytes_when_idle_ = session_->bytes_in();
  services_.end_turn(*this, ConnectLine::Outcome::kReached);
  proceed();
}

void HostLink::not_connected(Failure failure) {
  connector_.reset();
  state_ = State::kIdle;
  services_.end_turn(*this, ConnectLine::Outcome::kFailed);
  // All that wait for this very host share its fate; an address that changed gets its own attempt.
  std::deque<std::unique_ptr<Task>> others;
  for (auto& task : waiting_) {
    if (task->host == target_) {
      conclude(std::move(task), failure);
    } else {
      others.push_back(std::move(task));
    }
  }
  waiting_ = std::move(others);
  proceed();
}

}  // namespace livesonic::remote
