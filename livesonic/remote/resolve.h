// SPDX-License-Identifier: Apache-2.0
// Host names to socket addresses.
#pragma once

#include <sys/socket.h>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "livesonic/base/result.h"

namespace livesonic::remote {

struct Endpoint {
  sockaddr_storage address{};
  socklen_t length = 0;
  std::string text;  // "192.0.2.1 port 22"
};

// The endpoint when `address` is an IP already; does not block.
std::optional<Endpoint> literal_endpoint(const std::string& address, std::uint16_t port);

// All endpoints of a name (the first eight), in the order of preference that the system gives them.
// Blocks for as long as the system's resolver does. The error is an operator's sentence.
Result<std::vector<Endpoint>> resolve(const std::string& address, std::uint16_t port);

}  // namespace livesonic::remote
