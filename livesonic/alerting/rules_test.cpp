// SPDX-License-Identifier: Apache-2.0
// What each kind of rule sees, and how what it sees is counted.
#include "livesonic/alerting/rules.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "livesonic/alerting/evaluate.h"

namespace livesonic::alerting {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

const Time kStart = Time{1'770'000'000s};

// A cluster whose rounds come as a test says, under rules of its own.
class Cast {
 public:
  explicit Cast(std::vector<Rule> rules) {
    rules_.rules = std::move(rules);
    rules_.flapping.openings = 0;
  }

  Round round(std::vector<int> scores, Duration later = 60s) {
    now_ += later;
    Round round;
    round.cluster.name = "web";
    round.at = now_;
    for (std::size_t i = 0; i < scores.size(); ++i) {
      Instance instance;
      instance.cluster = "web";
      instance.id = "i-" + std::to_string(i);
      instance.balancer_state = "InService";
      round.instances.push_back(instance);
      InstanceReadings readings;
      readings.score = {"web", instance.id, now_, {}, Outcome::kOk, scores[i], ""};
      if (scores[i] == 0) {
        readings.score.outcome = Outcome::kUnreachable;
        readings.score.score.reset();
        readings.score.detail = "no route";
      }
      round.readings.push_back(readings);
    }
    round.point = summarize(now_, round.readings);
    return round;
  }

  Decision judge(const Round& round) {
    Decision decision = evaluate(round, conditions_, open_, rules_, context_,
                                 {[this] { return "id-" + std::to_string(++ids_); },
                                  [this](const Cause& cause) { return openings_[cause]; }});
    conditions_ = decision.conditions;
    for (const auto* list : {&decision.changed, &decision.closed}) {
      for (const Incident& one : *list) {
        std::erase_if(open_, [&](const Incident& other) { return other.id == one.id; });
      }
    }
    for (const Incident& one : decision.opened) ++openings_[one.cause];
    open_.insert(open_.end(), decision.changed.begin(), decision.changed.end());
    open_.insert(open_.end(), decision.opened.begin(), decision.opened.end());
    return decision;
  }
  Decision judge(std::vector<int> scores, Duration later = 60s) {
    return judge(round(std::move(scores), later));
  }

  Rules rules_;
  Context context_;
  std::vector<Condition> conditions_;
  std::vector<Incident> open_;
  std::map<Cause, int> openings_;
  Time now_ = kStart;

 private:
  int ids_ = 0;
};

Rule rule(RuleKind kind, double below = 0) {
  Rule rule;
  rule.name = "own";
  rule.kind = kind;
  rule.below = below;
  return rule;
}

TEST(Rules, hold_back_until_it_has_been_bad_for_so_long) {
  Rule slow = rule(RuleKind::kScore, 50);
  slow.bad.duration = 5min;
  Cast cast({slow});
  for (int minute = 0; minute < 5; ++minute) EXPECT_THAT(cast.judge({20}).opened, IsEmpty());
  const Decision decision = cast.judge({20});
  ASSERT_THAT(decision.opened, SizeIs(1));
  EXPECT_EQ(decision.opened[0].cause, "own");
  EXPECT_THAT(decision.opened[0].summary, HasSubstr("low score (own)"));
}

TEST(Rules, with_another_threshold_for_being_well_go_on_in_between) {
  Rule slow = rule(RuleKind::kScore, 50);
  slow.well_at = 70;
  slow.good.duration = 2min;
  Cast cast({slow});
  EXPECT_THAT(cast.judge({49}).opened, SizeIs(1));
  for (int i = 0; i < 9; ++i) EXPECT_THAT(cast.judge({60}).closed, IsEmpty());
  EXPECT_THAT(cast.judge({70}).closed, IsEmpty());
  EXPECT_THAT(cast.judge({69}).closed, IsEmpty());  // begins anew
  EXPECT_THAT(cast.judge({80}).closed, IsEmpty());
  EXPECT_THAT(cast.judge({80}).closed, IsEmpty());
  EXPECT_THAT(cast.judge({80}).closed, SizeIs(1));
  // What is in between and was never bad says nothing.
  EXPECT_THAT(cast.judge({60}).opened, IsEmpty());
}

TEST(Rules, of_one_part_of_the_score_look_at_nothing_else) {
  Rule starved = rule(RuleKind::kScore, 40);
  starved.part = ScorePart::kMemory;
  Cast cast({starved});
  const auto judge = [&](std::optional<ScoreParts> parts) {
    Round one = cast.round({20});
    one.readings[0].score.parts = parts;
    return cast.judge(one);
  };
  EXPECT_THAT(judge(ScoreParts{20, 90, 40, 20}).opened, IsEmpty());
  EXPECT_THAT(judge(std::nullopt).opened, IsEmpty());
  EXPECT_THAT(judge(ScoreParts{90, 90, 0, 20}).opened, IsEmpty());  // nothing is known about it
  const Decision decision = judge(ScoreParts{90, 90, 39, 100});
  ASSERT_THAT(decision.opened, SizeIs(1));
  EXPECT_THAT(decision.opened[0].summary, HasSubstr("low memory score (own)"));
  EXPECT_EQ(decision.opened[0].members[0].detail, "memory score 39 is below 40");
  EXPECT_THAT(judge(std::nullopt).closed, IsEmpty());  // not known to be well
  EXPECT_THAT(judge(ScoreParts{20, 20, 41, 20}).closed, SizeIs(1));
}

TEST(Rules, of_capacity_weigh_the_members_by_their_scores) {
  Cast cast({rule(RuleKind::kCapacity, 60)});
  EXPECT_THAT(cast.judge({100, 100, 40, 0}).opened, IsEmpty());  // 60 %
  const Decision decision = cast.judge({100, 100, 30, 0});
  ASSERT_THAT(decision.opened, SizeIs(1));
  EXPECT_THAT(decision.opened[0].summary, HasSubstr("capacity 58% is below 60%"));
  ASSERT_THAT(decision.opened[0].members, SizeIs(1));
  EXPECT_EQ(decision.opened[0].members[0].instance, "");
  EXPECT_EQ(decision.opened[0].members[0].label, "web");
}

TEST(Rules, of_capacity_count_what_is_wanted_and_missing) {
  Cast cast({rule(RuleKind::kCapacity, 60)});
  Round round = cast.round({100, 100});
  round.cluster.discovery.wanted = 4;
  EXPECT_THAT(cast.judge(round).opened, SizeIs(1));
}

TEST(Rules, severity_follows_what_is_left_unless_the_rule_says_it) {
  Rule low = rule(RuleKind::kScore, 40);
  Cast cast({low});
  EXPECT_EQ(cast.judge({10, 90, 90}).opened.at(0).severity, Severity::kWarning);
  EXPECT_EQ(cast.judge({10, 10, 90}).changed.at(0).severity, Severity::kCritical);
  low.severity = Severity::kInfo;
  Cast quiet({low});
  EXPECT_EQ(quiet.judge({10, 10, 10}).opened.at(0).severity, Severity::kInfo);
}

TEST(Rules, are_silent_about_hosts_that_boot_until_they_were_sound) {
  Cast cast({rule(RuleKind::kScore, 40)});
  const auto young = [&](int score) {
    Round round = cast.round({score});
    round.instances[0].launched_at = kStart;
    return round;
  };
  EXPECT_THAT(cast.judge(young(10)).opened, IsEmpty());
  EXPECT_THAT(cast.judge(young(80)).opened, IsEmpty());
  EXPECT_THAT(cast.judge(young(10)).opened, SizeIs(1));  // it was sound, and is young still
}

TEST(Rules, judge_a_host_that_never_became_sound_when_its_grace_is_over) {
  Cast cast({rule(RuleKind::kScore, 40)});
  int opened = 0;
  for (int minute = 1; minute <= 6; ++minute) {
    Round round = cast.round({10});
    round.instances[0].launched_at = kStart;
    const bool over = minute >= 5;
    opened += static_cast<int>(cast.judge(round).opened.size());
    EXPECT_EQ(opened, over ? 1 : 0);
  }
}

TEST(Rules, are_silent_about_hosts_on_their_way_out) {
  for (const char* state : {"Terminating:Wait", "Standby"}) {
    Cast cast({rule(RuleKind::kScore, 40), [] {
                 Rule reach = rule(RuleKind::kUnreachable);
                 reach.name = "reach";
                 return reach;
               }()});
    Round round = cast.round({10, 0});
    for (Instance& instance : round.instances) instance.standing.group_state = state;
    EXPECT_THAT(cast.judge(round).opened, IsEmpty()) << state;
  }
}

TEST(Rules, of_burn_rates_need_both_windows) {
  Rule burn = rule(RuleKind::kBurnRate, 50);
  burn.burn = {90, 5, 1h, 5min};
  Cast cast({burn});
  const auto past = [&](int minutes, int bad_from) {
    cast.context_.recent.clear();
    for (int minute = minutes; minute > 0; --minute) {
      ClusterPoint point;
      point.at = cast.now_ + 60s - std::chrono::minutes{minute};
      point.mean = minute <= bad_from ? 20 : 90;
      cast.context_.recent.push_back(point);
    }
  };
  past(60, 10);  // the short window is all bad, the long one is not bad enough
  EXPECT_THAT(cast.judge({20}).opened, IsEmpty());
  past(60, 35);
  EXPECT_THAT(cast.judge({20}).opened, SizeIs(1));
  past(60, 3);
  EXPECT_THAT(cast.judge({90}).closed, SizeIs(1));
}

TEST(Rules, of_burn_rates_say_nothing_while_little_is_known) {
  Rule burn = rule(RuleKind::kBurnRate, 50);
  Cast cast({burn});
  for (int minute = 0; minute < 10; ++minute) {
    const Round round = cast.round({10});
    EXPECT_THAT(cast.judge(round).opened, IsEmpty());
    cast.context_.recent.push_back(*round.point);
  }
}

TEST(Rules, compare_with_the_same_hour_a_week_ago) {
  Cast cast({rule(RuleKind::kLastWeek, 20)});
  EXPECT_THAT(cast.judge({50}).opened, IsEmpty());  // nothing is known of then
  cast.context_.week_ago = 70;
  EXPECT_THAT(cast.judge({50}).opened, IsEmpty());
  EXPECT_THAT(cast.judge({49}).opened, SizeIs(1));
}

TEST(Rules, tell_of_what_vanished_until_it_is_no_longer_news) {
  Cast cast({rule(RuleKind::kVanished)});
  Round round = cast.round({90});
  Instance gone;
  gone.id = "i-gone";
  gone.name = "web-7";
  gone.departure = Departure{DepartureReason::kUnexplained, "", round.at};
  round.vanished = {gone};
  const Decision decision = cast.judge(round);
  ASSERT_THAT(decision.opened, SizeIs(1));
  EXPECT_EQ(decision.opened[0].members.at(0).label, "web-7");
  round = cast.round({90});
  round.vanished = {gone};
  EXPECT_THAT(cast.judge(round).closed, IsEmpty());
  EXPECT_THAT(cast.judge({90}).closed, SizeIs(1));
}

TEST(Rules, between_polls_count_time_and_not_polls) {
  Rule low = rule(RuleKind::kScore, 40);
  low.bad.polls = 3;
  Cast cast({low});
  EXPECT_THAT(cast.judge({90, 90}).opened, IsEmpty());
  int opened = 0;
  for (int second = 0; second <= 120; ++second) {
    Round round = cast.round({10}, 1s);
    round.partial = true;
    opened += static_cast<int>(cast.judge(round).opened.size());
    EXPECT_EQ(opened, second >= 120 ? 1 : 0) << second;  // two intervals
  }
}

TEST(Rules, at_the_first_bad_poll_fire_within_a_second_of_a_stream) {
  Cast cast({rule(RuleKind::kScore, 40)});
  Round round = cast.round({10}, 1s);
  round.partial = true;
  EXPECT_THAT(cast.judge(round).opened, SizeIs(1));
  // The others of the cluster are not forgotten by what says nothing of them.
  EXPECT_THAT(cast.conditions_, SizeIs(1));
}

TEST(Rules, that_are_gone_close_their_incidents) {
  Cast cast({rule(RuleKind::kScore, 40)});
  EXPECT_THAT(cast.judge({10}).opened, SizeIs(1));
  cast.rules_.rules.clear();
  const Decision decision = cast.judge({10});
  ASSERT_THAT(decision.closed, SizeIs(1));
  EXPECT_THAT(decision.closed[0].summary, HasSubstr("its rule is gone"));
}

TEST(Flapping, is_recognised_told_as_such_and_ends_when_it_is_calm) {
  Cast cast({rule(RuleKind::kScore, 40)});
  cast.rules_.flapping = {3, 30min, 10min};
  for (int i = 0; i < 2; ++i) {
    EXPECT_THAT(cast.judge({10}).opened, SizeIs(1));
    EXPECT_THAT(cast.judge({90}).closed, SizeIs(1));
  }
  const Decision third = cast.judge({10});
  ASSERT_THAT(third.opened, SizeIs(1));
  EXPECT_TRUE(third.opened[0].flapping_since);
  EXPECT_THAT(third.opened[0].summary, HasSubstr("comes and goes"));
  for (int i = 0; i < 5; ++i) {
    EXPECT_THAT(cast.judge({90}).closed, IsEmpty());
    EXPECT_THAT(cast.judge({10}).opened, IsEmpty());
  }
  for (int minute = 0; minute < 10; ++minute) EXPECT_THAT(cast.judge({90}).closed, IsEmpty());
  const Decision calm = cast.judge({90});
  ASSERT_THAT(calm.closed, SizeIs(1));
  EXPECT_THAT(calm.closed[0].summary, HasSubstr("it came and went"));
}

TEST(Flapping, ends_as_well_when_it_stays_bad) {
  Cast cast({rule(RuleKind::kScore, 40)});
  cast.rules_.flapping = {1, 30min, 10min};
  EXPECT_TRUE(cast.judge({10}).opened.at(0).flapping_since);
  for (int minute = 0; minute < 9; ++minute) cast.judge({10});
  EXPECT_TRUE(cast.open_.at(0).flapping_since);
  cast.judge({10});
  EXPECT_FALSE(cast.open_.at(0).flapping_since);
  EXPECT_THAT(cast.judge({90}).closed, SizeIs(1));
}

TEST(Sight, that_is_blind_calls_no_host_down) {
  Rule reach = rule(RuleKind::kUnreachable);
  Cast cast({reach});
  cast.context_.sight = Sight::kBlind;
  for (int i = 0; i < 5; ++i) EXPECT_THAT(cast.judge({0, 0}).opened, IsEmpty());
  cast.context_.sight = Sight::kDoubtful;
  EXPECT_THAT(cast.judge({0, 0}).opened, IsEmpty());
  cast.context_.sight = Sight::kClear;
  EXPECT_THAT(cast.judge({0, 0}).opened, SizeIs(1));
}

}  // namespace
}  // namespace livesonic::alerting
