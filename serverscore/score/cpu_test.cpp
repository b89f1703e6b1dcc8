// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <algorithm>
#include <utility>

#include "serverscore/score/part.h"

namespace serverscore {
namespace {

constexpr double kComputing = 2.6;    // ms that a task computes before another has its turn
constexpr double kMessaging = 0.004;  // ms between two messages passed on

// So many others have wanted the CPUs all the time, and some of the load is the kernel's.
Inputs crowded(double others, double turn_ms = kComputing, double system = 0.03) {
  Inputs inputs;
  inputs.cpus = 2;
  inputs.capacity = 2;
  inputs.run_queue.assign(6, others);
  CpuShares shares;
  shares.busy = std::min(1.0, others / inputs.cpus);
  shares.system = system * shares.busy;
  inputs.shares = shares;
  inputs.all_busy = others >= inputs.cpus ? 1 : 0;
  inputs.turn_ms = turn_ms;
  return inputs;
}

Inputs under_pressure(Inputs inputs, double some) {
  inputs.cpu_pressure = Pressure{.some = some, .full = 0};
  return inputs;
}

TEST(Cpu, agrees_with_the_slowdowns_that_were_measured) {
  // Competitors on two CPUs, and how much slower a probe beside them was served; it is in the queue
  // itself, the more so the slower it gets.
  constexpr std::pair<double, double> kMeasured[] = {
      {0.1, 1.0}, {1.2, 1.0},  {2.2, 1.9},  {3.2, 2.35}, {4.3, 2.83},
      {6.4, 3.7}, {8.5, 4.55}, {12.7, 6.1}, {16.9, 7.9}, {25, 11.7}};
  for (const auto& [queue, slowdown] : kMeasured) {
    const double got = judge_cpu(crowded(queue)).slowdown;
    EXPECT_NEAR(got, slowdown, 0.12 * slowdown) << queue;
  }
}

TEST(Cpu, goes_on_falling_where_the_pressure_figure_has_saturated) {
  const double four = judge_cpu(under_pressure(crowded(4), 0.94)).slowdown;
  const double sixteen = judge_cpu(under_pressure(crowded(16), 0.94)).slowdown;
  EXPECT_NEAR(four, 2.7, 0.3);
  EXPECT_NEAR(sixteen, 7.5, 0.8);
}

TEST(Cpu, sees_that_the_cpus_are_exactly_full_though_nobody_waits) {
  EXPECT_NEAR(judge_cpu(crowded(2)).slowdown, 1.85, 0.1);
  EXPECT_NEAR(judge_cpu(under_pressure(crowded(2), 0.07)).slowdown, 1.85, 0.15);
}

TEST(Cpu, tasks_that_leave_a_cpu_free_slow_nobody_down) {
  EXPECT_EQ(judge_cpu(crowded(1)).score, 100);
  Inputs large = crowded(63);
  large.cpus = 64;
  large.shares->busy = 63.0 / 64;
  large.all_busy = 0;
  EXPECT_EQ(judge_cpu(large).score, 100);
}

TEST(Cpu, tasks_of_low_priority_give_way) {
  Inputs inputs = crowded(4);
  inputs.shares->nice = inputs.shares->busy;
  EXPECT_GE(judge_cpu(inputs).score, 90);
  EXPECT_GE(judge_cpu(under_pressure(inputs, 0.7)).score, 90);
}

TEST(Cpu, a_crowd_that_passes_messages_on_is_less_in_the_way_than_one_that_computes) {
  const double messaging = judge_cpu(crowded(10, kMessaging, 0.9)).slowdown;
  const double computing = judge_cpu(crowded(10)).slowdown;
  EXPECT_LT(messaging, 0.8 * computing);
  EXPECT_GT(messaging, 2);
}

TEST(Cpu, those_who_compute_are_seen_among_those_who_pass_messages_on) {
  EXPECT_GT(judge_cpu(crowded(10, 0.015, 0.2)).slowdown, 4.3);
}

TEST(Cpu, short_turns_hardly_count_while_cpus_are_idle_in_between) {
  Inputs inputs = crowded(2, kMessaging, 0.9);
  inputs.shares->busy = 0.6;
  inputs.all_busy = 0.35;
  EXPECT_GE(judge_cpu(inputs).score, 75);
}

TEST(Cpu, those_whom_their_own_quota_stops_are_in_nobodys_way) {
  Inputs inputs = under_pressure(crowded(1), 0.92);
  inputs.run_queue = {0, 4, 0, 0, 0, 0};
  inputs.shares->busy = 0.33;
  inputs.all_busy = 0.1;
  EXPECT_GE(judge_cpu(inputs).score, 70);
}

TEST(Cpu, of_a_container_is_as_slow_as_its_quota_makes_it) {
  Inputs inputs = crowded(0);
  inputs.contained = true;
  inputs.throttled = 0.5;
  EXPECT_NEAR(judge_cpu(inputs).slowdown, 2, 0.01);
  inputs.cpu_pressure = Pressure{.some = 0.8, .full = 0.75};
  EXPECT_NEAR(judge_cpu(inputs).slowdown, 4, 0.01);
  inputs.contained = false;  // of a host, "all waited" means nothing
  EXPECT_LT(judge_cpu(inputs).slowdown, 1.5);
}

TEST(Cpu, time_stolen_by_the_hypervisor_slows_down) {
  Inputs inputs = crowded(0);
  inputs.shares = CpuShares{.busy = 0.2, .nice = 0, .system = 0, .iowait = 0, .steal = 0.2};
  EXPECT_NEAR(judge_cpu(inputs).slowdown, 2, 0.15);
}

// Eight tasks in a group with a quota: they wait nearly always, though the CPUs are often idle.
TEST(Cpu, those_whom_a_quota_stops_are_in_nobodys_way_but_while_they_run) {
  Inputs inputs = crowded(8);
  Since since;
  since.seconds = 8;
  since.shares = CpuShares{.busy = 0.6, .nice = 0, .system = 0, .iowait = 0, .steal = 0};
  since.cpu_pressure = Pressure{.some = 0.6, .full = 0};
  inputs.since = since;
  const double taken_for_a_crowd = judge_cpu(inputs).slowdown;
  inputs.since->cpu_pressure = Pressure{.some = 0.95, .full = 0};
  EXPECT_GT(taken_for_a_crowd, 2.5);
  EXPECT_LT(judge_cpu(inputs).slowdown, 1.8);
  // In the container itself they are the crowd.
  inputs.contained = true;
  EXPECT_GT(judge_cpu(inputs).slowdown, 2.5);
}

TEST(Cpu, turns_of_microseconds_let_a_newcomer_in) {
  Inputs inputs = crowded(8);
  inputs.shares->system = inputs.shares->busy;
  inputs.turn_ms = 0.1;
  const double waiting = judge_cpu(inputs).slowdown;
  inputs.turn_ms = 0.005;
  EXPECT_LT(judge_cpu(inputs).slowdown, 2.3);
  EXPECT_GT(waiting, 3.5);
  // So do newborn tasks.
  inputs.turn_ms = 0.1;
  Since since;
  since.seconds = 8;
  since.forks_per_second = 6000;
  inputs.since = since;
  EXPECT_LT(judge_cpu(inputs).slowdown, waiting - 1);
}

TEST(Cpu, is_judged_by_whatever_is_known) {
  EXPECT_FALSE(judge_cpu({}).known);

  Inputs shares;
  shares.cpus = 2;
  shares.shares = CpuShares{.busy = 1, .nice = 0, .system = 0, .iowait = 0, .steal = 0};
  EXPECT_NEAR(judge_cpu(shares).slowdown, 1.85, 0.01);

  Inputs queue;
  queue.cpus = 2;
  queue.run_queue = {4};
  EXPECT_NEAR(judge_cpu(queue).slowdown, 1 + 0.85 + 0.8, 0.01);

  Inputs pressure;
  pressure.cpu_pressure = Pressure{.some = 0.9, .full = 0};
  EXPECT_GT(judge_cpu(pressure).slowdown, 2);
  EXPECT_FALSE(judge_cpu(pressure).estimated);
}

TEST(Cpu, takes_the_last_seconds_from_an_earlier_look_but_not_the_last_minutes) {
  Inputs inputs = under_pressure(crowded(2), 0.9);
  Since since;
  since.seconds = 6;
  since.cpu_pressure = Pressure{.some = 0, .full = 0};
  inputs.since = since;
  const double calm_lately = judge_cpu(inputs).slowdown;
  inputs.since->seconds = 60;
  EXPECT_GT(judge_cpu(inputs).slowdown, calm_lately);
}

}  // namespace
}  // namespace serverscore
