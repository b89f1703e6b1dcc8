// SPDX-License-Identifier: Apache-2.0
#include "serverscore/containers/judge.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace serverscore {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

constexpr double kMib = 1024 * 1024;

std::string pressure_text(double some, double full) {
  return "some avg10=" + std::to_string(some) + " avg60=0.00 avg300=0.00 total=1\n" +
         "full avg10=" + std::to_string(full) + " avg60=0.00 avg300=0.00 total=1\n";
}

// A container in words of what it does; everything else is as in an idle one.
struct Doing {
  std::string cpu_max = "max 100000\n";
  double running = 0;
  double cpus_used = 0;
  double periods_stopped = 0;  // of 10
  double cpu_some = 0;
  double cpu_full = 0;
  double memory_max_mib = 0;  // 0: no limit
  double memory_mib = 100;
};

Container container_of(const Doing& doing) {
  Container container;
  container.name.path = "/docker/x";
  CgroupFiles& files = container.files;
  files.cpu_max = doing.cpu_max;
  files.cpu_pressure = pressure_text(doing.cpu_some, doing.cpu_full);
  files.io_pressure = pressure_text(0, 0);
  files.memory_pressure = pressure_text(0, 0);
  files.memory_max = doing.memory_max_mib > 0
                         ? std::to_string(static_cast<long>(doing.memory_max_mib * kMib))
                         : "max\n";
  files.memory_current = std::to_string(static_cast<long>(doing.memory_mib * kMib));
  files.memory_stat = "inactive_file 0\n";
  files.memory_events = "low 0\noom 2\noom_kill 1\n";
  for (int i = 0; i < 2; ++i) {
    const auto count = [&](double value) { return std::to_string(static_cast<long>(value)); };
    container.looks.push_back(
        {.at_s = 50.0 + i,
         .cpu_stat = "usage_usec " + count(1e6 * (3 + i * doing.cpus_used)) + "\nnr_periods " +
                     count(100 + 10 * i) + "\nnr_throttled " +
                     count(20 + i * doing.periods_stopped) + "\nthrottled_usec 0\n",
         .threads = Threads{.running = doing.running, .blocked = 0}});
  }
  return container;
}

Inputs idle_host() {
  Inputs host;
  host.cpus = 2;
  host.memory = Memory{.total = 4e6, .available = 3e6, .swap_total = 0, .swap_free = 0};
  return host;
}

ContainerScore score(const Doing& doing) {
  return score_container(container_of(doing), idle_host());
}

TEST(ContainerScores, an_absurd_quota_on_a_host_of_unknown_cpus_is_that_of_a_large_one) {
  const Container container = container_of({.cpu_max = "1000000000000000000 1000\n"});
  const ContainerScore scored = score_container(container, Inputs{});
  EXPECT_EQ(scored.use.cpu_limit, 65'536);
  EXPECT_EQ(scored.inputs.cpus, 65'536);
  EXPECT_EQ(scored.verdict.score, 100);
}

TEST(ContainerScores, an_idle_container_is_at_100_whatever_its_limits) {
  for (const char* quota : {"max 100000\n", "150000 100000\n", "20000 100000\n"}) {
    const ContainerScore idle = score({.cpu_max = quota});
    EXPECT_EQ(idle.verdict.score, 100) << quota;
    EXPECT_FALSE(idle.verdict.cpu.estimated);
    EXPECT_THAT(idle.inputs.missing, IsEmpty());
    EXPECT_THAT(idle.inputs.notes, IsEmpty());
  }
}

TEST(ContainerScores, threads_that_share_a_quota_slow_each_other_down) {
  const ContainerScore one = score({.cpu_max = "100000 100000\n",
                                    .running = 4,
                                    .cpus_used = 1,
                                    .periods_stopped = 10,
                                    .cpu_some = 100,
                                    .cpu_full = 50});
  // Four threads have one CPU: a newcomer gets a fifth of it.
  EXPECT_GE(one.verdict.score, 12);
  EXPECT_LE(one.verdict.score, 30);
  EXPECT_EQ(one.use.cpu_limit, 1);
  EXPECT_EQ(one.use.cpu_used, 1);
  EXPECT_EQ(one.use.throttled, 1);
}

TEST(ContainerScores, a_container_that_only_gets_half_a_cpu_of_a_full_host_is_slow) {
  const ContainerScore starved = score({.running = 2, .cpus_used = 0.5, .cpu_some = 100});
  const ContainerScore fed = score({.running = 2, .cpus_used = 2});
  EXPECT_LT(starved.verdict.score, 35);
  // A newcomer shares one of the two CPUs with its owner.
  EXPECT_GT(fed.verdict.score, 50);
  EXPECT_LT(fed.verdict.score, 65);
}

TEST(ContainerScores, memory_at_its_limit_is_a_danger_though_the_host_has_plenty) {
  const ContainerScore full = score({.memory_max_mib = 512, .memory_mib = 510});
  ASSERT_THAT(full.verdict.dangers, SizeIs(1));
  EXPECT_EQ(full.verdict.dangers[0].name, "memory");
  EXPECT_LE(full.verdict.score, 10);
  EXPECT_THAT(score({.memory_max_mib = 512, .memory_mib = 100}).verdict.dangers, IsEmpty());
}

TEST(ContainerScores, a_host_without_memory_is_a_danger_to_a_container_without_a_limit) {
  Inputs host = idle_host();
  host.memory->available = 10'000;
  EXPECT_LE(score_container(container_of({}), host).verdict.score, 10);
  // A limit of which much is left is worth no more than what the host has.
  const Container limited = container_of({.memory_max_mib = 512, .memory_mib = 1});
  EXPECT_LE(score_container(limited, host).verdict.score, 10);
}

TEST(ContainerScores, a_limit_of_swap_makes_no_swap_where_the_host_has_none) {
  Container container = container_of({.memory_max_mib = 512, .memory_mib = 510});
  container.files.swap_max = "536870912\n";
  container.files.swap_current = "0\n";
  EXPECT_LE(score_container(container, idle_host()).verdict.score, 10);
  Inputs host = idle_host();
  host.memory->swap_total = host.memory->swap_free = 1e6;
  EXPECT_THAT(score_container(container, host).verdict.dangers, IsEmpty());
}

TEST(ContainerScores, the_limits_of_a_task_bind_its_containers) {
  Container container = container_of({.cpu_max = "200000 100000\n", .memory_max_mib = 512});
  container.group.cpu_max = "50000 100000\n";
  container.group.memory_max = "104857600\n";
  container.group.memory_current = "104857600\n";
  const ContainerScore scored = score_container(container, idle_host());
  EXPECT_EQ(scored.use.cpu_limit, 0.5);
  EXPECT_EQ(scored.verdict.score, 1);
}

TEST(ContainerScores, a_set_of_cpus_is_a_limit_as_a_quota_is) {
  Container container = container_of({});
  container.files.cpuset = "1\n";
  EXPECT_EQ(score_container(container, idle_host()).use.cpu_limit, 1);
  container.files.cpu_max = "1000000 100000\n";
  container.files.cpuset = "0-7\n";
  EXPECT_EQ(score_container(container, idle_host()).use.cpu_limit, 2);
}

TEST(ContainerScores, version_1_has_no_pressure_and_its_scores_are_estimates) {
  Container container;
  container.name.path = "/ecs/x/y";
  container.files.cpu_max = "50000 100000\n";
  container.files.memory_max = "9223372036854771712\n";
  container.files.memory_events = "oom_kill_disable 0\nunder_oom 0\n";
  for (int i = 0; i < 2; ++i) {
    container.looks.push_back({.at_s = 0.1 * i,
                               .cpu_stat = "nr_periods " + std::to_string(i) + "\nnr_throttled " +
                                           std::to_string(i) + "\nthrottled_time 5\nusage_ns " +
                                           std::to_string(50'000'000 * i) + "\n",
                               .threads = Threads{.running = 3, .blocked = 0}});
  }
  const ContainerScore scored = score_container(container, idle_host());
  EXPECT_TRUE(scored.verdict.cpu.estimated);
  EXPECT_LT(scored.verdict.cpu.score, 40);
  EXPECT_DOUBLE_EQ(*scored.use.cpu_used, 0.5);
  EXPECT_EQ(scored.use.throttled, 1);
  EXPECT_FALSE(scored.use.oom_kills);
  EXPECT_THAT(scored.inputs.missing, ElementsAre("cpu.pressure", "io.pressure", "memory.pressure"));
}

TEST(ContainerScores, a_container_of_which_nothing_is_known_still_has_one) {
  const ContainerScore scored = score_container({}, {});
  EXPECT_EQ(scored.verdict.score, 100);
  EXPECT_FALSE(scored.verdict.cpu.known);
}

TEST(ContainerScores, garbage_is_noted_and_left_out) {
  Container container = container_of({});
  container.files.cpu_max = "?";
  container.files.memory_max = "much";
  container.files.cpu_pressure = "some\n";
  container.looks[1].cpu_stat = "usage_usec -1\nnr_periods\n";
  const ContainerScore scored = score_container(container, idle_host());
  EXPECT_THAT(scored.inputs.notes, SizeIs(3));
  EXPECT_FALSE(scored.use.cpu_used);
  EXPECT_FALSE(scored.use.throttled);
}

TEST(ContainerScores, a_clock_that_stands_still_divides_nothing) {
  Container container = container_of({.cpus_used = 1});
  container.looks[1].at_s = container.looks[0].at_s;
  EXPECT_FALSE(score_container(container, idle_host()).use.cpu_used);
}

TEST(ContainerScores, the_worst_container_comes_first) {
  Container idle = container_of({});
  Container full = container_of({.memory_max_mib = 512, .memory_mib = 512});
  full.name.path = "/docker/y";
  Container idle_too = container_of({});
  idle_too.name.path = "/docker/a";
  const auto scores = score_containers({idle, full, idle_too}, idle_host());
  ASSERT_THAT(scores, SizeIs(3));
  EXPECT_EQ(scores[0].name.path, "/docker/y");
  EXPECT_EQ(scores[1].name.path, "/docker/a");
  EXPECT_EQ(scores[0].use.oom_kills, 1);
}

}  // namespace
}  // namespace serverscore
