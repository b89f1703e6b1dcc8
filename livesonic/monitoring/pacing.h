// SPDX-License-Identifier: Apache-2.0
// Services that are not run at each poll: which are this time, and what stands for the others. Pure
// functions.
#pragma once

#include <vector>

#include "livesonic/base/clock.h"
#include "livesonic/model/reading.h"
#include "livesonic/model/service.h"

namespace livesonic::monitoring {

// Has any an interval of its own?
bool is_paced(const std::vector<Service>& services);

// What of the services is run on an instance this time, and what stands for the others.
struct Share {
  std::vector<Service> due;
  std::vector<CheckReading> kept;
};

// `latest` is what is known of the instance; see due_services().
Share share_of(const std::vector<Service>& services, const std::vector<CheckReading>& latest,
               Time now);

// Puts them among those that were run, by service, as if all had been.
void add_kept(std::vector<CheckReading>& checks, std::vector<CheckReading> kept);

}  // namespace livesonic::monitoring
