// SPDX-License-Identifier: Apache-2.0
// What monitoring needs of whoever cares for what AWS announced to a host itself.
#pragma once

#include <string>

#include "livesonic/model/instance.h"

namespace livesonic::monitoring {

// Thread-safe.
class NoticeWatcher {
 public:
  virtual ~NoticeWatcher() = default;

  // The host says so each time it is asked.
  virtual void announced(const std::string& cluster, const std::string& instance,
                         const Notice& notice) = 0;
};

}  // namespace livesonic::monitoring
