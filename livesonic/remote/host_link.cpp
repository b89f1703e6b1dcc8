// SPDX-License-Identifier: Apache-2.0
// The conversations on a host's session. How the session comes about: host_link_connect.cpp.
#include "livesonic/remote/host_link.h"

#include <algorithm>
#include <utility>

namespace livesonic::remote {
namespace {

// Between attempts to open a channel where sshd says that it has too many: it frees the place of
// an ended command a moment after its end.
constexpr Duration kFirstRetry{20};
constexpr int kRetries = 4;
constexpr Duration kRetryBesideOthers{250};
// sshd confirms a channel's end only when its process has ended. One that is still there after this
// long may stay for ever; with so many of them, a new session is better.
constexpr Duration kTimeToClose{1'500};
constexpr std::size_t kMaxUndead = 4;
// A kept session on which nothing runs has nothing to say but a few keep-alives.
constexpr std::uint64_t kMaxIdleBytes = std::uint64_t{1} << 20;
constexpr int kRoundsAtOnce = 32;

}  // namespace

HostLink::HostLink(std::string host_id, LinkServices& services)
    : host_id_(std::move(host_id)), services_(services), token_(services.loop().add(*this)) {}

HostLink::~HostLink() {
  drop_session();
  services_.loop().remove(token_);
}

void HostLink::add(std::unique_ptr<Run> run) {
  forgotten_ = false;
  waiting_.push_back(std::move(run));
  proceed();
}

void HostLink::forget() {
  forgotten_ = true;
  proceed();
}

void HostLink::shut_down() {
  const Failure failure{End::kNotTried, "Livesonic is stopping"};
  for (Conversation& conversation : conversations_) {
    if (conversation.run) waiting_.push_back(std::move(conversation.run));
  }
  drop_session();
  connector_.reset();
  state_ = State::kIdle;
  services_.loop().wake_at(token_, std::nullopt);
  for (auto& run : std::exchange(waiting_, {})) conclude(std::move(run), failure);
}

void HostLink::on_wake(std::uint32_t /*events*/) {
  if (state_ == State::kReady) proceed();
}

// Does whatever can be done now. Every entry ends here.
void HostLink::proceed() {
  if (state_ == State::kReady) converse(std::chrono::steady_clock::now());
  if (state_ == State::kReady && active() == 0) {
    const bool moved = !waiting_.empty() && !(waiting_.front()->host == target_);
    if (moved || is_worn(std::chrono::steady_clock::now()) || (forgotten_ && waiting_.empty())) {
      drop_session();
      state_ = State::kIdle;
    }
  }
  if (state_ == State::kIdle && !waiting_.empty()) {
    state_ = State::kInLine;
    services_.ask_turn(*this);
  }
  rearm();
  if (is_idle()) services_.idle(*this);
}

void HostLink::converse(SteadyTime now) {
  bool alive = session_->pump(now);
  // Calls on one channel may read what belongs to another: until nothing new comes.
  bool news = true;
  for (int round = 0; alive && news && round < kRoundsAtOnce; ++round) {
    const std::uint64_t heard = session_->packets_in();
    advance_channels(now);
    news = start_waiting(now);
    alive = session_->flush();
    news = news || session_->packets_in() != heard;
  }
  more_to_do_ = news;
  if (!alive) {
    lost(session_->error());
  } else if (const std::string reason = why_hopeless(now); !reason.empty()) {
    lost(reason);
  }
}

void HostLink::advance_channels(SteadyTime now) {
  for (std::size_t i = 0; i < conversations_.size();) {
    Conversation& conversation = conversations_[i];
    conversation.channel->advance(now);
    if (!session_->alive()) return;  // what looks refused may only be cut off
    if (conversation.run && conversation.channel->concluded()) collect(conversation, now);
    if (conversation.channel->gone()) {
      if (!conversation.channel->refused()) hold_until_.reset();  // a place is free
      conversations_.erase(conversations_.begin() + static_cast<std::ptrdiff_t>(i));
      if (conversations_.empty()) bytes_when_idle_ = session_->bytes_in();
    } else {
      ++i;
    }
  }
}

// The command's result, and on with the run.
void HostLink::collect(Conversation& conversation, SteadyTime now) {
  std::unique_ptr<Run> run = std::move(conversation.run);
  CommandResult result = conversation.channel->take_result();
  if (conversation.channel->refused()) {
    refused(std::move(run), result.detail, now);
    return;
  }
  served_ = true;
  run->refusals = 0;
  run->results.push_back(std::move(result));
  put_back(std::move(run));
}

void HostLink::refused(std::unique_ptr<Run> run, const std::string& reason, SteadyTime now) {
  const bool others_go_on = std::any_of(
      conversations_.begin(), conversations_.end(), [&](const Conversation& conversation) {
        const auto since = conversation.channel->closing_since();
        return conversation.run || (since && now < *since + kTimeToClose);
      });
  if (others_go_on) {
    channel_limit_ = std::max<std::size_t>(1, std::min(channel_limit_, active()));
    hold_until_ = now + kRetryBesideOthers;
    waiting_.push_front(std::move(run));
    return;
  }
  if (++run->refusals <= kRetries) {
    hold_until_ = now + kFirstRetry * (1 << run->refusals);
    waiting_.push_front(std::move(run));
    return;
  }
  run->refusals = 0;
  if (served_ && !run->reconnected) {
    // Commands that would not die may hold all places of this session; a new one has its own.
    run->reconnected = true;
    waiting_.push_front(std::move(run));
    hold_until_ = now;
    channel_limit_ = 0;
    return;
  }
  CommandResult result;
  result.end = End::kChannelRefused;
  result.detail = "the host refuses another channel (its sshd's MaxSessions?): " + reason;
  run->results.push_back(std::move(result));
  put_back(std::move(run));
}

// True when there is a new channel to advance.
bool HostLink::start_waiting(SteadyTime now) {
  if (hold_until_ && now < *hold_until_) return false;
  hold_until_.reset();
  bool started = false;
  while (!waiting_.empty() && active() < channel_limit_ && waiting_.front()->host == target_) {
    std::unique_ptr<Run> run = std::move(waiting_.front());
    waiting_.pop_front();
    run->started = true;
    const Command& command = run->commands[run->results.size()];
    auto channel = std::make_unique<CommandChannel>(session_->handle(), command, now);
    conversations_.push_back({std::move(run), std::move(channel), session_->packets_in()});
    started = true;
  }
  return started;
}

// Why the session had better be given up although it looks alive; empty when it is well.
std::string HostLink::why_hopeless(SteadyTime now) const {
  const Duration patience = services_.settings().connect_timeout;
  if (channel_limit_ == 0 && active() == 0) return "the host refuses channels in this session";
  if (conversations_.empty() && waiting_.empty() &&
      session_->bytes_in() - bytes_when_idle_ > kMaxIdleBytes) {
    return "the host talks without being asked";
  }
  for (const Conversation& conversation : conversations_) {
    const CommandChannel& channel = *conversation.channel;
    if (const auto since = channel.closing_since();
        since && channel.opening() && now >= *since + patience) {
      return "the host no longer opens channels";
    }
    // Silence to a first question: the session has died unnoticed. Ask again in a new one.
    if (conversation.run && !conversation.run->reconnected && channel.opening() &&
        session_->packets_in() == conversation.packets_before &&
        now >= channel.asked_at() + patience / 2) {
      return "the host no longer answers in this session";
    }
  }
  return {};
}

void HostLink::lost(const std::string& reason) {
  const SteadyTime now = std::chrono::steady_clock::now();
  std::vector<std::unique_ptr<Run>> unfinished;
  for (Conversation& conversation : conversations_) {
    if (!conversation.run) continue;
    std::unique_ptr<Run> run = std::move(conversation.run);
    const SteadyTime asked = conversation.channel->asked_at();
    if (conversation.channel->sent()) {
      conversation.channel->session_lost(now, reason);
      run->results.push_back(conversation.channel->take_result());
    } else {
      run->connect_budget -=
          std::min(run->connect_budget, std::chrono::duration_cast<Duration>(now - asked));
    }
    unfinished.push_back(std::move(run));
  }
  drop_session();
  state_ = State::kIdle;
  std::reverse(unfinished.begin(), unfinished.end());
  for (auto& run : unfinished) {
    const bool through = run->results.size() == run->commands.size();
    if (!through && (run->reconnected || run->connect_budget <= Duration{0})) {
      conclude(std::move(run), {End::kConnectionLost, reason});
    } else {
      run->reconnected = true;
      put_back(std::move(run));
    }
  }
}

// To the head of the line for its next command, or home.
void HostLink::put_back(std::unique_ptr<Run> run) {
  if (run->results.size() == run->commands.size()) {
    services_.finished(std::move(run));
  } else {
    waiting_.push_front(std::move(run));
  }
}

void HostLink::conclude(std::unique_ptr<Run> run, const Failure& failure) {
  while (run->results.size() < run->commands.size()) {
    CommandResult result;
    result.end = failure.end;
    result.detail = failure.detail;
    run->results.push_back(std::move(result));
  }
  services_.finished(std::move(run));
}

void HostLink::drop_session() {
  conversations_.clear();
  if (session_ && session_->descriptor() < 0) {
    services_.loop().forget_descriptor(token_);
  } else {
    services_.loop().unwatch(token_);
  }
  session_.reset();
}

// Too many channels whose processes will not die.
bool HostLink::is_worn(SteadyTime now) const {
  const auto undead = std::count_if(conversations_.begin(), conversations_.end(),
                                    [&](const Conversation& conversation) {
                                      const auto since = conversation.channel->closing_since();
                                      return since && now >= *since + kTimeToClose;
                                    });
  return static_cast<std::size_t>(undead) >= kMaxUndead;
}

std::size_t HostLink::active() const {
  return static_cast<std::size_t>(
      std::count_if(conversations_.begin(), conversations_.end(),
                    [](const Conversation& conversation) { return conversation.run != nullptr; }));
}

void HostLink::rearm() {
  EventLoop& loop = services_.loop();
  if (session_) {
    if (session_->wanted_events() != 0) {
      loop.watch(token_, session_->descriptor(), session_->wanted_events());
    } else {
      loop.unwatch(token_);
    }
  }
  loop.wake_at(token_, due());
}

std::optional<SteadyTime> HostLink::due() const {
  if (state_ != State::kReady) return std::nullopt;
  if (more_to_do_) return SteadyTime{};
  std::optional<SteadyTime> first = session_->resume_at();
  const auto consider = [&](std::optional<SteadyTime> time) {
    if (time && (!first || *time < *first)) first = time;
  };
  if (!waiting_.empty()) consider(hold_until_);
  const Duration patience = services_.settings().connect_timeout;
  for (const Conversation& conversation : conversations_) {
    const CommandChannel& channel = *conversation.channel;
    consider(channel.due());
    if (const auto since = channel.closing_since(); since && channel.opening()) {
      consider(*since + patience);
    }
    if (conversation.run && !conversation.run->reconnected && channel.opening() &&
        session_->packets_in() == conversation.packets_before) {
      consider(channel.asked_at() + patience / 2);
    }
  }
  return first;
}

}  // namespace livesonic::remote
