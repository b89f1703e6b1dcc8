// SPDX-License-Identifier: Apache-2.0
// Remote over SSH, in this process: one authenticated session per host, kept open, and one
// reactor thread that serves them all without blocking.
#pragma once

#include <chrono>
#include <filesystem>
#include <memory>
#include <string>

#include "livesonic/base/secret.h"
#include "livesonic/remote/remote.h"

namespace livesonic::remote {

enum class HostKeyPolicy {
  kPin,         // remembered per host id at first contact, refused when it changes
  kKnownHosts,  // must stand in known_hosts
  kInsecure,    // anything goes
};

struct SshSettings {
  std::filesystem::path identity_file;  // "~" is expanded
  Secret passphrase;                    // of the identity file; empty when it has none
  HostKeyPolicy host_keys = HostKeyPolicy::kPin;
  std::filesystem::path known_hosts;  // for kKnownHosts; empty: ~/.ssh/known_hosts
  Duration connect_timeout =
      std::chrono::seconds{5};  // TCP, key exchange and authentication together
  int connects_at_once = 64;    // hosts being connected to at the same time; others wait their turn
};

// Reads the identity file first: an error names it and what is wrong with it (missing, unreadable
// by us, readable by others, no private key, wrong passphrase). `keys` must outlive the result.
Result<std::unique_ptr<Remote>> make_ssh(SshSettings settings, KeyMemory& keys);

}  // namespace livesonic::remote
