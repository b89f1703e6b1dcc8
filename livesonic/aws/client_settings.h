// SPDX-License-Identifier: Apache-2.0
// How one account in one region is asked.
#pragma once

#include <chrono>
#include <string>

#include "livesonic/aws/endpoint.h"
#include "livesonic/aws/retry.h"
#include "livesonic/base/clock.h"

namespace livesonic::aws {

struct ClientSettings {
  std::string account = "default";  // what it is called here, for statistics
  std::string region;               // as check_region accepts it
  EndpointOptions endpoints = {};
  RetryMode retry_mode = RetryMode::kStandard;
  int max_attempts = kDefaultAttempts;  // at least 1
  // Attempts and the waits between them together: less than a poll interval, since a cluster's
  // instances are polled only when AWS has answered or is given up.
  Duration call_budget = std::chrono::seconds{30};
};

}  // namespace livesonic::aws
