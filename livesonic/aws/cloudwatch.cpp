// SPDX-License-Identifier: Apache-2.0
#include "livesonic/aws/cloudwatch.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <map>

#include "livesonic/aws/json_calls.h"

namespace livesonic::aws {
namespace {

constexpr Service kCloudWatch{.id = "monitoring",
                              .api_version = "2010-08-01",
                              .key = "cloudwatch",
                              .json_target = "GraniteServiceVersion20100801",
                              .json_version = "1.0"};
// AWS has pages of up to 100,800; these keep an answer small.
constexpr int kDatapointsPerPage = 20'000;

std::string id_of(std::size_t metric) {
  return fmt::format("m{}", metric);
}

nlohmann::json query_of(const Metric& metric, std::size_t place, std::chrono::seconds period) {
  nlohmann::json dimensions = nlohmann::json::array();
  for (const auto& [name, value] : metric.dimensions) {
    dimensions.push_back({{"Name", name}, {"Value", value}});
  }
  return {{"Id", id_of(place)},
          {"MetricStat",
           {{"Metric",
             {{"Namespace", metric.name_space},
              {"MetricName", metric.metric},
              {"Dimensions", std::move(dimensions)}}},
            {"Period", period.count()},
            {"Stat", metric.statistic}}},
          {"ReturnData", true}};
}

// The times and the values are two lists of the same length.
void read_result(const json::Value& result, std::vector<Datapoint>& into) {
  const auto status = result.text("StatusCode");
  if (status == "InternalError" || status == "Forbidden") {
    result.complain("StatusCode", fmt::format("is '{}'", status));
    return;
  }
  const auto times = result.list("Timestamps");
  const auto values = result.list("Values");
  if (times.size() != values.size()) {
    result.complain("Values",
                    fmt::format("has {} values for {} times", values.size(), times.size()));
    return;
  }
  for (std::size_t i = 0; i < times.size(); ++i) {
    const auto at = times[i].moment();
    const auto value = values[i].number();
    if (!at || !value) return;
    into.push_back({*at, *value});
  }
}

void sort(std::vector<Datapoint>& points) {
  std::ranges::stable_sort(points, {}, &Datapoint::at);
  const auto twice = std::ranges::unique(points, {}, &Datapoint::at);
  points.erase(twice.begin(), twice.end());
}

}  // namespace

Result<std::vector<std::vector<Datapoint>>> CloudWatch::get_metric_data(
    const std::vector<Metric>& metrics, Time from, Time to, std::chrono::seconds period,
    const std::stop_token& stop) const {
  std::vector<std::vector<Datapoint>> points(metrics.size());
  if (metrics.empty()) return points;
  if (metrics.size() > kMostMetrics) {
    return fail(
        ErrorKind::kInvalidInput,
        fmt::format("GetMetricData: {} metrics are more than the {} that AWS answers at once",
                    metrics.size(), kMostMetrics));
  }
  nlohmann::json queries = nlohmann::json::array();
  std::map<std::string, std::size_t> places;
  for (std::size_t i = 0; i < metrics.size(); ++i) {
    queries.push_back(query_of(metrics[i], i, period));
    places.emplace(id_of(i), i);
  }
  const auto seconds = [&](Time time, std::int64_t up) {
    const std::int64_t since =
        std::chrono::floor<std::chrono::seconds>(time.time_since_epoch()).count();
    return (since + up) / period.count() * period.count();
  };
  const auto asked =
      ask_pages(*client_,
                {.service = kCloudWatch,
                 .operation = "GetMetricData",
                 .body = {{"MetricDataQueries", std::move(queries)},
                          {"StartTime", seconds(from, 0)},
                          {"EndTime", seconds(to, period.count())},
                          {"ScanBy", "TimestampAscending"},
                          {"MaxDatapoints", kDatapointsPerPage}},
                 .marker = "NextToken",
                 .next_marker = "NextToken"},
                stop, [&](const json::Value& root) {
                  for (const json::Value& result : root.required_list("MetricDataResults")) {
                    const auto place = places.find(result.required_text("Id"));
                    if (place == places.end()) {
                      result.complain("Id", "was not asked for");
                      return;
                    }
                    read_result(result, points[place->second]);
                  }
                });
  if (!asked) return fail(asked.error());
  std::ranges::for_each(points, sort);
  return points;
}

}  // namespace livesonic::aws
