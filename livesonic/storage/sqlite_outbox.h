// SPDX-License-Identifier: Apache-2.0
// Putting messages into the outbox within the transaction that decided on them.
#pragma once

#include <vector>

#include "livesonic/base/result.h"
#include "livesonic/model/incident.h"
#include "livesonic/storage/sqlite.h"

namespace livesonic::storage {

// kConflict when one of the ids is already there, or its incident isn't.
Result<void> add_deliveries(Database& database, const std::vector<Delivery>& deliveries);

}  // namespace livesonic::storage
