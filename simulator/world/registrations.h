// SPDX-License-Identifier: Apache-2.0
// Domains that are registered through Route 53: plain values.
#pragma once

#include <map>
#include <string>

#include "livesonic/base/clock.h"

namespace livesonic::simulator {

struct Registration {
  std::string name;  // without a final dot
  Time created{}, expires{};
  bool auto_renew = true;
  bool transfer_lock = true;
};

struct RegistrationStore {
  std::map<std::string, Registration> domains;  // by name
};

}  // namespace livesonic::simulator
