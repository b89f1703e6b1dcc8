// SPDX-License-Identifier: Apache-2.0
// Talking to an ssh-agent (draft-miller-ssh-agent): what it holds, and what it signs.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "livesonic/base/clock.h"
#include "livesonic/base/result.h"

namespace livesonic::remote {

// One key, or a key with its certificate.
struct AgentKey {
  std::string blob;     // the public key as SSH writes it
  std::string comment;  // as it was given when the key was added
  friend bool operator==(const AgentKey&, const AgentKey&) = default;
};

// Messages without their length in front.
std::string identities_request();
Result<std::vector<AgentKey>> parse_identities(std::string_view answer);
std::string identities_answer(const std::vector<AgentKey>& keys);
bool is_signature(std::string_view answer);
bool is_sign_request(std::string_view request);

// With their length, as they are sent; and the messages of what was sent, to the last whole one.
std::string framed(std::string_view message);
std::vector<std::string> unframed(std::string_view bytes);

// Sends the message and waits for the answer, all within `patience`. Blocks for that long at most.
// An error names the socket and the remedy.
Result<std::string> ask_agent(const std::filesystem::path& socket, const std::string& message,
                              Duration patience);

}  // namespace livesonic::remote
