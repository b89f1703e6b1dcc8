// SPDX-License-Identifier: Apache-2.0
// The whole store. Rooms take the one part that they need; only app holds this.
#pragma once

#include <filesystem>
#include <memory>

#include "livesonic/storage/actions.h"
#include "livesonic/storage/costs.h"
#include "livesonic/storage/domains.h"
#include "livesonic/storage/history.h"
#include "livesonic/storage/host_keys.h"
#include "livesonic/storage/incidents.h"
#include "livesonic/storage/inventory.h"

namespace livesonic::storage {

class Store : public Inventory,
              public History,
              public Incidents,
              public Domains,
              public HostKeys,
              public Actions,
              public Costs {};

// Opens (and creates or migrates) the embedded database `livesonic.db` in `data_dir`, which is made
// when it isn't there. Several processes may have it open. Errors name the file and the remedy:
// damaged, not writable, disk full, made by a newer version.
Result<std::unique_ptr<Store>> open_sqlite(const std::filesystem::path& data_dir);

}  // namespace livesonic::storage
