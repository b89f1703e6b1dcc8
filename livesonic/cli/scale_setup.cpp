// SPDX-License-Identifier: Apache-2.0
#include "livesonic/cli/scale_setup.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <iostream>
#include <iterator>

#include "livesonic/base/file.h"
#include "livesonic/base/text.h"
#include "livesonic/base/time_text.h"
#include "livesonic/scaling/history.h"
#include "livesonic/scaling/market_trace.h"
#include "livesonic/scaling/price_list.h"

namespace livesonic::cli {
namespace {

using scaling::BacktestSetup;
using scaling::Trace;
using Kind = Parameter::Kind;

constexpr std::size_t kLargestTrace = std::size_t{1} << 30;
// Where nothing says what an instance serves, the peak takes so many.
constexpr double kInstancesAtPeak = 20;
constexpr const char* kUsualType = "m6i.large";

Result<std::string> read_text(const std::string& file) {
  if (file != "-") return read_file(file, kLargestTrace);
  std::string text(std::istreambuf_iterator<char>(std::cin), {});
  if (std::cin.bad()) return fail(ErrorKind::kUnavailable, "cannot read the standard input");
  return text;
}

Result<double> number_option(const Arguments& arguments, const char* name, double otherwise,
                             double least, double most) {
  const auto given = arguments.value(name);
  if (!given) return otherwise;
  const std::string_view digits = *given;
  double value = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (error != std::errc() || end != digits.data() + digits.size() ||
      !(value >= least && value <= most)) {
    return fail(ErrorKind::kInvalidInput, fmt::format("{}: '{}' is no number from {} to {}", name,
                                                      printable(*given), least, most));
  }
  return value;
}

// "50%" or "50": a share, in per cent.
Result<double> share_option(const Arguments& arguments, const char* name, double otherwise,
                            double least, double most) {
  const auto given = arguments.value(name);
  if (!given) return otherwise;
  Arguments bare;
  bare.add(name, given->ends_with('%') ? given->substr(0, given->size() - 1) : *given);
  return number_option(bare, name, 0, least * 100, most * 100).map([](double percent) {
    return percent / 100;
  });
}

Result<Trace> trace_of_history(ApiClient& api, const std::string& cluster, const std::string& last,
                               double target_score) {
  const auto answer = api.get("/clusters/" + cluster + "/history", {{"last", last}});
  if (!answer) return fail(answer.error());
  std::vector<ClusterPoint> points;
  for (const Json& point : list_of(answer->body, "points")) {
    const auto at = time_of(point, "at");
    const auto mean = number_of(point, "mean");
    if (!at || !mean) continue;
    points.push_back({.at = *at,
                      .mean = *mean,
                      .min = 0,
                      .max = 0,
                      .spread = 0,
                      .count = 0,
                      .members = static_cast<int>(integer_of(point, "members"))});
  }
  if (points.size() < 2) {
    return fail(ErrorKind::kNotFound,
                fmt::format("{} has no scores in the last {}: nothing to replay", cluster, last));
  }
  return scaling::trace_of(points, target_score);
}

Result<ScalingPolicy> read_policy(Session& session, const Arguments& arguments) {
  ScalingPolicy policy;
  if (const auto file = arguments.value("--policy")) {
    const auto text = read_text(*file);
    if (!text) return fail(text.error());
    auto parsed = config::parse_scaling_policy(*text, *file, config::process_environment());
    if (!parsed) return parsed;
    policy = std::move(*parsed);
  } else if (const auto cluster = arguments.value("--history")) {
    const auto config = session.load_config();
    if (!config) return fail(config.error());
    const auto found = config->scaling.find(*cluster);
    if (found != config->scaling.end()) policy = found->second;
  }
  if (const auto boot = arguments.value("--boot")) {
    const auto duration = parse_duration(*boot);
    if (!duration) return fail(duration.error().context("--boot"));
    if (*duration > std::chrono::hours{1}) {
      return fail(ErrorKind::kInvalidInput, "--boot: at most 1h");
    }
    policy.warmup = *duration;
  }
  const auto slow = share_option(arguments, "--slow-at-most", policy.slow_at_most, 0.0001, 0.5);
  if (!slow) return fail(slow.error());
  policy.slow_at_most = *slow;
  return policy;
}

Result<scaling::Market> read_market(const Arguments& arguments, const ScalingPolicy& policy) {
  scaling::Market market;
  const auto prices = arguments.value("--spot-prices");
  if (!prices || policy.spot.types.empty()) return market;
  const auto text = read_text(*prices);
  if (!text) return fail(text.error());
  const std::string region = arguments.value("--region").value_or("us-east-1");
  auto pools =
      scaling::parse_spot_prices(*text, *prices, policy.spot.types, scaling::zone_prefix(region));
  if (!pools) return fail(pools.error());
  if (static_cast<int>(pools->size()) < policy.spot.pools_at_least) {
    return fail(ErrorKind::kInvalidInput,
                fmt::format("{} has {} pools of the policy's types in {}; it asks for at least {}",
                            *prices, pools->size(), region, policy.spot.pools_at_least));
  }
  market.pools = std::move(*pools);
  if (const auto file = arguments.value("--spot-availability")) {
    const auto json = read_text(*file);
    if (!json) return fail(json.error());
    auto availability = scaling::parse_availability(*json, *file);
    if (!availability) return fail(availability.error());
    market.availability = std::move(*availability);
  }
  return market;
}

Result<Trace> read_trace(const Arguments& arguments) {
  const std::string file = arguments.text("--trace");
  const auto text = read_text(file);
  if (!text) return fail(text.error());
  return scaling::parse_trace(*text, file == "-" ? "(standard input)" : file);
}

Result<BacktestSetup> complete(const Arguments& arguments, ScalingPolicy policy, Trace trace,
                               bool in_instances) {
  BacktestSetup setup;
  setup.trace = std::move(trace);
  setup.policy = std::move(policy);
  const double peak = *std::max_element(setup.trace.load.begin(), setup.trace.load.end());
  if (peak <= 0) return fail(ErrorKind::kInvalidInput, "the trace has no load at all");
  // What the scores say is in instances already.
  const double usual =
      in_instances ? 1 : setup.policy.requests_per_instance.value_or(peak / kInstancesAtPeak);
  const auto capacity = number_option(arguments, "--requests-per-instance", usual, 1e-6, 1e12);
  if (!capacity) return fail(capacity.error());
  setup.capacity = *capacity;
  const std::string type =
      setup.policy.spot.types.empty() ? kUsualType : setup.policy.spot.types.front();
  const auto price = number_option(arguments, "--on-demand-price",
                                   scaling::on_demand_price(type).value_or(0.1), 0.0001, 10'000);
  if (!price) return fail(price.error());
  setup.on_demand_price = *price;
  auto market = read_market(arguments, setup.policy);
  if (!market) return fail(market.error());
  setup.market = std::move(*market);
  const auto learn = share_option(arguments, "--learn", 0, 0, 0.9);
  if (!learn) return fail(learn.error());
  setup.judge_from =
      static_cast<std::size_t>(*learn * static_cast<double>(setup.trace.load.size()));
  return setup;
}

}  // namespace

std::vector<Parameter> backtest_parameters() {
  return {
      {Kind::kOption, "--trace", "FILE", "the load, as CSV: time,requests; - is standard input",
       false},
      {Kind::kOption, "--history", "CLUSTER", "instead: what the cluster's scores say it had",
       false},
      {Kind::kOption, "--last", "DURATION", "of that history; 30d unless given", false},
      {Kind::kOption, "--policy", "FILE", "the policy, as under scaling in the configuration",
       false},
      {Kind::kOption, "--boot", "DURATION", "from launch until an instance serves; else warmup",
       false},
      {Kind::kOption, "--slow-at-most", "PERCENT", "of the requests; else the policy's", false},
      {Kind::kOption, "--requests-per-instance", "N",
       "what one serves well a minute; else the policy's, else a 20th of the peak", false},
      {Kind::kOption, "--learn", "PERCENT", "of the trace that is only learned from, such as 50%",
       false},
      {Kind::kOption, "--spot-prices", "FILE", "recorded prices: zone, type, product, USD, time",
       false},
      {Kind::kOption, "--spot-availability", "FILE", "recorded availability, as JSON", false},
      {Kind::kOption, "--region", "REGION", "of those prices; us-east-1 unless given", false},
      {Kind::kOption, "--on-demand-price", "USD", "an hour; else that of the first type", false},
  };
}

std::optional<BacktestSetup> backtest_setup(Session& session, const Arguments& arguments,
                                            int& status) {
  if (arguments.has("--trace") == arguments.has("--history")) {
    status = session.wrong_use("which load? give either --trace FILE or --history CLUSTER");
    return std::nullopt;
  }
  const auto give_up = [&](const Error& error) {
    status = error.kind == ErrorKind::kInvalidInput ? session.wrong_use(error.message)
                                                    : session.fail_with(error);
    return std::nullopt;
  };
  auto policy = read_policy(session, arguments);
  if (!policy) return give_up(policy.error());
  Result<Trace> trace = Trace{};
  if (arguments.has("--trace")) {
    trace = read_trace(arguments);
  } else {
    auto api = session.connect(status);
    if (!api) return std::nullopt;
    trace = trace_of_history(*api, arguments.text("--history"),
                             arguments.value("--last").value_or("30d"), policy->target_score);
  }
  if (!trace) return give_up(trace.error());
  auto setup =
      complete(arguments, std::move(*policy), std::move(*trace), arguments.has("--history"));
  if (!setup) return give_up(setup.error());
  return std::move(*setup);
}

}  // namespace livesonic::cli
