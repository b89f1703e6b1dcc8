// SPDX-License-Identifier: Apache-2.0
#include "livesonic/scaling/buyer.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <tuple>
#include <utility>

#include "livesonic/scaling/victims.h"

namespace livesonic::scaling {
namespace {

using namespace std::chrono_literals;

// A member that was bought within this is not replaced for its price: prices go up and down.
constexpr Duration kSettledIn = 1h;
// A saving must be this many times what it costs to have it.
constexpr double kWorthIt = 2;
// Beyond twice the warm-up.
constexpr Duration kBootsWithin = 2min;
constexpr Duration kOfLate = 1h;
constexpr int kTooManyLate = 3;
constexpr double kLongestLife = 24.0 * 7;  // hours that a saving is reckoned with

double hours(Duration duration) {
  return static_cast<double>(duration.count()) / 3'600'000;
}

std::string count_of(std::size_t count, const char* what) {
  return count == 1 ? fmt::format("one {}", what) : fmt::format("{} {}s", count, what);
}

std::string in_words(const Purchase& kind) {
  return fmt::format("{} {} in {}", to_string(kind.lifecycle), kind.type, kind.zone);
}

// USD an hour; 0 where no price is known.
double price_of(const FleetSituation& situation, const Purchase& kind) {
  if (kind.lifecycle == Lifecycle::kSpot) {
    if (const Pool* pool = find_pool(situation.pools, kind)) return pool->price;
  }
  const auto known = situation.on_demand.find(kind.type);
  return known == situation.on_demand.end() ? 0 : known->second;
}

class Buyer {
 public:
  Buyer(const ScalingPolicy& policy, const Bounds& bounds, const FleetSituation& now)
      : policy_(policy), bounds_(bounds), now_(now), pools_(now.pools) {
    for (const FleetMember& member : now_.book.members) {
      if (member.counts()) count_in(member.kind, 1);
    }
    for (const PendingLaunch& one : now_.book.pending) count_in(one.kind, one.count);
  }

  FleetOrders decide() {
    const int owned = now_.book.owned();
    if (!now_.book.doomed.empty()) {
      release(now_.book.doomed,
              fmt::format("AWS takes {} back", count_of(now_.book.doomed.size(), "spot instance")));
    }
    const int wanted = worthwhile_of(affordable_of(owned), owned);
    const std::string why = fmt::format("{} are wanted, and there are {}", wanted, owned);
    if (owned < wanted) buy(wanted, why, {});
    if (orders_.release.empty() && !now_.book.superseded.empty()) {
      release(now_.book.superseded, "what takes their place serves");
    }
    if (orders_.release.empty() && owned > wanted && (!now_.frozen || orders_.over_budget)) {
      give_up(wanted, why);
    }
    const bool quiet =
        orders_.lots.empty() && orders_.release.empty() && now_.book.pending.empty() &&
        owned == wanted && !now_.frozen &&
        std::ranges::none_of(now_.book.members, [](const FleetMember& m) { return m.replaced; });
    if (orders_.lots.empty() && now_.book.pending.empty()) leave_restless(owned);
    if (quiet && orders_.lots.empty()) leave_dear(owned);
    return std::move(orders_);
  }

 private:
  // Instances of a bad image never serve, and more of them wouldn't either: none is bought beyond
  // the floor while those of the last hour that should serve by now don't.
  int worthwhile_of(int wanted, int owned) {
    if (wanted <= owned) return wanted;
    int late = 0;
    for (const FleetMember& member : now_.book.members) {
      if (!member.ours || !member.launched_at) continue;
      const Duration age = now_.now - *member.launched_at;
      if (age < 2 * policy_.warmup + kBootsWithin || age > kOfLate) continue;
      if (member.serving) return wanted;
      ++late;
    }
    if (late < kTooManyLate) return wanted;
    orders_.notes.push_back(fmt::format(
        "none of the {} that were launched within the hour serves: no more are bought beyond {}",
        late, bounds_.min));
    return std::max(owned, std::min(wanted, bounds_.min));
  }

  // What is wanted, or as much of it as the budget pays for at today's prices: never below min.
  int affordable_of(int owned) {
    if (!now_.allowance || owned == 0) return now_.wanted;
    const double price = price_of(now_);
    if (price <= *now_.allowance + 1e-9) return now_.wanted;
    const auto most = static_cast<int>(*now_.allowance / (price / owned));
    if (most >= now_.wanted) return now_.wanted;
    orders_.over_budget = true;
    orders_.notes.push_back(fmt::format("{} are what {:.2f} USD an hour pay for, and {} the least",
                                        most, *now_.allowance, bounds_.min));
    return std::max(most, std::min(bounds_.min, now_.wanted));
  }

  // Those of kinds that the policy doesn't buy count as members of pools that are barred.
  void count_in(const Purchase& kind, int count) {
    if (kind.lifecycle != Lifecycle::kSpot) {
      owned_.on_demand += count;
      return;
    }
    const Pool* pool = find_pool(pools_, kind);
    const auto index =
        pool == nullptr ? pools_.size() : static_cast<std::size_t>(pool - pools_.data());
    if (pool == nullptr) {
      const double price = on_demand_price_of(kind.type);
      pools_.push_back({.type = kind.type,
                        .zone = kind.zone,
                        .price = price,
                        .on_demand_price = price,
                        .interrupted = 0,
                        .barred = true});
    }
    owned_.spot.resize(pools_.size());
    owned_.spot[index] += count;
  }

  [[nodiscard]] double on_demand_price_of(const std::string& type) const {
    return price_of(now_, {Lifecycle::kOnDemand, type, ""});
  }

  [[nodiscard]] Purchase spot_kind(const Pool& pool) const {
    Purchase kind{Lifecycle::kSpot, pool.type, pool.zone};
    // The cap of the policy is AWS's to keep, too: the price may have risen since it was asked for.
    double cap = pool.on_demand_price * bounds_.spot_max_price_percent / 100;
    if (bounds_.spot_max_price) {
      cap = cap > 0 ? std::min(cap, *bounds_.spot_max_price) : *bounds_.spot_max_price;
    }
    if (cap > 0) kind.max_price = std::floor(cap * 1e5 + 1e-6) / 1e5;
    return kind;
  }

  void release(std::vector<std::string> ids, std::string why) {
    orders_.release = std::move(ids);
    orders_.why = std::move(why);
  }

  // So that there are `total`, as far as pools, prices and the budget have it.
  void buy(int total, const std::string& why, const std::vector<std::string>& in_place_of) {
    owned_.spot.resize(pools_.size());
    const int owned = count(owned_);
    const Holding bought = to_buy(policy_, bounds_, pools_, owned_, total);
    std::vector<Lot> lots;
    int on_demand = bought.on_demand;
    const int left = total - owned - count(bought);
    const bool waited = now_.unfilled_since && now_.now - *now_.unfilled_since >= policy_.spot.wait;
    if (left > 0 && in_place_of.empty()) {
      if (policy_.spot.types.empty() || now_.urgent || waited) {
        on_demand += left;
        if (!policy_.spot.types.empty()) {
          orders_.notes.push_back(fmt::format(
              "{} become on-demand: {}", left,
              now_.urgent ? "users suffer, and no spot pool within the limits has room"
                          : "no spot pool within the limits has had room for long enough"));
        }
      } else {
        orders_.notes.push_back(
            fmt::format("{} wait for a spot pool within the limits to have room", left));
      }
      orders_.unfilled = !policy_.spot.types.empty();
    }
    buy_on_demand(lots, on_demand, why);
    for (std::size_t i = 0; i < pools_.size(); ++i) {
      if (bought.spot[i] > 0) {
        lots.push_back(
            {spot_kind(pools_[i]),
             bought.spot[i],
             {},
             fmt::format("{}; {:.4f} USD an hour, {:.0f} % of on-demand", why, pools_[i].price,
                         100 * pools_[i].price / std::max(pools_[i].on_demand_price, 1e-9))});
      }
    }
    keep_budget(lots, owned, in_place_of.empty());
    auto replaced = in_place_of.begin();
    for (Lot& lot : lots) {
      for (int i = 0; i < lot.count && replaced != in_place_of.end(); ++i) {
        lot.in_place_of.push_back(*replaced++);
      }
      orders_.lots.push_back(std::move(lot));
    }
  }

  // In the cheapest of the types, and of the zones in the one that has the fewest.
  void buy_on_demand(std::vector<Lot>& lots, int wanted, const std::string& why) {
    if (wanted <= 0) return;
    std::map<std::string, int> in_zone;
    for (const FleetMember& member : now_.book.members) {
      if (member.counts()) ++in_zone[member.kind.zone];
    }
    const auto& types = policy_.launch.types.empty() ? policy_.spot.types : policy_.launch.types;
    std::map<std::string, int> counts;  // by purchase
    std::map<std::string, Purchase> kinds;
    for (int i = 0; i < wanted; ++i) {
      std::optional<Purchase> best;
      std::tuple<double, int> least;
      for (const std::string& type : types) {
        for (const std::string& zone : policy_.launch.zones) {
          const Purchase kind{Lifecycle::kOnDemand, type, zone};
          if (now_.barred.contains(to_string(kind))) continue;
          const double price = on_demand_price_of(type);
          const std::tuple<double, int> rank{price > 0 ? price : 1e9, in_zone[zone]};
          if (!best || rank < least) {
            best = kind;
            least = rank;
          }
        }
      }
      if (!best) {
        orders_.notes.push_back(fmt::format(
            "AWS has had no on-demand capacity of late for {} that are wanted", wanted - i));
        break;
      }
      ++in_zone[best->zone];
      ++counts[to_string(*best)];
      kinds.emplace(to_string(*best), *best);
    }
    for (const auto& [name, count] : counts) lots.push_back({kinds.at(name), count, {}, why});
  }

  // The floor goes before the budget.
  void keep_budget(std::vector<Lot>& lots, int owned, bool wanted) {
    if (!now_.allowance) return;
    double price = price_of(now_);
    int total = owned;
    int cut = 0;
    // The cheapest first: so there are the most of them.
    std::ranges::stable_sort(lots, {}, [&](const Lot& lot) { return price_of(now_, lot.kind); });
    for (Lot& lot : lots) {
      const double each = price_of(now_, lot.kind);
      int kept = 0;
      for (; kept < lot.count; ++kept, ++total) {
        if ((!wanted || total >= bounds_.min) && price + each > *now_.allowance + 1e-9) break;
        price += each;
      }
      cut += lot.count - kept;
      lot.count = kept;
    }
    std::erase_if(lots, [](const Lot& lot) { return lot.count == 0; });
    if (cut == 0) return;
    orders_.over_budget |= wanted;
    orders_.notes.push_back(fmt::format("{} are not bought: the budget allows {:.2f} USD an hour",
                                        cut, *now_.allowance));
  }

  void give_up(int wanted_now, const std::string& why) {
    owned_.spot.resize(pools_.size());
    const Holding ending = to_end(policy_, pools_, owned_, wanted_now);
    std::vector<std::string> ids;
    int missing = 0;
    const auto from = [&](int wanted, const auto& is_it) {
      for (std::string& id : victims(now_.book, wanted, is_it)) {
        ids.push_back(std::move(id));
        --wanted;
      }
      missing += wanted;
    };
    from(ending.on_demand,
         [](const FleetMember& m) { return m.kind.lifecycle != Lifecycle::kSpot; });
    for (std::size_t i = 0; i < ending.spot.size(); ++i) {
      if (ending.spot[i] == 0) continue;
      from(ending.spot[i], [&](const FleetMember& m) {
        return m.kind.lifecycle == Lifecycle::kSpot && m.kind.type == pools_[i].type &&
               m.kind.zone == pools_[i].zone;
      });
    }
    if (missing > 0) {
      // Not of the kind that was to go, but ours, and too many.
      from(std::exchange(missing, 0),
           [&](const FleetMember& m) { return std::ranges::find(ids, m.id) == ids.end(); });
    }
    if (missing > 0) {
      orders_.notes.push_back(
          fmt::format("{} more would be ended, had livesonic launched them", missing));
    }
    if (ids.empty()) return;
    release(std::move(ids), why);
  }

  [[nodiscard]] int at_a_time(int owned) const {
    if (policy_.replace.at_most <= 0) return 0;
    const auto share = static_cast<int>(std::ceil(owned * policy_.replace.at_most - 1e-9));
    return std::min(std::max(1, share), std::max(0, bounds_.max - owned));
  }

  // A recommendation to move elsewhere: another one is launched first.
  void leave_restless(int owned) {
    std::vector<std::string> ids;
    for (const FleetMember& member : now_.book.members) {
      if (member.restless && member.counts() && member.ours) ids.push_back(member.id);
    }
    const auto most = static_cast<std::size_t>(at_a_time(owned));
    if (ids.size() > most) ids.resize(most);
    if (ids.empty()) return;
    buy(count(owned_) + static_cast<int>(ids.size()), "AWS recommends to move elsewhere in time",
        ids);
  }

  // Members that cost more than what could be had, by as much as makes it worth the while.
  void leave_dear(int owned) {
    if (policy_.spot.types.empty() || !may_replace_now()) return;
    const auto most = static_cast<std::size_t>(at_a_time(owned));
    owned_.spot.resize(pools_.size());
    const int quota = on_demand_quota(policy_.on_demand, owned);
    int beyond_quota = owned_.on_demand - quota;
    // Where the next one would be bought.
    const Holding next = to_buy(policy_, bounds_, pools_, without_the_dearest(), owned);
    const auto pool = std::ranges::find_if(next.spot, [](int bought) { return bought > 0; });
    if (pool == next.spot.end()) return;
    const Pool& better = pools_[static_cast<std::size_t>(pool - next.spot.begin())];
    const double price = true_price(better, policy_.warmup);
    const double double_running = better.price * hours(policy_.warmup + policy_.scale_in.drain);
    const double life = std::min(1 / std::max(better.interrupted, 1e-6), kLongestLife);

    std::vector<std::pair<double, std::string>> savings;
    for (const FleetMember& member : now_.book.members) {
      if (!member.counts() || !member.ours || !member.serving) continue;
      if (!member.launched_at || now_.now - *member.launched_at < kSettledIn) continue;
      const bool spot = member.kind.lifecycle == Lifecycle::kSpot;
      if (!spot && beyond_quota <= 0) continue;
      const double present =
          spot ? true_price_of(member.kind) : on_demand_price_of(member.kind.type);
      const double saving = present - price;
      if (saving < policy_.replace.saving_at_least * present) continue;
      if (saving * life < kWorthIt * double_running) continue;
      if (!spot) --beyond_quota;
      savings.emplace_back(saving, member.id);
    }
    std::ranges::sort(savings, std::greater<>());
    if (savings.size() > most) savings.resize(most);
    if (savings.empty()) return;
    std::vector<std::string> ids;
    double sum = 0;
    for (auto& [saving, id] : savings) {
      sum += saving;
      ids.push_back(std::move(id));
    }
    buy(count(owned_) + static_cast<int>(ids.size()),
        fmt::format("{} saves {:.4f} USD an hour", in_words(spot_kind(better)), sum), ids);
  }

  [[nodiscard]] bool may_replace_now() const {
    return is_within(policy_.replace.hours, policy_.replace.zone.local(now_.now));
  }

  // On-demand beyond its quota is that, else what is in the dearest pool.
  [[nodiscard]] Holding without_the_dearest() const {
    Holding less = owned_;
    if (less.on_demand > on_demand_quota(policy_.on_demand, count(owned_))) {
      --less.on_demand;
      return less;
    }
    std::optional<std::size_t> dearest;
    for (std::size_t i = 0; i < less.spot.size(); ++i) {
      if (less.spot[i] == 0) continue;
      if (!dearest ||
          true_price(pools_[i], policy_.warmup) > true_price(pools_[*dearest], policy_.warmup)) {
        dearest = i;
      }
    }
    if (dearest) --less.spot[*dearest];
    return less;
  }

  [[nodiscard]] double true_price_of(const Purchase& kind) const {
    const Pool* pool = find_pool(pools_, kind);
    return pool == nullptr ? 0 : true_price(*pool, policy_.warmup);
  }

  const ScalingPolicy& policy_;
  const Bounds& bounds_;
  const FleetSituation& now_;
  std::vector<Pool> pools_;
  Holding owned_;
  FleetOrders orders_;
};

}  // namespace

double price_of(const FleetSituation& situation) {
  double sum = 0;
  for (const FleetMember& member : situation.book.members) sum += price_of(situation, member.kind);
  for (const PendingLaunch& one : situation.book.pending) {
    sum += one.count * price_of(situation, one.kind);
  }
  return sum;
}

FleetOrders orders(const ScalingPolicy& policy, const Bounds& bounds,
                   const FleetSituation& situation) {
  return Buyer(policy, bounds, situation).decide();
}

}  // namespace livesonic::scaling
