// SPDX-License-Identifier: Apache-2.0
// Events that change AWS: each is a request of the control API, read when the scenario is.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string_view>

#include "simulator/control/changes.h"
#include "simulator/control/fields.h"
#include "simulator/scenario_yaml.h"

namespace livesonic::simulator {
namespace {

using nlohmann::json;

constexpr int kDeepest = 4;
constexpr int kMostValues = 1000;  // of a body, so that aliases of aliases can't grow

json scalar(const YAML::Node& node) {
  const std::string& text = node.Scalar();
  if (node.Tag() == "!") return text;  // quoted
  if (text == "true") return true;
  if (text == "false") return false;
  const char* const end = text.data() + text.size();
  std::int64_t whole = 0;
  if (const auto read = std::from_chars(text.data(), end, whole);
      read.ec == std::errc{} && read.ptr == end) {
    return whole;
  }
  double decimal = 0;
  if (const auto read = std::from_chars(text.data(), end, decimal, std::chars_format::fixed);
      read.ec == std::errc{} && read.ptr == end) {
    return decimal;
  }
  return text;
}

// As the same body would be in JSON.
json as_json(const YAML::Node& node, int depth, int& left) {
  if (depth > kDeepest || --left < 0) {
    refuse_at(node, "this is nested too deeply or has too many values; make it several events");
  }
  if (node.IsScalar()) return scalar(node);
  if (node.IsSequence()) {
    json list = json::array();
    for (const auto& entry : node) list.push_back(as_json(entry, depth + 1, left));
    return list;
  }
  if (!node.IsMap()) refuse_at(node, "a value was expected; write {} where there is none");
  json object = json::object();
  for (const auto& entry : node) {
    const std::string key = entry.first.IsScalar() ? entry.first.Scalar() : "";
    if (object.contains(key)) refuse_at(entry.first, "a key is there twice; leave one out");
    object[key] = as_json(entry.second, depth + 1, left);
  }
  return object;
}

json read_body(const YAML::Node& node) {
  if (!node) return json::object();
  if (!node.IsMap()) refuse_at(node, "a map was expected; write {} where there is nothing to say");
  int left = kMostValues;
  return as_json(node, 0, left);
}

struct Request {
  std::string method, path;
  json body;
};

// `told`: where the body's fields were written.
Change read_request(const Request& request, const YAML::Node& told) {
  Fields fields(request.body);
  auto change = read_change(request.method, request.path, fields);
  if (change) return std::move(*change);
  const std::string culprit = fields.culprit();
  const bool inside = told.IsMap() && !culprit.empty() && told[culprit];
  refuse_at(inside ? told[culprit] : told, change.error().message);
}

std::string in_words(std::string_view what, const json& body) {
  return fmt::format("{} {}", what, body.dump(-1, ' ', false, json::error_handler_t::replace));
}

std::string path_of(const std::string& key) {
  if (key == "aws_fault") return "aws-faults";
  if (key == "shortage") return "shortages";
  return key == "spot_price" ? "spot-prices" : "throttling";
}

// What puts an end to it.
Request end_of(Request begun) {
  if (begun.path == "shortages") begun.body["over"] = true;
  if (begun.path == "spot-prices") begun.body["times"] = 1;
  if (begun.path == "throttling") begun.body["buckets"] = "off";
  return begun;
}

// "post: /sim/zones", with its `body`.
ScenarioEvent read_plain_request(const YAML::Node& node, const std::string& key) {
  constexpr std::string_view kPrefix = "/sim/";
  check_keys(node, key == "post" ? std::vector<std::string>{"at", "post", "body"}
                                 : std::vector<std::string>{"at", "delete"});
  const std::string path = read_text(node, key.c_str());
  if (!path.starts_with(kPrefix)) {
    refuse_at(node[key],
              fmt::format("'{}' must be a path of the control API, such as {}zones", key, kPrefix));
  }
  const YAML::Node body = node["body"];
  const Request request{key == "post" ? "POST" : "DELETE", path.substr(kPrefix.size()),
                        read_body(body)};
  ScenarioEvent event;
  event.change = read_request(request, body ? body : node);
  event.words = in_words(request.method + " " + path, request.body);
  return event;
}

}  // namespace

const std::vector<std::string>& change_keys() {
  static const std::vector<std::string> kKeys{"aws_fault",  "shortage", "spot_price",
                                              "throttling", "post",     "delete"};
  return kKeys;
}

std::vector<ScenarioEvent> read_change_events(const YAML::Node& node, const std::string& key) {
  if (key == "post" || key == "delete") return {read_plain_request(node, key)};
  check_keys(node, {"at", "for", key});
  const YAML::Node told = node[key];
  Request begin{"POST", path_of(key), json::object()};
  if (key == "throttling") {
    begin.body["buckets"] = read_text(node, "throttling");
  } else {
    begin.body = read_body(told);
  }
  std::optional<Duration> lasting;
  if (node["for"]) lasting = read_duration(node, "for");
  if (lasting == Duration{}) refuse_at(node["for"], "'for' must be longer; leave it out for ever");
  const bool ends_itself = key == "aws_fault";
  if (ends_itself && lasting && begin.body.contains("for_seconds")) {
    refuse_at(told, "'for_seconds' and 'for' say the same; leave one out");
  }
  if (ends_itself && lasting) {
    begin.body["for_seconds"] = static_cast<double>(lasting->count()) / 1000;
  }
  std::vector<ScenarioEvent> events(1);
  events[0].change = read_request(begin, told);
  events[0].words = in_words(key, begin.body);
  if (!lasting || ends_itself) return events;
  ScenarioEvent& over = events.emplace_back();
  over.at = *lasting;
  over.change = read_request(end_of(begin), told);
  over.words = events[0].words + " is over";
  return events;
}

}  // namespace livesonic::simulator
