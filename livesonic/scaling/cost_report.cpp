// SPDX-License-Identifier: Apache-2.0
#include "livesonic/scaling/cost_report.h"

#include <algorithm>
#include <map>
#include <utility>

#include "livesonic/scaling/savings.h"

namespace livesonic::scaling {
namespace {

using Json = nlohmann::ordered_json;

double hours(Duration duration) {
  return static_cast<double>(duration.count()) / 3'600'000;
}

std::vector<TypeCost> by_lifecycle_and_type(const std::vector<CostLine>& lines) {
  std::map<std::pair<Lifecycle, std::string>, TypeCost> sums;
  for (const CostLine& line : lines) {
    TypeCost& sum = sums[{line.lifecycle, line.type}];
    sum.ran += line.ran;
    sum.unpriced += line.unpriced;
    sum.usd += line.usd;
  }
  std::vector<TypeCost> types;
  for (auto& [key, sum] : sums) {
    sum.lifecycle = key.first;
    sum.type = key.second;
    types.push_back(std::move(sum));
  }
  std::stable_sort(types.begin(), types.end(),
                   [](const TypeCost& a, const TypeCost& b) { return a.usd > b.usd; });
  return types;
}

// Nothing is known of its cost where it ran and no price was known.
Json usd_or_null(double usd, Duration ran, Duration unpriced) {
  return ran.count() > 0 && unpriced == ran ? Json(nullptr) : Json(usd);
}

}  // namespace

CostReport cost_report(const CostFacts& facts) {
  CostReport report;
  report.cluster = facts.cluster;
  report.types = by_lifecycle_and_type(facts.lines);
  for (const TypeCost& type : report.types) {
    report.ran += type.ran;
    report.unpriced += type.unpriced;
    report.usd += type.usd;
  }
  for (auto& saving : {by_spot(facts, report.types), by_type(facts, report.types),
                       by_arm(facts, report.types), by_size(facts), by_policy(facts)}) {
    if (saving) report.savings.push_back(*saving);
  }
  std::stable_sort(report.savings.begin(), report.savings.end(),
                   [](const Saving& a, const Saving& b) { return a.usd > b.usd; });
  return report;
}

Json to_json(const CostReport& report) {
  Json lines = Json::array();
  for (const TypeCost& type : report.types) {
    lines.push_back({{"lifecycle", to_string(type.lifecycle)},
                     {"type", type.type},
                     {"instance_hours", hours(type.ran)},
                     {"unpriced_hours", hours(type.unpriced)},
                     {"usd", usd_or_null(type.usd, type.ran, type.unpriced)}});
  }
  Json savings = Json::array();
  for (const Saving& saving : report.savings) {
    savings.push_back({{"what", saving.what}, {"usd", saving.usd}, {"how", saving.how}});
  }
  return {{"cluster", report.cluster},
          {"usd", usd_or_null(report.usd, report.ran, report.unpriced)},
          {"instance_hours", hours(report.ran)},
          {"unpriced_hours", hours(report.unpriced)},
          {"lines", std::move(lines)},
          {"savings", std::move(savings)}};
}

}  // namespace livesonic::scaling
