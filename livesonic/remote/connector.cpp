// SPDX-License-Identifier: Apache-2.0
// Each step ends by waiting, or by calling the next one or the owner as the last thing that it
// does: the owner may destroy us.
#include "livesonic/remote/connector.h"

#include <fmt/format.h>
#include <sys/epoll.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <ratio>
#include <utility>

#include "livesonic/base/text.h"
#include "livesonic/base/time_text.h"

namespace livesonic::remote {
namespace {

// libssh keeps no more than 16 bits of a descriptor that it is given.
constexpr int kMaxDescriptor = 0xffff;

// For people: what our own part of the way took is no news.
using Hundredths = std::chrono::duration<std::int64_t, std::centi>;

SteadyTime now_steady() {
  return std::chrono::steady_clock::now();
}

}  // namespace

Connector::Connector(Kind kind, std::string id, Route route, SteadyTime deadline,
                     const ConnectParts& parts, Owner& owner)
    : kind_(kind),
      id_(std::move(id)),
      route_(std::move(route)),
      began_(now_steady()),
      deadline_(deadline),
      parts_(parts),
      owner_(owner),
      token_(parts.loop.add(*this)) {
  parts_.loop.wake_at(token_, SteadyTime{});  // starts in the loop's next round
}

Connector::~Connector() {
  agent_.reset();
  if (session_ && session_->descriptor() < 0) {
    parts_.loop.forget_descriptor(token_);
  } else {
    parts_.loop.unwatch(token_);
  }
  parts_.loop.remove(token_);
}

void Connector::on_wake(std::uint32_t events) {
  if (state_ == State::kStarting) {
    start();
  } else if (now_steady() >= deadline_) {
    fail_with(too_late());
  } else if (state_ == State::kDialing) {
    dial();
  } else if (state_ == State::kExchangingKeys && events != 0) {
    exchange_keys();
  } else if (state_ == State::kAuthenticating && events != 0) {
    authenticate();
  } else {
    rearm();
  }
}

void Connector::start() {
  state_ = State::kLookingUp;
  parts_.loop.wake_at(token_, deadline_);
  parts_.lookups.find(ticket(), route_.target.address, route_.target.port, route_.hops.empty(),
                      [this](Lookups::Found found) { on_directions(std::move(found)); });
}

void Connector::on_directions(Lookups::Found found) {
  if (!found.directions) {
    fail_with({found.end_if_failed, found.directions.error().message});
    return;
  }
  known_keys_ = std::move(found.directions->known_keys);
  if (!route_.hops.empty()) {
    state_ = State::kTunnelling;
    parts_.tunnels.open(route_.hops, route_.target.address, route_.target.port, ticket(),
                        [this](Tunnels::Opened opened) { on_tunnel(std::move(opened)); });
    return;
  }
  dialer_.emplace(std::move(found.directions->endpoints), deadline_);
  state_ = State::kDialing;
  dial();
}

void Connector::dial() {
  parts_.loop.unwatch(token_);  // the dialer may close the socket
  switch (dialer_->advance(now_steady())) {
    case Dialer::State::kConnecting:
      parts_.loop.watch(token_, dialer_->socket(), EPOLLOUT);
      rearm();
      return;
    case Dialer::State::kFailed:
      fail_with(dialer_->failure());
      return;
    case Dialer::State::kConnected:
      break;
  }
  endpoint_ = dialer_->endpoint();
  const int socket = dialer_->take_socket();
  dialer_.reset();
  adopt(socket);
}

void Connector::on_tunnel(Tunnels::Opened opened) {
  if (opened.failure) {
    fail_with(std::move(*opened.failure));
    return;
  }
  endpoint_ = fmt::format("{} through {}", place_of(route_.target), name_of(route_.hops.back()));
  if (opened.socket > kMaxDescriptor) {
    close(opened.socket);
    fail_with({End::kUnreachable, "too many open files (on this machine)"});
    return;
  }
  adopt(opened.socket);
}

void Connector::adopt(int socket) {
  auto session = Session::adopt(socket, route_.target.user, host_key_algorithms(known_keys_),
                                parts_.settings.rekey_after);
  if (!session) {
    fail_with({End::kProtocolError, session.error().message});
    return;
  }
  session_ = std::move(*session);
  state_ = State::kExchangingKeys;
  exchange_keys();
}

void Connector::exchange_keys() {
  switch (session_->exchange_keys()) {
    case Session::Step::kAgain:
      rearm();
      return;
    case Session::Step::kDone:
      check_host_key();
      return;
    default:
      fail_with(
          {End::kProtocolError, fmt::format("no SSH with {}: {}", where(), session_->error())});
  }
}

void Connector::check_host_key() {
  const Presented presented{where(), id_, session_->host_key_fingerprint()};
  const HostKeyPolicy policy = parts_.settings.host_keys;
  if (policy == HostKeyPolicy::kInsecure) {
    prepare_login();
  } else if (policy == HostKeyPolicy::kKnownHosts) {
    auto failure = judge_known(presented, known_keys_, route_.target.address, route_.target.port);
    if (failure) {
      fail_with(std::move(*failure));
    } else {
      prepare_login();
    }
  } else {
    state_ = State::kCheckingKey;
    rearm();  // reads nothing meanwhile
    parts_.lookups.check(ticket(), presented,
                         policy == HostKeyPolicy::kConsole && kind_ == Kind::kHost,
                         [this](std::optional<Failure> failure) {
                           if (failure) {
                             fail_with(std::move(*failure));
                           } else {
                             prepare_login();
                           }
                         });
  }
}

void Connector::prepare_login() {
  state_ = State::kPreparing;
  const bool own_files = !route_.target.identity_files.empty();
  const IdentityKind kind = parts_.settings.identity;
  if (kind == IdentityKind::kAgent && !own_files) {
    rearm();
    parts_.lookups.agent_keys(
        ticket(), [this](Result<std::vector<AgentKey>> keys) { on_agent_keys(std::move(keys)); });
  } else if (kind == IdentityKind::kInstanceConnect && kind_ == Kind::kHost) {
    rearm();
    parts_.lookups.push_key(
        ticket(), id_, route_.target.user,
        [this](Result<std::shared_ptr<const LoginKeys>> keys) { on_keys(std::move(keys)); });
  } else {
    on_keys(parts_.identities.keys(route_.target.identity_files, now_steady()));
  }
}

void Connector::on_keys(Result<std::shared_ptr<const LoginKeys>> keys) {
  if (!keys) {
    fail_with({End::kNotTried, keys.error().message});
    return;
  }
  keys_ = std::move(*keys);
  authenticate();
}

void Connector::on_agent_keys(Result<std::vector<AgentKey>> keys) {
  if (!keys) {
    fail_with({End::kNotTried, keys.error().message});
    return;
  }
  if (keys->empty()) {
    fail_with({End::kNotTried, "the ssh-agent has no keys; add one with ssh-add"});
    return;
  }
  agent_ = std::make_unique<AgentLogin>(*session_, std::move(*keys));
  authenticate();
}

void Connector::authenticate() {
  state_ = State::kAuthenticating;
  if (agent_) {
    authenticate_with_agent();
  } else {
    conclude_login(session_->authenticate(*keys_));
  }
}

void Connector::authenticate_with_agent() {
  switch (agent_->advance()) {
    case AgentLogin::Step::kAgain:
      conclude_login(Session::Step::kAgain);
      return;
    case AgentLogin::Step::kDone:
      conclude_login(Session::Step::kDone);
      return;
    case AgentLogin::Step::kRefused:
      conclude_login(Session::Step::kRefused);
      return;
    case AgentLogin::Step::kFailed:
      conclude_login(Session::Step::kFailed);
      return;
    case AgentLogin::Step::kSign:
      break;
  }
  state_ = State::kSigning;
  rearm();
  parts_.lookups.agent_signature(
      ticket(), agent_->request(),
      [this](const Result<std::string>& signature) { on_signature(signature); });
}

void Connector::on_signature(const Result<std::string>& signature) {
  if (!signature) {
    fail_with({End::kNotTried, signature.error().message});
  } else if (!agent_->give(*signature)) {
    fail_with({End::kNotTried, "the ssh-agent refuses to sign (ssh-add -c asks a person first)"});
  } else {
    authenticate();
  }
}

void Connector::conclude_login(Session::Step step) {
  switch (step) {
    case Session::Step::kAgain:
      rearm();
      return;
    case Session::Step::kDone:
      succeed();
      return;
    case Session::Step::kRefused:
      fail_with(
          {End::kAuthenticationRefused,
           fmt::format("logging in as {} on {}: {}", printable(shorten(route_.target.user, 64)),
                       where(), session_->error())});
      return;
    case Session::Step::kFailed:
      fail_with(
          {End::kProtocolError, fmt::format("logging in on {}: {}", where(), session_->error())});
  }
}

void Connector::succeed() {
  agent_.reset();
  parts_.loop.unwatch(token_);
  parts_.loop.wake_at(token_, std::nullopt);
  const std::string here = where();
  owner_.connected(std::move(session_), here);
}

void Connector::fail_with(Failure failure) {
  parts_.loop.wake_at(token_, std::nullopt);
  owner_.not_connected(std::move(failure));
}

void Connector::rearm() {
  EventLoop& loop = parts_.loop;
  const bool talking = state_ == State::kExchangingKeys || state_ == State::kAuthenticating;
  if (session_) {
    if (session_->descriptor() < 0) {
      loop.forget_descriptor(token_);
    } else if (talking && session_->wanted_events() != 0) {
      loop.watch(token_, session_->descriptor(), session_->wanted_events());
    } else {
      loop.unwatch(token_);
    }
  }
  loop.wake_at(token_, dialer_ ? std::min(dialer_->due(), deadline_) : deadline_);
}

std::string Connector::where() const {
  return endpoint_.empty() ? printable(shorten(route_.target.address, 255)) : endpoint_;
}

Failure Connector::too_late() const {
  const char* doing = "logging in";
  switch (state_) {
    case State::kStarting:
    case State::kLookingUp:
      doing = "looking up its address";
      break;
    case State::kDialing:
      doing = "connecting";
      break;
    case State::kTunnelling:
      doing = "connecting through its bastion";
      break;
    case State::kExchangingKeys:
      doing = "exchanging keys";
      break;
    case State::kCheckingKey:
      doing = "checking its host key";
      break;
    case State::kPreparing:
    case State::kSigning:
      doing = parts_.settings.identity == IdentityKind::kAgent ? "asking the ssh-agent"
                                                               : "having AWS let our key in";
      break;
    case State::kAuthenticating:
      break;
  }
  const bool connected = state_ != State::kStarting && state_ != State::kLookingUp &&
                         state_ != State::kDialing && state_ != State::kTunnelling;
  return {connected ? End::kLoginTimedOut : End::kConnectTimedOut,
          fmt::format("{} had not let us in within {} (last step: {})", where(),
                      format_duration(std::chrono::round<Hundredths>(deadline_ - began_)), doing)};
}

}  // namespace livesonic::remote
