// SPDX-License-Identifier: Apache-2.0
#include "livesonic/storage/sqlite_costs.h"

#include <fmt/format.h>

#include <iterator>

#include "livesonic/base/time_text.h"
#include "livesonic/storage/sqlite_store.h"

namespace livesonic::storage {
namespace {

std::string moment(const std::optional<Time>& time) {
  return time ? to_iso8601(*time) : "never";
}

Result<std::optional<Time>> end_of_bill(Database& database, Key cluster) {
  return database.prepare("SELECT until FROM bills WHERE cluster = ?1")
      .bind(cluster)
      .first([](Statement& row) -> Result<Time> {
        Time until{};
        row.read(until);
        return until;
      });
}

Result<CostLine> read_line(Statement& row) {
  CostLine line;
  std::string lifecycle;
  row.read(line.cluster, line.hour, lifecycle, line.type, line.ran, line.unpriced, line.usd);
  const Result<Lifecycle> known = parse_lifecycle(lifecycle);
  if (!known) return fail(known.error().context("costs of " + line.cluster));
  line.lifecycle = *known;
  return line;
}

Result<std::vector<std::string>> all_names(Database& database) {
  return database.prepare("SELECT name FROM clusters ORDER BY name")
      .all([](Statement& row) -> Result<std::string> {
        std::string name;
        row.read(name);
        return name;
      });
}

}  // namespace

Result<std::vector<Key>> clusters_with_costs_before(Database& database, Time time) {
  return database
      .prepare(
          "SELECT key FROM clusters c"
          " WHERE EXISTS (SELECT 1 FROM costs WHERE cluster = c.key AND hour < ?1)")
      .bind(time)
      .all([](Statement& row) -> Result<Key> {
        Key key = 0;
        row.read(key);
        return key;
      });
}

Result<void> drop_costs_before(Database& database, Key cluster, Time time) {
  return database.prepare("DELETE FROM costs WHERE cluster = ?1 AND hour < ?2").run(cluster, time);
}

Result<void> forget_bill(Database& database, Key cluster) {
  return database.prepare("DELETE FROM bills WHERE cluster = ?1").run(cluster);
}

Result<std::optional<Time>> SqliteStore::billed_until(const std::string& cluster) {
  return connections_->read([&](Database& database) -> Result<std::optional<Time>> {
    const Result<Key> key = registered_cluster(database, cluster);
    if (!key) return fail(key.error());
    return end_of_bill(database, *key);
  });
}

Result<void> SqliteStore::bill(const std::string& cluster, std::optional<Time> from, Time until,
                               const std::vector<CostLine>& lines) {
  if (from && until < *from) {
    return fail(ErrorKind::kInvalidInput,
                fmt::format("a bill can't end at {}, before its beginning at {}", to_iso8601(until),
                            to_iso8601(*from)));
  }
  return connections_->write([&](Database& database) -> Result<void> {
    const Result<Key> key = registered_cluster(database, cluster);
    if (!key) return fail(key.error());
    const auto end = end_of_bill(database, *key);
    if (!end) return fail(end.error());
    if (*end != from) {
      return fail(ErrorKind::kConflict,
                  fmt::format("cluster '{}' was billed up to {} in the meantime, not {}", cluster,
                              moment(*end), moment(from)));
    }
    Statement add = database.prepare(
        "INSERT INTO costs (cluster, hour, lifecycle, type, ran, unpriced, usd)"
        " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)"
        " ON CONFLICT (cluster, hour, lifecycle, type) DO UPDATE SET ran = ran + excluded.ran,"
        " unpriced = unpriced + excluded.unpriced, usd = usd + excluded.usd");
    for (const CostLine& line : lines) {
      Result<void> added = add.run(*key, line.hour, to_string(line.lifecycle), line.type, line.ran,
                                   line.unpriced, line.usd);
      if (!added) return added;
    }
    return database
        .prepare(
            "INSERT INTO bills (cluster, until) VALUES (?1, ?2)"
            " ON CONFLICT (cluster) DO UPDATE SET until = excluded.until")
        .run(*key, until);
  });
}

Result<std::vector<CostLine>> SqliteStore::costs(const CostQuery& query) {
  return connections_->read([&](Database& database) -> Result<std::vector<CostLine>> {
    Result<std::vector<std::string>> names =
        query.clusters.empty() ? all_names(database) : query.clusters;
    if (!names) return fail(std::move(names.error()));
    // One cluster after the other: its hours lie together.
    Statement select = database.prepare(
        "SELECT c.name, hour, lifecycle, type, ran, unpriced, usd"
        " FROM costs JOIN clusters c ON c.key = costs.cluster"
        " WHERE cluster = (SELECT key FROM clusters WHERE name = ?1) AND hour >= ?2 AND hour < ?3"
        " ORDER BY hour, lifecycle, type");
    std::vector<CostLine> lines;
    for (const std::string& name : *names) {
      Result<std::vector<CostLine>> found = select.bind(name, query.from, query.to).all(read_line);
      if (!found) return found;
      lines.insert(lines.end(), std::make_move_iterator(found->begin()),
                   std::make_move_iterator(found->end()));
    }
    return lines;
  });
}

Result<double> SqliteStore::spent(const std::string& cluster, Time from, Time to) {
  return connections_->read([&](Database& database) -> Result<double> {
    const auto sum = database
                         .prepare(
                             "SELECT total(usd) FROM costs"
                             " WHERE cluster = (SELECT key FROM clusters WHERE name = ?1)"
                             " AND hour >= ?2 AND hour < ?3")
                         .bind(cluster, from, to)
                         .first([](Statement& row) -> Result<double> {
                           double usd = 0;
                           row.read(usd);
                           return usd;
                         });
    if (!sum) return fail(sum.error());
    return sum->value_or(0);
  });
}

}  // namespace livesonic::storage
