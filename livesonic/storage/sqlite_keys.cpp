// SPDX-License-Identifier: Apache-2.0
#include "livesonic/storage/sqlite_keys.h"

#include <fmt/format.h>

#include "livesonic/base/text.h"

namespace livesonic::storage {
namespace {

Result<Key> read_key(Statement& row) {
  Key key = 0;
  row.read(key);
  return key;
}

}  // namespace

tl::unexpected<Error> no_such_cluster(const std::string& name) {
  return fail(ErrorKind::kNotFound,
              fmt::format("no cluster '{}' is registered", printable(shorten(name, 80))));
}

Result<Key> registered_cluster(Database& database, const std::string& name) {
  const Result<std::optional<Key>> found =
      database.prepare("SELECT key FROM clusters WHERE name = ?1 AND removed_at IS NULL")
          .bind(name)
          .first(read_key);
  if (!found) return fail(found.error());
  if (*found) return **found;
  return no_such_cluster(name);
}

InstanceKeys::InstanceKeys(Database& database)
    : find_(database.prepare("SELECT key FROM instance_keys WHERE cluster = ?1 AND instance = ?2")),
      make_(database.prepare(
          "INSERT INTO instance_keys (cluster, instance) VALUES (?1, ?2) RETURNING key")) {}

Result<Key> InstanceKeys::of(Key cluster, const std::string& instance) {
  for (Statement* statement : {&find_, &make_}) {
    const Result<std::optional<Key>> key = statement->bind(cluster, instance).first(read_key);
    if (!key) return fail(key.error());
    if (*key) return **key;
  }
  return fail(ErrorKind::kInternal, "an INSERT returned no key");
}

}  // namespace livesonic::storage
