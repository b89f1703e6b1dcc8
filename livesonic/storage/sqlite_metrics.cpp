// SPDX-License-Identifier: Apache-2.0
#include "livesonic/storage/sqlite_metrics.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <utility>

#include "livesonic/storage/sqlite_points.h"

namespace livesonic::storage {
namespace {

std::string metrics_of(Month month) {
  return fmt::format("metrics_{:04}_{:02}", month.year, month.month);
}

// But for its value.
bool same_description(Metric a, const Metric& b) {
  a.value = b.value;
  return a == b;
}

Result<std::vector<Month>> list_metric_months(Database& database) {
  return database.prepare("SELECT month FROM metric_months ORDER BY month")
      .all([](Statement& row) -> Result<Month> {
        int number = 0;
        row.read(number);
        return month_of_number(number);
      });
}

// Also that of scores: whoever drops months looks at those.
Result<void> make_metric_month(Database& database, Month month) {
  Result<void> done = make_month(database, month);
  if (done) {
    done = database.execute(
        fmt::format("CREATE TABLE IF NOT EXISTS {} (hour INTEGER NOT NULL, metric INTEGER NOT NULL,"
                    " ms INTEGER NOT NULL, value REAL NOT NULL, PRIMARY KEY (hour, metric, ms))"
                    " STRICT, WITHOUT ROWID",
                    metrics_of(month)));
  }
  if (done) {
    done = database.prepare("INSERT OR IGNORE INTO metric_months (month) VALUES (?1)")
               .run(number_of(month));
  }
  return done;
}

}  // namespace

MetricWriter::MetricWriter(Database& database)
    : database_(database),
      find_(database.prepare(
          "SELECT key, last_month, label, unit, warning, critical, min, max FROM metric_keys"
          " WHERE instance = ?1 AND service = ?2")),
      make_(database.prepare(
          "INSERT INTO metric_keys (instance, service, label, unit, warning, critical, min, max,"
          " last_month) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9) RETURNING key")),
      change_(database.prepare(
          "UPDATE metric_keys SET unit = ?2, warning = ?3, critical = ?4, min = ?5, max = ?6,"
          " last_month = max(last_month, ?7) WHERE key = ?1")) {}

Result<MetricWriter::Known> MetricWriter::read_known(Statement& row) {
  Known known;
  Metric& metric = known.metric;
  row.read(known.key, known.last_month, metric.label, metric.unit, metric.warning, metric.critical,
           metric.min, metric.max);
  return known;
}

Result<Key> MetricWriter::key_of(std::vector<Known>& known, Key instance,
                                 const std::string& service, const Metric& metric, int month) {
  const auto found = std::find_if(known.begin(), known.end(), [&](const Known& one) {
    return one.metric.label == metric.label;
  });
  if (found != known.end()) {
    if (found->last_month < month || !same_description(metric, found->metric)) {
      Result<void> done = change_.run(found->key, metric.unit, metric.warning, metric.critical,
                                      metric.min, metric.max, month);
      if (!done) return fail(done.error());
    }
    return found->key;
  }
  if (known.size() >= kMostMetrics) return Key{0};
  const Result<std::optional<Key>> key =
      make_
          .bind(instance, service, metric.label, metric.unit, metric.warning, metric.critical,
                metric.min, metric.max, month)
          .first([](Statement& row) -> Result<Key> {
            Key made = 0;
            row.read(made);
            return made;
          });
  if (!key) return fail(key.error());
  if (!*key) return fail(ErrorKind::kInternal, "an INSERT returned no key");
  known.push_back({**key, month, metric});
  return **key;
}

Result<Statement*> MetricWriter::points_of(Month month) {
  if (const auto found = points_.find(month); found != points_.end()) return &found->second;
  if (Result<void> made = make_metric_month(database_, month); !made) return fail(made.error());
  Statement insert = database_.prepare(
      fmt::format("INSERT OR REPLACE INTO {} (hour, metric, ms, value) VALUES (?1, ?2, ?3, ?4)",
                  metrics_of(month)));
  return &points_.emplace(month, std::move(insert)).first->second;
}

Result<void> MetricWriter::add(Key instance, const std::string& service, Time at,
                               const std::vector<Metric>& metrics) {
  if (metrics.empty()) return {};
  const Result<Month> month = checked_month_of(at);
  if (!month) return fail(month.error());
  const Result<Statement*> points = points_of(*month);
  if (!points) return fail(points.error());
  Result<std::vector<Known>> known = find_.bind(instance, service).all(read_known);
  if (!known) return fail(known.error());
  const auto hour = std::chrono::floor<std::chrono::hours>(at);
  for (const Metric& metric : metrics) {
    const Result<Key> key = key_of(*known, instance, service, metric, number_of(*month));
    if (!key) return fail(key.error());
    if (*key == 0) continue;  // one too many
    Result<void> done =
        (*points)->run(hour.time_since_epoch().count(), *key, Duration{at - hour}, metric.value);
    if (!done) return done;
  }
  return {};
}

Result<std::vector<MetricSeries>> read_metrics(Database& database, Key instance,
                                               const std::string& service, TimeRange range) {
  const auto months = list_metric_months(database);
  if (!months) return fail(months.error());
  std::vector<Key> keys;
  auto all = database
                 .prepare(
                     "SELECT key, label, unit, warning, critical, min, max FROM metric_keys"
                     " WHERE instance = ?1 AND service = ?2 ORDER BY label")
                 .bind(instance, service)
                 .all([&](Statement& row) -> Result<MetricSeries> {
                   MetricSeries series;
                   Metric& metric = series.metric;
                   row.read(keys.emplace_back(), metric.label, metric.unit, metric.warning,
                            metric.critical, metric.min, metric.max);
                   return series;
                 });
  if (!all) return all;
  for (const auto& [month, part] : by_month(*months, range)) {
    Statement select = database.prepare(fmt::format(
        "SELECT ms, value FROM {} WHERE hour = ?1 AND metric = ?2 ORDER BY ms", metrics_of(month)));
    for (std::size_t i = 0; i < keys.size(); ++i) {
      MetricSeries& series = (*all)[i];
      for (auto hour = std::chrono::floor<std::chrono::hours>(part.from); hour < part.to;
           hour += std::chrono::hours{1}) {
        select.bind(hour.time_since_epoch().count(), keys[i]);
        for (;;) {
          const Result<bool> row = select.step();
          if (!row) return fail(row.error());
          if (!*row) break;
          Duration within{};
          MetricPoint point;
          select.read(within, point.value);
          point.at = hour + within;
          if (point.at >= part.from && point.at < part.to) series.points.push_back(point);
        }
      }
      if (!series.points.empty()) series.metric.value = series.points.back().value;
    }
  }
  return all;
}

Result<void> drop_metric_month(Database& database, Month month) {
  Result<void> done = database.execute("DROP TABLE IF EXISTS " + metrics_of(month));
  if (done) {
    done = database.prepare("DELETE FROM metric_months WHERE month = ?1").run(number_of(month));
  }
  if (done) {
    done = database.prepare("DELETE FROM metric_keys WHERE last_month <= ?1").run(number_of(month));
  }
  return done;
}

}  // namespace livesonic::storage
