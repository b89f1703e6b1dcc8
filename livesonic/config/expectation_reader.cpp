// SPDX-License-Identifier: Apache-2.0
#include "livesonic/config/expectation_reader.h"

#include <fmt/format.h>
#include <re2/re2.h>

#include <algorithm>
#include <utility>

#include "livesonic/base/text.h"
#include "livesonic/model/alert_range.h"

namespace livesonic::config {
namespace {

// "expect_exit", or "expect_not_exit" for what must not be.
std::string key_of(const std::string& key, bool wanted) {
  constexpr std::string_view kExpect = "expect";
  return wanted ? key : "expect_not" + key.substr(kExpect.size());
}

void check_range(MapReader& map, const std::string& key, const std::optional<Located>& given,
                 std::string& into) {
  if (!given) return;
  if (const auto range = parse_alert_range(given->text); !range) {
    map.mistake(given->at, key, range.error().message);
  }
  into = given->text;
}

std::optional<std::string> read_regex(MapReader& map, const std::string& key) {
  auto given = map.text(key);
  if (!given) return std::nullopt;
  RE2::Options options;
  options.set_log_errors(false);
  const RE2 pattern(given->text, options);
  if (pattern.ok()) return std::move(given->text);
  map.mistake(given->at, key,
              fmt::format("is not a regular expression that RE2 takes: {}",
                          printable(shorten(pattern.error(), 200))));
  return std::nullopt;
}

std::optional<JsonExpectation> read_json(MapReader& map, const std::string& key) {
  if (!map.has(key)) return std::nullopt;
  auto inner = map.inner(key);
  JsonExpectation expect;
  const bool there = inner.has("pointer");
  if (auto pointer = inner.literal("pointer")) {
    if (const auto checked = check_json_pointer(pointer->text); !checked) {
      inner.mistake(pointer->at, "pointer", checked.error().message);
    }
    expect.pointer = std::move(pointer->text);
  } else if (!there) {
    inner.mistake(map.position_of(key), "pointer",
                  "is missing: where to look, such as /status; '' is the whole");
  }
  if (auto equals = inner.literal("equals")) expect.equals = std::move(equals->text);
  if (const auto range = inner.text("range")) {
    check_range(inner, "range", range, expect.range.emplace());
  }
  inner.refuse_unknown_keys();
  return expect;
}

void read_part(MapReader& map, const std::string& status_key, int least, int most, bool wanted,
               Expectation& expect) {
  const std::string exact_key = key_of("expect", wanted);
  if (auto exact = map.literal(exact_key)) {
    if (trim(exact->text) != exact->text) {
      map.mistake(exact->at, exact_key,
                  "begins or ends with white space; what the command prints is compared without");
    }
    expect.exact = std::move(exact->text);
  }
  const std::string contains_key = key_of("expect_contains", wanted);
  if (auto contains = map.literal(contains_key)) {
    if (contains->text.empty()) {
      map.mistake(contains->at, contains_key, "is empty, and would hold for any output");
    }
    expect.contains = std::move(contains->text);
  }
  expect.regex = read_regex(map, key_of("expect_regex", wanted));
  if (const std::string key = key_of(status_key, wanted); map.has(key)) {
    int status = least;
    map.integer(key, status, least, most);
    expect.exit_status = status;
  }
  expect.json = read_json(map, key_of("expect_json", wanted));
}

}  // namespace

void read_expectations(MapReader& map, const std::string& status_key, int least, int most,
                       Expectation& expect, Expectation& forbid) {
  read_part(map, status_key, least, most, true, expect);
  read_part(map, status_key, least, most, false, forbid);
}

void read_thresholds(MapReader& map, Thresholds& thresholds, bool with_metric) {
  check_range(map, "warning", map.text("warning"), thresholds.warning);
  check_range(map, "critical", map.text("critical"), thresholds.critical);
  if (!with_metric) return;
  const auto metric = map.text("metric");
  if (!metric) return;
  thresholds.metric = metric->text;
  if (thresholds.empty()) {
    map.mistake(metric->at, "metric",
                "says which value is compared; give warning or critical too, such as \"10:20\"");
  }
}

void read_cluster_names(MapReader& map, std::vector<std::string>& clusters, Reading& reading) {
  for (const Located& name : map.texts("clusters")) {
    if (const auto checked = check_name("cluster", name.text); !checked) {
      reading.mistakes.add(name.at, checked.error().message);
    } else if (std::find(clusters.begin(), clusters.end(), name.text) != clusters.end()) {
      reading.mistakes.add(name.at, fmt::format("'{}' is in this list already", name.text));
    } else {
      clusters.push_back(name.text);
    }
  }
  // A list that is there but empty would mean "every cluster", which is hardly what it says.
  const YamlNode& list = map.section("clusters");
  if (list.kind == YamlNode::Kind::kList && list.items.empty()) {
    map.mistake(list.at, "clusters",
                "is empty; name clusters, or take the line out for the service to be checked on "
                "all");
  }
}

}  // namespace livesonic::config
