// SPDX-License-Identifier: Apache-2.0
// Where ssh goes to, as its users write it: "[user@]host[:port]". Pure functions.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "livesonic/base/result.h"

namespace livesonic {

struct Destination {
  std::string user;        // empty: not said
  std::string host;        // a name, or an address without brackets
  std::uint16_t port = 0;  // 0: not said
  friend bool operator==(const Destination&, const Destination&) = default;
};

// The bastions of a ProxyJump, the nearest to us first: "ops@bastion,[2001:db8::1]:2222", also with
// "ssh://" in front of each. "none" stands for no bastion. At most eight.
Result<std::vector<Destination>> parse_jump(std::string_view text);

// Can there be a user of this name on a host?
bool is_user_name(std::string_view name);

}  // namespace livesonic
