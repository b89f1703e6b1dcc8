// SPDX-License-Identifier: Apache-2.0
#include "livesonic/scaling/backtest.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>
#include <random>

#include "livesonic/base/time_text.h"
#include "livesonic/scaling/report.h"

namespace livesonic::scaling {
namespace {

using namespace std::chrono_literals;

constexpr int kRounds = LIVESONIC_SANITIZED ? 10 : 60;

BacktestSetup setup_of(std::vector<double> load, Duration warmup, Duration drain) {
  BacktestSetup setup;
  setup.trace.begin = parse_iso8601("2026-03-01T00:00:00Z").value();
  setup.trace.step = 1min;
  setup.trace.load = std::move(load);
  setup.policy.warmup = warmup;
  setup.policy.scale_in.drain = drain;
  setup.capacity = 10;
  setup.on_demand_price = 0.6;  // a cent a minute
  return setup;
}

// Wants what it is told to, minute by minute.
class Told final : public Controller {
 public:
  explicit Told(std::vector<int> wishes) : wishes_(std::move(wishes)) {}
  int next(const Moment& moment) override {
    moments.push_back(moment);
    return wishes_[std::min(moments.size(), wishes_.size()) - 1];
  }
  std::vector<Moment> moments;

 private:
  std::vector<int> wishes_;
};

TEST(Backtest, a_small_example_worked_out_by_hand) {
  // Three instances' worth comes in minute 2, and one that was launched in minute 1 serves from
  // minute 3 on.
  const BacktestSetup setup = setup_of({10, 10, 30, 30, 30, 10}, 2min, 60s);
  Told controller({3, 3, 3, 3, 1});
  const Outcome outcome = run_controller(setup, controller, "told");
  EXPECT_EQ(outcome.name, "told");
  // Minutes 0 to 2: one serves; two boot in 1 and 2; three serve in 3 and 4; one in 5.
  EXPECT_NEAR(outcome.fleet.bill.on_demand, (1 + 1 + 1 + 3 + 3 + 1) * 0.01, 1e-9);
  EXPECT_NEAR(outcome.fleet.bill.booting, 2 * 2 * 0.01, 1e-9);
  EXPECT_NEAR(outcome.fleet.bill.draining, 2 * 0.01, 1e-9);
  EXPECT_NEAR(outcome.fleet.instance_minutes, 10 + 4 + 2, 1e-9);
  EXPECT_EQ(outcome.fleet.launches, 2);
  EXPECT_EQ(outcome.fleet.ends, 2);
  EXPECT_EQ(outcome.fleet.changes, 2);
  // In minute 2, 20 of 30 aren't served; 10 seconds' worth waits, so 20 - 10/6 is dropped. From
  // then on what waited makes the fleet a little too small.
  const double waits = 10.0 / 6;
  EXPECT_NEAR(outcome.slow_share, 100.0 / 120, 1e-9);
  EXPECT_NEAR(outcome.dropped_share, (20 - waits) / 120, 1e-9);
  EXPECT_EQ(outcome.harmed_share, 0);
  EXPECT_NEAR(outcome.mean_instances, 10.0 / 6, 1e-9);
  EXPECT_EQ(outcome.peak_instances, 3);
  EXPECT_NEAR(outcome.days, 6.0 / 1440, 1e-12);
  EXPECT_NEAR(outcome.elasticity.theta_u, 100 * (2.0 / 3) / 6, 1e-9);
  EXPECT_NEAR(outcome.elasticity.tau_u, 100.0 / 6, 1e-9);
  EXPECT_EQ(outcome.elasticity.theta_o, 0);
  EXPECT_EQ(outcome.elasticity.tau_o, 0);
  // The demand rose before minute 2, the supply before minute 3.
  EXPECT_NEAR(outcome.elasticity.instability, 100 * 2.0 / 6, 1e-9);
}

TEST(Backtest, a_controller_knows_the_last_minute_and_the_bounds_of_when_a_launch_would_serve) {
  BacktestSetup setup = setup_of({5, 25, 15}, 3min, 0s);
  setup.trace.begin = parse_iso8601("2026-03-01T07:55:30Z").value();
  setup.policy.timetable.push_back({.at = Cron::parse("0 8 * * *", "").value(),
                                    .min = 4,
                                    .max = 8,
                                    .target_score = std::nullopt,
                                    .spot_max_price = std::nullopt,
                                    .spot_max_price_percent = std::nullopt});
  setup.trace.load.resize(4, 15);
  Told controller({2, 2, 2});
  (void)run_controller(setup, controller, "told");
  ASSERT_EQ(controller.moments.size(), 3U);
  EXPECT_EQ(controller.moments[0].load, 5);
  EXPECT_EQ(controller.moments[0].owned, 1);
  EXPECT_EQ(controller.moments[1].load, 25);
  EXPECT_EQ(controller.moments[1].owned, 2);
  EXPECT_EQ(controller.moments[1].serving, 1);
  EXPECT_EQ(controller.moments[0].min, 4);  // yesterday's eight o'clock
  EXPECT_EQ(controller.moments[0].capacity, 10);
}

TEST(Backtest, what_is_only_learned_from_is_not_judged) {
  BacktestSetup setup = setup_of({100, 100, 100, 10, 10, 10}, 0s, 0s);
  setup.judge_from = 3;
  Told controller({1});
  const Outcome outcome = run_controller(setup, controller, "told");
  EXPECT_NEAR(outcome.days, 3.0 / 1440, 1e-12);
  EXPECT_NEAR(outcome.fleet.instance_minutes, 3, 1e-9);
}

TEST(Backtest, static_is_as_large_as_the_peak_needs) {
  const Outcome outcome = run_static(setup_of({10, 75, 20}, 0s, 0s));
  EXPECT_EQ(outcome.name, "static");
  EXPECT_EQ(outcome.settings, "8 instances");
  EXPECT_EQ(outcome.peak_instances, 8);
}

TEST(Backtest, the_others_are_given_the_cheapest_target_that_keeps_the_objective) {
  std::vector<double> load;
  for (int minute = 0; minute < 2880; ++minute) {
    load.push_back(500 + 400 * std::sin(2 * std::numbers::pi * minute / 1440));
  }
  const BacktestSetup setup = setup_of(load, 3min, 2min);
  const auto asg = run_asg(setup);
  const auto hpa = run_hpa(setup);
  ASSERT_TRUE(asg && hpa);
  EXPECT_LE(asg->slow_share, setup.policy.slow_at_most);
  EXPECT_LE(hpa->slow_share, setup.policy.slow_at_most);
  EXPECT_TRUE(asg->settings.starts_with("target ")) << asg->settings;
  for (int percent = 4; percent <= 100; percent += 8) {
    HpaController controller(percent / 100.0);
    const Outcome other = run_controller(setup, controller, "");
    if (other.slow_share > setup.policy.slow_at_most) continue;
    EXPECT_LE(hpa->fleet.instance_minutes, other.fleet.instance_minutes) << percent;
  }
}

TEST(Backtest, none_is_the_answer_where_no_target_keeps_the_objective) {
  BacktestSetup setup = setup_of(std::vector<double>(100, 1000), 3min, 0s);
  setup.policy.max = 3;
  EXPECT_FALSE(run_asg(setup));
  EXPECT_FALSE(run_hpa(setup));
}

TEST(Clairvoyant, needs_what_the_load_needs) {
  EXPECT_NEAR(clairvoyant_minutes(setup_of({25, 25, 25}, 2min, 60s)), 9, 1e-9);
}

TEST(Clairvoyant, bridges_a_short_time_without_need_and_starts_anew_after_a_long_one) {
  // A second instance is needed twice.
  EXPECT_NEAR(clairvoyant_minutes(setup_of({20, 10, 10, 20}, 2min, 60s)), 6 + 2, 1e-9);
  EXPECT_NEAR(clairvoyant_minutes(setup_of({20, 10, 10, 10, 10, 10, 20}, 2min, 60s)), 9 + 3, 1e-9);
}

TEST(Clairvoyant, pays_to_boot_what_is_needed_later_and_to_drain_what_is_not_any_more) {
  // Boots for two minutes, serves in two, drains for one.
  EXPECT_NEAR(clairvoyant_minutes(setup_of({10, 10, 10, 20, 20, 10, 10}, 2min, 60s)), 9 + 3, 1e-9);
  // The trace ends before it would drain.
  EXPECT_NEAR(clairvoyant_minutes(setup_of({10, 10, 10, 20, 20}, 2min, 60s)), 7 + 2, 1e-9);
  // It was there from the beginning.
  EXPECT_NEAR(clairvoyant_minutes(setup_of({20, 10, 10}, 2min, 60s)), 4 + 1, 1e-9);
}

TEST(Clairvoyant, has_the_policys_floors) {
  BacktestSetup setup = setup_of({0, 0, 0}, 2min, 60s);
  setup.policy.min = 4;
  EXPECT_NEAR(clairvoyant_minutes(setup), 12, 1e-9);
}

std::vector<double> wild_load(std::mt19937& generator, std::size_t minutes) {
  std::lognormal_distribution<double> noise(0, 0.3);
  std::vector<double> load;
  double level = static_cast<double>(generator() % 300);
  for (std::size_t minute = 0; minute < minutes; ++minute) {
    if (generator() % 200 == 0) level = static_cast<double>(generator() % 600);
    load.push_back(generator() % 60 == 0 ? 0 : level * noise(generator));
  }
  load[0] = 50;
  return load;
}

ScalingPolicy wild_policy(std::mt19937& generator) {
  const auto below = [&](unsigned end) { return static_cast<int>(generator() % end); };
  ScalingPolicy policy;
  policy.min = below(6);
  policy.max = policy.min + below(60);
  policy.slow_at_most = 0.001 + below(100) / 1000.0;
  policy.warmup = std::chrono::seconds{below(900)};
  policy.predict = std::array{PredictMode::kOff, PredictMode::kForecastOnly,
                              PredictMode::kOn}[static_cast<std::size_t>(below(3))];
  policy.scale_in.stable = std::chrono::seconds{below(900)};
  policy.scale_in.at_most = below(2) == 0 ? 1 : 0.05 + below(90) / 100.0;
  policy.scale_in.drain = std::chrono::seconds{below(600)};
  policy.on_demand = {.base = below(4), .percent = static_cast<double>(below(101))};
  policy.spot.types = {"m6i.large"};
  policy.spot.pool_share_at_most = 0.2 + below(80) / 100.0;
  policy.spot.wait = std::chrono::seconds{below(900)};
  return policy;
}

Market wild_market(std::mt19937& generator, double on_demand_price) {
  Market market;
  for (unsigned i = 0; i <= generator() % 4; ++i) {
    market.pools.push_back(
        {.type = "m6i.large",
         .zone = "use1-az" + std::to_string(i),
         .price = on_demand_price * (10 + static_cast<double>(generator() % 90)) / 100,
         .on_demand_price = on_demand_price,
         .interrupted = 0,
         .barred = false});
  }
  std::vector<bool> had;
  for (bool now = true; had.size() < 500; now = !now) {
    had.insert(had.end(), 1 + generator() % (now ? 100 : 30), now);
  }
  market.availability = Availability{.step = 90s, .had = std::move(had)};
  return market;
}

void expect_sound(const Outcome& outcome, const BacktestSetup& setup) {
  for (const double share : {outcome.slow_share, outcome.dropped_share, outcome.harmed_share}) {
    EXPECT_TRUE(share >= 0 && share <= 1) << outcome.name << ": " << share;
  }
  const Elasticity& e = outcome.elasticity;
  for (const double percent : {e.theta_u, e.tau_u, e.tau_o, e.instability}) {
    EXPECT_TRUE(percent >= 0 && percent <= 100 + 1e-9) << outcome.name << ": " << percent;
  }
  EXPECT_LE(e.tau_u + e.tau_o, 100 + 1e-9);
  EXPECT_GE(e.theta_o, 0);
  const Bill& bill = outcome.fleet.bill;
  for (const double part : {bill.on_demand, bill.spot, bill.booting, bill.draining}) {
    EXPECT_GE(part, 0) << outcome.name;
  }
  EXPECT_LE(bill.sum(), outcome.fleet.instance_minutes * setup.on_demand_price / 60 + 1e-6);
  EXPECT_LE(outcome.mean_instances, outcome.peak_instances);
}

// All but how long the replay took.
std::string figures(const BacktestSetup& setup, const Report& report) {
  Json json = to_json(setup, report);
  json.erase("replay_ms");
  return json.dump();
}

TEST(Backtest, is_sound_and_the_same_every_time_whatever_the_policy_the_load_and_the_market) {
  std::mt19937 generator(20);
  for (int round = 0; round < kRounds; ++round) {
    BacktestSetup setup;
    setup.policy = wild_policy(generator);
    setup.trace.load = wild_load(generator, 1500);
    setup.trace.begin = parse_iso8601("2026-03-31T12:00:00Z").value();
    setup.trace.step = 1min;
    setup.capacity = 10;
    setup.on_demand_price = 0.096;
    if (round % 2 == 0) setup.market = wild_market(generator, setup.on_demand_price);
    if (round % 3 == 0) setup.judge_from = generator() % 1500;
    if (round % 4 == 0) setup.policy.budget.per_hour = static_cast<double>(generator() % 30) / 10;
    if (round % 5 == 0) setup.policy.budget.per_month = static_cast<double>(generator() % 100);
    const Report report = run_report(setup, {"static"});
    for (const Outcome& outcome : report.outcomes) expect_sound(outcome, setup);
    const Outcome& own = report.outcomes[0];
    if (setup.market.pools.empty()) {
      EXPECT_LE(own.peak_instances, std::max(setup.policy.max, 1));
      EXPECT_GE(own.mean_instances, setup.policy.min);
      EXPECT_EQ(own.fleet.interruptions, 0);
      EXPECT_NEAR(own.fleet.bill.sum(), own.fleet.instance_minutes * setup.on_demand_price / 60,
                  1e-6);
    }
    EXPECT_EQ(figures(setup, report), figures(setup, run_report(setup, {"static"})));
  }
}

// Who served all well paid at least as much as who knew the future.
TEST(Clairvoyant, is_the_least) {
  std::mt19937 generator(21);
  int compared = 0;
  for (int round = 0; round < 300; ++round) {
    BacktestSetup setup;
    setup.policy = wild_policy(generator);
    setup.policy.max = 10'000;
    const std::size_t minutes = 20 + generator() % 200;
    setup.trace.load = wild_load(generator, minutes);
    setup.trace.begin = parse_iso8601("2026-03-31T12:00:00Z").value();
    setup.capacity = 10;
    if (round % 2 == 0) setup.judge_from = generator() % minutes;
    // One that was told what comes, as soon as it can be and for as long as it likes.
    const auto boot = static_cast<std::size_t>((setup.policy.warmup + 59s) / 1min);
    std::vector<int> wishes;
    for (std::size_t t = 1; t < minutes; ++t) {
      int most = setup.policy.min;
      for (std::size_t ahead = t; ahead < std::min(minutes, t + boot + 1 + generator() % 30);
           ++ahead) {
        most = std::max(most, static_cast<int>(std::ceil(setup.trace.load[ahead] / 10)));
      }
      wishes.push_back(most);
    }
    Told told(wishes);
    std::vector<Outcome> outcomes{run_controller(setup, told, "told"), run_static(setup)};
    for (const int many : {60, 120}) {
      FixedController fixed(many);
      outcomes.push_back(run_controller(setup, fixed, "fixed"));
    }
    const double least = clairvoyant_minutes(setup);
    for (const Outcome& outcome : outcomes) {
      if (outcome.slow_share > 0) continue;
      ++compared;
      EXPECT_LE(least, outcome.fleet.instance_minutes + 1e-6)
          << outcome.name << ", round " << round;
    }
  }
  EXPECT_GT(compared, 200);
}

TEST(Backtest, instances_are_within_the_bounds_in_every_minute) {
  std::mt19937 generator(22);
  for (int round = 0; round < kRounds / 4; ++round) {
    BacktestSetup setup;
    setup.policy = wild_policy(generator);
    setup.capacity = 10;
    setup.trace.load = wild_load(generator, 400);
    const auto load = setup.trace.load;
    // Judged one minute at a time.
    for (std::size_t minute = 0; minute < load.size(); minute += 13) {
      setup.trace.load.assign(load.begin(), load.begin() + static_cast<std::ptrdiff_t>(minute) + 1);
      setup.judge_from = minute;
      const Outcome outcome = run_backtest(setup);
      ASSERT_GE(outcome.mean_instances, setup.policy.min) << round << ", minute " << minute;
      ASSERT_LE(outcome.mean_instances, setup.policy.max) << round << ", minute " << minute;
    }
  }
}

TEST(Backtest, an_hours_budget_is_kept_but_for_the_floor) {
  std::mt19937 generator(23);
  for (int round = 0; round < kRounds / 4; ++round) {
    BacktestSetup setup;
    setup.policy = wild_policy(generator);
    setup.policy.scale_in.drain = 0s;
    setup.policy.budget.per_hour = 0.05 + static_cast<double>(generator() % 40) / 10;
    setup.capacity = 10;
    setup.on_demand_price = 0.1;
    setup.trace.load = wild_load(generator, 400);
    const auto load = setup.trace.load;
    const double most =
        std::max(*setup.policy.budget.per_hour, setup.policy.min * setup.on_demand_price);
    for (std::size_t minute = 1; minute < load.size(); minute += 13) {
      setup.trace.load.assign(load.begin(), load.begin() + static_cast<std::ptrdiff_t>(minute) + 1);
      setup.judge_from = minute;
      ASSERT_LE(run_backtest(setup).fleet.bill.sum() * 60, most + 1e-9) << round << ", " << minute;
    }
  }
}

TEST(Backtest, a_months_budget_is_kept_but_for_the_floor) {
  std::mt19937 generator(24);
  for (int round = 0; round < kRounds / 2; ++round) {
    BacktestSetup setup;
    setup.policy = wild_policy(generator);
    setup.policy.max = 200;
    setup.capacity = 10;
    setup.on_demand_price = 0.1;
    setup.trace.begin = parse_iso8601("2026-03-30T00:00:00Z").value();
    setup.trace.load = wild_load(generator, 2 * 1440);  // to the end of March
    if (round % 2 == 0) setup.market = wild_market(generator, setup.on_demand_price);
    const double floor = setup.policy.min * setup.on_demand_price * 48;
    setup.policy.budget.per_month = floor + 5 + static_cast<double>(generator() % 100);
    const Outcome outcome = run_backtest(setup);
    // Those that drain and those that have notice are paid after it was decided.
    const double late = 0.02 * *setup.policy.budget.per_month + 0.5;
    EXPECT_LE(outcome.fleet.bill.sum(), *setup.policy.budget.per_month + late) << round;
  }
}

TEST(Backtest, the_load_after_a_minute_does_not_change_what_came_before) {
  std::mt19937 generator(25);
  BacktestSetup setup;
  setup.policy = wild_policy(generator);
  setup.policy.min = 1;
  setup.capacity = 10;
  setup.trace.load = wild_load(generator, 600);
  const double before = run_backtest(setup).fleet.instance_minutes;
  BacktestSetup longer = setup;
  longer.trace.load.resize(900, 1e6);
  longer.judge_from = 600;
  BacktestSetup whole = longer;
  whole.judge_from = 0;
  EXPECT_NEAR(run_backtest(whole).fleet.instance_minutes,
              before + run_backtest(longer).fleet.instance_minutes, 1e-6);
}

}  // namespace
}  // namespace livesonic::scaling
