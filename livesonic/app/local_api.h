// SPDX-License-Identifier: Apache-2.0
// The API in this process, over the data directory: what the command line uses while no server
// runs.
#pragma once

#include <memory>

#include "livesonic/base/result.h"
#include "livesonic/cli/program.h"
#include "livesonic/config/config.h"

namespace livesonic::app {

// AWS and the hosts are only prepared for when a request needs them. Polls also send what messages
// are due and drop the months of history that are not kept. kConflict while another process is at
// work in the data directory.
Result<std::unique_ptr<cli::LocalApi>> open_local_api(const config::Config& config);

}  // namespace livesonic::app
