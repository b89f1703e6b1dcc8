// SPDX-License-Identifier: Apache-2.0
// What polls bring: the latest of each instance and service, and on into the history.
#include <algorithm>
#include <cstdint>
#include <map>
#include <optional>

#include "livesonic/storage/sqlite_metrics.h"
#include "livesonic/storage/sqlite_points.h"
#include "livesonic/storage/sqlite_services.h"
#include "livesonic/storage/sqlite_store.h"

namespace livesonic::storage {
namespace {

// Writes readings within one transaction, asking only once for what they share.
class ReadingWriter {
 public:
  ReadingWriter(Database& database, const std::vector<Service>& services)
      : database_(database),
        keys_(database),
        points_(database, PointWriter::IfThere::kReplaceIt),
        put_score_(database.prepare(
            "INSERT INTO latest_scores (instance, at, took, outcome, score, detail, cpu, io,"
            " memory, danger) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)"
            " ON CONFLICT (instance) DO UPDATE SET at = excluded.at, took = excluded.took,"
            " outcome = excluded.outcome, score = excluded.score, detail = excluded.detail,"
            " cpu = excluded.cpu, io = excluded.io, memory = excluded.memory,"
            " danger = excluded.danger")),
        put_check_(database.prepare(
            "INSERT INTO latest_checks (instance, service, at, took, outcome, exit_status, out,"
            " err, detail, status) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)"
            " ON CONFLICT (instance, service) DO UPDATE SET at = excluded.at,"
            " took = excluded.took, outcome = excluded.outcome,"
            " exit_status = excluded.exit_status, out = excluded.out, err = excluded.err,"
            " detail = excluded.detail, status = excluded.status")) {
    for (const Service& service : services) services_.emplace(service.name, &service);
  }

  Result<void> write(const InstanceReadings& readings) {
    const ScoreReading& score = readings.score;
    const Result<std::optional<Key>> cluster = cluster_key(score.cluster);
    if (!cluster) return fail(cluster.error());
    if (!*cluster) return {};  // removed while it was polled
    const Result<Key> instance = keys_.of(**cluster, score.instance);
    if (!instance) return fail(instance.error());

    const auto part = [&score](ScorePart of) {
      return score.parts ? value_of(*score.parts, of) : std::nullopt;
    };
    Result<void> done =
        put_score_.run(*instance, score.at, score.took, to_string(score.outcome), score.score,
                       score.detail, part(ScorePart::kCpu), part(ScorePart::kIo),
                       part(ScorePart::kMemory), part(ScorePart::kDanger));
    if (done && score.score) done = points_.add(*instance, ScorePoint{score.at, *score.score});
    for (const CheckReading& check : readings.checks) {
      if (!done) return done;
      if (check.kept || !applies(check.service, score.cluster)) continue;  // or removed meanwhile
      done = put_check_.run(*instance, check.service, check.at, check.took,
                            to_string(check.outcome), check.exit_status, check.out, check.err,
                            check.detail, to_string(check.status));
      if (done && !check.metrics.empty()) done = add_metrics(*instance, check);
    }
    return done;
  }

 private:
  Result<void> add_metrics(Key instance, const CheckReading& check) {
    if (!metrics_) metrics_.emplace(database_);
    return metrics_->add(instance, check.service, check.at, check.metrics);
  }

  Result<std::optional<Key>> cluster_key(const std::string& name) {
    if (const auto known = clusters_.find(name); known != clusters_.end()) return known->second;
    const Result<Key> key = registered_cluster(database_, name);
    if (!key && key.error().kind != ErrorKind::kNotFound) return fail(key.error());
    return clusters_.emplace(name, key ? std::optional(*key) : std::nullopt).first->second;
  }

  [[nodiscard]] bool applies(const std::string& service, const std::string& cluster) const {
    const auto found = services_.find(service);
    return found != services_.end() && found->second->applies_to(cluster);
  }

  Database& database_;
  InstanceKeys keys_;
  PointWriter points_;
  std::optional<MetricWriter> metrics_;  // made when the first metric comes
  Statement put_score_;
  Statement put_check_;
  std::map<std::string, const Service*> services_;
  std::map<std::string, std::optional<Key>> clusters_;
};

std::uint8_t part_of(const std::optional<int>& column) {
  return static_cast<std::uint8_t>(std::clamp(column.value_or(0), 0, 100));
}

Result<ScoreReading> read_score(Statement& row) {
  ScoreReading reading;
  std::string outcome;
  std::optional<int> cpu;
  std::optional<int> io;
  std::optional<int> memory;
  std::optional<int> danger;
  row.read(reading.cluster, reading.instance, reading.at, reading.took, outcome, reading.score,
           reading.detail, cpu, io, memory, danger);
  // A danger's number stands there exactly when the parts were told.
  if (danger) reading.parts = {part_of(cpu), part_of(io), part_of(memory), part_of(danger)};
  const Result<Outcome> known = parse_outcome(outcome);
  if (!known) return fail(known.error().context("the latest score of " + reading.instance));
  reading.outcome = *known;
  return reading;
}

Result<CheckReading> read_check(Statement& row) {
  CheckReading reading;
  std::string outcome;
  std::string status;
  row.read(reading.cluster, reading.instance, reading.service, reading.at, reading.took, outcome,
           reading.exit_status, reading.out, reading.err, reading.detail, status);
  const Result<Outcome> known = parse_outcome(outcome);
  if (!known) return fail(known.error().context("the latest check of " + reading.instance));
  reading.outcome = *known;
  const Result<CheckStatus> known_status = parse_check_status(status);
  if (!known_status) {
    return fail(known_status.error().context("the latest check of " + reading.instance));
  }
  reading.status = *known_status;
  return reading;
}

}  // namespace

Result<void> SqliteStore::record(const std::vector<InstanceReadings>& readings) {
  if (readings.empty()) return {};
  return connections_->write([&](Database& database) -> Result<void> {
    const Result<std::vector<Service>> services = read_services(database);
    if (!services) return fail(services.error());
    ReadingWriter writer(database, *services);
    for (const InstanceReadings& reading : readings) {
      if (Result<void> done = writer.write(reading); !done) return done;
    }
    return {};
  });
}

Result<std::vector<ScoreReading>> SqliteStore::latest_scores(const std::string& cluster) {
  return connections_->read([&](Database& database) {
    return database
        .prepare(
            "SELECT c.name, k.instance, at, took, outcome, score, detail, cpu, io, memory, danger"
            " FROM clusters c JOIN instance_keys k ON k.cluster = c.key"
            " JOIN latest_scores l ON l.instance = k.key"
            " WHERE c.name = ?1 ORDER BY k.instance")
        .bind(cluster)
        .all(read_score);
  });
}

Result<std::vector<CheckReading>> SqliteStore::latest_checks(const std::string& cluster) {
  return connections_->read([&](Database& database) {
    return database
        .prepare(
            "SELECT c.name, k.instance, service, at, took, outcome, exit_status, out, err,"
            " detail, status FROM clusters c JOIN instance_keys k ON k.cluster = c.key"
            " JOIN latest_checks l ON l.instance = k.key"
            " WHERE c.name = ?1 ORDER BY k.instance, service")
        .bind(cluster)
        .all(read_check);
  });
}

}  // namespace livesonic::storage
