// SPDX-License-Identifier: Apache-2.0
#include "livesonic/remote/stream_channel.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "livesonic/base/time_text.h"

namespace livesonic::remote {
namespace {

constexpr Duration kCountFor = std::chrono::seconds{10};
constexpr std::size_t kKeptErrors = 4096;

}  // namespace

StreamChannel::StreamChannel(ssh_session session, const StreamCommand& command,
                             std::shared_ptr<LineSink> sink, SteadyTime now)
    : Talk(session, command.line, now),
      command_(command),
      sink_(std::move(sink)),
      answer_(kKeptErrors),
      counted_from_(now),
      last_heard_(now),
      look_at_(now + command.start) {}

void StreamChannel::on_output(bool is_err, std::string_view bytes) {
  if (over()) return;
  if (is_err) {
    answer_.add(true, bytes);
    return;
  }
  heard_ = true;
  take(bytes);
}

void StreamChannel::take(std::string_view bytes) {
  for (;;) {
    const std::size_t end = bytes.find('\n');
    const std::string_view part = bytes.substr(0, end);
    if (line_.size() + part.size() > command_.longest_line) {
      too_long_ = true;
      return;
    }
    if (end == std::string_view::npos) {
      line_ += part;
      return;
    }
    if (line_.empty()) {
      take_line(part);
    } else {
      take_line(line_ += part);
      line_.clear();
    }
    bytes.remove_prefix(end + 1);
  }
}

void StreamChannel::take_line(std::string_view line) {
  began_ = true;
  const auto most = static_cast<std::size_t>(command_.lines_per_second) *
                    static_cast<std::size_t>(kCountFor / std::chrono::seconds{1});
  if (++lines_ <= most) sink_->on_line(line);
}

void StreamChannel::advance(SteadyTime now) {
  channel_.advance(now);
  if (over()) return;
  if (heard_) {
    last_heard_ = now;
    if (began_) look_at_ = std::min(look_at_, now + command_.silence);
  }
  heard_ = false;
  const auto most =
      command_.lines_per_second * static_cast<int>(kCountFor / std::chrono::seconds{1});
  if (channel_.refused()) {
    finish();
  } else if (channel_.exec_refused()) {
    end(now, End::kChannelRefused, "the host would not run a command for this user");
  } else if (channel_.closed() || (channel_.ended() && channel_.output_ended())) {
    conclude(answer_.finish_with(channel_, since(asked_at(), now)));
    finish();
    channel_.close(now);
  } else if (too_long_) {
    end(now, End::kProtocolError,
        fmt::format("it prints lines of more than {} bytes", command_.longest_line));
  } else if (lines_ > static_cast<std::size_t>(most)) {
    end(now, End::kProtocolError,
        fmt::format("it prints more than {} lines a second", command_.lines_per_second));
  } else if (now >= look_at_) {
    const Duration patience = began_ ? command_.silence : command_.start;
    const SteadyTime silent = (began_ ? last_heard_ : asked_at()) + patience;
    if (now >= silent) {
      end(now, End::kTimedOut, fmt::format("nothing came for {}", format_duration(patience)));
    } else {
      look_at_ = silent;
    }
  }
  if (now >= counted_from_ + kCountFor) {
    counted_from_ = now;
    lines_ = 0;
  }
  // What was written, closed or stopped just now is told the host at once. A channel that is still
  // on its way is not looked at twice: what comes of it would go unnoticed.
  if (over() || channel_.running()) channel_.advance(now);
}

void StreamChannel::end(SteadyTime now, End end, std::string detail) {
  conclude(answer_.finish(end, std::move(detail), since(asked_at(), now)));
  finish();
  channel_.stop(now);
}

void StreamChannel::session_lost(SteadyTime now, const std::string& reason) {
  channel_.session_lost();
  if (over()) return;
  finish();
  if (channel_.sent()) {
    conclude(answer_.finish(End::kConnectionLost, reason, since(asked_at(), now)));
  }
}

std::optional<SteadyTime> StreamChannel::due() const {
  if (const auto due = channel_.due()) return due;
  if (over()) return std::nullopt;
  return look_at_;
}

}  // namespace livesonic::remote
