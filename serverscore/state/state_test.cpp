// SPDX-License-Identifier: Apache-2.0
#include "serverscore/state/state.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

namespace serverscore {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

Look look_at(double since_boot_s, std::optional<double> oom_kills = {}) {
  Look look;
  look.since_boot_s = since_boot_s;
  look.oom_kills = oom_kills;
  return look;
}

Past past_of(std::vector<Look> looks) {
  return Past{.boot = "boot", .looks = std::move(looks)};
}

std::vector<double> times(const Past& past) {
  std::vector<double> found;
  for (const Look& look : past.looks) found.push_back(look.since_boot_s);
  return found;
}

TEST(State, is_read_as_it_was_written) {
  Look full = look_at(1234.567, 3);
  full.times = CpuTimes{.busy = 1, .nice = 2, .system = 3, .idle = 4, .iowait = 5, .steal = 6};
  full.cpu_stalls = StallTotals{.some = 6, .full = 7};
  full.io_stalls = StallTotals{.some = 8, .full = 9};
  full.memory_stalls = StallTotals{.some = 10, .full = 11};
  full.run_queue = 2.333;
  full.forks = 12;
  full.switches = 17;
  full.reclaim_stalls = 18;
  full.oom_seen_s = 1200;
  full.oom_of_host = 1;
  full.disk_busy_ms = 13;
  full.disk_requests = 14;
  full.disk_waited_ms = 15;
  full.throttled_us = 16;
  const std::string text = format_past(past_of({look_at(0), full}));
  EXPECT_EQ(text,
            "serverscore 1\nboot boot\nlook 0\n"
            "look 1234567 times 1 2 3 4 5 6 cpu 6 7 io 8 9 memory 10 11 queue 2333 forks 12 "
            "switches 17 oom 3 reclaims 18 killed 1200 host 1 "
            "busy 13 requests 14 waited 15 throttled 16\nend\n");
  const Past read = parse_past(text);
  EXPECT_EQ(read.boot, "boot");
  EXPECT_THAT(times(read), ElementsAre(0, 1234.567));
  EXPECT_EQ(format_past(read), text);
}

TEST(State, is_never_from_the_future_of_a_run_that_follows_at_once) {
  const double now = 1234.5678;
  const Past read = parse_past(format_past(past_of({look_at(now)})));
  EXPECT_THAT(times(read), ElementsAre(1234.567));
  EXPECT_FALSE(worth_keeping(read, "boot", look_at(now)));
}

TEST(State, that_is_anything_else_is_as_if_it_were_not_there) {
  const std::string header = "serverscore 1\nboot boot\n";
  std::string thirteen_looks;
  for (int i = 1; i <= 13; ++i) thirteen_looks += "look " + std::to_string(i) + "\n";
  for (const std::string& text :
       std::vector<std::string>{"",
                                "serverscore 1",
                                "serverscore 1\n",
                                header,
                                "serverscore 2\nboot boot\nend\n",
                                "serverscore 1\nboot \nend\n",
                                "serverscore 1\nboot a b\nend\n",
                                "serverscore 1\nboot " + std::string(65, 'x') + "\nend\n",
                                header + "look 5\n",
                                header + "look\nend\n",
                                header + "look -5\nend\n",
                                header + "look 5 times 1 2 3\nend\n",
                                header + "look 5 colour 1\nend\n",
                                header + "look 5 oom 99999999999999999999\nend\n",
                                header + "look 5 queue 99999999999\nend\n",
                                header + "look 9\nlook 5\nend\n",
                                header + "look 999999999999999999\nend\n",
                                header + "end\nmore\n",
                                header + thirteen_looks + "end\n",
                                std::string(70'000, '\xff')}) {
    const Past past = parse_past(text);
    EXPECT_EQ(past.boot, "") << text.substr(0, 99);
    EXPECT_THAT(past.looks, IsEmpty()) << text.substr(0, 99);
  }
}

TEST(State, without_a_boot_is_not_written) {
  EXPECT_EQ(format_past({}), "");
  EXPECT_EQ(format_past({.boot = "a\nb", .looks = {}}), "");
}

TEST(Past, of_another_boot_or_from_the_future_is_dropped) {
  EXPECT_THAT(relevant(past_of({look_at(5)}), "other", 10).looks, IsEmpty());
  EXPECT_THAT(relevant({.boot = "", .looks = {look_at(5)}}, "", 10).looks, IsEmpty());
  EXPECT_THAT(times(relevant(past_of({look_at(5), look_at(15)}), "boot", 10)), ElementsAre(5));
  EXPECT_THAT(times(remember(past_of({look_at(5)}), "other", look_at(7))), ElementsAre(7));
}

TEST(Past, is_left_as_it_is_by_looks_in_quick_succession) {
  EXPECT_THAT(times(remember(past_of({look_at(100)}), "boot", look_at(101.4))), ElementsAre(100));
  EXPECT_THAT(times(remember(past_of({look_at(100)}), "boot", look_at(101.5))),
              ElementsAre(100, 101.5));
}

// However often somebody looks.
class EveryInterval : public testing::TestWithParam<double> {};

TEST_P(EveryInterval, there_is_a_base_a_look_some_minutes_old_and_not_too_much) {
  std::mt19937 random(1);
  std::uniform_real_distribution<> jitter(0.9, 1.1);
  Past past;
  double now = 50;
  for (const double begin = now; now < begin + 3600;) {
    past = remember(std::move(past), "boot", look_at(now));
    ASSERT_LE(past.looks.size(), 12U);
    ASSERT_THAT(parse_past(format_past(past)).looks, SizeIs(past.looks.size()));
    now += GetParam() * jitter(random);
    if (now < begin + 11 + GetParam()) continue;
    const Look* const base = choose_base(past, now);
    ASSERT_NE(base, nullptr) << now;
    EXPECT_GE(now - base->since_boot_s, std::min(8.0, GetParam() * 0.9));
    EXPECT_LE(now - base->since_boot_s, std::max(10.0, GetParam() * 1.1)) << now;
    if (now < begin + 700) continue;
    double oldest = 0;
    for (const Look& look : past.looks) {
      const double age = now - look.since_boot_s;
      if (age <= kOomMemory_s) oldest = std::max(oldest, age);
    }
    EXPECT_GE(oldest, 240) << now;
  }
}

INSTANTIATE_TEST_SUITE_P(OfSeconds, EveryInterval,
                         testing::Values(0.5, 1.0, 2.0, 3.0, 4.9, 5.0, 10.0, 15.0, 30.0, 60.0));

TEST(Base, is_ten_seconds_old_or_the_newest_of_those_that_are_older) {
  const Past past = past_of({look_at(100), look_at(150), look_at(158)});
  EXPECT_EQ(choose_base(past, 159)->since_boot_s, 150);
  EXPECT_EQ(choose_base(past, 160)->since_boot_s, 150);
  EXPECT_EQ(choose_base(past, 160.1)->since_boot_s, 158);
  EXPECT_EQ(choose_base(past, 278)->since_boot_s, 158);
  EXPECT_EQ(choose_base(past, 278.1), nullptr);
  EXPECT_EQ(choose_base(past_of({look_at(100), look_at(158)}), 159)->since_boot_s, 100);
  EXPECT_EQ(choose_base(past_of({look_at(158)}), 159.4), nullptr);
  EXPECT_EQ(choose_base({}, 160), nullptr);
}

TEST(OomKills, are_those_since_the_oldest_look_of_the_last_ten_minutes) {
  const Past past = past_of({look_at(1000, 1), look_at(1500, 2), look_at(1900, 3)});
  EXPECT_EQ(recent_oom_kills(past, 2000, 5), 3);
  EXPECT_EQ(recent_oom_kills(past, 2000, 2), 0);
}

TEST(OomKills, of_an_unknown_time_are_unknown) {
  EXPECT_EQ(recent_oom_kills({}, 5000, 7), std::nullopt);
  EXPECT_EQ(recent_oom_kills(past_of({look_at(100, 6)}), 5000, 7), std::nullopt);
  EXPECT_EQ(recent_oom_kills(past_of({look_at(4900)}), 5000, 7), std::nullopt);
  EXPECT_EQ(recent_oom_kills(past_of({look_at(4900, 9)}), 5000, 7), std::nullopt);
}

TEST(OomKills, are_known_without_a_past_where_there_was_none_or_the_host_just_started) {
  EXPECT_EQ(recent_oom_kills({}, 5000, 0), 0);
  EXPECT_EQ(recent_oom_kills({}, 300, 2), 2);
  EXPECT_EQ(recent_oom_kills(past_of({look_at(100, 7)}), 5000, 7), 0);
}

}  // namespace
}  // namespace serverscore
