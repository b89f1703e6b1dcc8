// SPDX-License-Identifier: Apache-2.0
// What a command's result means. Pure functions over bytes that a host sent: anything may be in
// them.
#pragma once

#include <string>

#include "livesonic/model/instance.h"
#include "livesonic/model/reading.h"
#include "livesonic/model/service.h"
#include "livesonic/remote/remote.h"

namespace livesonic::monitoring {

ScoreReading judge_score(const Instance& instance, const remote::CommandResult& result, Time at);

// A transport failure is never a failed check: the outcome says which of them it was.
CheckReading judge_check(const Instance& instance, const Service& service,
                         const remote::CommandResult& result, Time at);

// For an instance that could not be tried at all, with the reason.
InstanceReadings not_run(const Instance& instance, const std::vector<Service>& services,
                         const std::string& why, Time at);

}  // namespace livesonic::monitoring
