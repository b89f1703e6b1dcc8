// SPDX-License-Identifier: Apache-2.0
#include "livesonic/remote/batch_channel.h"

#include <fmt/format.h>
#include <signal.h>
#include <string.h>

#include <algorithm>
#include <array>
#include <utility>

#include "livesonic/base/text.h"
#include "livesonic/base/time_text.h"

namespace livesonic::remote {
namespace {

// How long a shell of which nothing is known may take to answer the opening.
constexpr Duration kPatience = std::chrono::seconds{3};
// A command that runs for so long no longer holds up those after it.
constexpr Duration kSlow = std::chrono::seconds{2};
// As in command_channel.cpp: what a child left behind holds open is waited for so long.
constexpr Duration kQuietAfterExit = std::chrono::seconds{1};
// A shell whose input is at its end has this long to end.
constexpr Duration kTimeToEnd = std::chrono::seconds{3};

// A shell tells of a signal by a status: 128 and its number. Only those that end programs which
// don't mean to.
std::string signal_of(int status) {
  constexpr std::array<int, 9> kSignals{SIGILL,  SIGABRT, SIGBUS,  SIGFPE, SIGKILL,
                                        SIGSEGV, SIGPIPE, SIGALRM, SIGTERM};
  const int signal = status - 128;
  if (std::find(kSignals.begin(), kSignals.end(), signal) == kSignals.end()) return {};
  return fmt::format("SIG{}", sigabbrev_np(signal));
}

}  // namespace

BatchChannel::BatchChannel(ssh_session session, std::vector<Command> commands, bool proven,
                           SteadyTime now)
    : Talk(session, kBatchLine, now),
      commands_(std::move(commands)),
      proven_(proven),
      secret_(random_id()),
      out_(secret_, true),
      err_(secret_, false),
      began_(now),
      answer_(commands_.front().output_limit) {}

SteadyTime BatchChannel::deadline() const {
  const SteadyTime end = began_ + std::max(commands_[number_ - 1].timeout, Duration{1});
  const bool on_trial = running_since_ && !greeted() && !proven_;
  return on_trial ? std::min(end, *running_since_ + kPatience) : end;
}

void BatchChannel::on_output(bool is_err, std::string_view bytes) {
  heard_ = true;
  if (over()) return;
  MarkedText& stream = is_err ? err_ : out_;
  stream.hear(bytes);
  take(stream, is_err);
}

void BatchChannel::take(MarkedText& stream, bool is_err) {
  for (;;) {
    const std::size_t frame = stream.marks();
    const auto piece = stream.next();
    if (!piece) return;
    // What comes before the first command is from the shell's start-up files; what comes after the
    // mark of the command in hand, from a child that it left behind.
    if (frame == number_) answer_.add(is_err, piece->text);
    if (frame == number_ && piece->ends && !is_err) status_ = piece->status;
  }
}

void BatchChannel::advance(SteadyTime now) {
  channel_.advance(now);
  if (over()) {
    advance_ending(now);
  } else if (channel_.refused()) {
    finish();
  } else if (channel_.exec_refused()) {
    not_suited(now);
  } else if (channel_.running()) {
    advance_running(now);
  }
  if (!over() && now >= deadline()) {
    if (running_since_ && !greeted() && !proven_) {
      not_suited(now);
    } else {
      take_rest();
      conclude(answer_.finish(End::kTimedOut,
                              fmt::format("{} after {}",
                                          channel_.opening() ? "the host had not opened a channel"
                                          : greeted()        ? "still running"
                                                             : "the host had not begun to run it",
                                          format_duration(commands_[number_ - 1].timeout)),
                              since(began_, now)));
      finish();
    }
    channel_.stop(now);
  }
  if (over() && !over_since_) over_since_ = now;
  // What was written, closed or stopped just now is told the host at once. A channel that is still
  // on its way is not looked at twice: what comes of it would go unnoticed.
  if (over() || channel_.running()) channel_.advance(now);
}

void BatchChannel::advance_running(SteadyTime now) {
  if (!running_since_) running_since_ = now;
  if (!opened_) {
    channel_.send(batch_opening(secret_));
    opened_ = true;
  }
  if (!requested_ && (greeted() || proven_)) request(now);
  while (!over() && requested_ && out_.marks() > number_ && err_.marks() > number_) {
    conclude_marked(now);
  }
  if (over()) return;
  if (channel_.closed() || (channel_.ended() && channel_.output_ended())) {
    conclude_with_channel(now);
    return;
  }
  if (!channel_.ended()) return;
  if (!quiet_since_ || heard_) quiet_since_ = now;
  heard_ = false;
  if (now >= *quiet_since_ + kQuietAfterExit) conclude_with_channel(now);
}

// The command in hand goes to the shell.
void BatchChannel::request(SteadyTime now) {
  channel_.send(batch_request(number_, commands_[number_ - 1].line));
  if (all_sent()) channel_.end_input();
  requested_ = true;
  if (number_ > 1) began_ = now;
}

void BatchChannel::conclude_marked(SteadyTime now) {
  const std::string signal = signal_of(status_);
  CommandResult result =
      signal.empty() ? answer_.finish(End::kExited, "", since(began_, now))
                     : answer_.finish(End::kKilled, "killed by " + signal, since(began_, now));
  result.exit_status = status_;
  conclude(std::move(result));
  if (all_sent()) {
    finish();
    return;
  }
  ++number_;
  answer_ = Answer(commands_[number_ - 1].output_limit);
  request(now);
}

// What was held back, as no mark comes any more.
void BatchChannel::take_rest() {
  if (out_.marks() == number_) answer_.add(false, out_.rest());
  if (err_.marks() == number_) answer_.add(true, err_.rest());
}

// The shell has ended without a mark: by the command in hand, if that had begun.
void BatchChannel::conclude_with_channel(SteadyTime now) {
  if (!greeted()) {
    not_suited(now);
    return;
  }
  if (requested_) {
    take_rest();
    conclude(answer_.finish_with(channel_, since(began_, now)));
  }
  finish();
  channel_.close(now);
}

void BatchChannel::not_suited(SteadyTime now) {
  unsuited_ = true;
  finish();
  channel_.close(now);
}

// All is said; the shell has to go.
void BatchChannel::advance_ending(SteadyTime now) {
  if (channel_.closing_since()) return;
  if (channel_.closed()) {
    channel_.close(now);
  } else if (channel_.ended()) {
    if (!quiet_since_) quiet_since_ = now;
    if (now < *quiet_since_ + kQuietAfterExit) return;
    // A child that was left behind holds the shell's output: what it prints at another time would
    // be taken for another command's. On this host each has a channel of its own from now on.
    unsuited_ = true;
    channel_.close(now);
  } else if (now >= *over_since_ + kTimeToEnd) {
    channel_.stop(now);
  }
}

bool BatchChannel::is_slow(SteadyTime now) const {
  return !over() && requested_ && greeted() && !all_sent() && now >= began_ + kSlow;
}

void BatchChannel::leave_the_rest() {
  commands_.resize(number_);
  channel_.end_input();
}

void BatchChannel::session_lost(SteadyTime now, const std::string& reason) {
  channel_.session_lost();
  if (over()) return;
  finish();
  if (!requested_) return;
  take_rest();
  conclude(channel_.ended() ? answer_.finish_with(channel_, since(began_, now))
                            : answer_.finish(End::kConnectionLost, reason, since(began_, now)));
}

std::optional<SteadyTime> BatchChannel::due() const {
  if (const auto due = channel_.due()) return due;
  if (over()) {
    if (channel_.closing_since() || !over_since_) return std::nullopt;
    return quiet_since_ ? *quiet_since_ + kQuietAfterExit : *over_since_ + kTimeToEnd;
  }
  SteadyTime first = deadline();
  if (quiet_since_) first = std::min(first, *quiet_since_ + kQuietAfterExit);
  if (requested_ && greeted() && !all_sent()) first = std::min(first, began_ + kSlow);
  return first;
}

}  // namespace livesonic::remote
