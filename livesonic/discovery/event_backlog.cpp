// SPDX-License-Identifier: Apache-2.0
#include "livesonic/discovery/event_backlog.h"

#include <algorithm>
#include <utility>

namespace livesonic::discovery {

void EventBacklog::remember(const std::string& event) {
  if (!remembered_.insert(event).second) return;
  in_order_.push_back(event);
  if (in_order_.size() <= kRemembered) return;
  remembered_.erase(in_order_.front());
  in_order_.pop_front();
}

EventBacklog::Taken EventBacklog::add(const std::string& event, const std::string& receipt,
                                      const std::set<std::string>& clusters, Time now) {
  if (remembered_.contains(event)) {
    done_.push_back(receipt);
    return Taken::kDone;
  }
  if (const auto found = waiting_.find(event); found != waiting_.end()) {
    found->second.receipt = receipt;
    return Taken::kWaiting;
  }
  if (clusters.empty()) {
    remember(event);
    done_.push_back(receipt);
    return Taken::kNew;
  }
  waiting_.emplace(event, Message{receipt, clusters});
  for (const std::string& cluster : clusters) {
    Look& look = looks_[cluster];
    look.waiting.insert(event);
    const Time due = std::max(now, look.begun + kApart);
    // A clock that was set back delays nothing.
    look.due = std::min({look.due.value_or(due), due, now + kApart});
  }
  return Taken::kNew;
}

std::vector<std::string> EventBacklog::start_due(Time now) {
  std::vector<std::string> due;
  for (auto& [cluster, look] : looks_) {
    if (look.running || !look.due || *look.due > now) continue;
    look.running = true;
    look.begun = now;
    look.due.reset();
    look.served = std::exchange(look.waiting, {});
    due.push_back(cluster);
  }
  return due;
}

void EventBacklog::forget(const std::string& event) {
  waiting_.erase(event);
  for (auto& [cluster, look] : looks_) {
    look.waiting.erase(event);
    look.served.erase(event);
  }
}

void EventBacklog::finished(const std::string& cluster, bool well, Time now) {
  const auto found = looks_.find(cluster);
  if (found == looks_.end() || !found->second.running) return;
  Look& look = found->second;
  look.running = false;
  const std::set<std::string> served = std::exchange(look.served, {});
  for (const std::string& event : served) {
    if (!well) {
      forget(event);
      continue;
    }
    const auto message = waiting_.find(event);
    if (message == waiting_.end()) continue;
    message->second.clusters.erase(cluster);
    if (!message->second.clusters.empty()) continue;
    done_.push_back(message->second.receipt);
    waiting_.erase(message);
    remember(event);
  }
  if (well && !served.empty() && !look.due) look.due = now + kSettled;
  // Nothing more is known of it than when it was looked at, which soon doesn't matter.
  std::erase_if(looks_, [&](const auto& one) {
    return !one.second.running && !one.second.due && one.second.waiting.empty() &&
           now - one.second.begun > kApart;
  });
}

std::vector<std::string> EventBacklog::take_done() {
  return std::exchange(done_, {});
}

bool EventBacklog::looking() const {
  return std::any_of(looks_.begin(), looks_.end(),
                     [](const auto& one) { return one.second.running; });
}

std::optional<Time> EventBacklog::next_due() const {
  std::optional<Time> next;
  for (const auto& [cluster, look] : looks_) {
    if (look.running || !look.due) continue;
    if (!next || *look.due < *next) next = look.due;
  }
  return next;
}

}  // namespace livesonic::discovery
