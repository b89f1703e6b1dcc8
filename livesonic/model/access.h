// SPDX-License-Identifier: Apache-2.0
// How the hosts of one cluster are reached, where that differs from the configuration's ssh
// section. Plain value.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "livesonic/base/result.h"

namespace livesonic {

enum class Reach {
  kSsh,
  kSsm,    // AWS Systems Manager's Run Command
  kLocal,  // the hosts are the machine that Livesonic runs on
};

struct Access {
  Reach reach = Reach::kSsh;
  // For SSH; empty and 0: as the ssh section says.
  std::string user = {};
  std::uint16_t port = 0;
  std::string jump = {};  // as parse_jump() takes it
  friend bool operator==(const Access&, const Access&) = default;
};

std::string_view to_string(Reach reach);  // "ssh", as in the configuration
Result<Reach> parse_reach(std::string_view text);

// Do the parts go together, and can there be such a user and such bastions? The error's message
// begins with the key.
Result<void> check_access(const Access& access);

}  // namespace livesonic
