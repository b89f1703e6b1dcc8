// SPDX-License-Identifier: Apache-2.0
#include "livesonic/discovery/instance_book.h"

#include <algorithm>
#include <chrono>
#include <utility>

namespace livesonic::discovery {
namespace {

constexpr Duration kJustNow = std::chrono::seconds{5};
constexpr Duration kForgotten = std::chrono::hours{1};  // since any cluster has asked for it

}  // namespace

void InstanceBook::expect(const std::vector<std::string>& ids, Time now) {
  const std::lock_guard lock(mutex_);
  for (const std::string& id : ids) entries_[id].wanted_at = now;
}

void InstanceBook::note(const std::vector<aws::Ec2Instance>& instances, Time now) {
  const std::lock_guard lock(mutex_);
  for (const aws::Ec2Instance& instance : instances) {
    entries_.insert_or_assign(instance.id,
                              Entry{.seen_at = now, .wanted_at = now, .instance = instance});
  }
}

void InstanceBook::outdate(const std::vector<std::string>& ids) {
  const std::lock_guard lock(mutex_);
  for (const std::string& id : ids) {
    const auto entry = entries_.find(id);
    if (entry != entries_.end()) entry->second.seen_at = Time{};
  }
}

std::vector<std::string> InstanceBook::due(const std::string& reader,
                                           const std::vector<std::string>& ids,
                                           const std::set<std::string>& fresh, Time now) {
  for (const std::string& id : ids) entries_[id].wanted_at = now;
  std::erase_if(entries_, [&](const auto& one) { return now - one.second.wanted_at > kForgotten; });
  const bool large = entries_.size() > kPerInterval;
  const Duration most = interval_ * 9 / 10;
  const auto last = last_read_.find(reader);
  const bool is_first = last == last_read_.end();
  const Time last_read = is_first ? Time{} : last->second;

  std::vector<std::string> due;
  bool any = false;
  bool unknown = false;  // EC2 refuses a large call for one id that it doesn't know
  bool routine = large;  // nothing has happened, it is only that time has passed
  for (const std::string& id : ids) {
    const Entry& entry = entries_.at(id);
    const bool asked_for = fresh.contains(id) || !entry.instance;
    const bool never_twice = !large || asked_for;
    // Whoever comes for the first time has no earlier answer that this one could repeat.
    const Duration new_enough = is_first && entry.instance ? most / 2 : kJustNow;
    const bool old = now - entry.seen_at > (asked_for ? new_enough : most);
    if (!old && !(never_twice && entry.seen_at <= last_read)) continue;
    any = true;
    unknown |= !entry.instance && entry.seen_at != Time{};
    routine &= !asked_for;
    if (!large || asked_for) due.push_back(id);
  }
  if (!any || unknown) return due;
  if (routine) {
    if (now - routine_since_ >= interval_) {
      routine_since_ = now;
      routine_calls_ = 0;
    }
    if (++routine_calls_ > kPerInterval / kIdsPerCall) return {};
  }

  // The call has room for those that come next, the longest unseen first.
  const std::set<std::string> asked(due.begin(), due.end());
  std::vector<std::pair<Time, std::string>> next;
  for (const auto& [id, entry] : entries_) {
    if (now - entry.seen_at > most / 2 && !asked.contains(id)) next.emplace_back(entry.seen_at, id);
  }
  std::sort(next.begin(), next.end());
  const std::size_t over = due.size() % kIdsPerCall;
  const std::size_t room = over == 0 && !due.empty() ? 0 : kIdsPerCall - over;
  for (std::size_t i = 0; i < std::min(room, next.size()); ++i) {
    due.push_back(std::move(next[i].second));
  }
  return due;
}

Result<std::vector<aws::Ec2Instance>> InstanceBook::describe(const std::string& reader,
                                                             const std::vector<std::string>& ids,
                                                             const std::set<std::string>& fresh,
                                                             Time now, const std::stop_token& stop,
                                                             const Ask& ask) {
  std::unique_lock lock(mutex_);
  if (!changed_.wait(lock, stop, [this] { return !busy_; })) {
    return fail(ErrorKind::kUnavailable, "stopped");
  }
  if (const std::vector<std::string> asked = due(reader, ids, fresh, now); !asked.empty()) {
    busy_ = true;
    lock.unlock();
    auto answer = ask(asked);
    lock.lock();
    busy_ = false;
    changed_.notify_all();
    if (!answer) return fail(std::move(answer.error()));
    for (const std::string& id : asked) {
      Entry& entry = entries_[id];
      entry.seen_at = now;
      entry.instance.reset();
    }
    for (aws::Ec2Instance& instance : *answer) {
      Entry& entry = entries_[instance.id];
      entry.seen_at = now;
      entry.instance = std::move(instance);
    }
  }
  last_read_[reader] = now;
  std::vector<aws::Ec2Instance> known;
  for (const std::string& id : ids) {
    const auto entry = entries_.find(id);
    if (entry != entries_.end() && entry->second.instance) known.push_back(*entry->second.instance);
  }
  return known;
}

}  // namespace livesonic::discovery
