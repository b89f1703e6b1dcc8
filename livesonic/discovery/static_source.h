// SPDX-License-Identifier: Apache-2.0
// Clusters of kind `static`: a fixed list of hosts. AWS has no part in them.
#pragma once

#include "livesonic/discovery/fleet_source.h"

namespace livesonic::discovery {

// Pure. A host is known by what it is called in the list, be it a name or an address.
Membership static_members(const Cluster& cluster);

}  // namespace livesonic::discovery
