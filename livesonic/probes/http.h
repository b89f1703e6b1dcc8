// SPDX-License-Identifier: Apache-2.0
// One GET, as a browser in front of the fleet would make it. Internal to probes.
#pragma once

#include <stop_token>
#include <string>

#include "livesonic/probes/prober.h"

namespace livesonic::probes {

// Directly, whatever proxy the environment names. Thread-safe.
Answer ask_http(const Probe& probe, const std::string& url, const std::stop_token& stop);

}  // namespace livesonic::probes
