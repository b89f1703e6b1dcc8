// SPDX-License-Identifier: Apache-2.0
// What is left of a cluster. Pure.
#pragma once

#include <optional>

#include "livesonic/model/round.h"

namespace livesonic::alerting {

// Does it serve well, as far as the poll says? A warning is to be told, and serves all the same.
bool is_sound(const InstanceReadings& readings, int suffering_below);

// Both in percent of the members, or of those that are wanted where these are more; members that
// are leaving count for nothing. Nullopt when nobody was asked, and between polls.

// Each member counts by its score; one that gives none counts nothing.
std::optional<double> capacity_of(const Round& round);
// Each sound member counts as one.
std::optional<double> sound_percent(const Round& round, int suffering_below);

}  // namespace livesonic::alerting
