// SPDX-License-Identifier: Apache-2.0
#include "livesonic/scaling/simulated_fleet.h"

#include <algorithm>
#include <cmath>

#include "livesonic/scaling/minutes.h"

namespace livesonic::scaling {
namespace {

constexpr long kNotice = 2;  // minutes between AWS's notice and the end
// A pool that has reclaimed is left alone for so many minutes, and for twice as long each time that
// it does so again within a day.
constexpr long kBarred = 60;
constexpr long kBarredAtMost = 24 * 60;
constexpr long kForgiven = 24 * 60;
constexpr long kSwapEvery = 10;  // minutes between two steps back to spot
constexpr double kSwapShare = 0.1;

}  // namespace

SimulatedFleet::SimulatedFleet(const ScalingPolicy& policy, const Market& market,
                               double on_demand_price, bool all_on_demand, int instances)
    : policy_(policy),
      market_(market),
      on_demand_price_(on_demand_price),
      all_on_demand_(all_on_demand || market.pools.empty()),
      boot_(minutes_of(policy.warmup)),
      drain_minutes_(static_cast<double>(policy.scale_in.drain.count()) / 60'000),
      on_demand_(instances),
      spot_(market.pools.size()),
      pools_(market.pools),
      was_available_(market.pools.size(), true),
      events_(market.pools.size()),
      instance_hours_(market.pools.size()),
      barred_for_(market.pools.size()),
      barred_until_(market.pools.size()) {}

bool SimulatedFleet::available(std::size_t pool) const {
  if (!market_.availability) return true;
  const Availability& recorded = *market_.availability;
  const auto size = static_cast<long>(recorded.had.size());
  const long offset = static_cast<long>(pool) * size / static_cast<long>(pools_.size());
  const long step = minute_ * 60'000 / recorded.step.count();
  return recorded.had[static_cast<std::size_t>((step + offset) % size)];
}

double SimulatedFleet::price_of(int pool) const {
  return pool < 0 ? on_demand_price_ : pools_[static_cast<std::size_t>(pool)].price;
}

void SimulatedFleet::reclaim(std::size_t pool) {
  const int number = static_cast<int>(pool);
  int taken = spot_[pool];
  if (taken > 0) {
    leaving_.push_back({minute_ + kNotice, number, taken, false});
    spot_[pool] = 0;
  }
  std::erase_if(booting_, [&](const Lot& lot) {
    if (lot.pool != number) return false;
    taken += lot.count;
    return true;
  });
  if (taken == 0) return;
  ++events_[pool];
  record_.interruptions += taken;
  record_.ends += taken;
  const bool again = minute_ < barred_until_[pool] + kForgiven && barred_for_[pool] > 0;
  barred_for_[pool] = again ? std::min(2 * barred_for_[pool], kBarredAtMost) : kBarred;
  barred_until_[pool] = minute_ + barred_for_[pool];
}

void SimulatedFleet::begin_minute() {
  ++minute_;
  changed_ = false;
  // Those that boot are in the order of their launch. What takes a place may end others that boot.
  const auto booted = std::find_if(booting_.begin(), booting_.end(),
                                   [&](const Lot& lot) { return lot.due > minute_; });
  const std::vector<Lot> due(booting_.begin(), booted);
  booting_.erase(booting_.begin(), booted);
  for (const Lot& lot : due) {
    (lot.pool < 0 ? on_demand_ : spot_[static_cast<std::size_t>(lot.pool)]) += lot.count;
    if (lot.swap) end(-1, std::min(lot.count, on_demand_));
  }
  std::erase_if(leaving_, [&](const Lot& lot) {
    if (lot.due > minute_) return false;
    lost_.push_back({minute_ + boot_, lot.pool, lot.count, false});
    reclaimed_lately_ += lot.count;
    return true;
  });
  while (!lost_.empty() && lost_.front().due <= minute_) {
    reclaimed_lately_ -= lost_.front().count;
    lost_.pop_front();
  }
  if (all_on_demand_) return;
  for (std::size_t i = 0; i < pools_.size(); ++i) {
    const bool now = available(i);
    if (!now && was_available_[i]) reclaim(i);
    was_available_[i] = now;
    pools_[i].barred = !now || minute_ < barred_until_[i];
    instance_hours_[i] += spot_[i] / 60.0;
    pools_[i].interrupted = interrupted_rate(events_[i], instance_hours_[i]);
  }
}

Holding SimulatedFleet::owned_by_pool() const {
  Holding owned{.on_demand = on_demand_, .spot = spot_};
  for (const Lot& lot : booting_) {
    if (lot.swap) continue;  // it takes a place that is counted
    (lot.pool < 0 ? owned.on_demand : owned.spot[static_cast<std::size_t>(lot.pool)]) += lot.count;
  }
  return owned;
}

int SimulatedFleet::owned() const {
  int sum = on_demand_;
  for (const int spot : spot_) sum += spot;
  for (const Lot& lot : booting_) sum += lot.swap ? 0 : lot.count;
  return sum;
}

int SimulatedFleet::serving() const {
  int sum = on_demand_;
  for (const int spot : spot_) sum += spot;
  for (const Lot& lot : leaving_) sum += lot.count;
  return sum;
}

double SimulatedFleet::hourly_price() const {
  const Holding owned = owned_by_pool();
  double sum = owned.on_demand * on_demand_price_;
  for (std::size_t i = 0; i < owned.spot.size(); ++i) sum += owned.spot[i] * pools_[i].price;
  return sum;
}

void SimulatedFleet::launch(int pool, int count, bool swap) {
  if (count <= 0) return;
  record_.launches += count;
  changed_ = true;
  if (boot_ > 0) {
    booting_.push_back({minute_ + boot_, pool, count, swap});
    return;
  }
  (pool < 0 ? on_demand_ : spot_[static_cast<std::size_t>(pool)]) += count;
  if (swap) end(-1, std::min(count, on_demand_));
}

// Those that boot go before those that serve, the newest first.
void SimulatedFleet::end(int pool, int count) {
  if (count <= 0) return;
  record_.ends += count;
  changed_ = true;
  for (auto lot = booting_.rbegin(); lot != booting_.rend() && count > 0; ++lot) {
    if (lot->pool != pool || lot->swap) continue;
    const int less = std::min(count, lot->count);
    lot->count -= less;
    count -= less;
  }
  std::erase_if(booting_, [](const Lot& lot) { return lot.count == 0; });
  int& running = pool < 0 ? on_demand_ : spot_[static_cast<std::size_t>(pool)];
  running -= count;
  record_.bill.draining += count * price_of(pool) * drain_minutes_ / 60;
  record_.instance_minutes += count * drain_minutes_;
}

void SimulatedFleet::buy(int total, const Bounds& bounds, bool urgent) {
  if (all_on_demand_) {
    launch(-1, total - owned(), false);
    return;
  }
  const Holding more = to_buy(policy_, bounds, pools_, owned_by_pool(), total);
  launch(-1, more.on_demand, false);
  for (std::size_t i = 0; i < more.spot.size(); ++i) {
    launch(static_cast<int>(i), more.spot[i], false);
  }
  const int unfilled = total - owned();
  if (unfilled <= 0) {
    unfilled_since_ = -1;
    return;
  }
  if (unfilled_since_ < 0) unfilled_since_ = minute_;
  if (!urgent && minute_ - unfilled_since_ < minutes_of(policy_.spot.wait)) return;
  launch(-1, unfilled, false);
}

void SimulatedFleet::give_up(int total) {
  if (all_on_demand_) {
    end(-1, owned() - total);
    return;
  }
  const Holding fewer = to_end(policy_, pools_, owned_by_pool(), total);
  end(-1, fewer.on_demand);
  for (std::size_t i = 0; i < fewer.spot.size(); ++i) end(static_cast<int>(i), fewer.spot[i]);
}

void SimulatedFleet::back_to_spot(int total, const Bounds& bounds) {
  const int quota = on_demand_quota(policy_.on_demand, total);
  const bool swapping =
      std::any_of(booting_.begin(), booting_.end(), [](const Lot& lot) { return lot.swap; });
  if (on_demand_ <= quota || swapping || minute_ - swapped_at_ < kSwapEvery) return;
  const int step = std::max(1, static_cast<int>(total * kSwapShare));
  const int many = std::min(step, on_demand_ - quota);
  Holding without = owned_by_pool();
  without.on_demand -= many;
  const Holding more = to_buy(policy_, bounds, pools_, without, total);
  for (std::size_t i = 0; i < more.spot.size(); ++i) {
    launch(static_cast<int>(i), more.spot[i], true);
  }
  swapped_at_ = minute_;
}

void SimulatedFleet::resize(int total, const Bounds& bounds, bool urgent) {
  const int owned_now = owned();
  if (total > owned_now) {
    buy(total, bounds, urgent);
  } else {
    unfilled_since_ = -1;
    if (total < owned_now) give_up(total);
  }
  if (!all_on_demand_) back_to_spot(total, bounds);
}

void SimulatedFleet::end_minute() {
  Bill& bill = record_.bill;
  bill.on_demand += on_demand_ * on_demand_price_ / 60;
  record_.instance_minutes += on_demand_;
  for (std::size_t i = 0; i < spot_.size(); ++i) {
    bill.spot += spot_[i] * pools_[i].price / 60;
    record_.instance_minutes += spot_[i];
  }
  for (const Lot& lot : booting_) {
    bill.booting += lot.count * price_of(lot.pool) / 60;
    record_.instance_minutes += lot.count;
  }
  for (const Lot& lot : leaving_) {
    bill.spot += lot.count * price_of(lot.pool) / 60;
    record_.instance_minutes += lot.count;
  }
  if (changed_) ++record_.changes;
}

}  // namespace livesonic::scaling
