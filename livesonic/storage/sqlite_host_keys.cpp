// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "livesonic/base/text.h"
#include "livesonic/storage/sqlite_store.h"

namespace livesonic::storage {
namespace {

Result<std::optional<std::string>> find_key(Database& database, const std::string& instance) {
  return database.prepare("SELECT fingerprint FROM host_keys WHERE instance = ?1")
      .bind(instance)
      .first([](Statement& row) -> Result<std::string> {
        std::string fingerprint;
        row.read(fingerprint);
        return fingerprint;
      });
}

}  // namespace

Result<std::optional<std::string>> SqliteStore::pinned_key(const std::string& instance) {
  return connections_->read([&](Database& database) { return find_key(database, instance); });
}

Result<std::string> SqliteStore::pin_key(const std::string& instance,
                                         const std::string& fingerprint, Time at) {
  return connections_->write([&](Database& database) -> Result<std::string> {
    Result<void> done = database
                            .prepare(
                                "INSERT INTO host_keys (instance, fingerprint, pinned_at)"
                                " VALUES (?1, ?2, ?3) ON CONFLICT (instance) DO NOTHING")
                            .run(instance, fingerprint, at);
    if (!done) return fail(std::move(done.error()));
    Result<std::optional<std::string>> pinned = find_key(database, instance);
    if (!pinned) return fail(std::move(pinned.error()));
    return pinned->value_or(fingerprint);
  });
}

Result<void> SqliteStore::forget_key(const std::string& instance) {
  return connections_->write([&](Database& database) -> Result<void> {
    Result<void> done = database.prepare("DELETE FROM host_keys WHERE instance = ?1").run(instance);
    if (done && database.changes() == 0) {
      return fail(ErrorKind::kNotFound,
                  fmt::format("no host key of '{}' is pinned", printable(shorten(instance, 80))));
    }
    return done;
  });
}

}  // namespace livesonic::storage
