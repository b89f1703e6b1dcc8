// SPDX-License-Identifier: Apache-2.0
// Services and probes, what they found and what they measured.
#include <utility>

#include "livesonic/model/plugin_output.h"
#include "livesonic/web/to_json.h"

namespace livesonic::web {
namespace {

template <typename T>
Json or_null(const std::optional<T>& value) {
  return value ? Json(*value) : Json(nullptr);
}

Json text_or_null(const std::string& text) {
  return text.empty() ? Json(nullptr) : Json(text);
}

// HTTP's status is kept where a command has its exit status.
Json probe_expectation(const Expectation& expect) {
  Json json = to_json(expect);
  json.erase("exit_status");
  json["status"] = or_null(expect.exit_status);
  return json;
}

}  // namespace

Json to_json(const MetricPoint& point) {
  return {{"at", to_json(point.at)}, {"value", point.value}};
}

Json to_json(const MetricSeries& series) {
  const Metric& metric = series.metric;
  return {{"label", metric.label},
          {"unit", metric.unit},
          {"warning", text_or_null(metric.warning)},
          {"critical", text_or_null(metric.critical)},
          {"min", or_null(metric.min)},
          {"max", or_null(metric.max)},
          {"points", to_json_list(series.points)}};
}

Json to_json(const CheckReading& reading) {
  const PluginOutput output = split_plugin_output(reading.out);
  return {{"service", reading.service},
          {"at", to_json(reading.at)},
          {"took_ms", reading.took.count()},
          {"outcome", to_string(reading.outcome)},
          {"status", to_string(reading.status)},
          {"exit_status", or_null(reading.exit_status)},
          {"summary", output.summary},
          {"long_output", output.long_text},
          {"out", reading.out},
          {"err", reading.err},
          {"detail", reading.detail}};
}

Json to_json(const Expectation& expect) {
  Json json;
  if (expect.json) {
    json = {{"pointer", expect.json->pointer},
            {"equals", or_null(expect.json->equals)},
            {"range", or_null(expect.json->range)}};
  }
  return {{"exact", or_null(expect.exact)},
          {"contains", or_null(expect.contains)},
          {"regex", or_null(expect.regex)},
          {"exit_status", or_null(expect.exit_status)},
          {"json", std::move(json)}};
}

Json to_json(const Thresholds& thresholds) {
  return {{"metric", text_or_null(thresholds.metric)},
          {"warning", text_or_null(thresholds.warning)},
          {"critical", text_or_null(thresholds.critical)}};
}

Json to_json(const Service& service) {
  return {{"name", service.name},
          {"command", service.command},
          {"plugin", service.is_plugin()},
          {"expect", to_json(service.expect)},
          {"expect_not", to_json(service.forbid)},
          {"thresholds", to_json(service.thresholds)},
          {"clusters", service.clusters},
          {"timeout_ms", service.timeout.count()},
          {"interval_ms", service.interval.count()},
          {"origin", to_string(service.origin)}};
}

Json to_json(const Probe& probe) {
  return {{"name", probe.name},
          {"kind", to_string(probe.kind)},
          {"target", target_of(probe, "{balancer}")},
          {"clusters", probe.clusters},
          {"expect", probe_expectation(probe.expect)},
          {"expect_not", probe_expectation(probe.forbid)},
          {"thresholds", to_json(effective_thresholds(probe))},
          {"addresses", probe.addresses},
          {"send", probe.send},
          {"redirects", probe.redirects},
          {"verify", probe.verify},
          {"timeout_ms", probe.timeout.count()},
          {"interval_ms", probe.interval.count()},
          {"origin", to_string(probe.origin)}};
}

Json probe_reading_json(const CheckReading& reading) {
  return {{"probe", reading.service},
          {"at", to_json(reading.at)},
          {"took_ms", reading.took.count()},
          {"outcome", to_string(reading.outcome)},
          {"status", to_string(reading.status)},
          {"http_status", or_null(reading.exit_status)},
          {"out", reading.out},
          {"detail", reading.detail}};
}

}  // namespace livesonic::web
