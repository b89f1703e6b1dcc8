// SPDX-License-Identifier: Apache-2.0
// What is kept of scores and checks: the latest of each, and scores over time by calendar month.
#pragma once

#include <string>
#include <vector>

#include "livesonic/base/result.h"
#include "livesonic/model/history.h"
#include "livesonic/model/metric.h"
#include "livesonic/model/reading.h"

namespace livesonic::storage {

struct TimeRange {
  Time from{};
  Time to{};  // exclusive
};

// Thread-safe. Each call is one transaction.
class History {
 public:
  virtual ~History() = default;

  // Keeps the readings as the latest of their instance and service, and the scores and the checks'
  // metrics in the history; checks that are `kept` are there already.
  // Readings of clusters that aren't registered (any more) are left out, and so are those of
  // services that don't exist or don't apply to the cluster (any more).
  virtual Result<void> record(const std::vector<InstanceReadings>& readings) = 0;

  // By instance (and service), without metrics; also of instances that were retired since.
  virtual Result<std::vector<ScoreReading>> latest_scores(const std::string& cluster) = 0;
  virtual Result<std::vector<CheckReading>> latest_checks(const std::string& cluster) = 0;

  // The same of what probes found, which have no instance: `service` is the probe's name, and those
  // that don't exist or don't apply to the cluster (any more) are left out.
  virtual Result<void> record_probes(const std::vector<CheckReading>& readings) = 0;
  virtual Result<std::vector<CheckReading>> latest_probes(const std::string& cluster) = 0;

  // Points in order of time, at full resolution; months in the range that were dropped have none.
  // Also of clusters that were removed; none for what never was.
  virtual Result<std::vector<ScorePoint>> instance_history(const std::string& cluster,
                                                           const std::string& instance,
                                                           TimeRange range) = 0;
  virtual Result<std::vector<ClusterPoint>> cluster_history(const std::string& cluster,
                                                            TimeRange range) = 0;

  // The metrics of a service on an instance, by label; at full resolution. Also of services that
  // were removed; none for what never was. A probe's have the instance "".
  virtual Result<std::vector<MetricSeries>> metric_history(const std::string& cluster,
                                                           const std::string& instance,
                                                           const std::string& service,
                                                           TimeRange range) = 0;

  // Adds points of another origin; a point at a time that is already there is left as it was.
  // kNotFound when the cluster isn't registered, kInvalidInput for a score outside of 1..100 or a
  // time outside of the years 1970..9999: then nothing is added.
  virtual Result<void> import_scores(const std::string& cluster, const std::string& instance,
                                     const std::vector<ScorePoint>& points) = 0;
  virtual Result<void> import_cluster_points(const std::string& cluster,
                                             const std::vector<ClusterPoint>& points) = 0;

  virtual Result<std::vector<Month>> months() = 0;  // those that have history, in order
  // Drops all history of months before `first_kept`, whole months at once, and the costs of their
  // hours; returns the months of history that were dropped.
  virtual Result<std::vector<Month>> drop_months_before(Month first_kept) = 0;
};

}  // namespace livesonic::storage
