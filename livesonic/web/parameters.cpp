// SPDX-License-Identifier: Apache-2.0
#include "livesonic/web/parameters.h"

#include <fmt/format.h>

#include <charconv>
#include <chrono>

#include "livesonic/base/time_text.h"

namespace livesonic::web {
namespace {

constexpr Duration kLongest = 3653 * std::chrono::hours{24};  // ten years
constexpr int kMostPoints = 10'000;

Result<int> read_integer(const httpd::Request& request, const std::string& name, int most) {
  const std::string text = request.parameter(name).value_or("");
  int value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error == std::errc() && end == text.data() + text.size() && value >= 1 && value <= most) {
    return value;
  }
  return fail(ErrorKind::kInvalidInput,
              fmt::format("{}: must be a whole number from 1 to {}", name, most));
}

Result<std::optional<Time>> read_time(const httpd::Request& request, const std::string& name) {
  const auto text = request.parameter(name);
  if (!text) return std::nullopt;
  auto time = parse_iso8601(*text);
  if (!time) return fail(time.error().context(name));
  return *time;
}

}  // namespace

Result<int> read_port(const httpd::Request& request, int otherwise) {
  if (!request.parameter("port")) return otherwise;
  return read_integer(request, "port", 65'535);
}

Result<bool> read_flag(const httpd::Request& request, const std::string& name) {
  const std::string text = request.parameter(name).value_or("false");
  if (text == "true" || text == "false") return text == "true";
  return fail(ErrorKind::kInvalidInput, fmt::format("{}: must be true or false", name));
}

Result<storage::TimeRange> read_range(const httpd::Request& request, Time now, Duration otherwise) {
  const auto from = read_time(request, "from");
  if (!from) return fail(from.error());
  const auto to = read_time(request, "to");
  if (!to) return fail(to.error());
  Duration last = otherwise;
  if (const auto text = request.parameter("last")) {
    if (*from) {
      return fail(ErrorKind::kInvalidInput, "last: give either this or from, not both");
    }
    const auto parsed = parse_duration(*text);
    if (!parsed) return fail(parsed.error().context("last"));
    last = *parsed;
  }
  // What has happened at this very millisecond belongs to it: `to` is exclusive.
  storage::TimeRange range;
  range.to = to->value_or(now + Duration{1});
  range.from = from->value_or(range.to - std::min(last, kLongest + Duration{1}));
  if (range.from >= range.to) {
    return fail(ErrorKind::kInvalidInput, "the range is empty: from must be before to");
  }
  if (range.to - range.from > kLongest) {
    return fail(ErrorKind::kInvalidInput, "the range is longer than ten years");
  }
  return range;
}

Result<std::size_t> read_points(const httpd::Request& request) {
  if (!request.parameter("points")) return std::size_t{kMostPoints};
  return read_integer(request, "points", kMostPoints).map([](int points) {
    return static_cast<std::size_t>(points);
  });
}

Result<storage::IncidentQuery> read_incident_query(const httpd::Request& request) {
  storage::IncidentQuery query;
  query.cluster = request.parameter("cluster");
  const std::string state = request.parameter("state").value_or("all");
  if (state != "all" && state != "open" && state != "closed") {
    return fail(ErrorKind::kInvalidInput, "state: must be open, closed or all");
  }
  if (state != "all") query.open = state == "open";
  if (request.parameter("limit")) {
    const auto limit = read_integer(request, "limit", 1000);
    if (!limit) return fail(limit.error());
    query.limit = *limit;
  }
  return query;
}

Result<storage::ActionQuery> read_action_query(const httpd::Request& request) {
  storage::ActionQuery query;
  query.cluster = request.parameter("cluster");
  query.instance = request.parameter("instance");
  query.incident = request.parameter("incident");
  if (const auto text = request.parameter("kind")) {
    const auto kind = parse_action_kind(*text);
    if (!kind) return fail(kind.error().context("kind"));
    query.kind = *kind;
  }
  if (const auto text = request.parameter("state")) {
    const auto state = parse_action_state(*text);
    if (!state) return fail(state.error().context("state"));
    query.state = *state;
  }
  query.before = request.parameter("before").value_or("");
  if (request.parameter("limit")) {
    const auto limit = read_integer(request, "limit", 1000);
    if (!limit) return fail(limit.error());
    query.limit = *limit;
  }
  return query;
}

}  // namespace livesonic::web
