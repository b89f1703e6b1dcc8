// SPDX-License-Identifier: Apache-2.0
// Maintenance by the timetable: silences that come by themselves, and end by themselves. Pure.
#pragma once

#include <string>
#include <vector>

#include "livesonic/base/clock.h"
#include "livesonic/base/cron.h"
#include "livesonic/model/silence.h"

namespace livesonic::alerting {

struct Maintenance {
  std::string name;                   // unique
  std::vector<std::string> clusters;  // patterns of names ('*', '?'); empty: every cluster
  Cron begins;
  Duration lasts{};
  std::string comment;
  std::vector<Matcher> only = {};  // incidents that these fit; empty: all
};

// Those in effect at this time, as silences; their ids are "timetable:NAME".
std::vector<Silence> in_effect(const std::vector<Maintenance>& maintenances, Time now);

}  // namespace livesonic::alerting
