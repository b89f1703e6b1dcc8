// SPDX-License-Identifier: Apache-2.0
// The talks on a host's session: which begin, what comes of them, and what is done where the host
// refuses one.
#include <algorithm>
#include <utility>

#include "livesonic/remote/batch_channel.h"
#include "livesonic/remote/command_channel.h"
#include "livesonic/remote/host_link.h"
#include "livesonic/remote/stream_channel.h"

namespace livesonic::remote {
namespace {

// Between attempts to open a channel where sshd says that it has too many: it frees the place of
// an ended command a moment after its end.
constexpr Duration kFirstRetry{20};
constexpr int kRetries = 4;
constexpr Duration kRetryBesideOthers{250};
// A shell that takes no batches may be another one tomorrow.
constexpr Duration kSinglyFor = std::chrono::hours{1};
const std::string kNoChannel = "the host refuses another channel (its sshd's MaxSessions?): ";

}  // namespace

void HostLink::advance_talks(SteadyTime now) {
  for (std::size_t i = 0; i < conversations_.size();) {
    Conversation& conversation = conversations_[i];
    Talk& talk = *conversation.talk;
    talk.advance(now);
    if (!session_->alive()) return;  // what looks refused may only be cut off
    advance_talk(conversation, now);
    if (talk.channel().gone() && !conversation.task) {
      if (!talk.channel().refused()) hold_until_.reset();  // a place is free
      conversations_.erase(conversations_.begin() + static_cast<std::ptrdiff_t>(i));
      if (conversations_.empty()) bytes_when_idle_ = session_->bytes_in();
    } else {
      ++i;
    }
  }
}

// Results, and on with the task.
void HostLink::advance_talk(Conversation& conversation, SteadyTime now) {
  Talk& talk = *conversation.talk;
  takes_batches_ = takes_batches_ || talk.suited();
  if (talk.unsuited()) {
    takes_batches_ = false;
    singly_until_ = now + kSinglyFor;
  }
  if (!conversation.task) return;
  std::vector<CommandResult> results = talk.take_results();
  for (CommandResult& result : results) {
    served_ = true;
    conversation.task->refusals = 0;
    conversation.task->take(std::move(result));
  }
  if (talk.is_slow(now)) {
    talk.leave_the_rest();
    waiting_.push_front(split_rest(*conversation.task));
  }
  if (!talk.over()) return;
  std::unique_ptr<Task> task = std::move(conversation.task);
  // One at its deadline is not asked for again when the host refuses it in the same moment.
  if (talk.channel().refused() && results.empty()) {
    refused(std::move(task), talk.channel().refusal(), now);
  } else {
    put_back(std::move(task));
  }
}

void HostLink::refused(std::unique_ptr<Task> task, const std::string& reason, SteadyTime now) {
  const bool others_go_on = std::any_of(
      conversations_.begin(), conversations_.end(), [&](const Conversation& conversation) {
        const auto since = conversation.talk->channel().closing_since();
        const bool runs = conversation.task && conversation.task->run;
        return runs || (since && now < *since + kTimeToClose);
      });
  if (others_go_on) {
    channel_limit_ = std::max<std::size_t>(1, std::min(channel_limit_, active()));
    hold_until_ = now + kRetryBesideOthers;
    waiting_.push_front(std::move(task));
    return;
  }
  if (++task->refusals <= kRetries) {
    hold_until_ = now + kFirstRetry * (1 << task->refusals);
    waiting_.push_front(std::move(task));
    return;
  }
  task->refusals = 0;
  if (task->run && active() > 0) {
    // Only streams hold places. Checks go before: scores can be had by polls, too.
    end_streams({End::kChannelRefused, kNoChannel + reason});
    hold_until_ = now + kFirstRetry;
    waiting_.push_front(std::move(task));
    return;
  }
  if (served_ && !task->reconnected) {
    // Commands that would not die may hold all places of this session; a new one has its own.
    task->reconnected = true;
    waiting_.push_front(std::move(task));
    hold_until_ = now;
    channel_limit_ = 0;
    return;
  }
  CommandResult result;
  result.end = End::kChannelRefused;
  result.detail = kNoChannel + reason;
  task->take(std::move(result));
  put_back(std::move(task));
}

// Those that run; those that wait go on waiting.
void HostLink::end_streams(const Failure& failure) {
  for (Conversation& conversation : conversations_) {
    if (!conversation.task || !conversation.task->stream) continue;
    conversation.talk->stop(std::chrono::steady_clock::now());
    conclude(std::move(conversation.task), failure);
  }
}

std::unique_ptr<Talk> HostLink::begin_talk(const Task& task, SteadyTime now) {
  if (task.stream) {
    return std::make_unique<StreamChannel>(session_->handle(), task.stream->command,
                                           task.stream->sink, now);
  }
  const std::size_t size = singly_until_ ? 1 : batch_size(task);
  if (size == 1) {
    return std::make_unique<CommandChannel>(session_->handle(),
                                            task.run->commands[task.left.front()], now);
  }
  std::vector<Command> batch;
  for (std::size_t i = 0; i < size; ++i) batch.push_back(task.run->commands[task.left[i]]);
  return std::make_unique<BatchChannel>(session_->handle(), std::move(batch), takes_batches_, now);
}

// True when there is a new channel to advance.
bool HostLink::start_waiting(SteadyTime now) {
  if (hold_until_ && now < *hold_until_) return false;
  hold_until_.reset();
  if (singly_until_ && now >= *singly_until_) singly_until_.reset();
  bool started = false;
  while (!waiting_.empty() && active() < channel_limit_ && waiting_.front()->host == target_) {
    std::unique_ptr<Task> task = std::move(waiting_.front());
    waiting_.pop_front();
    task->started = true;
    auto talk = begin_talk(*task, now);
    conversations_.push_back({std::move(task), std::move(talk), session_->packets_in()});
    started = true;
  }
  return started;
}

}  // namespace livesonic::remote
