// SPDX-License-Identifier: Apache-2.0
#include "livesonic/storage/sqlite_outbox.h"

#include <fmt/format.h>

#include <algorithm>

#include "livesonic/base/text.h"
#include "livesonic/storage/sqlite_store.h"

namespace livesonic::storage {
namespace {

constexpr const char* kSelectUndelivered =
    "SELECT id, channel, incident, kind, payload, created_at, next_attempt_at, attempts,"
    " delivered_at, last_error FROM deliveries d WHERE delivered_at IS NULL";

// A channel must not hear that something ended before it heard that it began.
constexpr const char* kMayGo =
    " AND (kind <> 'closing' OR NOT EXISTS (SELECT 1 FROM deliveries o"
    " WHERE o.incident = d.incident AND o.channel = d.channel AND o.kind = 'opening'"
    " AND o.delivered_at IS NULL))";

constexpr const char* kOldestFirst = " ORDER BY created_at, sequence";

Result<Delivery> read_delivery(Statement& row) {
  Delivery delivery;
  std::string kind;
  row.read(delivery.id, delivery.channel, delivery.incident, kind, delivery.payload,
           delivery.created_at, delivery.next_attempt_at, delivery.attempts, delivery.delivered_at,
           delivery.last_error);
  const Result<DeliveryKind> known = parse_delivery_kind(kind);
  if (!known) return fail(known.error().context("message " + delivery.id));
  delivery.kind = *known;
  return delivery;
}

Result<void> must_exist(const Database& database, const std::string& id) {
  if (database.changes() > 0) return {};
  return fail(ErrorKind::kNotFound,
              fmt::format("there is no message '{}'", printable(shorten(id, 80))));
}

}  // namespace

Result<void> add_deliveries(Database& database, const std::vector<Delivery>& deliveries) {
  Statement add = database.prepare(
      "INSERT INTO deliveries (id, channel, incident, kind, payload, created_at, next_attempt_at,"
      " attempts, delivered_at, last_error) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)");
  for (const Delivery& delivery : deliveries) {
    Result<void> done =
        add.run(delivery.id, delivery.channel, delivery.incident, to_string(delivery.kind),
                delivery.payload, delivery.created_at, delivery.next_attempt_at, delivery.attempts,
                delivery.delivered_at, delivery.last_error);
    if (!done) return fail(done.error().context("message " + delivery.id));
  }
  return {};
}

Result<std::vector<Delivery>> SqliteStore::due_deliveries(const std::string& channel, Time now,
                                                          int limit) {
  const std::string sql = std::string(kSelectUndelivered) + " AND channel = ?1" + kMayGo +
                          " AND next_attempt_at <= ?2" + kOldestFirst + " LIMIT ?3";
  return connections_->read([&](Database& database) {
    return database.prepare(sql).bind(channel, now, std::max(limit, 0)).all(read_delivery);
  });
}

Result<std::vector<Delivery>> SqliteStore::undelivered() {
  return connections_->read([](Database& database) {
    return database.prepare(std::string(kSelectUndelivered) + kOldestFirst).all(read_delivery);
  });
}

Result<std::optional<Time>> SqliteStore::next_delivery_due(const std::string& channel) {
  const std::string sql =
      std::string(
          "SELECT next_attempt_at FROM deliveries d WHERE delivered_at IS NULL AND channel = ?1") +
      kMayGo + " ORDER BY next_attempt_at LIMIT 1";
  return connections_->read([&](Database& database) {
    return database.prepare(sql).bind(channel).first([](Statement& row) -> Result<Time> {
      Time due{};
      row.read(due);
      return due;
    });
  });
}

Result<void> SqliteStore::mark_delivered(const std::string& id, Time at) {
  return connections_->write([&](Database& database) -> Result<void> {
    // Told twice, the first time counts.
    Result<void> done = database
                            .prepare(
                                "UPDATE deliveries SET attempts = attempts +"
                                " (delivered_at IS NULL),"
                                " delivered_at = coalesce(delivered_at, ?2) WHERE id = ?1")
                            .run(id, at);
    if (!done) return done;
    return must_exist(database, id);
  });
}

Result<void> SqliteStore::mark_attempt_failed(const std::string& id, Time next_attempt_at,
                                              const std::string& error) {
  return connections_->write([&](Database& database) -> Result<void> {
    Result<void> done = database
                            .prepare(
                                "UPDATE deliveries SET attempts = attempts + 1,"
                                " next_attempt_at = ?2, last_error = ?3 WHERE id = ?1")
                            .run(id, next_attempt_at, error);
    if (!done) return done;
    return must_exist(database, id);
  });
}

}  // namespace livesonic::storage
