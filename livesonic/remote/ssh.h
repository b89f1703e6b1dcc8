// SPDX-License-Identifier: Apache-2.0
// Remote over SSH, in this process: one authenticated session per host, kept open, and one
// reactor thread that serves them all without blocking.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>

#include "livesonic/base/secret.h"
#include "livesonic/remote/remote.h"

namespace livesonic::remote {

enum class HostKeyPolicy {
  kPin,         // remembered per host id at first contact, refused when it changes
  kConsole,     // likewise, but at first contact its console must show it; bastions: kPin
  kKnownHosts,  // must stand in known_hosts
  kInsecure,    // anything goes
};

// Who we are to the hosts.
enum class IdentityKind {
  kFile,             // whoever has the key in a file, with its certificate where there is one
  kAgent,            // whoever an ssh-agent signs for
  kInstanceConnect,  // whom AWS lets in: a fresh key for each login; for bastions as kFile
};

struct SshSettings {
  IdentityKind identity = IdentityKind::kFile;
  std::filesystem::path identity_file;  // "~" is expanded
  Secret passphrase;                    // of all identity files; empty when they have none
  std::filesystem::path agent_socket;   // empty: that of SSH_AUTH_SOCK
  std::filesystem::path agent_key;      // the public half of the one to use; empty: all it has
  HostKeyPolicy host_keys = HostKeyPolicy::kPin;
  std::filesystem::path known_hosts;  // for kKnownHosts; empty: ~/.ssh/known_hosts
  std::string jump;                   // bastions for all hosts, as parse_jump() takes them
  std::filesystem::path ssh_config;   // heeded as ssh_config.h says; empty: none
  Duration connect_timeout =
      std::chrono::seconds{5};    // TCP, key exchange and authentication together
  std::uint64_t rekey_after = 0;  // bytes after which keys are changed; 0: as the cipher wants it
  int connects_at_once = 256;  // hosts being connected to at the same time; others wait their turn
};

// What else of the world is asked, where the settings want it. Must outlive the Remote.
struct Outside {
  Consoles* consoles = nullptr;     // for HostKeyPolicy::kConsole
  KeyPusher* key_pusher = nullptr;  // for IdentityKind::kInstanceConnect
};

// Reads the identity file and ssh_config first: an error names the file and what is wrong with it
// (missing, unreadable by us, readable by others, no private key, wrong passphrase). `keys` must
// outlive the result.
Result<std::unique_ptr<Remote>> make_ssh(SshSettings settings, KeyMemory& keys,
                                         Outside outside = {});

}  // namespace livesonic::remote
