// SPDX-License-Identifier: Apache-2.0
// Conditions and incidents, and the transaction that ends a round. The messages on their way are in
// sqlite_outbox.cpp.
#include <fmt/format.h>

#include <algorithm>

#include "livesonic/base/text.h"
#include "livesonic/storage/handling_json.h"
#include "livesonic/storage/json_columns.h"
#include "livesonic/storage/sqlite_outbox.h"
#include "livesonic/storage/sqlite_points.h"
#include "livesonic/storage/sqlite_store.h"

namespace livesonic::storage {
namespace {

Result<Condition> read_condition(Statement& row) {
  Condition condition;
  row.read(condition.cluster, condition.instance, condition.cause, condition.bad_polls,
           condition.good_polls, condition.firing, condition.since, condition.detail,
           condition.good_since);
  return condition;
}

Result<void> replace_conditions(Database& database, Key cluster,
                                const std::vector<Condition>& conditions) {
  Result<void> done = database.prepare("DELETE FROM conditions WHERE cluster = ?1").run(cluster);
  Statement add = database.prepare(
      "INSERT INTO conditions (cluster, instance, cause, bad_polls, good_polls, firing, since,"
      " detail, good_since) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)");
  for (const Condition& condition : conditions) {
    if (!done) return done;
    done = add.run(cluster, condition.instance, condition.cause, condition.bad_polls,
                   condition.good_polls, condition.firing, condition.since, condition.detail,
                   condition.good_since);
  }
  return done;
}

constexpr const char* kSelectIncidents =
    "SELECT id, cluster, cause, opened_at, closed_at, summary, members, channels,"
    " handling FROM incidents";

Result<Incident> read_incident(Statement& row) {
  Incident incident;
  std::string members;
  std::string channels;
  std::string handling;
  row.read(incident.id, incident.cluster, incident.cause, incident.opened_at, incident.closed_at,
           incident.summary, members, channels, handling);
  Result<std::vector<IncidentMember>> known = members_from_json(members);
  if (!known) return fail(known.error().context("incident " + incident.id));
  incident.members = std::move(*known);
  Result<std::vector<std::string>> told = names_from_json(channels);
  if (!told) return fail(told.error().context("incident " + incident.id));
  incident.channels = std::move(*told);
  if (Result<void> read = handling_from_json(handling, incident); !read) {
    return fail(read.error().context("incident " + incident.id));
  }
  return incident;
}

Result<void> put_incidents(Database& database, const std::vector<Incident>& incidents) {
  Statement put = database.prepare(
      "INSERT INTO incidents (id, cluster, cause, opened_at, closed_at, summary, members, channels,"
      " handling) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9) ON CONFLICT (id) DO UPDATE SET"
      " cluster = excluded.cluster, cause = excluded.cause, opened_at = excluded.opened_at,"
      " closed_at = excluded.closed_at, summary = excluded.summary, members = excluded.members,"
      " channels = excluded.channels, handling = excluded.handling");
  for (const Incident& incident : incidents) {
    Result<void> done =
        put.run(incident.id, incident.cluster, incident.cause, incident.opened_at,
                incident.closed_at, incident.summary, members_to_json(incident.members),
                names_to_json(incident.channels), handling_to_json(incident));
    if (!done) return done;
  }
  return {};
}

// The point and the conditions.
Result<void> put_state(Database& database, const RoundOutcome& outcome) {
  const Result<Key> cluster = registered_cluster(database, outcome.cluster);
  if (!cluster) return fail(cluster.error());
  Result<void> done = replace_conditions(database, *cluster, outcome.conditions);
  if (!done || !outcome.point) return done;
  return PointWriter(database, PointWriter::IfThere::kReplaceIt).add(*cluster, *outcome.point);
}

}  // namespace

Result<void> SqliteStore::commit_round(const RoundOutcome& outcome) {
  return connections_->write([&](Database& database) -> Result<void> {
    Result<void> done;
    if (!outcome.cluster_removed) done = put_state(database, outcome);
    if (done) done = put_incidents(database, outcome.incidents);
    if (done) done = add_deliveries(database, outcome.deliveries);
    return done;
  });
}

Result<std::vector<Condition>> SqliteStore::conditions(const std::string& cluster) {
  return connections_->read([&](Database& database) {
    return database
        .prepare(
            "SELECT c.name, instance, cause, bad_polls, good_polls, firing, since, detail,"
            " good_since FROM conditions JOIN clusters c ON c.key = cluster WHERE c.name = ?1"
            " ORDER BY instance, cause")
        .bind(cluster)
        .all(read_condition);
  });
}

Result<std::vector<Incident>> SqliteStore::open_incidents(const std::string& cluster) {
  return connections_->read([&](Database& database) {
    return database
        .prepare(std::string(kSelectIncidents) +
                 " WHERE cluster = ?1 AND closed_at IS NULL ORDER BY opened_at, sequence")
        .bind(cluster)
        .all(read_incident);
  });
}

Result<std::vector<Incident>> SqliteStore::all_open_incidents() {
  return connections_->read([](Database& database) {
    return database
        .prepare(std::string(kSelectIncidents) +
                 " WHERE closed_at IS NULL ORDER BY opened_at, sequence")
        .all(read_incident);
  });
}

Result<int> SqliteStore::openings_since(const std::string& cluster, const Cause& cause,
                                        Time since) {
  return connections_->read([&](Database& database) -> Result<int> {
    const auto found = database
                           .prepare(
                               "SELECT count(*) FROM incidents WHERE cluster = ?1 AND cause = ?2"
                               " AND opened_at >= ?3")
                           .bind(cluster, cause, since)
                           .first([](Statement& row) -> Result<int> {
                             int count = 0;
                             row.read(count);
                             return count;
                           });
    if (!found) return fail(found.error());
    return found->value_or(0);
  });
}

Result<std::vector<Incident>> SqliteStore::incidents(const IncidentQuery& query) {
  std::string sql = kSelectIncidents;
  // ?1 is bound in any case, so it must occur.
  sql += query.cluster ? " WHERE cluster = ?1" : " WHERE ?1 IS NULL";
  if (query.open) sql += *query.open ? " AND closed_at IS NULL" : " AND closed_at IS NOT NULL";
  sql += " ORDER BY opened_at DESC, sequence DESC LIMIT ?2";
  return connections_->read([&](Database& database) {
    return database.prepare(sql)
        .bind(query.cluster, std::clamp(query.limit, 1, 1000))
        .all(read_incident);
  });
}

Result<Incident> SqliteStore::incident(const std::string& id) {
  return connections_->read([&](Database& database) -> Result<Incident> {
    Result<std::optional<Incident>> found =
        database.prepare(std::string(kSelectIncidents) + " WHERE id = ?1")
            .bind(id)
            .first(read_incident);
    if (!found) return fail(std::move(found.error()));
    if (*found) return std::move(**found);
    return fail(ErrorKind::kNotFound,
                fmt::format("there is no incident '{}'", printable(shorten(id, 80))));
  });
}

}  // namespace livesonic::storage
