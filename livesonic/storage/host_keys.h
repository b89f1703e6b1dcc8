// SPDX-License-Identifier: Apache-2.0
// The host keys pinned at first contact, by instance id (never by address: addresses are used
// again).
#pragma once

#include <optional>
#include <string>

#include "livesonic/base/clock.h"
#include "livesonic/base/result.h"

namespace livesonic::storage {

// Thread-safe. Each call is one transaction.
class HostKeys {
 public:
  virtual ~HostKeys() = default;
  // The pinned fingerprint ("SHA256:…"), if there is one.
  virtual Result<std::optional<std::string>> pinned_key(const std::string& instance) = 0;
  // Pins `fingerprint` unless another is pinned already; returns the one that is pinned from now
  // on.
  virtual Result<std::string> pin_key(const std::string& instance, const std::string& fingerprint,
                                      Time at) = 0;
  virtual Result<void> forget_key(const std::string& instance) = 0;  // kNotFound
};

}  // namespace livesonic::storage
