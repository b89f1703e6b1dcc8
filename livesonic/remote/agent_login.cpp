// SPDX-License-Identifier: Apache-2.0
#include "livesonic/remote/agent_login.h"

#include <libssh/libssh.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <utility>

namespace livesonic::remote {
namespace {

// As many as sshd lets a client try (MaxAuthTries), but one.
constexpr std::size_t kMostKeys = 5;
constexpr std::size_t kLongestAnswers = std::size_t{64} << 10;

std::string drain(int socket) {
  std::string bytes;
  std::array<char, 4096> chunk{};
  for (;;) {
    const ssize_t got = recv(socket, chunk.data(), chunk.size(), MSG_DONTWAIT);
    if (got <= 0) return bytes;
    bytes.append(chunk.data(), static_cast<std::size_t>(got));
  }
}

}  // namespace

AgentLogin::AgentLogin(Session& session, std::vector<AgentKey> keys)
    : session_(session), keys_(std::move(keys)) {
  if (keys_.size() > kMostKeys) keys_.resize(kMostKeys);
  (void)offer({identities_answer(keys_)});
}

AgentLogin::~AgentLogin() {
  ssh_set_agent_socket(session_.handle(), SSH_INVALID_SOCKET);
  close_sockets();
}

void AgentLogin::close_sockets() {
  if (ours_ >= 0) close(std::exchange(ours_, -1));
  if (theirs_ >= 0) close(std::exchange(theirs_, -1));
}

// All that libssh will read, and then the end: it must never have to wait.
bool AgentLogin::offer(const std::vector<std::string>& answers) {
  std::string bytes;
  for (const std::string& answer : answers) bytes += framed(answer);
  std::array<int, 2> ends{-1, -1};
  if (bytes.size() > kLongestAnswers ||
      socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) != 0) {
    return false;
  }
  ssh_set_agent_socket(session_.handle(), ends[1]);
  close_sockets();
  ours_ = ends[0];
  theirs_ = ends[1];
  const bool sent = send(ours_, bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT) ==
                    static_cast<ssize_t>(bytes.size());
  shutdown(ours_, SHUT_WR);
  return sent;
}

AgentLogin::Step AgentLogin::advance() {
  if (ours_ < 0) return Step::kFailed;
  if (!request_.empty() && !signed_) return Step::kSign;
  const Session::Step step = session_.judge_login(ssh_userauth_agent(session_.handle(), nullptr));
  switch (step) {
    case Session::Step::kAgain:
      return Step::kAgain;
    case Session::Step::kDone:
      return Step::kDone;
    case Session::Step::kRefused:
      return Step::kRefused;
    case Session::Step::kFailed:
      break;
  }
  if (signed_ || !session_.alive()) return Step::kFailed;
  for (std::string& message : unframed(drain(ours_))) {
    if (is_sign_request(message)) request_ = std::move(message);
  }
  return request_.empty() ? Step::kFailed : Step::kSign;
}

bool AgentLogin::give(const std::string& answer) {
  if (!is_signature(answer)) return false;
  for (const AgentKey& key : keys_) {
    // The request names the key that the host has taken, right behind its kind.
    if (request_.compare(1, key.blob.size() + 4, framed(key.blob)) == 0) {
      signed_ = true;
      return offer({identities_answer({key}), answer});
    }
  }
  return false;
}

}  // namespace livesonic::remote
