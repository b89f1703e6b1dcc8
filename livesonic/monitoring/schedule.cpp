// SPDX-License-Identifier: Apache-2.0
#include "livesonic/monitoring/schedule.h"

#include <algorithm>
#include <utility>

namespace livesonic::monitoring {

void Schedule::set_clusters(const std::vector<std::string>& names, Time now) {
  std::map<std::string, Entry> entries;
  const auto count = static_cast<Duration::rep>(std::max<std::size_t>(1, names.size()));
  Duration::rep index = 0;
  for (const std::string& name : names) {
    const auto known = entries_.find(name);
    if (known != entries_.end()) {
      entries.insert(*known);
    } else {
      const Duration wait = first_ ? interval_ / 10 * index / count : Duration{0};
      entries[name] = {now + wait, false};
    }
    ++index;
  }
  entries_ = std::move(entries);
  first_ = false;
}

std::vector<std::string> Schedule::start_due(Time now) {
  std::vector<std::pair<Time, std::string>> due;
  for (auto& [name, entry] : entries_) {
    // Nothing is ever due later than that, unless the clock was set back: then it is due now.
    if (entry.due > now + interval_) entry.due = now;
    if (entry.running || entry.due > now) continue;
    due.emplace_back(entry.due, name);
    entry.running = true;
    entry.due = std::max(entry.due + interval_, now);
    // After a delay of more than an interval the old beat is given up.
    if (entry.due == now) entry.due = now + interval_;
  }
  std::sort(due.begin(), due.end());
  std::vector<std::string> names;
  for (auto& [time, name] : due) names.push_back(std::move(name));
  return names;
}

void Schedule::finished(const std::string& name) {
  const auto found = entries_.find(name);
  if (found != entries_.end()) found->second.running = false;
}

std::optional<Time> Schedule::next_due() const {
  std::optional<Time> next;
  for (const auto& [name, entry] : entries_) {
    if (!entry.running && (!next || entry.due < *next)) next = entry.due;
  }
  return next;
}

}  // namespace livesonic::monitoring
