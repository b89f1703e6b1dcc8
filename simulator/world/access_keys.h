// SPDX-License-Identifier: Apache-2.0
// SSH keys that EC2 Instance Connect has pushed to hosts: each opens one host, for one user, for a
// minute. Plain values and functions.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "livesonic/base/clock.h"

namespace livesonic::simulator {

struct PushedKey {
  std::string instance, user;
  std::string key;  // of its line in OpenSSH's format the second word, base64
  Time until{};
};

struct PushedKeyStore {
  // In the world's time, which may run faster than the clients'.
  Duration validity = std::chrono::seconds{60};
  std::vector<PushedKey> keys;
};

void push_key(PushedKeyStore& store, PushedKey key, Time now);

bool is_pushed(const PushedKeyStore& store, std::string_view instance, std::string_view user,
               std::string_view key, Time now);

// The second word of "ssh-ed25519 AAAA… comment"; empty when the line is no public key.
std::string read_public_key(std::string_view line);

}  // namespace livesonic::simulator
