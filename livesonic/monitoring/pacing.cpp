// SPDX-License-Identifier: Apache-2.0
#include "livesonic/monitoring/pacing.h"

#include <algorithm>
#include <iterator>
#include <set>
#include <string>
#include <utility>

#include "livesonic/monitoring/plan.h"

namespace livesonic::monitoring {

bool is_paced(const std::vector<Service>& services) {
  return std::any_of(services.begin(), services.end(),
                     [](const Service& service) { return service.interval > Duration{0}; });
}

Share share_of(const std::vector<Service>& services, const std::vector<CheckReading>& latest,
               Time now) {
  Share share;
  std::set<std::string> due;
  for (const std::size_t index : due_services(services, latest, now)) {
    share.due.push_back(services[index]);
    due.insert(services[index].name);
  }
  for (const CheckReading& reading : latest) {
    const bool known = std::any_of(services.begin(), services.end(), [&](const Service& service) {
      return service.name == reading.service;
    });
    if (!known || due.contains(reading.service)) continue;
    share.kept.push_back(reading);
    share.kept.back().kept = true;
  }
  return share;
}

void add_kept(std::vector<CheckReading>& checks, std::vector<CheckReading> kept) {
  checks.insert(checks.end(), std::make_move_iterator(kept.begin()),
                std::make_move_iterator(kept.end()));
  std::sort(checks.begin(), checks.end(),
            [](const CheckReading& a, const CheckReading& b) { return a.service < b.service; });
}

}  // namespace livesonic::monitoring
