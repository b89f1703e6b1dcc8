// SPDX-License-Identifier: Apache-2.0
#include "livesonic/model/rule.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "livesonic/base/text.h"
#include "livesonic/model/cluster.h"

namespace livesonic {
namespace {

constexpr std::array<std::pair<RuleKind, std::string_view>, 15> kKinds{{
    {RuleKind::kScore, "score"},
    {RuleKind::kUnreachable, "unreachable"},
    {RuleKind::kUnscored, "unscored"},
    {RuleKind::kHostKey, "host_key"},
    {RuleKind::kService, "service"},
    {RuleKind::kNoData, "no_data"},
    {RuleKind::kEvent, "event"},
    {RuleKind::kVanished, "vanished"},
    {RuleKind::kClusterMean, "cluster_mean"},
    {RuleKind::kClusterMin, "cluster_min"},
    {RuleKind::kCapacity, "capacity"},
    {RuleKind::kDrift, "drift"},
    {RuleKind::kBurnRate, "burn_rate"},
    {RuleKind::kLastWeek, "last_week"},
    {RuleKind::kProbe, "probe"},
}};

std::string phrase(const Rule& rule, std::string_view service) {
  switch (rule.kind) {
    case RuleKind::kScore:
      return rule.part ? fmt::format("low {} score", to_string(*rule.part)) : "low score";
    case RuleKind::kUnreachable:
      return "unreachable";
    case RuleKind::kUnscored:
      return "no score to be had";
    case RuleKind::kHostKey:
      return "wrong SSH host key";
    case RuleKind::kService:
      return fmt::format("service {} not as expected", service);
    case RuleKind::kNoData:
      return "nothing known";
    case RuleKind::kEvent:
      return "announced by AWS";
    case RuleKind::kVanished:
      return "vanished without explanation";
    case RuleKind::kClusterMean:
      return "low mean score";
    case RuleKind::kClusterMin:
      return "low lowest score";
    case RuleKind::kCapacity:
      return "capacity lost";
    case RuleKind::kDrift:
      return "not what AWS was asked for";
    case RuleKind::kBurnRate:
      return "error budget burning";
    case RuleKind::kLastWeek:
      return "lower than a week ago";
    case RuleKind::kProbe:
      return fmt::format("probe {} not as expected", service);
  }
  return "not as it should be";
}

}  // namespace

std::string_view to_string(RuleKind kind) {
  const auto* found = std::find_if(kKinds.begin(), kKinds.end(),
                                   [&](const auto& known) { return known.first == kind; });
  return found->second;
}

Result<RuleKind> parse_rule_kind(std::string_view text) {
  std::string all;
  for (const auto& [kind, name] : kKinds) {
    if (name == text) return kind;
    all += (all.empty() ? "" : ", ") + std::string(name);
  }
  return fail(ErrorKind::kInvalidInput, fmt::format("'{}' is no kind of rule: there are {}",
                                                    printable(shorten(text, 80)), all));
}

std::string_view to_string(RuleOrigin origin) {
  switch (origin) {
    case RuleOrigin::kBuiltIn:
      return "built_in";
    case RuleOrigin::kFile:
      return "file";
    case RuleOrigin::kOperator:
      return "operator";
  }
  return "?";
}

bool of_cluster(RuleKind kind) {
  switch (kind) {
    case RuleKind::kClusterMean:
    case RuleKind::kClusterMin:
    case RuleKind::kCapacity:
    case RuleKind::kDrift:
    case RuleKind::kBurnRate:
    case RuleKind::kLastWeek:
    case RuleKind::kProbe:
      return true;
    default:
      return false;
  }
}

bool applies_to(const Rule& rule, std::string_view cluster) {
  return rule.clusters.empty() ||
         std::any_of(rule.clusters.begin(), rule.clusters.end(),
                     [&](const std::string& pattern) { return matches(pattern, cluster); });
}

Cause cause_of(const Rule& rule, std::string_view service) {
  if (rule.kind != RuleKind::kService && rule.kind != RuleKind::kProbe) return rule.name;
  return fmt::format("{}:{}", rule.name, service);
}

std::string in_words(const Rule& rule, const Cause& cause) {
  const std::size_t colon = cause.find(':');
  std::string words = phrase(rule, colon == Cause::npos ? "" : cause.substr(colon + 1));
  std::string kind(to_string(rule.kind));
  std::replace(kind.begin(), kind.end(), '_', '-');
  if (rule.name != kind) words += fmt::format(" ({})", rule.name);
  return words;
}

}  // namespace livesonic
