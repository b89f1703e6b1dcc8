// SPDX-License-Identifier: Apache-2.0
#include "livesonic/scaling/pool_book.h"

#include <algorithm>
#include <cmath>
#include <set>
#include <string_view>

namespace livesonic::scaling {
namespace {

using namespace std::chrono_literals;

constexpr Duration kRefused = 5min;
constexpr Duration kReclaimed = 1h;
constexpr Duration kLongest = 24h;
constexpr Duration kRemembered = 24h;
// What a pool takes back at once is one event.
constexpr Duration kAtOnce = 10min;
constexpr Duration kStorm = 15min;

std::string key_of(Purchase purchase) {
  purchase.max_price.reset();
  return to_string(purchase);
}

Purchase pool_of(const Instance& instance) {
  return {instance.lifecycle, instance.type, instance.availability_zone};
}

Purchase purchase_of(const Pool& pool) {
  return {Lifecycle::kSpot, pool.type, pool.zone};
}

Duration doubled(Duration first, int times) {
  Duration wait = first;
  for (int i = 1; i < times && wait < kLongest; ++i) wait *= 2;
  return std::min(wait, kLongest);
}

void bar(std::map<std::string, Time>& barred, const std::string& key, Time until) {
  Time& known = barred[key];
  known = std::max(known, until);
}

// A lack that passes, or a price that has risen over the cap; another error says nothing of the
// pool.
bool is_lack(std::string_view code) {
  return code.find("Capacity") != std::string_view::npos ||
         code.find("Price") != std::string_view::npos ||
         code.find("LimitExceeded") != std::string_view::npos ||
         code.find("CountExceeded") != std::string_view::npos;
}

void bar_refused(std::map<std::string, Time>& barred, const std::vector<Action>& launches,
                 Time now) {
  struct Record {
    int in_a_row = 0;
    Time last{};
  };
  std::map<std::string, Record> records;
  std::vector<const Action*> ended;
  for (const Action& action : launches) {
    if (action.request.kind != ActionKind::kLaunch || !action.finished_at) continue;
    if (now - *action.finished_at < kRemembered) ended.push_back(&action);
  }
  std::ranges::sort(ended, {}, [](const Action* action) { return *action->finished_at; });
  for (const Action* action : ended) {
    const auto purchase = parse_purchase(action->request.target);
    if (!purchase) continue;
    Record& record = records[key_of(*purchase)];
    const auto refused = action->progress.find("refused");
    if (refused == action->progress.end()) {
      if (action->state == ActionState::kDone) record.in_a_row = 0;
    } else if (is_lack(refused->second)) {
      ++record.in_a_row;
      record.last = *action->finished_at;
    }
  }
  for (const auto& [key, record] : records) {
    if (record.in_a_row > 0) bar(barred, key, record.last + doubled(kRefused, record.in_a_row));
  }
}

void bar_reclaiming(std::map<std::string, Time>& barred, std::vector<Reclaim> reclaims, Time now) {
  struct Record {
    int events = 0;
    Time last{};
  };
  std::ranges::sort(reclaims, {}, &Reclaim::at);
  std::map<std::string, Record> records;
  for (const Reclaim& one : reclaims) {
    if (now - one.at >= kRemembered) continue;
    const std::string key = key_of(one.pool);
    if (one.announced_only) {
      bar(barred, key, one.at + kReclaimed);
      continue;
    }
    Record& record = records[key];
    if (record.events == 0 || one.at - record.last >= kAtOnce) ++record.events;
    record.last = one.at;
  }
  for (const auto& [key, record] : records) {
    bar(barred, key, record.last + doubled(kReclaimed, record.events));
  }
}

void bar_storms(std::map<std::string, Time>& barred, const std::vector<Pool>& pools,
                const std::vector<Reclaim>& reclaims, Time now) {
  // A storm bars for longer than it is a storm: look back for as long.
  std::map<std::string, std::vector<const Reclaim*>> by_zone;
  for (const Reclaim& one : reclaims) {
    if (!one.announced_only && now - one.at < kReclaimed) by_zone[one.pool.zone].push_back(&one);
  }
  for (auto& [zone, events] : by_zone) {
    const auto of_zone = static_cast<std::size_t>(
        std::ranges::count_if(pools, [&](const Pool& pool) { return pool.zone == zone; }));
    std::ranges::sort(events, {}, &Reclaim::at);
    for (const Reclaim* last : events) {
      std::set<std::string> types;
      for (const Reclaim* one : events) {
        if (one->at <= last->at && last->at - one->at < kStorm) types.insert(one->pool.type);
      }
      if (types.size() < 2 || 2 * types.size() < of_zone) continue;
      for (const Pool& pool : pools) {
        if (pool.zone == zone) bar(barred, key_of(purchase_of(pool)), last->at + kReclaimed);
      }
    }
  }
}

double hours(Duration duration) {
  return static_cast<double>(duration.count()) / 3'600'000;
}

}  // namespace

std::vector<Reclaim> reclaims_of(const std::vector<Instance>& instances) {
  std::vector<Reclaim> reclaims;
  for (const Instance& instance : instances) {
    if (instance.lifecycle != Lifecycle::kSpot) continue;
    const auto& notice = instance.standing.notice;
    const bool taken =
        instance.departure && instance.departure->reason == DepartureReason::kSpotInterruption;
    if (notice) {
      reclaims.push_back({pool_of(instance), notice->at, !notice->interruption && !taken});
    } else if (taken) {
      reclaims.push_back({pool_of(instance), instance.departure->at, false});
    }
  }
  return reclaims;
}

std::map<std::string, Time> barred_until(const std::vector<Pool>& pools,
                                         const std::vector<Reclaim>& reclaims,
                                         const std::vector<Action>& launches, Time now) {
  std::map<std::string, Time> barred;
  bar_refused(barred, launches, now);
  bar_reclaiming(barred, reclaims, now);
  bar_storms(barred, pools, reclaims, now);
  std::erase_if(barred, [&](const auto& entry) { return entry.second <= now; });
  return barred;
}

void note_record(std::vector<Pool>& pools, const std::vector<Instance>& instances,
                 const std::map<std::string, Time>& barred, Time now) {
  const std::vector<Reclaim> reclaims = reclaims_of(instances);
  for (Pool& pool : pools) {
    const std::string key = key_of(purchase_of(pool));
    pool.barred = barred.contains(key);
    double lived = 0;
    std::vector<Time> events;
    for (const Instance& instance : instances) {
      if (instance.lifecycle != Lifecycle::kSpot || key_of(pool_of(instance)) != key) continue;
      const Time end = instance.departure ? instance.departure->at : now;
      lived += std::max(0.0, hours(end - instance.launched_at.value_or(instance.first_seen)));
    }
    for (const Reclaim& one : reclaims) {
      if (!one.announced_only && key_of(one.pool) == key) events.push_back(one.at);
    }
    std::ranges::sort(events);
    int distinct = 0;
    for (std::size_t i = 0; i < events.size(); ++i) {
      if (i == 0 || events[i] - events[i - 1] >= kAtOnce) ++distinct;
    }
    pool.interrupted = interrupted_rate(distinct, lived);
  }
}

}  // namespace livesonic::scaling
