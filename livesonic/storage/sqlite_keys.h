// SPDX-License-Identifier: Apache-2.0
// The numbers that stand for clusters and instances inside the database.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "livesonic/base/result.h"
#include "livesonic/storage/sqlite.h"

namespace livesonic::storage {

using Key = std::int64_t;

tl::unexpected<Error> no_such_cluster(const std::string& name);  // kNotFound

// Of the registered cluster of this name; kNotFound when there is none or it was removed.
Result<Key> registered_cluster(Database& database, const std::string& name);

// Gives keys to instances, making those that don't exist yet. For one write transaction.
class InstanceKeys {
 public:
  explicit InstanceKeys(Database& database);
  Result<Key> of(Key cluster, const std::string& instance);

 private:
  Statement find_;
  Statement make_;
};

}  // namespace livesonic::storage
