// SPDX-License-Identifier: Apache-2.0
#include "livesonic/monitoring/schedule.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace livesonic::monitoring {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;

const Time kNow = Time{1'770'000'000s};

TEST(Schedule, polls_a_cluster_at_once_and_then_every_interval) {
  Schedule schedule(60s);
  schedule.set_clusters({"web"}, kNow);
  EXPECT_THAT(schedule.start_due(kNow), ElementsAre("web"));
  schedule.finished("web");
  EXPECT_THAT(schedule.start_due(kNow + 59s), IsEmpty());
  EXPECT_EQ(schedule.next_due(), kNow + 60s);
  EXPECT_THAT(schedule.start_due(kNow + 60s), ElementsAre("web"));
}

TEST(Schedule, keeps_its_beat_when_it_is_asked_a_little_late) {
  Schedule schedule(60s);
  schedule.set_clusters({"web"}, kNow);
  schedule.start_due(kNow + 2s);
  schedule.finished("web");
  EXPECT_EQ(schedule.next_due(), kNow + 60s);
}

TEST(Schedule, never_runs_two_polls_of_one_cluster_and_makes_up_for_none) {
  Schedule schedule(60s);
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
  Schedule schedule(60s);
  schedule.set_clusters({"a", "b"}, kNow);
  EXPECT_THAT(schedule.start_due(kNow), ElementsAre("a"));
  EXPECT_THAT(schedule.start_due(kNow + 3s), ElementsAre("b"));
  schedule.set_clusters({"a", "b", "c"}, kNow + 4s);
  EXPECT_THAT(schedule.start_due(kNow + 4s), ElementsAre("c"));
}

TEST(Schedule, forgets_clusters_that_went) {
  Schedule schedule(60s);
  schedule.set_clusters({"a"}, kNow);
  schedule.start_due(kNow);
  schedule.set_clusters({}, kNow);
  schedule.finished("a");
  EXPECT_THAT(schedule.start_due(kNow + 1h), IsEmpty());
}

TEST(Schedule, a_clock_that_is_set_back_stops_no_polls) {
  Schedule schedule(60s);
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
