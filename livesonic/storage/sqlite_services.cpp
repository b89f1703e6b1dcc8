// SPDX-License-Identifier: Apache-2.0
#include "livesonic/storage/sqlite_services.h"

#include <fmt/format.h>

#include <utility>

#include "livesonic/base/text.h"
#include "livesonic/storage/expectation_json.h"
#include "livesonic/storage/json_columns.h"
#include "livesonic/storage/sqlite_store.h"

namespace livesonic::storage {
namespace {

Result<Service> read_service(Statement& row) {
  Service service;
  std::string expect;
  std::string forbid;
  std::string clusters;
  std::string origin;
  row.read(service.name, service.command, expect, forbid, service.thresholds.metric,
           service.thresholds.warning, service.thresholds.critical, service.plugin, clusters,
           service.timeout, service.interval, origin);
  const std::string where = "service " + service.name;
  for (const auto& [text, part] :
       {std::pair{&expect, &service.expect}, std::pair{&forbid, &service.forbid}}) {
    Result<Expectation> read = expectation_from_json(*text);
    if (!read) return fail(read.error().context(where));
    *part = std::move(*read);
  }
  Result<std::vector<std::string>> names = names_from_json(clusters);
  if (!names) return fail(names.error().context(where));
  service.clusters = std::move(*names);
  const Result<Origin> known_origin = parse_origin(origin);
  if (!known_origin) return fail(known_origin.error().context(where));
  service.origin = *known_origin;
  return service;
}

}  // namespace

Result<std::vector<Service>> read_services(Database& database) {
  return database
      .prepare(
          "SELECT name, command, expect, forbid, metric, warning, critical, plugin, clusters,"
          " timeout, interval, origin FROM services ORDER BY name")
      .all(read_service);
}

Result<void> SqliteStore::put_service(const Service& service) {
  const std::string clusters = names_to_json(service.clusters);
  return connections_->write([&](Database& database) -> Result<void> {
    Result<void> done =
        database
            .prepare(
                "INSERT INTO services (name, command, expect, forbid, metric, warning, critical,"
                " plugin, clusters, timeout, interval, origin)"
                " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)"
                " ON CONFLICT (name) DO UPDATE SET command = excluded.command,"
                " expect = excluded.expect, forbid = excluded.forbid, metric = excluded.metric,"
                " warning = excluded.warning, critical = excluded.critical,"
                " plugin = excluded.plugin, clusters = excluded.clusters,"
                " timeout = excluded.timeout, interval = excluded.interval,"
                " origin = excluded.origin")
            .run(service.name, service.command, expectation_to_json(service.expect),
                 expectation_to_json(service.forbid), service.thresholds.metric,
                 service.thresholds.warning, service.thresholds.critical, service.plugin, clusters,
                 service.timeout, service.interval, to_string(service.origin));
    if (done && service.interval > Duration{0}) {
      // What it was before is no reason to wait.
      return database.prepare("DELETE FROM latest_checks WHERE service = ?1").run(service.name);
    }
    if (!done || service.clusters.empty()) return done;
    // Clusters that it no longer applies to must not go on showing their last outcome.
    return database
        .prepare(
            "DELETE FROM latest_checks WHERE service = ?1 AND instance IN"
            " (SELECT k.key FROM instance_keys k JOIN clusters c ON c.key = k.cluster"
            " WHERE c.name NOT IN (SELECT value FROM json_each(?2)))")
        .run(service.name, clusters);
  });
}

Result<void> SqliteStore::remove_service(const std::string& name) {
  return connections_->write([&](Database& database) -> Result<void> {
    Result<void> done = database.prepare("DELETE FROM latest_checks WHERE service = ?1").run(name);
    if (done) done = database.prepare("DELETE FROM services WHERE name = ?1").run(name);
    if (done && database.changes() == 0) {
      return fail(ErrorKind::kNotFound,
                  fmt::format("there is no service '{}'", printable(shorten(name, 80))));
    }
    return done;
  });
}

Result<std::vector<Service>> SqliteStore::services() {
  return connections_->read([](Database& database) { return read_services(database); });
}

}  // namespace livesonic::storage
