// SPDX-License-Identifier: Apache-2.0
// The services as other parts of the store need them within their own transactions.
#pragma once

#include <vector>

#include "livesonic/base/result.h"
#include "livesonic/model/service.h"
#include "livesonic/storage/sqlite.h"

namespace livesonic::storage {

Result<std::vector<Service>> read_services(Database& database);  // by name

}  // namespace livesonic::storage
