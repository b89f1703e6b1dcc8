// SPDX-License-Identifier: Apache-2.0
#include "livesonic/storage/sqlite_points.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <string>
#include <utility>

#include "livesonic/storage/sqlite_metrics.h"

namespace livesonic::storage {
namespace {

using Hours = std::chrono::sys_time<std::chrono::hours>;

constexpr Month kFirstMonth{1970, 1};
constexpr Month kAfterLastMonth{10000, 1};

std::string scores_of(Month month) {
  return fmt::format("instance_scores_{:04}_{:02}", month.year, month.month);
}

std::string cluster_points_of(Month month) {
  return fmt::format("cluster_scores_{:04}_{:02}", month.year, month.month);
}

Month after(Month month) {
  return month.month == 12 ? Month{month.year + 1, 1} : Month{month.year, month.month + 1};
}

}  // namespace

int number_of(Month month) {
  return month.year * 100 + static_cast<int>(month.month);
}

Month month_of_number(int number) {
  return {number / 100, static_cast<unsigned>(number % 100)};
}

Result<Month> checked_month_of(Time at) {
  if (at >= start_of(kFirstMonth) && at < start_of(kAfterLastMonth)) return month_of(at);
  return fail(ErrorKind::kInvalidInput,
              fmt::format("a score's time must be in the years 1970 to 9999, not {} ms from 1970",
                          at.time_since_epoch().count()));
}

std::vector<std::pair<Month, TimeRange>> by_month(const std::vector<Month>& months,
                                                  TimeRange range) {
  std::vector<std::pair<Month, TimeRange>> parts;
  for (const Month month : months) {
    const TimeRange part{std::max(range.from, start_of(month)),
                         std::min(range.to, start_of(after(month)))};
    if (part.from < part.to) parts.emplace_back(month, part);
  }
  return parts;
}

Result<void> make_month(Database& database, Month month) {
  Result<void> done = database.execute(
      fmt::format("CREATE TABLE IF NOT EXISTS {} (hour INTEGER NOT NULL, instance INTEGER NOT NULL,"
                  " ms INTEGER NOT NULL, score INTEGER NOT NULL, PRIMARY KEY (hour, instance, ms))"
                  " STRICT, WITHOUT ROWID",
                  scores_of(month)));
  if (done) {
    done = database.execute(fmt::format(
        "CREATE TABLE IF NOT EXISTS {} (cluster INTEGER NOT NULL, at INTEGER NOT NULL,"
        " mean REAL NOT NULL, min INTEGER NOT NULL, max INTEGER NOT NULL, spread REAL NOT NULL,"
        " count INTEGER NOT NULL, members INTEGER NOT NULL, PRIMARY KEY (cluster, at))"
        " STRICT, WITHOUT ROWID",
        cluster_points_of(month)));
  }
  if (done) {
    done = database.prepare("INSERT OR IGNORE INTO history_months (month) VALUES (?1)")
               .run(number_of(month));
  }
  return done;
}

Result<std::vector<Month>> list_months(Database& database) {
  return database.prepare("SELECT month FROM history_months ORDER BY month")
      .all([](Statement& row) -> Result<Month> {
        int number = 0;
        row.read(number);
        return month_of_number(number);
      });
}

Result<void> drop_month(Database& database, Month month) {
  Result<void> done = database.execute("DROP TABLE IF EXISTS " + scores_of(month));
  if (done) done = database.execute("DROP TABLE IF EXISTS " + cluster_points_of(month));
  if (done) done = drop_metric_month(database, month);
  if (done) {
    done = database.prepare("DELETE FROM history_months WHERE month = ?1").run(number_of(month));
  }
  return done;
}

Result<std::vector<ScorePoint>> read_scores(Database& database, Key instance, TimeRange range) {
  const auto months = list_months(database);
  if (!months) return fail(months.error());
  std::vector<ScorePoint> points;
  for (const auto& [month, part] : by_month(*months, range)) {
    Statement select = database.prepare(
        fmt::format("SELECT ms, score FROM {} WHERE hour = ?1 AND instance = ?2 ORDER BY ms",
                    scores_of(month)));
    for (auto hour = std::chrono::floor<std::chrono::hours>(part.from); hour < part.to;
         hour += std::chrono::hours{1}) {
      select.bind(hour.time_since_epoch().count(), instance);
      for (;;) {
        const Result<bool> row = select.step();
        if (!row) return fail(row.error());
        if (!*row) break;
        Duration within{};
        ScorePoint point;
        select.read(within, point.score);
        point.at = hour + within;
        if (point.at >= part.from && point.at < part.to) points.push_back(point);
      }
    }
  }
  return points;
}

Result<std::vector<ClusterPoint>> read_cluster_points(Database& database, Key cluster,
                                                      TimeRange range) {
  const auto months = list_months(database);
  if (!months) return fail(months.error());
  std::vector<ClusterPoint> points;
  for (const auto& [month, part] : by_month(*months, range)) {
    Result<std::vector<ClusterPoint>> found =
        database
            .prepare(fmt::format("SELECT at, mean, min, max, spread, count, members FROM {}"
                                 " WHERE cluster = ?1 AND at >= ?2 AND at < ?3 ORDER BY at",
                                 cluster_points_of(month)))
            .bind(cluster, part.from, part.to)
            .all([](Statement& row) -> Result<ClusterPoint> {
              ClusterPoint point;
              row.read(point.at, point.mean, point.min, point.max, point.spread, point.count,
                       point.members);
              return point;
            });
    if (!found) return found;
    points.insert(points.end(), found->begin(), found->end());
  }
  return points;
}

PointWriter::PointWriter(Database& database, IfThere if_there)
    : database_(database),
      insert_(if_there == IfThere::kReplaceIt ? "INSERT OR REPLACE" : "INSERT OR IGNORE") {}

Result<PointWriter::Tables*> PointWriter::tables_for(Time at) {
  const Result<Month> checked = checked_month_of(at);
  if (!checked) return fail(checked.error());
  const Month month = *checked;
  if (const auto found = tables_.find(month); found != tables_.end()) return &found->second;
  if (Result<void> made = make_month(database_, month); !made) return fail(made.error());
  Tables tables{
      database_.prepare(fmt::format("{} INTO {} (hour, instance, ms, score)"
                                    " VALUES (?1, ?2, ?3, ?4)",
                                    insert_, scores_of(month))),
      database_.prepare(fmt::format("{} INTO {} (cluster, at, mean, min, max, spread, count,"
                                    " members) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
                                    insert_, cluster_points_of(month)))};
  return &tables_.emplace(month, std::move(tables)).first->second;
}

Result<void> PointWriter::add(Key instance, const ScorePoint& point) {
  const Result<Tables*> tables = tables_for(point.at);
  if (!tables) return fail(tables.error());
  const Hours hour = std::chrono::floor<std::chrono::hours>(point.at);
  return (*tables)->scores.run(hour.time_since_epoch().count(), instance, Duration{point.at - hour},
                               point.score);
}

Result<void> PointWriter::add(Key cluster, const ClusterPoint& point) {
  if (point.count == 0) return {};
  const Result<Tables*> tables = tables_for(point.at);
  if (!tables) return fail(tables.error());
  return (*tables)->cluster_points.run(cluster, point.at, point.mean, point.min, point.max,
                                       point.spread, point.count, point.members);
}

}  // namespace livesonic::storage
