// SPDX-License-Identifier: Apache-2.0
#include "livesonic/monitoring/schedule.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace livesonic::monitoring {
namespace {

// A poll is at most this part of the interval before or after its beat.
constexpr double kJitter = 20;

}  // namespace

void Schedule::set_clusters(const std::vector<std::string>& names, Time now) {
  std::map<std::string, Entry> entries;
  std::vector<std::string> added;
  for (const std::string& name : names) {
    const auto known = entries_.find(name);
    if (known != entries_.end()) {
      entries.insert(*known);
    } else {
      added.push_back(name);
    }
  }
  const auto count = static_cast<Duration::rep>(added.size());
  for (Duration::rep index = 0; index < count; ++index) {
    Entry& entry = entries[added[static_cast<std::size_t>(index)]];
    entry.beat = entry.due = now + (first_ ? interval_ / 10 * index / count : Duration{0});
    // The middle of its part of the interval: one that comes alone keeps to the interval.
    entry.second = now + interval_ / 2 + interval_ * (2 * index + 1) / (2 * count);
  }
  entries_ = std::move(entries);
  first_ = false;
}

void Schedule::to_next_beat(Entry& entry, Time now) {
  entry.beat = entry.second.value_or(entry.beat + interval_);
  entry.second.reset();
  // After a delay of more than an interval the old beat is given up.
  if (entry.beat <= now) entry.beat = now + interval_;
  const auto most = static_cast<double>(interval_.count()) / kJitter;
  entry.due = entry.beat + Duration{std::llround(most * (2 * random_() - 1))};
}

std::vector<std::string> Schedule::start_due(Time now) {
  std::vector<std::pair<Time, std::string>> due;
  for (auto& [name, entry] : entries_) {
    // Nothing is ever due later than that, unless the clock was set back: then it is due now.
    if (entry.due > now + interval_ * 2) {
      entry.due = entry.beat = now;
      entry.second.reset();
    }
    if (entry.running || entry.due > now) continue;
    due.emplace_back(entry.due, name);
    entry.running = true;
    to_next_beat(entry, now);
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
