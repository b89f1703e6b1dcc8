// SPDX-License-Identifier: Apache-2.0
// `livesonic scale costs`: what the clusters have cost, and what would have cost less.
#pragma once

#include "livesonic/cli/command.h"

namespace livesonic::cli {

Command scale_costs_command();

}  // namespace livesonic::cli
