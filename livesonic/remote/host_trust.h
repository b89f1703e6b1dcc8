// SPDX-License-Identifier: Apache-2.0
// Is the host the one that it should be? Pure decisions; each says nothing when the key may be
// believed, else why not.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "livesonic/remote/dialer.h"
#include "livesonic/remote/known_hosts.h"

namespace livesonic::remote {

// A host that has presented a key.
struct Presented {
  std::string where;        // "192.0.2.1 port 22", for people
  std::string id;           // what keys are pinned to
  std::string fingerprint;  // "SHA256:…"
};

// Against what is pinned to its id.
std::optional<Failure> judge_pinned(const Presented& host, const std::string& pinned);

// Against what known_hosts says of it under `address` and `port`.
std::optional<Failure> judge_known(const Presented& host, const std::vector<KnownKey>& known,
                                   const std::string& address, std::uint16_t port);

// Against what it printed on its console at first boot.
std::optional<Failure> judge_console(const Presented& host, const std::string& console);

}  // namespace livesonic::remote
