// SPDX-License-Identifier: Apache-2.0
// Host keys that a seed determines: a simulated host shows the same one after a restart, so that a
// client's pinned keys stay right.
#pragma once

#include <libssh/libssh.h>

#include <cstdint>
#include <memory>
#include <string>

#include "livesonic/base/result.h"

namespace livesonic::simulator {

struct SshKeyDeleter {
  void operator()(ssh_key key) const { ssh_key_free(key); }
};
using SshKey = std::unique_ptr<std::remove_pointer_t<ssh_key>, SshKeyDeleter>;

// Its public half, as others are told of it.
struct PublicHostKey {
  std::string line;         // "ssh-ed25519 AAAA…"
  std::string fingerprint;  // "SHA256:…", as ssh-keygen -l shows it
};

// Of the key that a host shows, unless a fault has it show another.
std::uint64_t host_key_seed(std::uint64_t host_seed);

Result<PublicHostKey> make_public_host_key(std::uint64_t seed);

// The ed25519 private key of `seed`. Of no use as a secret.
Result<SshKey> make_host_key(std::uint64_t seed);

}  // namespace livesonic::simulator
