// SPDX-License-Identifier: Apache-2.0
#include "livesonic/remote/connect_line.h"

#include <algorithm>
#include <utility>

namespace livesonic::remote {
namespace {

constexpr Duration kFirstBackoff{500};
constexpr Duration kLongestBackoff{5'000};

}  // namespace

Duration backoff(int failures, std::uint64_t random) {
  if (failures <= 0) return Duration{0};
  const Duration whole =
      std::min(kFirstBackoff * (1 << std::min(failures - 1, 10)), kLongestBackoff);
  const auto spread =
      static_cast<Duration::rep>(random % static_cast<std::uint64_t>(whole.count() / 2));
  return whole * 3 / 4 + Duration{spread};
}

void ConnectLine::ask(const std::string& id, const std::string& way, SteadyTime now,
                      std::uint64_t random) {
  const auto trouble = troubles_.find(id);
  if (trouble == troubles_.end()) {
    queue({id, way, false});
    return;
  }
  Entry entry{id, way, true};
  const SteadyTime from = trouble->second.last_attempt + backoff(trouble->second.failures, random);
  if (from > now) {
    held_.emplace(from, std::move(entry));
  } else {
    queue(std::move(entry));
  }
}

void ConnectLine::queue(Entry entry) {
  (entry.failed_before ? ill_ : well_).push_back(std::move(entry));
}

std::optional<std::string> ConnectLine::next(SteadyTime now) {
  while (!held_.empty() && held_.begin()->first <= now) {
    queue(std::move(held_.begin()->second));
    held_.erase(held_.begin());
  }
  if (connecting_.size() >= most_) return std::nullopt;
  auto entry = take(well_);
  if (!entry && ill_connecting_ < std::max<std::size_t>(1, most_ / 2)) entry = take(ill_);
  if (!entry) return std::nullopt;
  ++ways_[entry->way].connecting;
  entry->began = now;
  if (entry->failed_before) ++ill_connecting_;
  std::string id = entry->id;
  connecting_.emplace(id, std::move(*entry));
  return id;
}

std::optional<ConnectLine::Entry> ConnectLine::take(std::deque<Entry>& line) {
  while (!line.empty()) {
    Entry entry = std::move(line.front());
    line.pop_front();
    const auto way = ways_.find(entry.way);
    if (way == ways_.end() || way->second.connecting < most_per_way_) return entry;
    way->second.blocked.push_back(std::move(entry));
  }
  return std::nullopt;
}

std::optional<SteadyTime> ConnectLine::due() const {
  if (held_.empty() || connecting_.size() >= most_) return std::nullopt;
  return held_.begin()->first;
}

void ConnectLine::end(const std::string& id, Outcome outcome) {
  const auto found = connecting_.find(id);
  if (found == connecting_.end()) return;
  const Entry entry = std::move(found->second);
  connecting_.erase(found);
  if (entry.failed_before) --ill_connecting_;
  Way& way = ways_[entry.way];
  --way.connecting;
  if (!way.blocked.empty()) {
    Entry next = std::move(way.blocked.front());
    way.blocked.pop_front();
    (next.failed_before ? ill_ : well_).push_front(std::move(next));
  } else if (way.connecting == 0) {
    ways_.erase(entry.way);
  }
  if (outcome == Outcome::kReached) troubles_.erase(id);
  if (outcome != Outcome::kFailed) return;
  Trouble& trouble = troubles_[id];
  ++trouble.failures;
  trouble.last_attempt = entry.began;
}

void ConnectLine::clear() {
  held_.clear();
  well_.clear();
  ill_.clear();
  for (auto& [name, way] : ways_) way.blocked.clear();
}

}  // namespace livesonic::remote
