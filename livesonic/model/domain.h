// SPDX-License-Identifier: Apache-2.0
// A Route 53 hosted zone. Plain value.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "livesonic/base/clock.h"

namespace livesonic {

struct Domain {
  std::string zone_id;  // "Z0123…", without "/hostedzone/"
  std::string name;     // with its final dot, as Route 53 writes it
  std::string caller_reference;
  std::string comment;
  bool private_zone = false;
  std::int64_t record_count = 0;
  Time first_seen{};
  Time last_seen{};
  std::optional<Time> gone_at;
  friend bool operator==(const Domain&, const Domain&) = default;
};

}  // namespace livesonic
