// SPDX-License-Identifier: Apache-2.0
// The tables, as the numbered steps that made them what they are. docs/storage.md says in words
// what each is for; the tables of each month's history are in sqlite_points.cpp.
#pragma once

#include "livesonic/base/result.h"
#include "livesonic/storage/sqlite.h"

namespace livesonic::storage {

// Takes the database from whatever version it has (an empty one has version 0) to the current one,
// in one transaction; safe when several processes do it at once. Refuses databases of newer
// versions of livesonic and those of other programs.
Result<void> migrate(Database& database);

}  // namespace livesonic::storage
