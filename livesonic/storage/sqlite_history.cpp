// SPDX-License-Identifier: Apache-2.0
// Scores over time: reading, importing, and dropping old months. What each poll brings comes in
// through sqlite_readings.cpp.
#include <fmt/format.h>

#include "livesonic/base/log.h"
#include "livesonic/storage/sqlite_costs.h"
#include "livesonic/storage/sqlite_metrics.h"
#include "livesonic/storage/sqlite_points.h"
#include "livesonic/storage/sqlite_store.h"

namespace livesonic::storage {
namespace {

// So much is given back to the file system at a time, so that others can write in between, and so
// often in one call, which must end soon: 1 GiB with pages of 4 KiB. The next call goes on.
constexpr int kPagesAtATime = 1024;
constexpr int kTimes = 256;

Result<Key> read_key(Statement& row) {
  Key key = 0;
  row.read(key);
  return key;
}

Result<std::optional<Key>> instance_key(Database& database, const std::string& cluster,
                                        const std::string& instance) {
  return database
      .prepare(
          "SELECT k.key FROM instance_keys k JOIN clusters c ON c.key = k.cluster"
          " WHERE c.name = ?1 AND k.instance = ?2")
      .bind(cluster, instance)
      .first(read_key);
}

Result<std::int64_t> give_back_some(Database& database) {
  Result<std::int64_t> left = database.number("PRAGMA freelist_count");
  if (!left || *left == 0) return left;
  Result<void> done = database.execute(fmt::format("PRAGMA incremental_vacuum({})", kPagesAtATime));
  if (!done) return fail(std::move(done.error()));
  return database.number("PRAGMA freelist_count");
}

}  // namespace

Result<std::vector<ScorePoint>> SqliteStore::instance_history(const std::string& cluster,
                                                              const std::string& instance,
                                                              TimeRange range) {
  return connections_->read([&](Database& database) -> Result<std::vector<ScorePoint>> {
    const Result<std::optional<Key>> key = instance_key(database, cluster, instance);
    if (!key) return fail(key.error());
    if (!*key) return {};
    return read_scores(database, **key, range);
  });
}

Result<std::vector<MetricSeries>> SqliteStore::metric_history(const std::string& cluster,
                                                              const std::string& instance,
                                                              const std::string& service,
                                                              TimeRange range) {
  return connections_->read([&](Database& database) -> Result<std::vector<MetricSeries>> {
    const Result<std::optional<Key>> key = instance_key(database, cluster, instance);
    if (!key) return fail(key.error());
    if (!*key) return {};
    return read_metrics(database, **key, service, range);
  });
}

Result<std::vector<ClusterPoint>> SqliteStore::cluster_history(const std::string& cluster,
                                                               TimeRange range) {
  return connections_->read([&](Database& database) -> Result<std::vector<ClusterPoint>> {
    const Result<std::optional<Key>> key =
        database.prepare("SELECT key FROM clusters WHERE name = ?1").bind(cluster).first(read_key);
    if (!key) return fail(key.error());
    if (!*key) return {};
    return read_cluster_points(database, **key, range);
  });
}

Result<void> SqliteStore::import_scores(const std::string& cluster, const std::string& instance,
                                        const std::vector<ScorePoint>& points) {
  return connections_->write([&](Database& database) -> Result<void> {
    const Result<Key> cluster_key = registered_cluster(database, cluster);
    if (!cluster_key) return fail(cluster_key.error());
    const Result<Key> key = InstanceKeys(database).of(*cluster_key, instance);
    if (!key) return fail(key.error());
    PointWriter writer(database, PointWriter::IfThere::kKeepIt);
    for (const ScorePoint& point : points) {
      if (point.score < 1 || point.score > 100) {
        return fail(ErrorKind::kInvalidInput,
                    fmt::format("a score is 1 to 100, not {}", point.score));
      }
      if (Result<void> done = writer.add(*key, point); !done) return done;
    }
    return {};
  });
}

Result<void> SqliteStore::import_cluster_points(const std::string& cluster,
                                                const std::vector<ClusterPoint>& points) {
  return connections_->write([&](Database& database) -> Result<void> {
    const Result<Key> key = registered_cluster(database, cluster);
    if (!key) return fail(key.error());
    PointWriter writer(database, PointWriter::IfThere::kKeepIt);
    for (const ClusterPoint& point : points) {
      if (Result<void> done = writer.add(*key, point); !done) return done;
    }
    return {};
  });
}

Result<std::vector<Month>> SqliteStore::months() {
  return connections_->read([](Database& database) { return list_months(database); });
}

Result<std::vector<Month>> SqliteStore::drop_months_before(Month first_kept) {
  Result<std::vector<Month>> dropped = months();
  if (!dropped) return dropped;
  std::erase_if(*dropped, [&](Month month) { return month >= first_kept; });
  for (const Month month : *dropped) {
    Result<void> done = connections_->write(
        [&](Database& database) -> Result<void> { return drop_month(database, month); });
    if (!done) return fail(std::move(done.error()));
  }
  const Time kept = start_of(first_kept);
  const auto paying = connections_->read(
      [&](Database& database) { return clusters_with_costs_before(database, kept); });
  if (!paying) return fail(paying.error());
  for (const Key cluster : *paying) {
    Result<void> done = connections_->write(
        [&](Database& database) { return drop_costs_before(database, cluster, kept); });
    if (!done) return fail(std::move(done.error()));
  }
  for (int i = 0; i < kTimes; ++i) {
    const Result<std::int64_t> left = connections_->maintain(give_back_some);
    if (!left) {
      // The months are gone, and the room they had will be used again: no reason to fail.
      log::warning("the room of dropped months is not given back yet: {}", left.error().message);
    }
    if (!left || *left == 0) break;
  }
  return dropped;
}

}  // namespace livesonic::storage
