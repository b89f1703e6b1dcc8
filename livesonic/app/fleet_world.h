// SPDX-License-Identifier: Apache-2.0
// The world outside, as fleets that livesonic launches itself need it.
#pragma once

#include "livesonic/actions/cloud.h"
#include "livesonic/app/fleet_scaler.h"
#include "livesonic/aws/aws.h"
#include "livesonic/base/clock.h"

namespace livesonic::app {

// All given must outlive it.
FleetWorld fleet_world(aws::Accounts& accounts, actions::Cloud& cloud, const Clock& clock);

}  // namespace livesonic::app
