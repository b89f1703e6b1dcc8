// SPDX-License-Identifier: Apache-2.0
// What a known_hosts file says of a host. Read before connecting, off the reactor's thread.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "livesonic/base/result.h"

namespace livesonic::remote {

struct KnownKey {
  std::string type;         // "ssh-ed25519"
  std::string fingerprint;  // "SHA256:…", as ssh-keygen prints it
  bool revoked = false;     // by @revoked: never to be believed
  friend bool operator==(const KnownKey&, const KnownKey&) = default;
};

// The keys that `content` holds for the host: plain, hashed, [host]:port and wildcard entries.
// Lines that can't be read are skipped, as ssh does, and so are @cert-authority ones.
std::vector<KnownKey> parse_known_hosts(std::string_view content, const std::string& host,
                                        std::uint16_t port);

// The same from a file of at most 16 MiB; a missing one knows nobody. "~" is expanded, an empty
// path is ~/.ssh/known_hosts.
Result<std::vector<KnownKey>> read_known_hosts(const std::filesystem::path& file,
                                               const std::string& host, std::uint16_t port);

// What to ask of the server, in our order of preference: algorithms of which we know a key first,
// so that a host with several keys presents the one that can be checked.
std::string host_key_algorithms(const std::vector<KnownKey>& known);

}  // namespace livesonic::remote
