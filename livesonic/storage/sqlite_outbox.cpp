// SPDX-License-Identifier: Apache-2.0
#include "livesonic/storage/sqlite_outbox.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "livesonic/base/text.h"
#include "livesonic/storage/sqlite_store.h"

namespace livesonic::storage {
namespace {

constexpr const char* kSelect =
    "SELECT id, channel, coalesce(incident, ''), kind, payload, created_at, next_attempt_at, "
    "attempts,"
    " delivered_at, last_error, refusals, dead_at, retried_at FROM deliveries d";

// On its way, unless a dead opening keeps it back.
constexpr const char* kWaiting =
    " WHERE delivered_at IS NULL AND dead_at IS NULL"
    " AND NOT EXISTS (SELECT 1 FROM deliveries o WHERE o.incident = d.incident"
    " AND o.channel = d.channel AND o.kind = 'opening' AND o.dead_at IS NOT NULL"
    " AND o.sequence <> d.sequence)";

// A channel must not hear that something ended before it heard that it began.
constexpr const char* kInTurn =
    " AND (kind = 'opening' OR NOT EXISTS (SELECT 1 FROM deliveries o"
    " WHERE o.incident = d.incident AND o.channel = d.channel AND o.delivered_at IS NULL"
    " AND o.dead_at IS NULL AND (o.kind = 'opening' OR o.sequence < d.sequence)"
    " AND o.sequence <> d.sequence))";

constexpr const char* kOldestFirst = " ORDER BY created_at, sequence";

Result<Delivery> read_delivery(Statement& row) {
  Delivery delivery;
  std::string kind;
  row.read(delivery.id, delivery.channel, delivery.incident, kind, delivery.payload,
           delivery.created_at, delivery.next_attempt_at, delivery.attempts, delivery.delivered_at,
           delivery.last_error, delivery.refusals, delivery.dead_at, delivery.retried_at);
  const Result<DeliveryKind> known = parse_delivery_kind(kind);
  if (!known) return fail(known.error().context("message " + delivery.id));
  delivery.kind = *known;
  return delivery;
}

tl::unexpected<Error> no_such_message(const std::string& id) {
  return fail(ErrorKind::kNotFound,
              fmt::format("there is no message '{}'", printable(shorten(id, 80))));
}

Result<void> must_exist(const Database& database, const std::string& id) {
  if (database.changes() > 0) return {};
  return no_such_message(id);
}

// `channel` is SQL for its name, ?1 is bound in it.
Result<void> note_success(Database& database, const std::string& channel, const std::string& bound,
                          Time at) {
  return database
      .prepare("INSERT INTO channels (name, last_success, last_failure, last_error) VALUES (" +
               channel +
               ", ?2, NULL, '') ON CONFLICT (name) DO UPDATE SET"
               " last_success = max(coalesce(last_success, 0), excluded.last_success)")
      .run(bound, at);
}

Result<void> note_failure(Database& database, const std::string& channel, const std::string& bound,
                          Time at, const std::string& error) {
  return database
      .prepare("INSERT INTO channels (name, last_success, last_failure, last_error) VALUES (" +
               channel +
               ", NULL, ?2, ?3) ON CONFLICT (name) DO UPDATE SET"
               " last_failure = excluded.last_failure, last_error = excluded.last_error")
      .run(bound, at, error);
}

Result<std::optional<Time>> until_of(Database& database, const std::string& report) {
  return database.prepare("SELECT until FROM reports WHERE name = ?1")
      .bind(report)
      .first([](Statement& row) -> Result<Time> {
        Time until{};
        row.read(until);
        return until;
      });
}

constexpr const char* kChannelOfMessage = "(SELECT channel FROM deliveries WHERE id = ?1)";

}  // namespace

Result<void> add_deliveries(Database& database, const std::vector<Delivery>& deliveries) {
  Statement add = database.prepare(
      "INSERT INTO deliveries (id, channel, incident, kind, payload, created_at, next_attempt_at,"
      " attempts, delivered_at, last_error, refusals, dead_at, retried_at)"
      " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)");
  for (const Delivery& delivery : deliveries) {
    Result<void> done =
        add.run(delivery.id, delivery.channel,
                delivery.incident.empty() ? std::nullopt : std::optional(delivery.incident),
                to_string(delivery.kind), delivery.payload, delivery.created_at,
                delivery.next_attempt_at, delivery.attempts, delivery.delivered_at,
                delivery.last_error, delivery.refusals, delivery.dead_at, delivery.retried_at);
    if (!done) return fail(done.error().context("message " + delivery.id));
  }
  return {};
}

Result<std::vector<Delivery>> SqliteStore::due_deliveries(const std::string& channel, Time now,
                                                          int limit) {
  const std::string sql = std::string(kSelect) + kWaiting + " AND channel = ?1" + kInTurn +
                          " AND next_attempt_at <= ?2" + kOldestFirst + " LIMIT ?3";
  return connections_->read([&](Database& database) {
    return database.prepare(sql).bind(channel, now, std::max(limit, 0)).all(read_delivery);
  });
}

Result<std::vector<Delivery>> SqliteStore::undelivered() {
  return connections_->read([](Database& database) {
    return database.prepare(std::string(kSelect) + kWaiting + kOldestFirst).all(read_delivery);
  });
}

Result<std::vector<Delivery>> SqliteStore::dead_deliveries(int limit) {
  return connections_->read([&](Database& database) {
    return database
        .prepare(std::string(kSelect) +
                 " WHERE dead_at IS NOT NULL ORDER BY dead_at DESC, sequence DESC LIMIT ?1")
        .bind(std::clamp(limit, 1, 1000))
        .all(read_delivery);
  });
}

Result<std::optional<Time>> SqliteStore::next_delivery_due(const std::string& channel) {
  const std::string sql = std::string("SELECT next_attempt_at FROM deliveries d") + kWaiting +
                          " AND channel = ?1" + kInTurn + " ORDER BY next_attempt_at LIMIT 1";
  return connections_->read([&](Database& database) {
    return database.prepare(sql).bind(channel).first([](Statement& row) -> Result<Time> {
      Time due{};
      row.read(due);
      return due;
    });
  });
}

Result<std::optional<std::string>> SqliteStore::opening_of(const std::string& incident,
                                                           const std::string& channel) {
  return connections_->read([&](Database& database) {
    return database
        .prepare(
            "SELECT id FROM deliveries WHERE incident = ?1 AND channel = ?2 AND kind = 'opening'"
            " ORDER BY sequence LIMIT 1")
        .bind(incident, channel)
        .first([](Statement& row) -> Result<std::string> {
          std::string id;
          row.read(id);
          return id;
        });
  });
}

Result<void> SqliteStore::mark_delivered(const std::string& id, Time at) {
  return connections_->write([&](Database& database) -> Result<void> {
    // Told twice, the first time counts.
    Result<void> done = database
                            .prepare(
                                "UPDATE deliveries SET attempts = attempts +"
                                " (delivered_at IS NULL), dead_at = NULL,"
                                " delivered_at = coalesce(delivered_at, ?2) WHERE id = ?1")
                            .run(id, at);
    if (done) done = must_exist(database, id);
    if (!done) return done;
    return note_success(database, kChannelOfMessage, id, at);
  });
}

Result<void> SqliteStore::mark_failed(const std::string& id, const Failure& failure) {
  return connections_->write([&](Database& database) -> Result<void> {
    const std::optional<Time> dead_at = failure.dead ? std::optional(failure.at) : std::nullopt;
    Result<void> done =
        database
            .prepare(
                "UPDATE deliveries SET attempts = attempts + 1,"
                " next_attempt_at = ?2, last_error = ?3, refusals = refusals + ?4,"
                " dead_at = ?5 WHERE id = ?1")
            .run(id, failure.next_attempt_at, failure.error, failure.refused, dead_at);
    if (done) done = must_exist(database, id);
    if (!done) return done;
    return note_failure(database, kChannelOfMessage, id, failure.at, failure.error);
  });
}

Result<Delivery> SqliteStore::retry_delivery(const std::string& id, Time at) {
  Result<Delivery> retried = no_such_message(id);
  const Result<void> done = connections_->write([&](Database& database) -> Result<void> {
    auto found =
        database.prepare(std::string(kSelect) + " WHERE id = ?1").bind(id).first(read_delivery);
    if (!found) return fail(found.error());
    if (!*found) return no_such_message(id);
    retried = std::move(**found);
    if (!retried->dead_at) {
      return fail(ErrorKind::kConflict,
                  fmt::format("message {} is not given up: {}", id,
                              retried->delivered_at ? "it was delivered" : "it is on its way"));
    }
    retried->dead_at.reset();
    retried->refusals = 0;
    retried->retried_at = retried->next_attempt_at = at;
    return database
        .prepare(
            "UPDATE deliveries SET dead_at = NULL, refusals = 0, retried_at = ?2,"
            " next_attempt_at = ?2 WHERE id = ?1")
        .run(id, at);
  });
  if (!done) return fail(done.error());
  return retried;
}

Result<std::vector<ChannelState>> SqliteStore::channel_states() {
  const std::string sql =
      "WITH counts AS (SELECT channel, sum(dead_at IS NULL) AS waiting,"
      " min(CASE WHEN dead_at IS NULL THEN created_at END) AS oldest,"
      " sum(dead_at IS NOT NULL) AS dead, max(dead_at) AS last_dead FROM ("
      "SELECT channel, dead_at, created_at FROM deliveries d" +
      std::string(kWaiting) +
      " UNION ALL SELECT channel, dead_at, created_at FROM deliveries WHERE dead_at IS NOT NULL)"
      " GROUP BY channel)"
      " SELECT n.channel, coalesce(waiting, 0), oldest, coalesce(dead, 0), last_dead, last_success,"
      " last_failure, coalesce(last_error, '')"
      " FROM (SELECT channel FROM counts UNION SELECT name FROM channels) n"
      " LEFT JOIN counts c ON c.channel = n.channel LEFT JOIN channels s ON s.name = n.channel"
      " ORDER BY 1";
  return connections_->read([&](Database& database) {
    return database.prepare(sql).all([](Statement& row) -> Result<ChannelState> {
      ChannelState state;
      row.read(state.name, state.waiting, state.oldest_waiting, state.dead, state.last_dead,
               state.last_success, state.last_failure, state.last_error);
      return state;
    });
  });
}

Result<void> SqliteStore::note_attempt(const std::string& channel, Time at,
                                       const std::string& error) {
  return connections_->write([&](Database& database) -> Result<void> {
    return error.empty() ? note_success(database, "?1", channel, at)
                         : note_failure(database, "?1", channel, at, error);
  });
}

Result<std::optional<Time>> SqliteStore::reported_until(const std::string& report) {
  return connections_->read([&](Database& database) { return until_of(database, report); });
}

Result<void> SqliteStore::post_report(const Report& report) {
  return connections_->write([&](Database& database) -> Result<void> {
    const auto until = until_of(database, report.name);
    if (!until) return fail(until.error());
    if (*until != report.told_until) {
      return fail(ErrorKind::kConflict,
                  fmt::format("the report '{}' has been told meanwhile", report.name));
    }
    Result<void> done = database
                            .prepare(
                                "INSERT INTO reports (name, until) VALUES (?1, ?2)"
                                " ON CONFLICT (name) DO UPDATE SET until = excluded.until")
                            .run(report.name, report.until);
    if (done) done = add_deliveries(database, report.deliveries);
    return done;
  });
}

Result<void> SqliteStore::prove_writable(Time at) {
  return connections_->write([&](Database& database) -> Result<void> {
    return database.prepare("INSERT OR REPLACE INTO proofs (one, at) VALUES (1, ?1)").run(at);
  });
}

}  // namespace livesonic::storage
