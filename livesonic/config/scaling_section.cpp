// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <string_view>
#include <utility>

#include "livesonic/config/sections.h"
#include "livesonic/config/unique_names.h"

namespace livesonic::config {
namespace {

using namespace std::chrono_literals;

constexpr int kMostInstances = 10'000;
constexpr double kFewestRequests = 1e-6;  // a minute
constexpr double kMostRequests = 1e12;
constexpr double kDearest = 1'000'000;  // USD
constexpr std::size_t kLargestPolicy = std::size_t{1} << 20;

// "35%" or "35": in percent.
void read_percent(MapReader& map, std::string_view key, double& into, double least, double most) {
  const auto given = map.text(key);
  if (!given) return;
  std::string_view digits = given->text;
  if (digits.ends_with('%')) digits.remove_suffix(1);
  double value = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (error != std::errc() || end != digits.data() + digits.size() ||
      !(value >= least && value <= most)) {
    map.mistake(given->at, key,
                fmt::format("must be a percentage from {} to {}, such as {}%", least, most, most));
    return;
  }
  into = value;
}

void read_share(MapReader& map, std::string_view key, double& into, double least, double most) {
  double percent = into * 100;
  read_percent(map, key, percent, least * 100, most * 100);
  into = percent / 100;
}

// "1000", "1000/min", "20/s" or "60000/h": requests a minute.
void read_requests(MapReader& map, std::string_view key, std::optional<double>& into) {
  const auto given = map.text(key);
  if (!given) return;
  constexpr std::array<std::pair<std::string_view, double>, 3> kUnits{
      {{"/min", 1}, {"/s", 60}, {"/h", 1.0 / 60}}};
  std::string_view digits = given->text;
  double times = 1;
  for (const auto& [unit, minutes] : kUnits) {
    if (!digits.ends_with(unit)) continue;
    digits.remove_suffix(unit.size());
    times = minutes;
    break;
  }
  double value = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  const bool whole = error == std::errc() && end == digits.data() + digits.size();
  if (!whole || !(value * times >= kFewestRequests && value * times <= kMostRequests)) {
    map.mistake(
        given->at, key,
        fmt::format("must be a number of requests from {:g} to {:g} a minute, such as 1000, "
                    "1000/min, 20/s or 60000/h",
                    kFewestRequests, kMostRequests));
    return;
  }
  into = value * times;
}

void read_money(MapReader& map, std::string_view key, std::optional<double>& into) {
  if (!map.has(key)) return;
  double usd = 0;
  map.number(key, usd, 0.0001, kDearest);
  if (usd > 0) into = usd;
}

void read_whole(MapReader& map, std::string_view key, std::optional<int>& into) {
  if (!map.has(key)) return;
  int value = -1;
  map.integer(key, value, 0, kMostInstances);
  if (value >= 0) into = value;
}

void read_entry(const YamlNode& node, ScalingPolicy& policy, Reading& reading) {
  MapReader map(node, "scaling.timetable", reading);
  const auto zone = map.text("tz");
  const auto at = map.text("at");
  std::optional<Cron> cron;
  if (at) {
    auto parsed = Cron::parse(at->text, zone ? zone->text : "");
    if (parsed) {
      cron = std::move(*parsed);
    } else {
      map.mistake(at->at, "at", parsed.error().message);
    }
  } else if (!map.has("at")) {
    map.mistake(node.at, "at", "is missing: when it begins, as in crontab: \"0 8 * * mon-fri\"");
  }
  std::optional<int> min;
  std::optional<int> max;
  read_whole(map, "min", min);
  read_whole(map, "max", max);
  if (min && max && *min > *max) {
    map.mistake(map.position_of("max"), "max", fmt::format("is less than min, {}", *min));
  }
  std::optional<double> score;
  if (map.has("target_score")) {
    double value = 0;
    map.number("target_score", value, 1, 99);
    if (value > 0) score = value;
  }
  MapReader spot = map.inner("spot");
  std::optional<double> price;
  std::optional<double> percent;
  read_money(spot, "max_price", price);
  if (spot.has("max_price_percent")) {
    double value = 0;
    read_percent(spot, "max_price_percent", value, 1, 90);
    if (value > 0) percent = value;
  }
  spot.refuse_unknown_keys();
  map.refuse_unknown_keys();
  if (!cron) return;
  policy.timetable.push_back({.at = *cron,
                              .min = min,
                              .max = max,
                              .target_score = score,
                              .spot_max_price = price,
                              .spot_max_price_percent = percent});
}

void read_types(MapReader& map, std::vector<std::string>& into) {
  for (Located& type : map.texts("types")) {
    if (type.text.find('.') == std::string::npos) {
      map.mistake(type.at, "types",
                  fmt::format("'{}' is no instance type, such as c6i.large", type.text));
    }
    into.push_back(std::move(type.text));
  }
}

void read_spot(MapReader spot, SpotRules& rules) {
  read_types(spot, rules.types);
  read_money(spot, "max_price", rules.max_price);
  read_percent(spot, "max_price_percent", rules.max_price_percent, 1, 90);
  spot.integer("pools_at_least", rules.pools_at_least, 1, 100);
  read_share(spot, "pool_share_at_most", rules.pool_share_at_most, 0.01, 1);
  spot.duration("wait", rules.wait, 0s, 24h);
  spot.refuse_unknown_keys();
}

void read_parts(MapReader& map, ScalingPolicy& policy) {
  MapReader predict = map.inner("predict");
  predict.choice("mode", policy.predict,
                 {{"off", PredictMode::kOff},
                  {"forecast_only", PredictMode::kForecastOnly},
                  {"on", PredictMode::kOn}});
  predict.refuse_unknown_keys();
  MapReader on_demand = map.inner("on_demand");
  on_demand.integer("base", policy.on_demand.base, 0, kMostInstances);
  read_percent(on_demand, "percent", policy.on_demand.percent, 0, 100);
  on_demand.refuse_unknown_keys();
  read_spot(map.inner("spot"), policy.spot);
  MapReader budget = map.inner("budget");
  read_money(budget, "per_hour", policy.budget.per_hour);
  read_money(budget, "per_month", policy.budget.per_month);
  budget.refuse_unknown_keys();
  MapReader scale_in = map.inner("scale_in");
  scale_in.duration("stable", policy.scale_in.stable, 0s, 24h);
  read_share(scale_in, "at_most", policy.scale_in.at_most, 0.01, 1);
  scale_in.duration("drain", policy.scale_in.drain, 0s, 1h);
  scale_in.refuse_unknown_keys();
}

void read_launch(MapReader map, LaunchSource& launch) {
  map.text("template", launch.launch_template);
  map.text("version", launch.version);
  for (Located& zone : map.texts("zones")) launch.zones.push_back(std::move(zone.text));
  MapReader subnets = map.inner("subnets");
  for (const std::string& zone : launch.zones) {
    if (const auto subnet = subnets.text(zone)) launch.subnets.emplace(zone, subnet->text);
  }
  subnets.refuse_unknown_keys();
  read_types(map, launch.types);
  map.refuse_unknown_keys();
}

void read_replace(MapReader map, ReplaceRules& rules, Reading& reading) {
  read_share(map, "at_most", rules.at_most, 0, 1);
  read_share(map, "saving_at_least", rules.saving_at_least, 0.01, 1);
  if (const auto name = map.text("tz")) {
    if (const auto zone = TimeZone::find(name->text)) {
      rules.zone = *zone;
    } else {
      map.mistake(name->at, "tz", zone.error().message);
    }
  }
  for (const Located& text : map.texts("hours")) {
    if (const auto window = parse_hours(text.text)) {
      rules.hours.push_back(*window);
    } else {
      reading.mistakes.add(text.at, "scaling.replace.hours: " + window.error().message);
    }
  }
  map.refuse_unknown_keys();
}

// What a server needs to know to launch instances itself.
void check_launch(MapReader& map, const ScalingPolicy& policy) {
  const auto missing = [&](const char* key, const char* what) {
    map.mistake(map.position_of("launch"), key, what);
  };
  if (policy.launch.launch_template.empty()) {
    missing("launch.template",
            "is missing: the launch template that through: fleet launches, by "
            "its name or id");
  }
  if (policy.launch.zones.empty()) {
    missing("launch.zones", "is missing: the zones to launch in, such as [us-east-1a, us-east-1b]");
  }
  if (policy.launch.types.empty() && policy.spot.types.empty()) {
    missing("launch.types", "is missing: the instance types to launch, here or in spot.types");
  }
  const std::size_t pools = policy.spot.types.size() * policy.launch.zones.size();
  if (pools > 0 && pools < static_cast<std::size_t>(policy.spot.pools_at_least)) {
    map.mistake(map.position_of("spot"), "spot.pools_at_least",
                fmt::format("is {}, and the types and zones make {} pools",
                            policy.spot.pools_at_least, pools));
  }
}

void read_policy(MapReader& map, ScalingPolicy& policy, Reading& reading) {
  map.integer("min", policy.min, 0, kMostInstances);
  map.integer("max", policy.max, 0, kMostInstances);
  if (policy.max < policy.min) {
    map.mistake(map.position_of("max"), "max",
                fmt::format("is {}, less than min, {}", policy.max, policy.min));
  }
  read_requests(map, "requests_per_instance", policy.requests_per_instance);
  map.number("target_score", policy.target_score, 1, 99);
  read_share(map, "slow_at_most", policy.slow_at_most, 0.0001, 0.5);
  map.duration("warmup", policy.warmup, 0s, 1h);
  for (const YamlNode* node : map.maps("timetable")) read_entry(*node, policy, reading);
  policy.by_score = !policy.requests_per_instance || map.has("target_score") ||
                    std::ranges::any_of(policy.timetable, [](const TimetableEntry& entry) {
                      return entry.target_score.has_value();
                    });
  read_parts(map, policy);
  map.choice("through", policy.through,
             {{"asg", ScaleThrough::kAsg}, {"fleet", ScaleThrough::kFleet}});
  read_launch(map.inner("launch"), policy.launch);
  read_replace(map.inner("replace"), policy.replace, reading);
  map.boolean("dry_run", policy.dry_run);
}

}  // namespace

void read_scaling(MapReader& top, std::map<std::string, ScalingPolicy>& scaling, Reading& reading) {
  UniqueNames names("cluster", reading);
  for (const YamlNode* node : top.maps("scaling")) {
    MapReader map(*node, "scaling", reading);
    const std::string name = names.read(map);
    ScalingPolicy policy;
    read_policy(map, policy, reading);
    if (policy.through == ScaleThrough::kFleet) {
      check_launch(map, policy);
    } else if (!policy.spot.types.empty() || policy.on_demand.base > 0 ||
               policy.on_demand.percent > 0) {
      reading.warnings.push_back(
          fmt::format("scaling of {}: through asg it is left to the group which instances it buys; "
                      "spot and on_demand hold in backtests, and through: fleet",
                      name));
    }
    map.refuse_unknown_keys();
    scaling.insert_or_assign(name, std::move(policy));
  }
}

Result<ScalingPolicy> parse_scaling_policy(std::string_view yaml, std::string_view file_name,
                                           const Environment& environment) {
  Reading reading{{}, environment, {}, false};
  ScalingPolicy policy;
  if (yaml.size() > kLargestPolicy) {
    reading.mistakes.add({}, fmt::format("the file is larger than {} bytes", kLargestPolicy));
  } else if (const auto root = parse_yaml(yaml, reading.mistakes)) {
    MapReader top(*root, "", reading);
    const bool wrapped = top.has("scaling");
    MapReader map(wrapped ? top.section("scaling") : *root, wrapped ? "scaling" : "", reading);
    read_policy(map, policy, reading);
    (void)map.has("name");  // as the policy stands in a configuration
    map.refuse_unknown_keys();
    if (wrapped) top.refuse_unknown_keys();
  }
  if (reading.mistakes.any()) return fail(reading.mistakes.error(file_name));
  return policy;
}

}  // namespace livesonic::config
