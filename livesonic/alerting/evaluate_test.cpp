// SPDX-License-Identifier: Apache-2.0
#include "livesonic/alerting/evaluate.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>

namespace livesonic::alerting {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

const Time kStart = Time{1'770'000'000s};

// Feeds rounds to evaluate() and keeps its state, as the store does.
class Story {
 public:
  explicit Story(const Basics& basics = {}) { rules_.rules = with_basics(basics, {}); }

  Story& host(const std::string& id, int score) { return host(id, Outcome::kOk, score); }
  Story& host(const std::string& id, Outcome outcome, std::optional<int> score = std::nullopt) {
    InstanceReadings readings;
    readings.score = {"web", id, {}, {}, outcome, score, "why"};
    readings_.push_back(readings);
    return *this;
  }
  Story& with(const std::string& service, Outcome outcome) {
    CheckReading check;
    check.cluster = "web";
    check.instance = readings_.back().score.instance;
    check.service = service;
    check.outcome = outcome;
    check.detail = "expected 'active'";
    readings_.back().checks.push_back(check);
    return *this;
  }
  Decision poll() {
    Round round;
    round.cluster.name = "web";
    round.at = at_ += 60s;
    for (const InstanceReadings& readings : readings_) {
      Instance instance;
      instance.id = readings.score.instance;
      instance.name = "name-" + instance.id;
      round.instances.push_back(instance);
    }
    round.readings = std::move(readings_);
    readings_.clear();
    Decision decision =
        evaluate(round, conditions_, open_, rules_, context_,
                 {[this] { return "incident-" + std::to_string(++ids_); },
                  [this](const Cause& cause) { return static_cast<int>(openings_[cause]); }});
    for (const Incident& incident : decision.opened) ++openings_[incident.cause];
    conditions_ = decision.conditions;
    for (const Incident& incident : decision.closed) forget(incident.id);
    for (const Incident& incident : decision.changed) {
      forget(incident.id);
      open_.push_back(incident);
    }
    open_.insert(open_.end(), decision.opened.begin(), decision.opened.end());
    return decision;
  }

  Rules rules_;
  Context context_;
  std::map<Cause, int> openings_;
  std::vector<Condition> conditions_;
  std::vector<Incident> open_;
  Time at_ = kStart;

 private:
  void forget(const std::string& id) {
    std::erase_if(open_, [&](const Incident& incident) { return incident.id == id; });
  }
  std::vector<InstanceReadings> readings_;
  int ids_ = 0;
};

TEST(Evaluate, a_low_score_three_polls_in_a_row_opens_one_incident) {
  Story story;
  EXPECT_THAT(story.host("i-1", 39).poll().opened, IsEmpty());
  EXPECT_THAT(story.host("i-1", 10).poll().opened, IsEmpty());
  const Decision decision = story.host("i-1", 39).poll();
  ASSERT_THAT(decision.opened, SizeIs(1));
  const Incident& incident = decision.opened.front();
  EXPECT_EQ(incident.cluster, "web");
  EXPECT_EQ(incident.cause, "score");
  EXPECT_EQ(incident.opened_at, story.at_);
  EXPECT_EQ(incident.summary, "web: low score on 1 of 1 instance");
  ASSERT_THAT(incident.members, SizeIs(1));
  EXPECT_EQ(incident.members[0].label, "name-i-1");
  EXPECT_EQ(incident.members[0].since, kStart + 60s);
  EXPECT_EQ(incident.members[0].detail, "score 39 is below 40");
  EXPECT_THAT(story.host("i-1", 39).poll().opened, IsEmpty());
}

TEST(Evaluate, a_score_at_the_threshold_is_good) {
  Story story;
  for (int i = 0; i < 5; ++i) EXPECT_THAT(story.host("i-1", 40).poll().opened, IsEmpty());
  EXPECT_THAT(story.conditions_, IsEmpty());
}

TEST(Evaluate, one_good_poll_begins_the_count_anew) {
  Story story;
  for (const int score : {10, 10, 90, 10, 10, 90}) {
    EXPECT_THAT(story.host("i-1", score).poll().opened, IsEmpty());
  }
}

TEST(Evaluate, it_closes_when_all_has_been_well_for_three_polls) {
  Story story;
  for (int i = 0; i < 3; ++i) story.host("i-1", 10).poll();
  EXPECT_THAT(story.host("i-1", 90).poll().closed, IsEmpty());
  EXPECT_THAT(story.host("i-1", 90).poll().closed, IsEmpty());
  EXPECT_THAT(story.host("i-1", 10).poll().closed, IsEmpty());  // not yet well
  EXPECT_THAT(story.host("i-1", 90).poll().closed, IsEmpty());
  EXPECT_THAT(story.host("i-1", 90).poll().closed, IsEmpty());
  const Decision decision = story.host("i-1", 90).poll();
  ASSERT_THAT(decision.closed, SizeIs(1));
  EXPECT_EQ(decision.closed[0].closed_at, story.at_);
  EXPECT_EQ(decision.closed[0].members[0].until, story.at_);
  EXPECT_EQ(decision.closed[0].summary, "web: low score is over");
  EXPECT_THAT(story.conditions_, IsEmpty());
}

TEST(Evaluate, forty_hosts_down_is_one_incident_that_lists_them) {
  Story story;
  for (int poll = 0; poll < 3; ++poll) {
    for (int i = 0; i < 40; ++i) story.host("i-" + std::to_string(i), 5);
    const Decision decision = story.poll();
    if (poll < 2) continue;
    ASSERT_THAT(decision.opened, SizeIs(1));
    EXPECT_THAT(decision.opened[0].members, SizeIs(40));
  }
}

TEST(Evaluate, instances_join_and_leave_an_open_incident_without_a_new_one) {
  Story story;
  for (int i = 0; i < 3; ++i) story.host("i-1", 10).host("i-2", 90).poll();
  for (int i = 0; i < 2; ++i) story.host("i-1", 10).host("i-2", 10).poll();
  const Decision joined = story.host("i-1", 10).host("i-2", 10).poll();
  EXPECT_THAT(joined.opened, IsEmpty());
  ASSERT_THAT(joined.changed, SizeIs(1));
  EXPECT_THAT(joined.changed[0].members, SizeIs(2));
  EXPECT_EQ(joined.changed[0].summary, "web: low score on 2 of 2 instances");

  for (int i = 0; i < 3; ++i) story.host("i-1", 90).host("i-2", 10).poll();
  ASSERT_THAT(story.open_, SizeIs(1));
  EXPECT_TRUE(story.open_[0].members[0].until);
  EXPECT_FALSE(story.open_[0].members[1].until);
}

TEST(Evaluate, a_retired_instance_leaves_its_incident_which_then_closes) {
  Story story;
  for (int i = 0; i < 3; ++i) story.host("i-1", 10).host("i-2", 90).poll();
  const Decision decision = story.host("i-2", 90).poll();
  ASSERT_THAT(decision.closed, SizeIs(1));
  EXPECT_EQ(decision.closed[0].members[0].until, story.at_);
}

TEST(Evaluate, an_unreachable_host_has_neither_a_failed_service_nor_a_low_score) {
  Story story;
  std::vector<Incident> opened;
  for (int i = 0; i < 3; ++i) {
    opened =
        story.host("i-1", Outcome::kUnreachable).with("nginx", Outcome::kUnreachable).poll().opened;
  }
  ASSERT_THAT(opened, SizeIs(1));
  EXPECT_EQ(opened[0].cause, "unreachable");
}

TEST(Evaluate, what_is_out_of_reach_is_neither_worse_nor_better_than_before) {
  Story story;
  for (int i = 0; i < 3; ++i) story.host("i-1", 10).poll();
  for (int i = 0; i < 10; ++i) {
    EXPECT_THAT(story.host("i-1", Outcome::kUnreachable).poll().closed, IsEmpty());
  }
  for (int i = 0; i < 2; ++i) story.host("i-1", 90).poll();
  const Decision decision = story.host("i-1", 90).poll();
  EXPECT_THAT(decision.closed, SizeIs(2));  // the score's and the reach's
}

TEST(Evaluate, a_host_that_can_be_reached_but_gives_no_score_is_its_own_incident) {
  Story story;
  std::vector<Incident> opened;
  for (int i = 0; i < 3; ++i) opened = story.host("i-1", Outcome::kCommandNotFound).poll().opened;
  ASSERT_THAT(opened, SizeIs(1));
  EXPECT_EQ(opened[0].cause, "unscored");
}

TEST(Evaluate, a_check_that_never_gets_through_is_told_though_the_score_is_fine) {
  Story story;
  std::vector<Incident> opened;
  for (int i = 0; i < 3; ++i) {
    opened = story.host("i-1", 90).with("nginx", Outcome::kConnectionLost).poll().opened;
  }
  ASSERT_THAT(opened, SizeIs(1));
  EXPECT_EQ(opened[0].cause, "unreachable");
  EXPECT_THAT(opened[0].members[0].detail, HasSubstr("connection_lost while checking nginx"));
}

TEST(Evaluate, each_service_is_its_own_cause) {
  Story story;
  std::vector<Incident> opened;
  for (int i = 0; i < 3; ++i) {
    opened = story.host("i-1", 90)
                 .with("nginx", Outcome::kCheckFailed)
                 .with("app", Outcome::kTimedOut)
                 .poll()
                 .opened;
  }
  ASSERT_THAT(opened, SizeIs(2));
  EXPECT_EQ(opened[0].cause, "service:app");
  EXPECT_EQ(opened[1].cause, "service:nginx");
  EXPECT_THAT(opened[1].summary, HasSubstr("service nginx not as expected"));
}

TEST(Evaluate, a_service_that_is_no_longer_checked_closes_its_incident) {
  Story story;
  for (int i = 0; i < 3; ++i) story.host("i-1", 90).with("nginx", Outcome::kCheckFailed).poll();
  EXPECT_THAT(story.host("i-1", 90).poll().closed, SizeIs(1));
}

TEST(Evaluate, rules_that_are_off_say_nothing) {
  Basics off;
  off.score_below = 0;
  off.service_down = false;
  off.unreachable = false;
  Story story(off);
  for (int i = 0; i < 5; ++i) {
    story.host("i-1", 1).with("nginx", Outcome::kCheckFailed).host("i-2", Outcome::kUnreachable);
    EXPECT_THAT(story.poll().opened, IsEmpty());
  }
}

TEST(Evaluate, a_removed_cluster_closes_all_it_had_open) {
  Story story;
  for (int i = 0; i < 3; ++i) story.host("i-1", 10).poll();
  const auto closed =
      close_all(story.open_, story.rules_, "the cluster was removed", story.at_ + 1s);
  ASSERT_THAT(closed, SizeIs(1));
  EXPECT_EQ(closed[0].closed_at, story.at_ + 1s);
  EXPECT_EQ(closed[0].members[0].until, story.at_ + 1s);
}

// A second, naive reading of the same rule: an instance fires from its third bad poll in a row
// until its third good one in a row; the incident is open while any fires.
TEST(Evaluate, agrees_with_a_naive_oracle_over_random_histories) {
  std::mt19937 random(11);  // the same histories each time
  for (int history = 0; history < 500; ++history) {
    Story story;
    story.rules_.flapping.openings = 0;
    std::map<int, std::vector<bool>> seen;  // bad or not, of the polls that could tell
    std::map<int, bool> fires;
    bool open = false;
    for (int poll = 0; poll < 40; ++poll) {
      std::map<int, bool> present;
      for (int i = 0; i < 3; ++i) {
        if (random() % 12 == 0) {  // gone this time: when back it begins anew
          seen[i].clear();
          fires[i] = false;
          continue;
        }
        present[i] = true;
        const std::string id = "i-" + std::to_string(i);
        if (random() % 8 == 0) {
          story.host(id, Outcome::kNotRun);
          continue;
        }
        const bool bad = random() % 2 == 0;
        story.host(id, bad ? 10 : 90);
        auto& polls = seen[i];
        polls.push_back(bad);
        const auto last_three = [&](bool value) {
          return polls.size() >= 3 &&
                 std::all_of(polls.end() - 3, polls.end(), [&](bool one) { return one == value; });
        };
        if (last_three(true)) fires[i] = true;
        if (last_three(false)) fires[i] = false;
      }
      const bool should =
          std::any_of(fires.begin(), fires.end(), [](const auto& f) { return f.second; });
      const Decision decision = story.poll();
      const auto of_score = [](const std::vector<Incident>& incidents) {
        return std::count_if(incidents.begin(), incidents.end(),
                             [](const Incident& incident) { return incident.cause == "score"; });
      };
      ASSERT_EQ(of_score(decision.opened), !open && should ? 1 : 0);
      ASSERT_EQ(of_score(decision.closed), open && !should ? 1 : 0);
      open = should;
    }
  }
}

Finding expiring(const std::string& name, const std::string& detail = "soon") {
  return {domain_cause(name), name, name + ": expires", detail};
}

TEST(Findings, have_an_incident_each_for_as_long_as_they_are_found) {
  int made = 0;
  const auto new_id = [&] { return "id-" + std::to_string(++made); };
  const Decision first =
      evaluate({expiring("a.example"), expiring("b.example")}, {}, kStart, new_id);
  ASSERT_THAT(first.opened, SizeIs(2));
  EXPECT_EQ(first.opened[0].cause, "domain:a.example");
  EXPECT_EQ(first.opened[0].cluster, "");
  EXPECT_EQ(first.opened[0].summary, "a.example: expires");
  ASSERT_THAT(first.opened[0].members, SizeIs(1));
  EXPECT_EQ(first.opened[0].members[0].detail, "soon");

  const Decision same =
      evaluate({expiring("a.example"), expiring("b.example")}, first.opened, kStart + 1h, new_id);
  EXPECT_THAT(same.opened, IsEmpty());
  EXPECT_THAT(same.changed, IsEmpty());
  EXPECT_THAT(same.closed, IsEmpty());

  const Decision later =
      evaluate({expiring("a.example", "now")}, first.opened, kStart + 2h, new_id);
  EXPECT_THAT(later.opened, IsEmpty());
  ASSERT_THAT(later.changed, SizeIs(1));
  EXPECT_EQ(later.changed[0].members[0].detail, "now");
  ASSERT_THAT(later.closed, SizeIs(1));
  EXPECT_EQ(later.closed[0].id, "id-2");
  EXPECT_EQ(later.closed[0].closed_at, kStart + 2h);
  EXPECT_EQ(later.closed[0].members[0].until, kStart + 2h);
  EXPECT_EQ(later.closed[0].summary, "b.example: expiring registration is over");
}

TEST(Evaluate, another_host_key_is_an_incident_of_its_own_at_the_first_poll) {
  Story story;
  story.host("i-1", 90).host("i-2", 90).poll();
  const Decision decision = story.host("i-1", Outcome::kHostKeyChanged).host("i-2", 90).poll();
  ASSERT_THAT(decision.opened, SizeIs(1));
  EXPECT_EQ(decision.opened[0].cause, "host-key");
  EXPECT_EQ(decision.opened[0].summary, "web: wrong SSH host key on 1 of 2 instances");
  EXPECT_EQ(decision.opened[0].members[0].detail, "why");
  // It is told once, and not as unreachable besides.
  for (int i = 0; i < 5; ++i) {
    const Decision later = story.host("i-1", Outcome::kHostKeyChanged).host("i-2", 90).poll();
    EXPECT_THAT(later.opened, IsEmpty());
    EXPECT_THAT(later.closed, IsEmpty());
  }
}

TEST(Evaluate, a_wrong_host_key_is_over_when_the_right_one_is_shown_and_not_when_the_host_is_down) {
  Story story({.unreachable = false});
  EXPECT_THAT(story.host("i-1", Outcome::kHostKeyChanged).poll().opened, SizeIs(1));
  EXPECT_THAT(story.host("i-1", Outcome::kUnreachable).poll().closed, IsEmpty());
  EXPECT_THAT(story.host("i-1", Outcome::kHostKeyUnknown).poll().closed, IsEmpty());
  EXPECT_THAT(story.host("i-1", 90).poll().closed, SizeIs(1));
}

TEST(Evaluate, a_key_that_nothing_vouches_for_yet_is_a_host_out_of_reach) {
  Story story;
  for (int i = 0; i < 2; ++i) {
    EXPECT_THAT(story.host("i-1", Outcome::kHostKeyUnknown).poll().opened, IsEmpty());
  }
  const Decision decision = story.host("i-1", Outcome::kHostKeyUnknown).poll();
  ASSERT_THAT(decision.opened, SizeIs(1));
  EXPECT_EQ(decision.opened[0].cause, "unreachable");
}

}  // namespace
}  // namespace livesonic::alerting
