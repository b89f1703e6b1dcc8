// SPDX-License-Identifier: Apache-2.0
#include "livesonic/scaling/candidates.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

namespace livesonic::scaling {
namespace {

// One fleet, imagined the long way.
class NaiveFleet {
 public:
  explicit NaiveFleet(const FleetPace& pace) : pace_(pace) {}

  void wish(double instances) {
    wishes_.push_back(instances);
    const double held = of_last(wishes_, std::max(pace_.hold, pace_.boot + 1),
                                [](double a, double b) { return std::max(a, b); });
    const double before = fleet_.empty() ? 0 : fleet_.back();
    fleet_.push_back(pace_.shrink_by >= 1
                         ? held
                         : std::max(held, before - std::max(1.0, before * pace_.shrink_by)));
  }

  void outcome(double load, double capacity) {
    constexpr double kKeep = 1 - 1.0 / 10'080;
    const double serving =
        of_last(fleet_, pace_.boot + 1, [](double a, double b) { return std::min(a, b); });
    slow_ = slow_ * kKeep + (serving < load / capacity - 1e-4 ? load : 0);
    cost_ = cost_ * kKeep + fleet_.back();
    load_ = load_ * kKeep + load;
  }

  [[nodiscard]] double slow_share() const { return load_ > 0 ? slow_ / load_ : 0; }
  [[nodiscard]] double cost() const { return cost_; }

 private:
  template <typename Choose>
  static double of_last(const std::vector<double>& values, int many, Choose choose) {
    double chosen = values.back();
    const auto count = std::min(values.size(), static_cast<std::size_t>(many));
    for (std::size_t i = 1; i < count; ++i) chosen = choose(chosen, values[values.size() - 1 - i]);
    return chosen;
  }

  FleetPace pace_;
  std::vector<double> wishes_;
  std::vector<double> fleet_;
  double slow_ = 0;
  double cost_ = 0;
  double load_ = 0;
};

TEST(Candidates, each_fleet_is_as_if_it_were_imagined_alone) {
  constexpr std::size_t kCount = 8;
  std::mt19937 generator(11);
  std::uniform_int_distribution<int> instances(0, 30);
  std::uniform_real_distribution<double> loads(0, 400);
  for (const FleetPace pace : {FleetPace{.boot = 3, .hold = 5, .shrink_by = 1},
                               FleetPace{.boot = 0, .hold = 1, .shrink_by = 1},
                               FleetPace{.boot = 10, .hold = 5, .shrink_by = 1},
                               FleetPace{.boot = 2, .hold = 7, .shrink_by = 0.1},
                               FleetPace{.boot = 1, .hold = 2, .shrink_by = 0.5}}) {
    Candidates candidates(kCount, pace);
    std::vector<NaiveFleet> naive(kCount, NaiveFleet(pace));
    for (int minute = 0; minute < 1500; ++minute) {
      std::vector<float> wishes(kCount);
      for (std::size_t i = 0; i < kCount; ++i) {
        wishes[i] = static_cast<float>(instances(generator)) / (i % 2 == 0 ? 1.0F : 3.0F);
        naive[i].wish(static_cast<double>(wishes[i]));
      }
      candidates.wish(wishes);
      const double load = loads(generator);
      candidates.outcome(load, 10);
      for (NaiveFleet& one : naive) one.outcome(load, 10);
      for (std::size_t i = 0; i < kCount; ++i) {
        ASSERT_NEAR(candidates.slow_share(i), naive[i].slow_share(), 1e-3)
            << "boot " << pace.boot << ", minute " << minute << ", candidate " << i;
      }
    }
    for (const double slow : {0.0, 0.3, 0.6, 1.0}) {
      const auto best = candidates.best(slow);
      ASSERT_TRUE(best);
      for (std::size_t i = 0; i < kCount; ++i) {
        const bool keeps = naive[i].slow_share() < slow - 1e-3;
        if (keeps) {
          EXPECT_LE(naive[*best].cost(), naive[i].cost() * 1.001);
        }
      }
    }
  }
}

TEST(Candidates, none_is_best_before_anything_came) {
  Candidates candidates(2, {});
  EXPECT_FALSE(candidates.best(0.01));
  const std::vector<float> wishes{1, 2};
  candidates.wish(wishes);
  EXPECT_FALSE(candidates.best(0.01));
  EXPECT_EQ(candidates.slow_share(0), 0);
  candidates.outcome(0, 10);
  EXPECT_FALSE(candidates.best(0.01));
  EXPECT_FALSE(Candidates(0, {}).best(1));
}

TEST(Candidates, the_cheapest_within_the_objective_is_best_else_the_one_that_served_most) {
  Candidates candidates(3, {.boot = 0, .hold = 1, .shrink_by = 1});
  const std::vector<float> wishes{1, 2, 5};
  for (int minute = 0; minute < 100; ++minute) {
    candidates.wish(wishes);
    candidates.outcome(minute % 10 == 0 ? 20 : 10, 10);
  }
  EXPECT_EQ(candidates.best(0.01), 1U);  // 20 needs two, 5 are dearer
  EXPECT_EQ(candidates.best(0.5), 0U);
  EXPECT_NEAR(candidates.slow_share(0), 20.0 / 110, 0.002);
  EXPECT_EQ(candidates.slow_share(1), 0);

  Candidates too_small(2, {.boot = 0, .hold = 1, .shrink_by = 1});
  const std::vector<float> few{1, 3};
  for (int minute = 0; minute < 100; ++minute) {
    too_small.wish(few);
    too_small.outcome(minute % 10 == 0 ? 90 : 25, 10);
  }
  EXPECT_EQ(too_small.best(0.001), 1U);
}

TEST(Candidates, what_was_a_week_ago_counts_less_than_what_was_today) {
  Candidates candidates(1, {.boot = 0, .hold = 1, .shrink_by = 1});
  const std::vector<float> one{1};
  for (int minute = 0; minute < 2 * 10'080; ++minute) {
    candidates.wish(one);
    candidates.outcome(minute < 10'080 ? 20 : 10, 10);
  }
  EXPECT_LT(candidates.slow_share(0), 0.5);
  EXPECT_GT(candidates.slow_share(0), 0.2);
}

}  // namespace
}  // namespace livesonic::scaling
