// SPDX-License-Identifier: Apache-2.0
// Where zones come from, as the inventory needs it.
#pragma once

#include <vector>

#include "livesonic/base/result.h"
#include "livesonic/model/domain.h"

namespace livesonic::domains {

// Thread-safe.
class ZoneSource {
 public:
  virtual ~ZoneSource() = default;
  // All zones of the account, or an error; never a part of them. Times are unset.
  virtual Result<std::vector<Domain>> zones() = 0;
};

}  // namespace livesonic::domains
