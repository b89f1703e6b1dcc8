// SPDX-License-Identifier: Apache-2.0
// What the months' retention and the removal of clusters need of the costs.
#pragma once

#include <vector>

#include "livesonic/storage/sqlite_keys.h"

namespace livesonic::storage {

// The clusters, removed ones too, that have costs of hours before `time`.
Result<std::vector<Key>> clusters_with_costs_before(Database& database, Time time);
Result<void> drop_costs_before(Database& database, Key cluster, Time time);
// The next bill of the cluster is its first.
Result<void> forget_bill(Database& database, Key cluster);

}  // namespace livesonic::storage
