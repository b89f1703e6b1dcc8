// SPDX-License-Identifier: Apache-2.0
#include "livesonic/remote/bastion.h"

#include <fmt/format.h>
#include <sys/epoll.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <utility>

namespace livesonic::remote {
namespace {

// sshd connects to one host after the other, and each new session costs the bastion and the network
// behind it something.
constexpr std::size_t kOpeningAtOnce = 16;
// Those that nobody waits for any more can't be taken back. Hosts that swallow packets keep sshd
// busy with them for two minutes each.
constexpr std::size_t kMostOpening = 1'024;
constexpr std::chrono::seconds kFirstHold{1};
constexpr int kMostDoublings = 5;  // so that it is 32 seconds at most
constexpr std::chrono::seconds kKeptUnused{60};

SteadyTime now_steady() {
  return std::chrono::steady_clock::now();
}

std::string chain(const Route& route) {
  std::string text;
  for (const Stop& hop : route.hops) text += name_of(hop) + ",";
  return text + name_of(route.target);
}

// What its host key is pinned to: a bastion has no instance id, so it is known by the way to it.
std::string pin_id(const Route& route) {
  return "jump:" + way_of(route);
}

}  // namespace

Bastion::Bastion(Route route, const ConnectParts& parts)
    : route_(std::move(route)), parts_(parts), token_(parts.loop.add(*this)) {}

Bastion::~Bastion() {
  drop_session();
  parts_.loop.remove(token_);
}

void Bastion::open(const std::string& address, std::uint16_t port, const Lookups::Ticket& ticket,
                   const std::function<void(Tunnels::Opened)>& answer) {
  Wish wish{address, port, ticket, answer};
  if (!session_ && failure_ && now_steady() < hold_until_) {
    tell(wish, {-1, failure_});
    return;
  }
  waiting_.push_back(std::move(wish));
  unused_since_.reset();
  if (session_) {
    proceed();
  } else if (!connector_) {
    connect();
  }
}

void Bastion::connect() {
  connector_ =
      std::make_unique<Connector>(Connector::Kind::kBastion, pin_id(route_), route_,
                                  now_steady() + parts_.settings.connect_timeout, parts_, *this);
}

void Bastion::connected(std::unique_ptr<Session> session, const std::string& /*where*/) {
  connector_.reset();
  session_ = std::move(session);
  failure_.reset();
  failures_ = 0;
  proceed();
}

void Bastion::not_connected(Failure failure) {
  connector_.reset();
  failure.detail = fmt::format("the bastion {}: {}", name_of(route_.target), failure.detail);
  hold_until_ = now_steady() + kFirstHold * (1 << std::min(failures_++, kMostDoublings));
  tell_all(failure);
  failure_ = std::move(failure);
}

void Bastion::on_wake(std::uint32_t /*events*/) {
  if (session_) proceed();
}

void Bastion::on_tunnel(Tunnel& /*tunnel*/) {
  if (session_) proceed();
}

void Bastion::proceed() {
  const SteadyTime now = now_steady();
  bool alive = session_->pump(now);
  if (alive) {
    advance_passages();
    open_waiting(now);
    alive = session_->flush();
  }
  if (!alive) {
    lost(session_->error());
    return;
  }
  if (const std::string reason = why_hopeless(now); !reason.empty()) {
    lost(reason);
    return;
  }
  if (!passages_.empty() || !waiting_.empty()) {
    unused_since_.reset();
  } else if (!unused_since_) {
    unused_since_ = now;
  } else if (now >= *unused_since_ + kKeptUnused) {
    drop_session();
    return;
  }
  rearm(now);
}

void Bastion::open_waiting(SteadyTime now) {
  const auto opening = static_cast<std::size_t>(
      std::count_if(passages_.begin(), passages_.end(),
                    [](const Passage& passage) { return passage.tunnel->opening(); }));
  auto waited_for = static_cast<std::size_t>(
      std::count_if(passages_.begin(), passages_.end(), [](const Passage& passage) {
        return passage.tunnel->opening() && !passage.wish.ticket.expired();
      }));
  bool opened = false;
  for (std::size_t all = opening;
       !waiting_.empty() && waited_for < kOpeningAtOnce && all < kMostOpening;) {
    Wish wish = std::move(waiting_.front());
    waiting_.pop_front();
    if (wish.ticket.expired()) continue;
    auto tunnel =
        std::make_unique<Tunnel>(session_->handle(), parts_.loop, *this, wish.address, wish.port);
    passages_.push_back({std::move(wish), std::move(tunnel), now, session_->packets_in()});
    ++waited_for;
    ++all;
    opened = true;
  }
  if (opened) advance_passages();
}

void Bastion::advance_passages() {
  for (std::size_t i = 0; i < passages_.size();) {
    Passage& passage = passages_[i];
    passage.tunnel->advance();
    if (!session_->alive()) return;  // what looks refused may only be cut off
    if (!passage.answered && !passage.tunnel->opening()) answer(passage);
    if (passage.tunnel->gone()) {
      if (i + 1 < passages_.size()) std::swap(passage, passages_.back());
      passages_.pop_back();
    } else {
      ++i;
    }
  }
}

void Bastion::answer(Passage& passage) {
  passage.answered = true;
  if (passage.tunnel->failure()) {
    Failure failure = *passage.tunnel->failure();
    failure.detail = fmt::format("{} can't be reached through the bastion {}: {}",
                                 place_of({passage.wish.address, passage.wish.port, {}, {}}),
                                 name_of(route_.target), failure.detail);
    tell(passage.wish, {-1, std::move(failure)});
  } else {
    tell(passage.wish, {passage.tunnel->take_socket(), std::nullopt});
  }
}

void Bastion::tell(const Wish& wish, Tunnels::Opened opened) {
  const bool posted =
      parts_.loop.post([ticket = wish.ticket, answer = wish.answer, opened]() mutable {
        if (ticket.lock()) {
          answer(std::move(opened));
        } else if (opened.socket >= 0) {
          close(opened.socket);
        }
      });
  if (!posted && opened.socket >= 0) close(opened.socket);
}

void Bastion::tell_all(const Failure& failure) {
  for (const Wish& wish : waiting_) tell(wish, {-1, failure});
  waiting_.clear();
}

// Silence to a question: the session has died unnoticed.
std::string Bastion::why_hopeless(SteadyTime now) const {
  for (const Passage& passage : passages_) {
    if (passage.tunnel->opening() && session_->packets_in() == passage.packets_before &&
        now >= passage.asked + parts_.settings.connect_timeout / 2) {
      return "it no longer answers in this session";
    }
  }
  return {};
}

// The hosts see that their connections end; who waits for one tries a new session.
void Bastion::lost(const std::string& reason) {
  std::vector<Wish> unanswered;
  for (Passage& passage : passages_) {
    if (!passage.answered) unanswered.push_back(std::move(passage.wish));
  }
  drop_session();
  const Failure failure{End::kUnreachable,
                        fmt::format("the bastion {}: {}", name_of(route_.target), reason)};
  for (const Wish& wish : unanswered) tell(wish, {-1, failure});
  if (!waiting_.empty()) connect();
}

void Bastion::drop_session() {
  passages_.clear();
  if (session_ && session_->descriptor() < 0) {
    parts_.loop.forget_descriptor(token_);
  } else {
    parts_.loop.unwatch(token_);
  }
  parts_.loop.wake_at(token_, std::nullopt);
  session_.reset();
  connector_.reset();
}

void Bastion::rearm(SteadyTime now) {
  if (session_->wanted_events() != 0) {
    parts_.loop.watch(token_, session_->descriptor(), session_->wanted_events());
  } else {
    parts_.loop.unwatch(token_);
  }
  std::optional<SteadyTime> due = session_->resume_at();
  const auto consider = [&](SteadyTime time) {
    if (!due || time < *due) due = time;
  };
  if (unused_since_) consider(*unused_since_ + kKeptUnused);
  for (const Passage& passage : passages_) {
    if (!passage.tunnel->opening()) continue;
    if (session_->packets_in() == passage.packets_before) {
      consider(passage.asked + parts_.settings.connect_timeout / 2);
    }
    // A place is free when nobody waits for this one any more.
    if (!waiting_.empty()) consider(std::max(now, passage.asked) + std::chrono::milliseconds{100});
  }
  parts_.loop.wake_at(token_, due);
}

void Bastions::open(const std::vector<Stop>& hops, const std::string& address, std::uint16_t port,
                    const Lookups::Ticket& ticket, const std::function<void(Opened)>& answer) {
  if (parts_ == nullptr) return;
  const Route route{std::vector<Stop>(hops.begin(), hops.end() - 1), hops.back()};
  std::unique_ptr<Bastion>& bastion = bastions_[chain(route)];
  if (!bastion) bastion = std::make_unique<Bastion>(route, *parts_);
  bastion->open(address, port, ticket, answer);
}

void Bastions::shut_down() {
  parts_ = nullptr;
  bastions_.clear();
}

}  // namespace livesonic::remote
