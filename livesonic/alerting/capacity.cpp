// SPDX-License-Identifier: Apache-2.0
#include "livesonic/alerting/capacity.h"

#include <algorithm>
#include <set>
#include <string>

#include "livesonic/model/verdict.h"

namespace livesonic::alerting {
namespace {

// The sum of what each member is `worth`, 0 to 100, over their number.
template <typename Worth>
std::optional<double> share(const Round& round, Worth worth) {
  if (round.readings.empty() || round.partial) return std::nullopt;
  std::set<std::string> leaving;
  for (const Instance& instance : round.instances) {
    if (is_leaving(instance)) leaving.insert(instance.id);
  }
  double sum = 0;
  double members = 0;
  for (const InstanceReadings& readings : round.readings) {
    if (leaving.contains(readings.score.instance)) continue;
    members += 1;
    sum += worth(readings);
  }
  const double wanted = std::max<double>(members, round.cluster.discovery.wanted.value_or(0));
  return wanted <= 0 ? std::nullopt : std::optional(sum / wanted);
}

}  // namespace

bool is_sound(const InstanceReadings& readings, int suffering_below) {
  return readings.score.score && *readings.score.score >= suffering_below &&
         std::none_of(
             readings.checks.begin(), readings.checks.end(), [](const CheckReading& check) {
               return is_failed_check(check.outcome) && check.status != CheckStatus::kWarning;
             });
}

std::optional<double> capacity_of(const Round& round) {
  return share(round, [](const InstanceReadings& one) { return one.score.score.value_or(0); });
}

std::optional<double> sound_percent(const Round& round, int suffering_below) {
  return share(
      round, [&](const InstanceReadings& one) { return is_sound(one, suffering_below) ? 100 : 0; });
}

}  // namespace livesonic::alerting
