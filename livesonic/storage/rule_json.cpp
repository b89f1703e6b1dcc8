// SPDX-License-Identifier: Apache-2.0
#include "livesonic/storage/rule_json.h"

#include <fmt/format.h>

#include <cstdint>
#include <nlohmann/json.hpp>
#include <utility>
#include <vector>

#include "livesonic/base/text.h"

namespace livesonic::storage {
namespace {

using Object = nlohmann::json;

Error damaged(std::string_view text) {
  return {ErrorKind::kInvalidInput, fmt::format("it can't be read, the database may be damaged: {}",
                                                printable(shorten(text, 100)))};
}

Object json_of(const Lasting& lasting) {
  return {{"for", lasting.duration.count()}, {"polls", lasting.polls}};
}

Object json_of(const BurnRate& burn) {
  return {{"objective", burn.objective},
          {"factor", burn.factor},
          {"long_window", burn.long_window.count()},
          {"short_window", burn.short_window.count()}};
}

Object json_of(const std::vector<Escalation>& steps) {
  Object list = Object::array();
  for (const Escalation& step : steps) {
    list.push_back({{"after", step.after.count()}, {"channels", step.channels}});
  }
  return list;
}

Object json_of(const std::vector<Remedy>& remedies) {
  Object list = Object::array();
  for (const Remedy& remedy : remedies) {
    Object one{{"kind", to_string(remedy.kind)}};
    if (remedy.add != 0) one["add"] = remedy.add;
    if (!remedy.target.empty()) one["target"] = remedy.target;
    if (!remedy.text.empty()) one["text"] = remedy.text;
    list.push_back(std::move(one));
  }
  return list;
}

// These throw what the library throws, for what is of another form.
Duration duration(const Object& object, const char* key) {
  return Duration{object.at(key).get<std::int64_t>()};
}

Lasting lasting_of(const Object& object) {
  return {duration(object, "for"), object.at("polls").get<int>()};
}

Result<Rule> rule_of(const Object& object) {
  Rule rule;
  const auto kind = parse_rule_kind(object.at("kind").get<std::string>());
  if (!kind) return fail(kind.error());
  rule.kind = *kind;
  rule.clusters = object.value("clusters", rule.clusters);
  rule.services = object.value("services", rule.services);
  if (object.contains("part")) {
    const auto part = parse_score_part(object.at("part").get<std::string>());
    if (!part) return fail(part.error());
    rule.part = *part;
  }
  rule.below = object.value("below", rule.below);
  if (object.contains("well_at")) rule.well_at = object.at("well_at").get<double>();
  rule.bad = lasting_of(object.at("bad"));
  rule.good = lasting_of(object.at("good"));
  if (object.contains("severity")) {
    const auto severity = parse_severity(object.at("severity").get<std::string>());
    if (!severity) return fail(severity.error());
    rule.severity = *severity;
  }
  if (object.contains("burn")) {
    const Object& burn = object.at("burn");
    rule.burn = {burn.at("objective").get<double>(), burn.at("factor").get<double>(),
                 duration(burn, "long_window"), duration(burn, "short_window")};
  }
  rule.runbook = object.value("runbook", rule.runbook);
  rule.channels = object.value("channels", rule.channels);
  for (const Object& step : object.value("escalate", Object::array())) {
    rule.escalate.push_back(
        {duration(step, "after"), step.at("channels").get<std::vector<std::string>>()});
  }
  for (const Object& one : object.value("actions", Object::array())) {
    const auto action = parse_action_kind(one.at("kind").get<std::string>());
    if (!action) return fail(action.error());
    rule.actions.push_back({*action, one.value("add", 0), one.value("target", std::string()),
                            one.value("text", std::string())});
  }
  rule.repeat = Duration{object.value("repeat", std::int64_t{0})};
  return rule;
}

}  // namespace

std::string rule_to_json(const Rule& rule) {
  Object object{
      {"kind", to_string(rule.kind)}, {"bad", json_of(rule.bad)}, {"good", json_of(rule.good)}};
  if (!rule.clusters.empty()) object["clusters"] = rule.clusters;
  if (!rule.services.empty()) object["services"] = rule.services;
  if (rule.part) object["part"] = to_string(*rule.part);
  if (rule.below != 0) object["below"] = rule.below;
  if (rule.well_at) object["well_at"] = *rule.well_at;
  if (rule.severity) object["severity"] = to_string(*rule.severity);
  if (rule.kind == RuleKind::kBurnRate) object["burn"] = json_of(rule.burn);
  if (!rule.runbook.empty()) object["runbook"] = rule.runbook;
  if (!rule.channels.empty()) object["channels"] = rule.channels;
  if (!rule.escalate.empty()) object["escalate"] = json_of(rule.escalate);
  if (!rule.actions.empty()) object["actions"] = json_of(rule.actions);
  if (rule.repeat > Duration::zero()) object["repeat"] = rule.repeat.count();
  return object.dump(-1, ' ', false, Object::error_handler_t::replace);
}

Result<Rule> rule_from_json(std::string_view json) {
  const Object object = Object::parse(json, nullptr, false);
  if (!object.is_object()) return fail(damaged(json));
  try {
    return rule_of(object);
  } catch (const Object::exception&) {
    return fail(damaged(json));
  }
}

}  // namespace livesonic::storage
