// SPDX-License-Identifier: Apache-2.0
#include "livesonic/discovery/event_backlog.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "livesonic/base/time_text.h"

namespace livesonic::discovery {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;
using Taken = EventBacklog::Taken;

class EventBacklogTest : public testing::Test {
 protected:
  Time now_ = *parse_iso8601("2026-03-01T08:30:00Z");
  EventBacklog backlog_;
};

TEST_F(EventBacklogTest, a_message_is_done_with_when_its_clusters_were_looked_at) {
  EXPECT_EQ(backlog_.add("e1", "r1", {"api", "web"}, now_), Taken::kNew);
  EXPECT_THAT(backlog_.start_due(now_), ElementsAre("api", "web"));
  EXPECT_THAT(backlog_.start_due(now_), IsEmpty());
  backlog_.finished("api", true, now_);
  EXPECT_THAT(backlog_.take_done(), IsEmpty());
  backlog_.finished("web", true, now_);
  EXPECT_THAT(backlog_.take_done(), ElementsAre("r1"));
  EXPECT_THAT(backlog_.take_done(), IsEmpty());
  EXPECT_EQ(backlog_.waiting(), 0U);
}

TEST_F(EventBacklogTest, one_that_concerns_nobody_is_done_with_at_once) {
  EXPECT_EQ(backlog_.add("e1", "r1", {}, now_), Taken::kNew);
  EXPECT_THAT(backlog_.take_done(), ElementsAre("r1"));
  EXPECT_THAT(backlog_.start_due(now_), IsEmpty());
}

TEST_F(EventBacklogTest, a_look_that_began_before_a_message_came_does_not_count_for_it) {
  backlog_.add("e1", "r1", {"web"}, now_);
  EXPECT_THAT(backlog_.start_due(now_), ElementsAre("web"));
  backlog_.add("e2", "r2", {"web"}, now_ + 1s);
  backlog_.finished("web", true, now_ + 2s);
  EXPECT_THAT(backlog_.take_done(), ElementsAre("r1"));
  EXPECT_THAT(backlog_.start_due(now_ + 2s), IsEmpty());
  EXPECT_EQ(backlog_.next_due(), now_ + EventBacklog::kApart);
  EXPECT_THAT(backlog_.start_due(now_ + 5s), ElementsAre("web"));
  backlog_.finished("web", true, now_ + 6s);
  EXPECT_THAT(backlog_.take_done(), ElementsAre("r2"));
}

TEST_F(EventBacklogTest, hundreds_of_messages_about_a_cluster_are_one_look) {
  for (int i = 0; i < 300; ++i) {
    backlog_.add(fmt::format("e{}", i), fmt::format("r{}", i), {"web"}, now_);
  }
  EXPECT_THAT(backlog_.start_due(now_), ElementsAre("web"));
  backlog_.finished("web", true, now_);
  EXPECT_EQ(backlog_.take_done().size(), 300U);
}

TEST_F(EventBacklogTest, a_cluster_is_looked_at_once_more_when_aws_has_settled) {
  backlog_.add("e1", "r1", {"web"}, now_);
  backlog_.start_due(now_);
  backlog_.finished("web", true, now_ + 1s);
  EXPECT_EQ(backlog_.next_due(), now_ + 16s);
  EXPECT_THAT(backlog_.start_due(now_ + 16s), ElementsAre("web"));
  backlog_.finished("web", true, now_ + 17s);
  EXPECT_EQ(backlog_.next_due(), std::nullopt);
  EXPECT_FALSE(backlog_.looking());
}

TEST_F(EventBacklogTest, what_comes_twice_is_acted_on_once) {
  backlog_.add("e1", "r1", {"web"}, now_);
  EXPECT_EQ(backlog_.add("e1", "r1-again", {"web"}, now_ + 1s), Taken::kWaiting);
  backlog_.start_due(now_);
  backlog_.finished("web", true, now_ + 2s);
  EXPECT_THAT(backlog_.take_done(), ElementsAre("r1-again"));
  EXPECT_EQ(backlog_.add("e1", "r1-late", {"web"}, now_ + 3s), Taken::kDone);
  EXPECT_THAT(backlog_.take_done(), ElementsAre("r1-late"));
}

TEST_F(EventBacklogTest, when_a_look_fails_the_message_comes_again_and_is_not_deleted) {
  backlog_.add("e1", "r1", {"api", "web"}, now_);
  backlog_.start_due(now_);
  backlog_.finished("api", true, now_);
  backlog_.finished("web", false, now_);
  EXPECT_THAT(backlog_.take_done(), IsEmpty());
  EXPECT_EQ(backlog_.waiting(), 0U);
  EXPECT_EQ(backlog_.add("e1", "r2", {"web"}, now_ + 60s), Taken::kNew);
  EXPECT_THAT(backlog_.start_due(now_ + 60s), testing::Contains("web"));
  backlog_.finished("web", true, now_ + 61s);
  EXPECT_THAT(backlog_.take_done(), ElementsAre("r2"));
}

TEST_F(EventBacklogTest, it_says_when_it_has_enough) {
  for (std::size_t i = 0; i < EventBacklog::kMost; ++i) {
    EXPECT_FALSE(backlog_.full());
    backlog_.add(fmt::format("e{}", i), "r", {"web"}, now_);
  }
  EXPECT_TRUE(backlog_.full());
}

TEST_F(EventBacklogTest, a_clock_that_is_set_back_delays_no_look) {
  backlog_.add("e1", "r1", {"web"}, now_);
  backlog_.start_due(now_);
  backlog_.finished("web", true, now_);
  const Time before = now_ - 24h;
  backlog_.add("e2", "r2", {"web"}, before);
  EXPECT_THAT(backlog_.start_due(before + EventBacklog::kApart), ElementsAre("web"));
}

// Whatever happens in whatever order: every receipt is told at most once, and none before each of
// its clusters was looked at after it had come.
TEST_F(EventBacklogTest, no_order_of_things_deletes_a_message_too_early) {
  std::mt19937 random(20260301);
  const auto pick = [&](int below) {
    return static_cast<int>(random() % static_cast<unsigned>(below));
  };
  const std::vector<std::string> all{"a", "b", "c"};
  std::map<std::string, std::set<std::string>> owed;  // by receipt: not looked at since it came
  std::map<std::string, std::set<std::string>> serving;
  std::set<std::string> running;
  int done = 0;
  for (int step = 0; step < 20000; ++step) {
    now_ += Duration(pick(3000));
    const int what = pick(4);
    if (what == 0) {
      std::set<std::string> clusters;
      for (const auto& one : all) {
        if (pick(2) == 0) clusters.insert(one);
      }
      const std::string receipt = fmt::format("r{}", step);
      backlog_.add(fmt::format("e{}", step), receipt, clusters, now_);
      owed[receipt] = clusters;
    } else if (what == 1) {
      for (const std::string& cluster : backlog_.start_due(now_)) {
        ASSERT_TRUE(running.insert(cluster).second) << "two looks at once";
        for (const auto& [receipt, clusters] : owed) {
          if (clusters.contains(cluster)) serving[cluster].insert(receipt);
        }
      }
    } else if (!running.empty()) {
      const std::string cluster = *running.begin();
      running.erase(cluster);
      const bool well = pick(5) != 0;
      backlog_.finished(cluster, well, now_);
      for (const std::string& receipt : serving[cluster]) {
        if (well && owed.contains(receipt)) owed[receipt].erase(cluster);
      }
      serving[cluster].clear();
    }
    for (const std::string& receipt : backlog_.take_done()) {
      ASSERT_TRUE(owed.contains(receipt)) << receipt;
      ASSERT_THAT(owed[receipt], IsEmpty()) << receipt;
      owed.erase(receipt);
      ++done;
    }
  }
  EXPECT_GT(done, 500);
}

}  // namespace
}  // namespace livesonic::discovery
