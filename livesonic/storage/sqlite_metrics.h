// SPDX-License-Identifier: Apache-2.0
// Metrics over time as SQLite keeps them: like scores (sqlite_points.h) in a table for each
// calendar month, by hour. A short key stands for a metric of a service on an instance; what is
// said of the metric (unit, ranges) is kept with the key, as it was last.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "livesonic/base/result.h"
#include "livesonic/model/history.h"
#include "livesonic/model/metric.h"
#include "livesonic/storage/history.h"
#include "livesonic/storage/sqlite.h"
#include "livesonic/storage/sqlite_keys.h"

namespace livesonic::storage {

// Adds metrics, making what they need when it isn't there. For one write transaction.
class MetricWriter {
 public:
  explicit MetricWriter(Database& database);

  // Those beyond kMostMetrics of one service on one instance are left out, and so it stays until
  // the months are dropped in which the others were there: a host that thinks of new labels at each
  // poll fills no disk. kInvalidInput for times outside of the years 1970..9999.
  Result<void> add(Key instance, const std::string& service, Time at,
                   const std::vector<Metric>& metrics);

 private:
  struct Known {
    Key key = 0;
    int last_month = 0;
    Metric metric;
  };
  static Result<Known> read_known(Statement& row);
  Result<Key> key_of(std::vector<Known>& known, Key instance, const std::string& service,
                     const Metric& metric, int month);
  Result<Statement*> points_of(Month month);

  Database& database_;
  Statement find_;
  Statement make_;
  Statement change_;
  std::map<Month, Statement> points_;
};

// By label; those without a point in the range have none.
Result<std::vector<MetricSeries>> read_metrics(Database& database, Key instance,
                                               const std::string& service, TimeRange range);

// With the keys of metrics that have no later month.
Result<void> drop_metric_month(Database& database, Month month);

}  // namespace livesonic::storage
