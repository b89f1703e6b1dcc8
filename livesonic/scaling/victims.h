// SPDX-License-Identifier: Apache-2.0
// Whom to end of a fleet that is too large. Pure.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "livesonic/scaling/fleet_book.h"

namespace livesonic::scaling {

// At most `count` of the members that count, are ours and `may` be ended; the ids. First who
// doesn't serve, then the oldest version of the launch template, the lowest score, the zone that
// has the most, the oldest.
std::vector<std::string> victims(const FleetBook& book, int count,
                                 const std::function<bool(const FleetMember&)>& may);

}  // namespace livesonic::scaling
