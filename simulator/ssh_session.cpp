// SPDX-License-Identifier: Apache-2.0
#include "simulator/ssh_session.h"

#include <fmt/format.h>
#include <sys/socket.h>

#include <algorithm>

namespace livesonic::simulator {
namespace {

constexpr std::chrono::seconds kLoginTime{30};
constexpr std::size_t kMostChannels = 64;
constexpr std::size_t kLargestWrite = std::size_t{256} * 1024;
constexpr int kTurnsAtOnce = 32;  // then others have theirs

}  // namespace

SshSession::SshSession(ssh_session session, const SshSurroundings& surroundings)
    : session_(session), surroundings_(surroundings), login_deadline_(Steady::now() + kLoginTime) {
  callbacks_.userdata = this;
  callbacks_.auth_pubkey_function = on_key;
  callbacks_.channel_open_request_session_function = on_channel;
  ssh_callbacks_init(&callbacks_);
  ssh_set_server_callbacks(session_, &callbacks_);
  ssh_set_auth_methods(session_, SSH_AUTH_METHOD_PUBLICKEY);
  ssh_set_blocking(session_, 0);
}

SshSession::~SshSession() {
  for (Channel& channel : channels_) release(channel);
  if (event_ != nullptr) {
    ssh_event_remove_session(event_, session_);
    ssh_event_free(event_);
  }
  if (!broken_) ssh_disconnect(session_);
  ssh_free(session_);
}

int SshSession::descriptor() const {
  return ssh_get_fd(session_);
}

bool SshSession::wants_write() const {
  return (ssh_get_poll_flags(session_) & SSH_WRITE_PENDING) != 0;
}

bool SshSession::proceed() {
  if (broken_ || (!authenticated_ && Steady::now() >= login_deadline_)) return false;
  if (event_ == nullptr && !exchange_keys()) return false;
  if (event_ == nullptr) return true;
  // Sending may take in packets too, which may be commands: again, until there is nothing to do.
  do {
    if (!exchange_packets()) return false;
  } while (serve_channels());
  return !broken_;
}

bool SshSession::serve_channels() {
  bool progress = false;
  for (auto channel = channels_.begin(); channel != channels_.end() && !broken_;) {
    progress |= serve(*channel);
    if (channel->closed) {
      release(*channel);
      channel = channels_.erase(channel);
    } else {
      ++channel;
    }
  }
  return progress && !broken_;
}

bool SshSession::exchange_keys() {
  const int outcome = ssh_handle_key_exchange(session_);
  if (outcome == SSH_AGAIN) return true;
  if (outcome != SSH_OK) return false;
  // From here on packets are worked off by polling this session alone: the readiness of thousands
  // is epoll's business.
  event_ = ssh_event_new();
  return event_ != nullptr && ssh_event_add_session(event_, session_) == SSH_OK;
}

bool SshSession::exchange_packets() {
  for (int turn = 0; turn < kTurnsAtOnce; ++turn) {
    const int outcome = ssh_event_dopoll(event_, 0);
    if (outcome == SSH_ERROR) return false;
    if (outcome == SSH_AGAIN) break;
  }
  return !broken_ && ssh_is_connected(session_) != 0 &&
         (ssh_get_status(session_) & (SSH_CLOSED | SSH_CLOSED_ERROR)) == 0;
}

bool SshSession::serve(Channel& channel) {
  if (channel.shell && !channel.asked && !go_on(channel)) return false;
  const CommandAnswer& answer = channel.answer;
  if (channel.closed || !channel.asked || answer.hangs || channel.due > Steady::now()) return false;
  const std::size_t before = channel.out_sent + channel.err_sent;
  const bool all_out = send(channel.channel, answer.out, channel.out_sent, false);
  if (all_out && answer.breaks) {
    broken_ = true;  // no goodbye, but what was sent still arrives
    return true;
  }
  if (!all_out || !send(channel.channel, answer.err, channel.err_sent, true)) {
    return channel.out_sent + channel.err_sent != before;
  }
  if (channel.shell || answer.every > Duration{0}) {
    channel.asked = false;
    channel.out_sent = channel.err_sent = 0;
    if (channel.shell && !channel.input_ended) return true;
    if (go_on(channel)) return true;
  }
  ssh_channel_request_send_exit_status(channel.channel, channel.shell ? 0 : answer.exit_status);
  ssh_channel_send_eof(channel.channel);
  ssh_channel_close(channel.channel);
  channel.closed = true;
  return true;
}

bool SshSession::go_on(Channel& channel) {
  const std::optional<HostView> host = surroundings_.host();
  if (!host) return false;
  if (!channel.shell) {
    channel.answer = answer_command(*host, channel.line);
    channel.due += channel.answer.every;
    channel.asked = true;
    return true;
  }
  const auto request = channel.shell->next();
  if (!request) return false;
  channel.answer = {};
  if (!request->command.empty()) channel.answer = answer_command(*host, request->command);
  channel.answer.every = {};
  if (!channel.answer.breaks) {
    channel.answer.out += fmt::format("{} {}\n", request->mark, channel.answer.exit_status);
    channel.answer.err += request->mark + "\n";
  }
  channel.due = Steady::now() + channel.answer.takes;
  channel.asked = true;
  return true;
}

bool SshSession::send(ssh_channel channel, const std::string& text, std::size_t& sent,
                      bool to_err) {
  while (sent < text.size()) {
    const std::size_t room = ssh_channel_window_size(channel);
    const std::size_t size = std::min({text.size() - sent, room, kLargestWrite});
    if (size == 0) return false;
    const char* from = text.data() + sent;
    const int written =
        to_err ? ssh_channel_write_stderr(channel, from, static_cast<std::uint32_t>(size))
               : ssh_channel_write(channel, from, static_cast<std::uint32_t>(size));
    if (written <= 0) return false;
    sent += static_cast<std::size_t>(written);
  }
  return true;
}

std::optional<Steady::time_point> SshSession::next_due() const {
  std::optional<Steady::time_point> next;
  if (!authenticated_) next = login_deadline_;
  const auto now = Steady::now();
  for (const Channel& channel : channels_) {
    const bool waits = channel.asked && !channel.closed && !channel.answer.hangs;
    // One whose time has come waits for its window, not for the clock.
    if (waits && channel.due > now && (!next || channel.due < *next)) next = channel.due;
  }
  return next;
}

void SshSession::break_off() {
  if (broken_) return;
  broken_ = true;
  const linger reset{1, 0};
  setsockopt(descriptor(), SOL_SOCKET, SO_LINGER, &reset, sizeof reset);
}

void SshSession::release(Channel& channel) {
  // libssh may keep its side of the channel until the client has closed its own.
  ssh_remove_channel_callbacks(channel.channel, &channel.callbacks);
  ssh_channel_free(channel.channel);
  channel.channel = nullptr;
}

bool SshSession::is_welcome(const char* user, ssh_key key) const {
  if (surroundings_.authorized == nullptr ||
      ssh_key_cmp(key, surroundings_.authorized, SSH_KEY_CMP_PUBLIC) == 0) {
    return true;
  }
  char* exported = nullptr;
  if (!surroundings_.pushed || ssh_pki_export_pubkey_base64(key, &exported) != SSH_OK) return false;
  const std::string text(exported);
  ssh_string_free_char(exported);
  return surroundings_.pushed(user, text);
}

int SshSession::on_key(ssh_session, const char* user, ssh_key_struct* key, char state, void* self) {
  auto* session = static_cast<SshSession*>(self);
  const std::optional<HostView> host = session->surroundings_.host();
  if (!host || host->fault == HostFault::kRefuseKeys || !session->is_welcome(user, key)) {
    return SSH_AUTH_DENIED;
  }
  if (state == SSH_PUBLICKEY_STATE_NONE) return SSH_AUTH_SUCCESS;  // "would this key do?"
  if (state != SSH_PUBLICKEY_STATE_VALID) return SSH_AUTH_DENIED;
  session->authenticated_ = true;
  return SSH_AUTH_SUCCESS;
}

ssh_channel SshSession::on_channel(ssh_session ssh, void* self) {
  auto* session = static_cast<SshSession*>(self);
  if (!session->authenticated_ || session->channels_.size() >= kMostChannels) return nullptr;
  const ssh_channel opened = ssh_channel_new(ssh);
  if (opened == nullptr) return nullptr;
  Channel& channel = session->channels_.emplace_back();
  channel.session = session;
  channel.channel = opened;
  channel.callbacks.userdata = &channel;
  channel.callbacks.channel_exec_request_function = on_exec;
  channel.callbacks.channel_data_function = on_input;
  channel.callbacks.channel_eof_function = on_eof;
  channel.callbacks.channel_close_function = on_close;
  ssh_callbacks_init(&channel.callbacks);
  ssh_set_channel_callbacks(opened, &channel.callbacks);
  return opened;
}

int SshSession::on_exec(ssh_session, ssh_channel, const char* line, void* self) {
  auto* channel = static_cast<Channel*>(self);
  const std::optional<HostView> host = channel->session->surroundings_.host();
  if (channel->asked || channel->shell || !host) return SSH_ERROR;
  channel->line = line;
  if (BatchShell::is_begun_by(line) && host->fault != HostFault::kHangCommands) {
    channel->shell.emplace();
    return SSH_OK;
  }
  // The request is confirmed when this returns; the answer goes out after that.
  channel->asked = true;
  channel->answer = answer_command(*host, line);
  channel->due = Steady::now() + channel->answer.takes;
  return SSH_OK;
}

int SshSession::on_input(ssh_session, ssh_channel, void* data, std::uint32_t size, int,
                         void* self) {
  auto* channel = static_cast<Channel*>(self);
  if (channel->shell) channel->shell->hear({static_cast<const char*>(data), size});
  return static_cast<int>(size);  // all else is thrown away
}

void SshSession::on_eof(ssh_session, ssh_channel, void* self) {
  static_cast<Channel*>(self)->input_ended = true;
}

void SshSession::on_close(ssh_session, ssh_channel, void* self) {
  static_cast<Channel*>(self)->closed = true;
}

}  // namespace livesonic::simulator
