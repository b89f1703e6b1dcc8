// SPDX-License-Identifier: Apache-2.0
// Scores over time as SQLite keeps them: two tables for each calendar month, so that a month is
// dropped as a whole.
//
// An instance's points lie together hour by hour: PRIMARY KEY (hour, instance, ms). With the
// instance first, each round of a large fleet would touch one page per instance; with the time
// first, reading one instance's day would mean reading everybody's.
#pragma once

#include <map>
#include <utility>
#include <vector>

#include "livesonic/base/result.h"
#include "livesonic/model/history.h"
#include "livesonic/storage/history.h"
#include "livesonic/storage/sqlite.h"
#include "livesonic/storage/sqlite_keys.h"

namespace livesonic::storage {

Result<std::vector<Month>> list_months(Database& database);  // in order
// Where they aren't there yet, the tables of a month.
Result<void> make_month(Database& database, Month month);
Result<void> drop_month(Database& database, Month month);

// The month as it is kept in a column: year * 100 + month.
int number_of(Month month);
Month month_of_number(int number);
// kInvalidInput for times outside of the years 1970..9999.
Result<Month> checked_month_of(Time at);
// The parts of the range that lie in these months, in order.
std::vector<std::pair<Month, TimeRange>> by_month(const std::vector<Month>& months,
                                                  TimeRange range);

// In order of time; months that have no tables have no points.
Result<std::vector<ScorePoint>> read_scores(Database& database, Key instance, TimeRange range);
Result<std::vector<ClusterPoint>> read_cluster_points(Database& database, Key cluster,
                                                      TimeRange range);

// Adds points, making the tables of a month when its first point comes. For one write transaction.
// kInvalidInput for times outside of the years 1970..9999.
class PointWriter {
 public:
  // What becomes of a point when there is already one of the same time.
  enum class IfThere { kReplaceIt, kKeepIt };
  PointWriter(Database& database, IfThere if_there);

  Result<void> add(Key instance, const ScorePoint& point);
  // Points of which count is 0 are left out.
  Result<void> add(Key cluster, const ClusterPoint& point);

 private:
  struct Tables {
    Statement scores;
    Statement cluster_points;
  };
  Result<Tables*> tables_for(Time at);

  Database& database_;
  const char* const insert_;
  std::map<Month, Tables> tables_;
};

}  // namespace livesonic::storage
