// SPDX-License-Identifier: Apache-2.0
// Logging in with keys that only an ssh-agent has, without ever waiting for the agent.
//
// libssh asks its agent in the middle of a call and blocks until it answers. So the agent that
// libssh is given here is not the real one but a socket that holds the answers already: at first
// the list of keys and, for the signature, nothing. libssh finds out by that list which key the
// host takes, asks for a signature, gets none and gives up; what it asked is then known. The real
// agent is asked, elsewhere and however long it takes; at the second try the answer is there
// already. (Each try that lists keys leaks the list before, some 150 bytes, within libssh 0.10.)
#pragma once

#include <string>
#include <vector>

#include "livesonic/remote/agent.h"
#include "livesonic/remote/session.h"

namespace livesonic::remote {

// Not thread-safe: belongs to the reactor's thread, and must go before the session does.
class AgentLogin {
 public:
  enum class Step {
    kAgain,    // the host has to answer
    kSign,     // the agent has to: give() takes the answer to request()
    kDone,     // logged in
    kRefused,  // the host takes none of the keys
    kFailed,
  };

  AgentLogin(Session& session, std::vector<AgentKey> keys);
  ~AgentLogin();
  AgentLogin(const AgentLogin&) = delete;
  AgentLogin& operator=(const AgentLogin&) = delete;

  Step advance();
  [[nodiscard]] const std::string& request() const { return request_; }
  // False: the agent did not sign.
  bool give(const std::string& answer);

 private:
  bool offer(const std::vector<std::string>& answers);
  void close_sockets();

  Session& session_;
  std::vector<AgentKey> keys_;
  std::string request_;  // for a signature, once it is known
  bool signed_ = false;
  int ours_ = -1;
  int theirs_ = -1;  // libssh's end
};

}  // namespace livesonic::remote
