// SPDX-License-Identifier: Apache-2.0
// A host's session and who waits for it. How it comes about: host_link_connect.cpp; what is said on
// it: host_link_talks.cpp.
#include "livesonic/remote/host_link.h"

#include <algorithm>
#include <utility>

namespace livesonic::remote {
namespace {

// With so many channels that should have been closed long ago, a new session is better.
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

void HostLink::add(std::unique_ptr<Task> task) {
  forgotten_ = false;
  waiting_.push_back(std::move(task));
  proceed();
}

void HostLink::end_stream(StreamId id) {
  const Failure failure{End::kNotTried, "it is no longer wanted"};
  const auto is_it = [id](const std::unique_ptr<Task>& task) {
    return task && task->stream && task->stream->id == id;
  };
  if (const auto found = std::find_if(waiting_.begin(), waiting_.end(), is_it);
      found != waiting_.end()) {
    auto task = std::move(*found);
    waiting_.erase(found);
    conclude(std::move(task), failure);
  }
  for (Conversation& conversation : conversations_) {
    if (!is_it(conversation.task)) continue;
    conclude(std::move(conversation.task), failure);
    conversation.talk->stop(std::chrono::steady_clock::now());
  }
  proceed();
}

void HostLink::forget() {
  forgotten_ = true;
  const Failure failure{End::kNotTried, "the host is no longer watched"};
  end_streams(failure);
  for (auto& task : std::exchange(waiting_, {})) {
    if (task->stream) {
      conclude(std::move(task), failure);
    } else {
      waiting_.push_back(std::move(task));
    }
  }
  proceed();
}

void HostLink::shut_down() {
  const Failure failure{End::kNotTried, "Livesonic is stopping"};
  for (Conversation& conversation : conversations_) {
    if (conversation.task) waiting_.push_back(std::move(conversation.task));
  }
  drop_session();
  connector_.reset();
  state_ = State::kIdle;
  services_.loop().wake_at(token_, std::nullopt);
  for (auto& task : std::exchange(waiting_, {})) conclude(std::move(task), failure);
}

void HostLink::on_wake(std::uint32_t /*events*/) {
  if (state_ == State::kReady) proceed();
}

// Does whatever can be done now. Every entry ends here.
void HostLink::proceed() {
  if (state_ == State::kReady) converse(std::chrono::steady_clock::now());
  if (state_ == State::kReady && commands() == 0) {
    const bool moved = !waiting_.empty() && !(waiting_.front()->host == target_);
    const bool unwanted = forgotten_ && waiting_.empty() && active() == 0;
    if (moved || is_worn(std::chrono::steady_clock::now()) || unwanted) {
      end_streams({End::kConnectionLost, "a new session was needed"});
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
    advance_talks(now);
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

// Why the session had better be given up although it looks alive; empty when it is well.
std::string HostLink::why_hopeless(SteadyTime now) const {
  const Duration patience = services_.settings().connect_timeout;
  if (channel_limit_ == 0 && active() == 0) return "the host refuses channels in this session";
  if (conversations_.empty() && waiting_.empty() &&
      session_->bytes_in() - bytes_when_idle_ > kMaxIdleBytes) {
    return "the host talks without being asked";
  }
  for (const Conversation& conversation : conversations_) {
    const ExecChannel& channel = conversation.talk->channel();
    if (const auto since = channel.closing_since();
        since && channel.opening() && now >= *since + patience) {
      return "the host no longer opens channels";
    }
    // Silence to a first question: the session has died unnoticed. Ask again in a new one.
    if (conversation.task && !conversation.task->reconnected && channel.opening() &&
        session_->packets_in() == conversation.packets_before &&
        now >= conversation.talk->asked_at() + patience / 2) {
      return "the host no longer answers in this session";
    }
  }
  return {};
}

void HostLink::lost(const std::string& reason) {
  const SteadyTime now = std::chrono::steady_clock::now();
  std::vector<std::unique_ptr<Task>> unfinished;
  for (Conversation& conversation : conversations_) {
    if (!conversation.task) continue;
    std::unique_ptr<Task> task = std::move(conversation.task);
    Talk& talk = *conversation.talk;
    talk.session_lost(now, reason);
    if (!talk.channel().sent()) {
      task->connect_budget -= std::min(task->connect_budget, since(talk.asked_at(), now));
    }
    for (CommandResult& result : talk.take_results()) task->take(std::move(result));
    unfinished.push_back(std::move(task));
  }
  drop_session();
  state_ = State::kIdle;
  std::reverse(unfinished.begin(), unfinished.end());
  for (auto& task : unfinished) {
    if (!task->through() && (task->reconnected || task->connect_budget <= Duration{0})) {
      conclude(std::move(task), {End::kConnectionLost, reason});
    } else {
      task->reconnected = true;
      put_back(std::move(task));
    }
  }
}

// To the head of the line for its next commands, or home.
void HostLink::put_back(std::unique_ptr<Task> task) {
  if (task->through()) {
    services_.finished(*task);
  } else {
    waiting_.push_front(std::move(task));
  }
}

void HostLink::conclude(std::unique_ptr<Task> task, const Failure& failure) {
  while (!task->through()) {
    CommandResult result;
    result.end = failure.end;
    result.detail = failure.detail;
    task->take(std::move(result));
  }
  services_.finished(*task);
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
  const auto undead = std::count_if(
      conversations_.begin(), conversations_.end(), [&](const Conversation& conversation) {
        const auto since = conversation.talk->channel().closing_since();
        return since && now >= *since + kTimeToClose;
      });
  return static_cast<std::size_t>(undead) >= kMaxUndead;
}

std::size_t HostLink::active() const {
  return static_cast<std::size_t>(
      std::count_if(conversations_.begin(), conversations_.end(),
                    [](const Conversation& conversation) { return conversation.task != nullptr; }));
}

std::size_t HostLink::commands() const {
  return static_cast<std::size_t>(std::count_if(
      conversations_.begin(), conversations_.end(), [](const Conversation& conversation) {
        return conversation.task && conversation.task->run;
      }));
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
    const ExecChannel& channel = conversation.talk->channel();
    consider(conversation.talk->due());
    if (const auto since = channel.closing_since(); since && channel.opening()) {
      consider(*since + patience);
    }
    if (conversation.task && !conversation.task->reconnected && channel.opening() &&
        session_->packets_in() == conversation.packets_before) {
      consider(conversation.talk->asked_at() + patience / 2);
    }
  }
  return first;
}

}  // namespace livesonic::remote
