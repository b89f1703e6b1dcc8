// SPDX-License-Identifier: Apache-2.0
// What is kept of Route 53 hosted zones.
#pragma once

#include <vector>

#include "livesonic/base/result.h"
#include "livesonic/model/domain.h"

namespace livesonic::storage {

// Thread-safe. Each call is one transaction.
class Domains {
 public:
  virtual ~Domains() = default;
  virtual Result<std::vector<Domain>> domains() = 0;  // by name, then zone id; also gone ones
  virtual Result<void> put_domains(const std::vector<Domain>& changed) = 0;  // by zone id
};

}  // namespace livesonic::storage
