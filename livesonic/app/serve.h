// SPDX-License-Identifier: Apache-2.0
// `livesonic serve`: everything, on its own schedule, until it is told to stop.
#pragma once

#include "livesonic/base/result.h"
#include "livesonic/config/config.h"

namespace livesonic::app {

// Returns after SIGTERM or SIGINT, or with why it could not begin. Call from the main thread before
// any other thread exists: the signals are blocked for all of them.
// `standby`: while another process holds the data directory, wait until it ends.
Result<void> serve(const config::Config& config, bool standby);

}  // namespace livesonic::app
