// SPDX-License-Identifier: Apache-2.0
// CloudWatch (API version 2010-08-01): what balancers count. A minute is published when it ends,
// has only a part of its requests then, and all of them a minute later; without requests it has no
// count.
#include <fmt/format.h>

#include <array>
#include <cmath>
#include <cstdint>
#include <functional>

#include "simulator/aws/json_answers.h"
#include "simulator/world/request_counts.h"

namespace livesonic::simulator {
namespace {

using namespace json_api;
using namespace std::chrono_literals;

constexpr int kLargestPage = 100'800;
constexpr std::size_t kMostQueries = 500;
constexpr std::int64_t kMostMinutes = 250'000;  // of all queries together
constexpr Duration kWholeAfter = 1min;
constexpr double kPublishedAtFirst = 0.6;
constexpr Duration kKept = 24h * 15;
constexpr double kLatest = 253402300800;  // the year 10000

// What one metric says of a minute; none where it says nothing.
using Series = std::function<std::optional<double>(Time minute)>;

struct Asked {
  std::string id, name_space, metric, statistic;
  std::map<std::string, std::string> dimensions;
  int period = 60;
};

std::optional<Asked> read_query(const json& query) {
  Asked asked;
  asked.id = text(query, "Id");
  const auto stat = query.find("MetricStat");
  if (asked.id.empty() || stat == query.end() || !stat->is_object()) return std::nullopt;
  const auto metric = stat->find("Metric");
  if (metric == stat->end() || !metric->is_object()) return std::nullopt;
  asked.name_space = text(*metric, "Namespace");
  asked.metric = text(*metric, "MetricName");
  asked.statistic = text(*stat, "Stat");
  asked.period = whole(*stat, "Period").value_or(0);
  const auto dimensions = metric->find("Dimensions");
  if (dimensions != metric->end() && dimensions->is_array()) {
    for (const json& one : *dimensions) {
      if (one.is_object()) asked.dimensions[text(one, "Name")] = text(one, "Value");
    }
  }
  const bool whole_minutes = asked.period > 0 && asked.period % 60 == 0 && asked.period <= 86'400;
  if (!whole_minutes || asked.metric.empty() || asked.statistic.empty()) return std::nullopt;
  return asked;
}

// "targetgroup/web/0123" or "app/web/0123": the end of an ARN.
bool ends_like(const std::string& arn, const std::string& dimension) {
  return !dimension.empty() && arn.ends_with(dimension) && arn.size() > dimension.size() &&
         (arn[arn.size() - dimension.size() - 1] == ':' ||
          arn[arn.size() - dimension.size() - 1] == '/');
}

// The classic balancer, or the target groups, that the dimensions stand for.
std::vector<std::string> resources_of(const World& world, const Asked& asked) {
  const auto dimension = [&](const char* name) {
    const auto found = asked.dimensions.find(name);
    return found == asked.dimensions.end() ? std::string() : found->second;
  };
  if (asked.name_space == "AWS/ELB") {
    const std::string name = dimension("LoadBalancerName");
    return world.balancers().contains(name) ? std::vector{name} : std::vector<std::string>();
  }
  const std::string balancer = dimension("LoadBalancer");
  const std::string group = dimension("TargetGroup");
  const std::string type = asked.name_space == "AWS/ApplicationELB" ? "application"
                           : asked.name_space == "AWS/NetworkELB"   ? "network"
                                                                    : "";
  std::vector<std::string> resources;
  for (const auto& [arn, one] : world.targets.groups) {
    if (!group.empty() && !ends_like(arn, group)) continue;
    for (const ModernBalancer* before : balancers_of(world.targets, arn)) {
      if (before->type != type || !ends_like(before->arn, balancer)) continue;
      resources.push_back(arn);
      break;
    }
  }
  return resources;
}

// Null where CloudWatch has never heard of the metric.
Series series_of(const World& world, Time now, const Asked& asked) {
  const bool network = asked.name_space == "AWS/NetworkELB";
  const bool counts = asked.metric == (network ? "NewFlowCount" : "RequestCount");
  // A network balancer's connections aren't counted by target group.
  const bool by_group = asked.dimensions.contains("TargetGroup");
  if ((!counts && asked.metric != "HealthyHostCount") || (network && counts && by_group)) return {};
  const auto resources = resources_of(world, asked);
  if (resources.empty()) return {};
  if (!counts) {
    std::size_t hosts = 0;
    for (const std::string& one : resources) hosts += hosts_behind(world, one, now).size();
    return [hosts](Time) { return static_cast<double>(hosts); };
  }
  std::vector<RequestCurve> curves;
  for (const std::string& one : resources) curves.push_back(request_curve(world, one, now));
  return [curves = std::move(curves), now, network](Time minute) -> std::optional<double> {
    double requests = 0;
    for (const RequestCurve& curve : curves) requests += curve.in(minute, now);
    if (now < minute + 1min + kWholeAfter) requests = std::floor(requests * kPublishedAtFirst);
    if (requests <= 0 && !network) return std::nullopt;
    return requests;
  };
}

struct Point {
  std::size_t query = 0;
  Time at{};
  double value = 0;
};

void add_points(std::size_t query, const Asked& asked, const Series& series, Time from, Time to,
                Time now, std::vector<Point>& points) {
  const Duration period = std::chrono::seconds{asked.period};
  for (Time begin = from - from.time_since_epoch() % period; begin < to; begin += period) {
    double sum = 0;
    int minutes = 0;
    for (Time minute = begin; minute < begin + period && minute + 1min <= now; minute += 1min) {
      const auto value = minute < now - kKept ? std::nullopt : series(minute);
      if (!value) continue;
      sum += *value;
      ++minutes;
    }
    if (minutes == 0) continue;
    points.push_back({query, begin, asked.statistic == "Sum" ? sum : sum / minutes});
  }
}

std::optional<Time> moment(const json& input, const char* name) {
  const auto found = input.find(name);
  if (found == input.end() || !found->is_number()) return std::nullopt;
  const auto seconds = found->get<double>();
  if (!(seconds >= 0 && seconds < kLatest)) return std::nullopt;
  return Time(Duration(static_cast<Duration::rep>(seconds * 1000)));
}

json results_of(const std::vector<Asked>& queries, const std::vector<Point>& points, bool more) {
  json results = json::array();
  for (const Asked& asked : queries) {
    results.push_back({{"Id", asked.id},
                       {"Label", asked.metric},
                       {"Timestamps", json::array()},
                       {"Values", json::array()},
                       {"StatusCode", more ? "PartialData" : "Complete"}});
  }
  for (const Point& point : points) {
    results[point.query]["Timestamps"].push_back(seconds(point.at));
    results[point.query]["Values"].push_back(point.value);
  }
  return results;
}

AwsAnswer get_metric_data(const World& world, Time now, const AwsCall& call) {
  const json input = input_of(call);
  const auto from = moment(input, "StartTime");
  const auto to = moment(input, "EndTime");
  if (!from || !to || *from >= *to) {
    return refuse(400, "ValidationError", "The parameter EndTime must be greater than StartTime.");
  }
  const auto given = input.find("MetricDataQueries");
  if (given == input.end() || !given->is_array() || given->empty() ||
      given->size() > kMostQueries) {
    return refuse(400, "ValidationError", "The parameter MetricDataQueries has 1 to 500 queries.");
  }
  std::vector<Asked> queries;
  std::vector<Point> points;
  // Nothing is kept for longer, and nothing is known of what is to come.
  const Time begin = std::max(*from, now - kKept - 24h);
  const Time end = std::min(*to, now);
  const auto minutes = std::max(Duration{}, end - begin) / 1min;
  if (minutes * static_cast<std::int64_t>(given->size()) > kMostMinutes) {
    return refuse(400, "ValidationError", "You have requested too many data points.");
  }
  for (const json& one : *given) {
    auto asked = read_query(one);
    if (!asked) {
      return refuse(400, "ValidationError",
                    "The parameter MetricDataQueries has a query without Id, Metric, Stat, or a "
                    "Period of whole minutes.");
    }
    if (const Series series = series_of(world, now, *asked)) {
      add_points(queries.size(), *asked, series, begin, end, now, points);
    }
    queries.push_back(std::move(*asked));
  }
  if (text(input, "ScanBy") != "TimestampAscending") std::reverse(points.begin(), points.end());
  const int size = whole(input, "MaxDatapoints").value_or(kLargestPage);
  std::string more;
  if (size < 1 || size > kLargestPage || !cut_page(points, text(input, "NextToken"), size, more)) {
    return refuse(400, "InvalidNextToken", "The next token or MaxDatapoints is not valid.");
  }
  json answer{{"MetricDataResults", results_of(queries, points, !more.empty())},
              {"Messages", json::array()}};
  if (!more.empty()) answer["NextToken"] = more;
  return written(answer);
}

constexpr std::array<AwsOperation, 1> kOperations{{
    {"GetMetricData", get_metric_data},
}};

}  // namespace

std::span<const AwsOperation> cloudwatch_operations() {
  return kOperations;
}

}  // namespace livesonic::simulator
