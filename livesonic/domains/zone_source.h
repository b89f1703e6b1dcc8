// SPDX-License-Identifier: Apache-2.0
// Where zones come from, as the inventory needs it.
#pragma once

#include <stop_token>
#include <vector>

#include "livesonic/base/result.h"
#include "livesonic/model/domain.h"

namespace livesonic::domains {

// Thread-safe. A call ends soon after a stop is requested, with kUnavailable.
class ZoneSource {
 public:
  virtual ~ZoneSource() = default;
  // All zones of the account, or an error; never a part of them. Times are unset.
  virtual Result<std::vector<Domain>> zones(const std::stop_token& stop) = 0;
};

}  // namespace livesonic::domains
