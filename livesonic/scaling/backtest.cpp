// SPDX-License-Identifier: Apache-2.0
#include "livesonic/scaling/backtest.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <memory>

#include "livesonic/scaling/budget.h"

namespace livesonic::scaling {
namespace {

using namespace std::chrono_literals;

// Requests that waited longer are given up, by the client or by the balancer.
constexpr double kPatience = 10.0 / 60;  // minutes
// Fuller than this, a missing instance is felt soon.
constexpr double kUrgent = 0.9;

int needed(double load, double capacity, int min) {
  return std::max(min, static_cast<int>(std::ceil(std::min(load / capacity, 1e6) - 1e-4)));
}

// What is judged, minute by minute.
class Judge {
 public:
  Judge(double capacity, int min) : capacity_(capacity), min_(min) {}

  void minute(double load, const SimulatedFleet& fleet, bool counts) {
    const double can = fleet.serving() * capacity_;
    const double work = load + backlog_;
    const double left = std::max(0.0, work - can);
    const bool slow = left > 1e-4 * capacity_;
    backlog_ = std::min(left, can * kPatience);
    if (!counts) return;
    ++minutes_;
    load_ += load;
    if (slow) slow_ += load;
    if (slow) harmed_ += std::min(left, fleet.reclaimed_lately() * capacity_);
    dropped_ += left - backlog_;
    instances_ += fleet.serving();
    peak_ = std::max(peak_, fleet.serving());
    compare(needed(load, capacity_, min_), fleet.serving());
  }

  void tell(Outcome& outcome) const {
    const double minutes = std::max(1.0, minutes_);
    const double load = std::max(load_, 1e-12);
    outcome.slow_share = slow_ / load;
    outcome.harmed_share = std::min(1.0, harmed_ / load);
    outcome.dropped_share = std::min(1.0, dropped_ / load);
    outcome.mean_instances = instances_ / minutes;
    outcome.peak_instances = peak_;
    outcome.days = minutes_ / 1440;
    outcome.elasticity = {.theta_u = 100 * missing_ / minutes,
                          .theta_o = 100 * beyond_ / minutes,
                          .tau_u = 100 * too_few_ / minutes,
                          .tau_o = 100 * too_many_ / minutes,
                          .instability = 100 * against_ / minutes};
  }

 private:
  void compare(int demand, int supply) {
    const double wanted = std::max(demand, 1);
    if (supply < demand) {
      ++too_few_;
      missing_ += (demand - supply) / wanted;
    } else if (supply > demand) {
      ++too_many_;
      beyond_ += (supply - demand) / wanted;
    }
    if (last_supply_ >= 0) {
      const auto sign = [](int value) { return (value > 0) - (value < 0); };
      if (sign(demand - last_demand_) != sign(supply - last_supply_)) ++against_;
    }
    last_demand_ = demand;
    last_supply_ = supply;
  }

  double capacity_;
  int min_;
  double backlog_ = 0;
  double minutes_ = 0;
  double load_ = 0;
  double slow_ = 0;
  double harmed_ = 0;
  double dropped_ = 0;
  double instances_ = 0;
  int peak_ = 0;
  double missing_ = 0;
  double beyond_ = 0;
  double too_few_ = 0;
  double too_many_ = 0;
  double against_ = 0;
  int last_demand_ = 0;
  int last_supply_ = -1;
};

// What was spent, by calendar month.
class Ledger {
 public:
  void spend(Time now, double usd) {
    if (now >= end_) {
      end_ = end_of_month(now);
      spent_ = 0;
    }
    spent_ += usd;
  }
  [[nodiscard]] double this_month(Time now) const { return now < end_ ? spent_ : 0; }

 private:
  Time end_{};
  double spent_ = 0;
};

struct Minutes {
  std::size_t begin;
  std::size_t end;
};

Outcome replay(const BacktestSetup& setup, Controller& controller, bool own, Minutes judged) {
  const ScalingPolicy& policy = setup.policy;
  Timetable timetable(policy);
  Timetable market_hours(policy);
  const std::vector<double>& load = setup.trace.load;
  const int first = std::clamp(needed(load.front(), setup.capacity, 1), policy.min, policy.max);
  SimulatedFleet fleet(policy, setup.market, setup.on_demand_price, !own, first);
  Judge judge(setup.capacity, policy.min);
  Ledger ledger;
  const bool budgeted = own && (policy.budget.per_hour || policy.budget.per_month);
  for (std::size_t t = 0; t < judged.end; ++t) {
    const Time now = setup.trace.begin + static_cast<std::int64_t>(t) * 1min;
    if (t == judged.begin) fleet.forget_record();
    const double paid = fleet.record().bill.sum();
    fleet.begin_minute();
    if (t > 0) {
      // What is launched now serves under the bounds of that time; what is bought now is bought
      // under those of now.
      const Bounds& bounds = timetable.at(now + policy.warmup);
      const Moment moment{.load = load[t - 1],
                          .capacity = setup.capacity,
                          .serving = fleet.serving(),
                          .owned = fleet.owned(),
                          .min = bounds.min,
                          .max = bounds.max};
      int total = controller.next(moment);
      if (budgeted) {
        const Spending spending{.this_month = ledger.this_month(now),
                                .price = setup.on_demand_price};
        total = std::min(total, affordable(policy.budget, spending, bounds.min, now));
      }
      const bool urgent = load[t - 1] > kUrgent * setup.capacity * fleet.serving();
      fleet.resize(total, market_hours.at(now), urgent);
    }
    judge.minute(load[t], fleet, t >= judged.begin);
    fleet.end_minute();
    // All of it: those that drain, have notice or boot to take a place are paid, too.
    if (budgeted) ledger.spend(now, fleet.record().bill.sum() - paid);
  }
  Outcome outcome;
  judge.tell(outcome);
  outcome.fleet = fleet.record();
  return outcome;
}

Minutes judged_minutes(const BacktestSetup& setup) {
  return {std::min(setup.judge_from, setup.trace.load.size()), setup.trace.load.size()};
}

using MakeController = std::function<std::unique_ptr<Controller>(double target)>;

std::optional<Outcome> run_tuned(const BacktestSetup& setup, const MakeController& make,
                                 const char* name) {
  const Minutes judged = judged_minutes(setup);
  const Minutes tuned{0, judged.begin > 0 ? judged.begin : judged.end};
  std::optional<double> best;
  double least = 0;
  for (int percent = 4; percent <= 100; percent += 2) {
    const double target = percent / 100.0;
    const auto outcome = replay(setup, *make(target), false, tuned);
    if (outcome.slow_share > setup.policy.slow_at_most) continue;
    if (best && outcome.fleet.instance_minutes >= least) continue;
    best = target;
    least = outcome.fleet.instance_minutes;
  }
  if (!best) return std::nullopt;
  Outcome outcome = replay(setup, *make(*best), false, judged);
  outcome.name = name;
  outcome.settings = fmt::format("target {:.0f} %", *best * 100);
  return outcome;
}

}  // namespace

Outcome run_backtest(const BacktestSetup& setup) {
  OwnController controller(setup.policy);
  Outcome outcome = replay(setup, controller, true, judged_minutes(setup));
  outcome.name = "livesonic";
  return outcome;
}

Outcome run_controller(const BacktestSetup& setup, Controller& controller, std::string name) {
  Outcome outcome = replay(setup, controller, false, judged_minutes(setup));
  outcome.name = std::move(name);
  return outcome;
}

std::optional<Outcome> run_asg(const BacktestSetup& setup) {
  return run_tuned(
      setup, [](double target) { return std::make_unique<TargetTrackingController>(target); },
      "asg");
}

std::optional<Outcome> run_hpa(const BacktestSetup& setup) {
  return run_tuned(
      setup, [](double target) { return std::make_unique<HpaController>(target); }, "hpa");
}

Outcome run_static(const BacktestSetup& setup) {
  const double peak = *std::max_element(setup.trace.load.begin(), setup.trace.load.end());
  const int size = needed(peak, setup.capacity, setup.policy.min);
  FixedController controller(size);
  Outcome outcome = run_controller(setup, controller, "static");
  outcome.settings = fmt::format("{} instances", size);
  return outcome;
}

double clairvoyant_minutes(const BacktestSetup& setup) {
  const Minutes judged = judged_minutes(setup);
  const double boot = static_cast<double>(setup.policy.warmup.count()) / 60'000;
  const double drain = static_cast<double>(setup.policy.scale_in.drain.count()) / 60'000;
  // For each instance, the minute in which it was last needed.
  std::vector<std::size_t> last;
  double minutes = 0;
  Timetable timetable(setup.policy);
  for (std::size_t t = judged.begin; t < judged.end; ++t) {
    const int min = timetable.at(setup.trace.begin + static_cast<std::int64_t>(t) * 1min).min;
    const auto count = static_cast<std::size_t>(needed(setup.trace.load[t], setup.capacity, min));
    for (std::size_t i = 0; i < count; ++i) {
      if (i == last.size()) {
        last.push_back(t);
        minutes += std::min(static_cast<double>(t - judged.begin), boot);
      } else {
        minutes += std::min(static_cast<double>(t - last[i] - 1), boot + drain);
        last[i] = t;
      }
      ++minutes;
    }
  }
  // What isn't needed any more drains, or idles until the end where that is nearer.
  for (const std::size_t t : last) {
    minutes += std::min(static_cast<double>(judged.end - t - 1), drain);
  }
  return minutes;
}

}  // namespace livesonic::scaling
