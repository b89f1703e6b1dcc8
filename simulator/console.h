// SPDX-License-Identifier: Apache-2.0
// What the console of a simulated host shows of its boot, as EC2's GetConsoleOutput gives it: the
// last lines of cloud-init, with the host's SSH keys. Pure.
#pragma once

#include <string>

#include "livesonic/base/clock.h"
#include "simulator/host_key.h"

namespace livesonic::simulator {

std::string console_of(const std::string& host_name, const PublicHostKey& key, Time booted);

}  // namespace livesonic::simulator
