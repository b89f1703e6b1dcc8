// SPDX-License-Identifier: Apache-2.0
#include "livesonic/remote/exec_channel.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "livesonic/base/clock.h"
#include "livesonic/base/text.h"

namespace livesonic::remote {
namespace {

// Between asking a command to stop, and killing it.
constexpr Duration kTimeToStop = std::chrono::seconds{1};
constexpr std::size_t kLargestWrite = std::size_t{256} * 1024;

}  // namespace

ExecChannel::ExecChannel(ssh_session session, std::string line, Listener& listener)
    : line_(std::move(line)), listener_(listener), channel_(ssh_channel_new(session)) {
  if (channel_ == nullptr) {
    refused_ = true;
    refusal_ = "cannot create a channel";
    phase_ = Phase::kGone;
    return;
  }
  ssh_callbacks_init(&callbacks_);
  callbacks_.userdata = this;
  callbacks_.channel_data_function = on_data;
  callbacks_.channel_eof_function = on_eof;
  callbacks_.channel_close_function = on_close;
  callbacks_.channel_exit_status_function = on_exit_status;
  callbacks_.channel_exit_signal_function = on_exit_signal;
  ssh_set_channel_callbacks(channel_, &callbacks_);
}

ExecChannel::~ExecChannel() {
  if (channel_ == nullptr) return;
  // libssh may keep the channel until the host confirms: it must not call us any more.
  ssh_remove_channel_callbacks(channel_, &callbacks_);
  ssh_channel_free(channel_);
}

int ExecChannel::on_data(ssh_session, ssh_channel, void* data, std::uint32_t size, int is_stderr,
                         void* self) {
  auto& channel = *static_cast<ExecChannel*>(self);
  channel.listener_.on_output(is_stderr != 0, {static_cast<const char*>(data), size});
  return static_cast<int>(size);  // all taken: whoever listens drops what is too much
}

void ExecChannel::on_eof(ssh_session, ssh_channel, void* self) {
  static_cast<ExecChannel*>(self)->eof_ = true;
}

void ExecChannel::on_close(ssh_session, ssh_channel, void* self) {
  static_cast<ExecChannel*>(self)->closed_ = true;
}

void ExecChannel::on_exit_status(ssh_session, ssh_channel, int status, void* self) {
  static_cast<ExecChannel*>(self)->status_ = status;
}

void ExecChannel::on_exit_signal(ssh_session, ssh_channel, const char* signal, int core,
                                 const char*, const char*, void* self) {
  auto& channel = *static_cast<ExecChannel*>(self);
  channel.signal_ = fmt::format("SIG{}{}", printable(shorten(signal != nullptr ? signal : "?", 32)),
                                core != 0 ? " (core dumped)" : "");
}

void ExecChannel::send(std::string_view bytes) {
  input_ += bytes;
}

void ExecChannel::send(std::shared_ptr<const std::string> bytes) {
  shared_input_ = std::move(bytes);
}

void ExecChannel::end_input() {
  input_ends_ = true;
}

void ExecChannel::advance(SteadyTime now) {
  if (phase_ == Phase::kGone) return;
  if (phase_ == Phase::kOpening) {
    const int code = ssh_channel_open_session(channel_);
    if (code == SSH_OK) {
      phase_ = unwanted_ ? Phase::kClosing : Phase::kStarting;
    } else if (code == SSH_ERROR) {
      // The session's own death is looked at by its owner.
      refused_ = true;
      refusal_ = printable(shorten(ssh_get_error(ssh_channel_get_session(channel_)), 200));
      phase_ = Phase::kGone;
      return;
    }
  }
  if (phase_ == Phase::kStarting) {
    sent_ = true;
    const int code = ssh_channel_request_exec(channel_, line_.c_str());
    if (code == SSH_OK) {
      phase_ = Phase::kRunning;
    } else if (code == SSH_ERROR) {
      exec_refused_ = true;
      close(now);
    }
  }
  if (phase_ == Phase::kRunning && !closed_) feed();
  if (phase_ == Phase::kStopping && (closed_ || ended() || now >= *kill_at_)) {
    if (now >= *kill_at_ && !closed_) ssh_channel_request_send_signal(channel_, "KILL");
    close(now);
  }
  if (phase_ == Phase::kClosing) {
    // Non-blocking, it may take several calls until the close has been sent after the eof.
    if (ssh_channel_close(channel_) == SSH_OK && closed_) phase_ = Phase::kGone;
  }
}

// False when the host takes no more for now.
bool ExecChannel::write(std::string_view bytes, std::size_t& written) {
  while (written < bytes.size()) {
    const std::size_t room = ssh_channel_window_size(channel_);
    const std::size_t size = std::min({bytes.size() - written, room, kLargestWrite});
    if (size == 0) return false;
    const int sent =
        ssh_channel_write(channel_, bytes.data() + written, static_cast<std::uint32_t>(size));
    if (sent <= 0) return false;
    written += static_cast<std::size_t>(sent);
  }
  return true;
}

void ExecChannel::feed() {
  if (input_ended_) return;
  if (shared_input_) {
    if (!write(*shared_input_, fed_)) return;
    shared_input_.reset();
    fed_ = 0;
  }
  if (!input_.empty()) {
    if (!write(input_, fed_)) return;
    input_.clear();
    fed_ = 0;
  }
  if (!input_ends_) return;
  ssh_channel_send_eof(channel_);
  input_ended_ = true;
}

void ExecChannel::stop(SteadyTime now) {
  if (phase_ != Phase::kRunning) {
    close(now);
    return;
  }
  if (!closing_since_) closing_since_ = now;
  phase_ = Phase::kStopping;
  kill_at_ = now + kTimeToStop;
  ssh_channel_request_send_signal(channel_, "TERM");
}

void ExecChannel::close(SteadyTime now) {
  if (phase_ == Phase::kGone) return;
  if (!closing_since_) closing_since_ = now;
  if (phase_ == Phase::kOpening) {
    unwanted_ = true;
  } else {
    phase_ = Phase::kClosing;
  }
}

void ExecChannel::session_lost() {
  phase_ = Phase::kGone;
}

std::optional<SteadyTime> ExecChannel::due() const {
  return phase_ == Phase::kStopping ? kill_at_ : std::nullopt;
}

}  // namespace livesonic::remote
