// SPDX-License-Identifier: Apache-2.0
// Metrics (Amazon CloudWatch, API version 2010-08-01).
#pragma once

#include <chrono>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

#include "livesonic/base/clock.h"
#include "livesonic/base/result.h"

namespace livesonic::aws {

class Client;

struct Metric {
  std::string name_space;  // "AWS/ApplicationELB"
  std::string metric;      // "RequestCount"
  // {{"LoadBalancer", "app/web/50dc6c495c0c9188"}}: all that it is published with, no more, no
  // less.
  std::vector<std::pair<std::string, std::string>> dimensions;
  std::string statistic = "Sum";  // "Average", "Maximum", …
  friend bool operator==(const Metric&, const Metric&) = default;
};

struct Datapoint {
  Time at{};  // where its period begins
  double value = 0;
  friend bool operator==(const Datapoint&, const Datapoint&) = default;
};

// Thread-safe. Borrows the client. An answer is whole or an error, never a part of a list.
class CloudWatch {
 public:
  explicit CloudWatch(const Client& client) : client_(&client) {}

  static constexpr std::size_t kMostMetrics = 500;  // AWS's own limit for one call

  // The values of each metric, in its order, by time; periods without one are left out. `from` and
  // `to` are moved to whole periods, `to` up: begun periods have a value that still grows.
  // CloudWatch keeps minutes for 15 days. It knows no metric that it never heard of: there is none
  // in the answer for it then.
  Result<std::vector<std::vector<Datapoint>>> get_metric_data(
      const std::vector<Metric>& metrics, Time from, Time to,
      std::chrono::seconds period = std::chrono::minutes{1},
      const std::stop_token& stop = {}) const;

 private:
  const Client* client_;
};

}  // namespace livesonic::aws
