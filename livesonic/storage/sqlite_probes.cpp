// SPDX-License-Identifier: Apache-2.0
// Probes, and what they found last.
#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "livesonic/base/text.h"
#include "livesonic/storage/expectation_json.h"
#include "livesonic/storage/json_columns.h"
#include "livesonic/storage/sqlite_metrics.h"
#include "livesonic/storage/sqlite_store.h"

namespace livesonic::storage {
namespace {

using nlohmann::json;

// {"addresses", "send", "redirects", "verify"}
std::string options_of(const Probe& probe) {
  return json{{"addresses", probe.addresses},
              {"send", probe.send},
              {"redirects", probe.redirects},
              {"verify", probe.verify}}
      .dump(-1, ' ', false, json::error_handler_t::replace);
}

bool read_options(const std::string& text, Probe& probe) {
  const json options = json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (!options.is_object()) return false;
  const json none;
  const auto of = [&](const char* key) -> const json& {
    const auto found = options.find(key);
    return found == options.end() ? none : *found;
  };
  auto addresses = names_from_json(of("addresses").dump());
  if (!addresses || !of("send").is_string() || !of("redirects").is_number_unsigned() ||
      !of("verify").is_boolean()) {
    return false;
  }
  probe.addresses = std::move(*addresses);
  probe.send = of("send").get<std::string>();
  probe.redirects = of("redirects").get<int>();
  probe.verify = of("verify").get<bool>();
  return true;
}

Result<Probe> read_probe(Statement& row) {
  Probe probe;
  std::string kind;
  std::string clusters;
  std::string expect;
  std::string forbid;
  std::string options;
  std::string origin;
  row.read(probe.name, kind, probe.target, clusters, expect, forbid, probe.thresholds.metric,
           probe.thresholds.warning, probe.thresholds.critical, options, probe.timeout,
           probe.interval, origin);
  const std::string where = "probe " + probe.name;
  const Result<ProbeKind> known_kind = parse_probe_kind(kind);
  if (!known_kind) return fail(known_kind.error().context(where));
  probe.kind = *known_kind;
  for (const auto& [text, part] :
       {std::pair{&expect, &probe.expect}, std::pair{&forbid, &probe.forbid}}) {
    Result<Expectation> read = expectation_from_json(*text);
    if (!read) return fail(read.error().context(where));
    *part = std::move(*read);
  }
  Result<std::vector<std::string>> names = names_from_json(clusters);
  if (!names) return fail(names.error().context(where));
  probe.clusters = std::move(*names);
  const Result<Origin> known_origin = parse_origin(origin);
  if (!known_origin) return fail(known_origin.error().context(where));
  probe.origin = *known_origin;
  if (!read_options(options, probe)) {
    return fail(ErrorKind::kInvalidInput,
                where + ": its stored options can't be read, the database may be damaged");
  }
  return probe;
}

Result<std::vector<Probe>> read_probes(Database& database) {
  return database
      .prepare(
          "SELECT name, kind, target, clusters, expect, forbid, metric, warning, critical,"
          " options, timeout, interval, origin FROM probes ORDER BY name")
      .all(read_probe);
}

Result<CheckReading> read_reading(Statement& row) {
  CheckReading reading;
  std::string outcome;
  std::string status;
  row.read(reading.cluster, reading.service, reading.at, reading.took, outcome, status,
           reading.exit_status, reading.out, reading.detail);
  const Result<Outcome> known = parse_outcome(outcome);
  if (!known) return fail(known.error().context("the latest of probe " + reading.service));
  reading.outcome = *known;
  const Result<CheckStatus> known_status = parse_check_status(status);
  if (!known_status) {
    return fail(known_status.error().context("the latest of probe " + reading.service));
  }
  reading.status = *known_status;
  return reading;
}

Result<void> write_reading(Database& database, Key cluster, const CheckReading& reading) {
  Result<void> done =
      database
          .prepare(
              "INSERT OR REPLACE INTO latest_probes (cluster, probe, at, took, outcome, status,"
              " exit_status, out, detail) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)")
          .run(cluster, reading.service, reading.at, reading.took, to_string(reading.outcome),
               to_string(reading.status), reading.exit_status, reading.out, reading.detail);
  if (!done || reading.metrics.empty()) return done;
  const Result<Key> front = InstanceKeys(database).of(cluster, "");
  if (!front) return fail(front.error());
  return MetricWriter(database).add(*front, reading.service, reading.at, reading.metrics);
}

}  // namespace

Result<void> SqliteStore::put_probe(const Probe& probe) {
  return connections_->write([&](Database& database) -> Result<void> {
    Result<void> done =
        database.prepare("DELETE FROM latest_probes WHERE probe = ?1").run(probe.name);
    if (!done) return done;
    return database
        .prepare(
            "INSERT OR REPLACE INTO probes (name, kind, target, clusters, expect, forbid, metric,"
            " warning, critical, options, timeout, interval, origin)"
            " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)")
        .run(probe.name, to_string(probe.kind), probe.target, names_to_json(probe.clusters),
             expectation_to_json(probe.expect), expectation_to_json(probe.forbid),
             probe.thresholds.metric, probe.thresholds.warning, probe.thresholds.critical,
             options_of(probe), probe.timeout, probe.interval, to_string(probe.origin));
  });
}

Result<void> SqliteStore::remove_probe(const std::string& name) {
  return connections_->write([&](Database& database) -> Result<void> {
    Result<void> done = database.prepare("DELETE FROM latest_probes WHERE probe = ?1").run(name);
    if (done) done = database.prepare("DELETE FROM probes WHERE name = ?1").run(name);
    if (done && database.changes() == 0) {
      return fail(ErrorKind::kNotFound,
                  fmt::format("there is no probe '{}'", printable(shorten(name, 80))));
    }
    return done;
  });
}

Result<std::vector<Probe>> SqliteStore::probes() {
  return connections_->read([](Database& database) { return read_probes(database); });
}

Result<void> SqliteStore::record_probes(const std::vector<CheckReading>& readings) {
  if (readings.empty()) return {};
  return connections_->write([&](Database& database) -> Result<void> {
    const Result<std::vector<Probe>> probes = read_probes(database);
    if (!probes) return fail(probes.error());
    for (const CheckReading& reading : readings) {
      const bool applies = std::any_of(probes->begin(), probes->end(), [&](const Probe& probe) {
        return probe.name == reading.service && probe.applies_to(reading.cluster);
      });
      if (reading.kept || !applies) continue;
      const Result<Key> cluster = registered_cluster(database, reading.cluster);
      if (!cluster && cluster.error().kind == ErrorKind::kNotFound) continue;
      if (!cluster) return fail(cluster.error());
      if (Result<void> done = write_reading(database, *cluster, reading); !done) return done;
    }
    return {};
  });
}

Result<std::vector<CheckReading>> SqliteStore::latest_probes(const std::string& cluster) {
  return connections_->read([&](Database& database) {
    return database
        .prepare(
            "SELECT c.name, probe, at, took, outcome, status, exit_status, out, detail"
            " FROM clusters c JOIN latest_probes l ON l.cluster = c.key"
            " WHERE c.name = ?1 ORDER BY probe")
        .bind(cluster)
        .all(read_reading);
  });
}

}  // namespace livesonic::storage
