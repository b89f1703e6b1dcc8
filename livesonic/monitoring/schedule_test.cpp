// SPDX-License-Identifier: Apache-2.0
#include "livesonic/monitoring/schedule.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>
#include <set>
#include <string>
#include <vector>

namespace livesonic::monitoring {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;

const Time kNow = Time{1'770'000'000s};

double no_jitter() {
  return 0.5;
}

// When a cluster is polled, from the start of all on, when each poll ends at once.
using Polls = std::map<std::string, std::vector<Duration>>;

Polls polls_within(Schedule& schedule, Duration time) {
  Polls polls;
  for (Time now = kNow; now <= kNow + time; now = schedule.next_due().value()) {
    for (const std::string& name : schedule.start_due(now)) {
      polls[name].push_back(now - kNow);
      schedule.finished(name);
    }
  }
  return polls;
}

std::vector<std::string> fifty_clusters() {
  std::vector<std::string> names;
  for (int i = 10; i < 60; ++i) names.push_back("c" + std::to_string(i));
  return names;
}

TEST(Schedule, polls_a_cluster_at_once_and_then_every_interval) {
  Schedule schedule(60s, no_jitter);
  schedule.set_clusters({"web"}, kNow);
  EXPECT_THAT(schedule.start_due(kNow), ElementsAre("web"));
  schedule.finished("web");
  EXPECT_THAT(schedule.start_due(kNow + 59s), IsEmpty());
  EXPECT_EQ(schedule.next_due(), kNow + 60s);
  EXPECT_THAT(schedule.start_due(kNow + 60s), ElementsAre("web"));
}

TEST(Schedule, keeps_its_beat_when_it_is_asked_a_little_late) {
  Schedule schedule(60s, no_jitter);
  schedule.set_clusters({"web"}, kNow);
  schedule.start_due(kNow + 2s);
  schedule.finished("web");
  EXPECT_EQ(schedule.next_due(), kNow + 60s);
}

TEST(Schedule, never_runs_two_polls_of_one_cluster_and_makes_up_for_none) {
  Schedule schedule(60s, no_jitter);
  schedule.set_clusters({"web"}, kNow);
  schedule.start_due(kNow);
  EXPECT_THAT(schedule.start_due(kNow + 200s), IsEmpty());
  EXPECT_EQ(schedule.next_due(), std::nullopt);
  schedule.finished("web");
  EXPECT_THAT(schedule.start_due(kNow + 200s), ElementsAre("web"));
  schedule.finished("web");
  EXPECT_THAT(schedule.start_due(kNow + 201s), IsEmpty());
  EXPECT_EQ(schedule.next_due(), kNow + 260s);
}

TEST(Schedule, spreads_the_first_polls_and_takes_up_a_new_cluster_at_once) {
  Schedule schedule(60s, no_jitter);
  schedule.set_clusters({"a", "b"}, kNow);
  EXPECT_THAT(schedule.start_due(kNow), ElementsAre("a"));
  EXPECT_THAT(schedule.start_due(kNow + 3s), ElementsAre("b"));
  schedule.set_clusters({"a", "b", "c"}, kNow + 4s);
  EXPECT_THAT(schedule.start_due(kNow + 4s), ElementsAre("c"));
}

TEST(Schedule, spreads_what_started_together_over_the_whole_interval) {
  Schedule schedule(60s, no_jitter);
  schedule.set_clusters(fifty_clusters(), kNow);
  const Polls polls = polls_within(schedule, 5min);
  std::vector<Duration> phases;
  for (const auto& [name, times] : polls) {
    EXPECT_LT(times.at(0), 6s);
    EXPECT_GE(times.at(1) - times.at(0), 24s);
    EXPECT_LE(times.at(1) - times.at(0), 90s);
    for (std::size_t i = 2; i < times.size(); ++i) EXPECT_EQ(times[i] - times[i - 1], 60s);
    phases.push_back(times.at(1) % 60s);
  }
  std::sort(phases.begin(), phases.end());
  for (std::size_t i = 1; i < phases.size(); ++i) EXPECT_EQ(phases[i] - phases[i - 1], 1200ms);
}

TEST(Schedule, gives_each_poll_a_jitter_of_its_own_that_does_not_add_up) {
  std::minstd_rand generator(1);
  std::uniform_real_distribution<double> unit(0, 1);
  Schedule schedule(60s, [&] { return unit(generator); });
  schedule.set_clusters({"a", "b"}, kNow);
  const Polls polls = polls_within(schedule, 10h);
  std::set<Duration> off;
  for (const auto& [name, times] : polls) {
    EXPECT_NEAR(static_cast<double>(times.size()), 600, 2);
    const Duration beat = name == "a" ? 45s : 75s;
    for (std::size_t i = 1; i < times.size(); ++i) {
      const Duration by = times[i] - beat - 60s * (i - 1);
      EXPECT_LE(by, 3s);
      EXPECT_GE(by, -3s);
      off.insert(by);
    }
  }
  EXPECT_GT(off.size(), 500U);
  EXPECT_LT(*off.begin(), -2900ms);
  EXPECT_GT(*off.rbegin(), 2900ms);
}

TEST(Schedule, takes_up_many_new_clusters_at_once_and_spreads_them_then) {
  Schedule schedule(60s, no_jitter);
  schedule.set_clusters({"a"}, kNow);
  schedule.start_due(kNow);
  schedule.finished("a");
  schedule.set_clusters({"a", "b", "c"}, kNow + 10s);
  EXPECT_THAT(schedule.start_due(kNow + 10s), ElementsAre("b", "c"));
  schedule.finished("b");
  schedule.finished("c");
  EXPECT_THAT(schedule.start_due(kNow + 54s), IsEmpty());
  EXPECT_THAT(schedule.start_due(kNow + 55s), ElementsAre("b"));
  EXPECT_THAT(schedule.start_due(kNow + 60s), ElementsAre("a"));
  EXPECT_THAT(schedule.start_due(kNow + 85s), ElementsAre("c"));
}

TEST(Schedule, forgets_clusters_that_went) {
  Schedule schedule(60s, no_jitter);
  schedule.set_clusters({"a"}, kNow);
  schedule.start_due(kNow);
  schedule.set_clusters({}, kNow);
  schedule.finished("a");
  EXPECT_THAT(schedule.start_due(kNow + 1h), IsEmpty());
}

TEST(Schedule, a_clock_that_is_set_back_stops_no_polls) {
  Schedule schedule(60s, no_jitter);
  schedule.set_clusters({"a"}, kNow);
  schedule.start_due(kNow);
  schedule.finished("a");
  EXPECT_THAT(schedule.start_due(kNow - 24h), ElementsAre("a"));
  schedule.finished("a");
  EXPECT_THAT(schedule.start_due(kNow - 24h + 59s), IsEmpty());
  EXPECT_THAT(schedule.start_due(kNow - 24h + 60s), ElementsAre("a"));
}

}  // namespace
}  // namespace livesonic::monitoring
