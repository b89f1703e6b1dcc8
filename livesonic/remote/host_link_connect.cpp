// SPDX-License-Identifier: Apache-2.0
// The way to a session: turn, address, TCP, key exchange, host key, authentication. All of it but
// the waiting for the turn must be done by one deadline.
#include <fmt/format.h>
#include <sys/epoll.h>

#include <algorithm>
#include <utility>

#include "livesonic/base/text.h"
#include "livesonic/base/time_text.h"
#include "livesonic/remote/host_link.h"

namespace livesonic::remote {
namespace {

// Most sshd allow ten (MaxSessions); two are left for channels that are still being closed.
constexpr std::size_t kChannelsAtOnce = 8;

SteadyTime now_steady() {
  return std::chrono::steady_clock::now();
}

}  // namespace

void HostLink::on_turn() {
  if (waiting_.empty()) {
    state_ = State::kIdle;
    services_.end_turn(*this);
    proceed();
    return;
  }
  const Run& first = *waiting_.front();
  target_ = first.host;
  attempt_began_ = now_steady();
  deadline_ = attempt_began_ +
              (first.started ? first.connect_budget : services_.settings().connect_timeout);
  ++attempt_;
  endpoint_.clear();
  state_ = State::kLookingUp;
  services_.look_up(*this, target_, attempt_);
  rearm();
}

void HostLink::on_directions(int attempt, Result<Directions> directions, End end_if_failed) {
  if (attempt != attempt_ || state_ != State::kLookingUp) return;
  if (!directions) {
    fail_connecting({end_if_failed, directions.error().message});
    return;
  }
  known_keys_ = std::move(directions->known_keys);
  dialer_.emplace(std::move(directions->endpoints), deadline_);
  state_ = State::kDialing;
  dial();
}

void HostLink::dial() {
  services_.loop().unwatch(token_);  // the dialer may close the socket
  switch (dialer_->advance(now_steady())) {
    case Dialer::State::kConnecting:
      services_.loop().watch(token_, dialer_->socket(), EPOLLOUT);
      rearm();
      return;
    case Dialer::State::kFailed:
      fail_connecting(dialer_->failure());
      return;
    case Dialer::State::kConnected:
      break;
  }
  endpoint_ = dialer_->endpoint();
  auto session =
      Session::adopt(dialer_->take_socket(), target_.user, host_key_algorithms(known_keys_));
  dialer_.reset();
  if (!session) {
    fail_connecting({End::kProtocolError, session.error().message});
    return;
  }
  session_ = std::move(*session);
  state_ = State::kExchangingKeys;
  exchange_keys();
}

void HostLink::exchange_keys() {
  switch (session_->exchange_keys()) {
    case Session::Step::kAgain:
      rearm();
      return;
    case Session::Step::kDone:
      check_host_key();
      return;
    default:
      fail_connecting(
          {End::kProtocolError, fmt::format("no SSH with {}: {}", where(), session_->error())});
  }
}

void HostLink::check_host_key() {
  fingerprint_ = session_->host_key_fingerprint();
  switch (services_.settings().host_keys) {
    case HostKeyPolicy::kInsecure:
      authenticate();
      return;
    case HostKeyPolicy::kPin:
      state_ = State::kCheckingKey;
      rearm();  // reads nothing meanwhile
      services_.pin(*this, fingerprint_, attempt_);
      return;
    case HostKeyPolicy::kKnownHosts:
      break;
  }
  if (known_keys_.empty()) {
    fail_connecting({End::kHostKeyUnknown,
                     fmt::format("{} presents the host key {}, and known_hosts has none for it; "
                                 "check it and add it there (ssh-keyscan -p {} {})",
                                 where(), fingerprint_, target_.port, target_.address)});
    return;
  }
  const bool known = std::any_of(known_keys_.begin(), known_keys_.end(), [&](const KnownKey& key) {
    return key.fingerprint == fingerprint_;
  });
  if (!known) {
    fail_connecting({End::kHostKeyChanged,
                     fmt::format("{} presents the host key {}, but known_hosts has {} ({}); if the "
                                 "host was rebuilt on purpose, correct known_hosts",
                                 where(), fingerprint_, known_keys_.front().fingerprint,
                                 known_keys_.front().type)});
    return;
  }
  authenticate();
}

void HostLink::on_pinned(int attempt, const Result<std::string>& pinned) {
  if (attempt != attempt_ || state_ != State::kCheckingKey) return;
  if (!pinned) {
    fail_connecting(
        {End::kNotTried, "the host key could not be checked: " + pinned.error().message});
  } else if (*pinned != fingerprint_) {
    fail_connecting(
        {End::kHostKeyChanged,
         fmt::format("{} presents the host key {}, but {} was pinned to {}; nothing is run there. "
                     "If the host was rebuilt on purpose: livesonic host-key forget {}",
                     where(), fingerprint_, *pinned, host_id_, host_id_)});
  } else {
    authenticate();
  }
}

void HostLink::authenticate() {
  state_ = State::kAuthenticating;
  switch (session_->authenticate(services_.identity())) {
    case Session::Step::kAgain:
      rearm();
      return;
    case Session::Step::kDone:
      ready();
      return;
    case Session::Step::kRefused:
      fail_connecting(
          {End::kAuthenticationRefused,
           fmt::format("logging in as {} on {}: {}", printable(shorten(target_.user, 64)), where(),
                       session_->error())});
      return;
    case Session::Step::kFailed:
      fail_connecting(
          {End::kProtocolError, fmt::format("logging in on {}: {}", where(), session_->error())});
  }
}

void HostLink::ready() {
  const auto spent = std::chrono::duration_cast<Duration>(now_steady() - attempt_began_);
  for (const auto& run : waiting_) {
    const Duration had = run->started ? run->connect_budget : services_.settings().connect_timeout;
    run->connect_budget = std::max(had - spent, Duration{0});
  }
  state_ = State::kReady;
  channel_limit_ = kChannelsAtOnce;
  served_ = false;
  hold_until_.reset();
  bytes_when_idle_ = session_->bytes_in();
  services_.end_turn(*this);
  proceed();
}

// By value: the failure may be the dialer's own.
void HostLink::fail_connecting(Failure failure) {
  drop_session();
  dialer_.reset();
  state_ = State::kIdle;
  services_.end_turn(*this);
  // All that wait for this very host share its fate; an address that changed gets its own attempt.
  std::deque<std::unique_ptr<Run>> others;
  for (auto& run : waiting_) {
    if (run->host == target_) {
      conclude(std::move(run), failure);
    } else {
      others.push_back(std::move(run));
    }
  }
  waiting_ = std::move(others);
  proceed();
}

std::string HostLink::where() const {
  return endpoint_.empty() ? printable(shorten(target_.address, 255)) : endpoint_;
}

Failure HostLink::too_late() const {
  const char* doing = state_ == State::kLookingUp        ? "looking up its address"
                      : state_ == State::kDialing        ? "connecting"
                      : state_ == State::kExchangingKeys ? "exchanging keys"
                      : state_ == State::kCheckingKey    ? "checking its host key"
                                                         : "logging in";
  return {
      End::kConnectTimedOut,
      fmt::format("{} had not let us in within {} (last step: {})", where(),
                  format_duration(std::chrono::duration_cast<Duration>(deadline_ - attempt_began_)),
                  doing)};
}

}  // namespace livesonic::remote
