// SPDX-License-Identifier: Apache-2.0
// A cluster's page in the terminal.
#pragma once

#include "livesonic/base/clock.h"
#include "livesonic/cli/json_text.h"
#include "livesonic/cli/screen.h"

namespace livesonic::cli {

void print_cluster(Screen& screen, const Json& cluster, Time now);

}  // namespace livesonic::cli
