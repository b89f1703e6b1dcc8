// SPDX-License-Identifier: Apache-2.0
#include "livesonic/actions/guard.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "livesonic/base/time_text.h"

namespace livesonic::actions {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

const Time kNow = parse_iso8601("2026-03-02T08:30:00Z").value();  // a Monday

Limits limits() {
  Limits made;
  made.dry_run = false;
  made.kinds = {all_action_kinds().begin(), all_action_kinds().end()};
  return made;
}

// `sound` sound members, then those that suffer: "i-0", "i-1", …
View fleet(int sound, int suffering = 0) {
  View view;
  for (int i = 0; i < sound + suffering; ++i) {
    view.members.push_back({"i-" + std::to_string(i), i < sound, i >= sound, kNow});
  }
  return view;
}

ActionRequest asked(ActionKind kind, std::string instance = "", std::string by = "rule:heal") {
  ActionRequest request;
  request.kind = kind;
  request.cluster = "web";
  request.instance = std::move(instance);
  request.by = std::move(by);
  return request;
}

Action past(ActionKind kind, const std::string& instance, Duration ago,
            ActionState state = ActionState::kDone) {
  Action action;
  action.id = "past";
  action.request = asked(kind, instance);
  action.state = state;
  action.removes = takes_away(kind) ? 1 : 0;
  action.requested_at = kNow - ago;
  action.started_at = kNow - ago;
  if (is_over(state)) action.finished_at = kNow - ago;
  return action;
}

std::string rule_for(const ActionRequest& request, const Limits& with, const View& view,
                     bool approved = false) {
  const Ruling ruling = judge(request, with, view, approved, kNow);
  EXPECT_FALSE(ruling.why.empty());
  return ruling.kind == Ruling::Kind::kAllow ? "allowed" : ruling.rule;
}

TEST(Guard, allows_what_nothing_speaks_against_and_says_by_which_numbers) {
  const Ruling ruling =
      judge(asked(ActionKind::kReboot, "i-4"), limits(), fleet(4, 1), false, kNow);
  EXPECT_EQ(ruling.kind, Ruling::Kind::kAllow);
  EXPECT_EQ(ruling.inputs.at("sound"), "4");
  EXPECT_EQ(ruling.inputs.at("sound_after"), "4");
  EXPECT_EQ(ruling.inputs.at("floor"), "3");
  EXPECT_EQ(ruling.inputs.at("last_hour"), "0");
  EXPECT_EQ(ruling.removes, 1);
}

TEST(Guard, does_nothing_unless_it_is_told_that_this_is_no_dry_run) {
  const Limits untouched;
  EXPECT_TRUE(untouched.dry_run);
  Limits dry = limits();
  dry.dry_run = true;
  EXPECT_EQ(rule_for(asked(ActionKind::kReboot, "i-4"), dry, fleet(4, 1)), "dry_run");
  // What would be refused is refused.
  EXPECT_EQ(rule_for(asked(ActionKind::kReboot, "i-9"), dry, fleet(4, 1)), "ownership");
}

TEST(Guard, the_switch_stops_everything_and_everybody) {
  View view = fleet(4, 1);
  view.stop = {true, "user:alice", "maintenance", kNow};
  const Ruling ruling =
      judge(asked(ActionKind::kDiagnose, "i-4", "user:bob"), limits(), view, true, kNow);
  EXPECT_EQ(ruling.rule, "stopped");
  EXPECT_THAT(ruling.why, HasSubstr("user:alice has stopped all actions: maintenance"));
}

TEST(Guard, kinds_that_are_not_allowed_are_not_done) {
  Limits with = limits();
  with.kinds = {ActionKind::kDiagnose};
  EXPECT_EQ(rule_for(asked(ActionKind::kReboot, "i-4"), with, fleet(4, 1)), "kind");
  EXPECT_EQ(rule_for(asked(ActionKind::kDiagnose, "i-4"), with, fleet(4, 1)), "allowed");
}

TEST(Guard, neither_ownership_nor_protection_can_be_overridden) {
  ActionRequest request = asked(ActionKind::kTerminate, "i-77", "user:alice");
  request.override_breaker = true;
  EXPECT_EQ(rule_for(request, limits(), fleet(4, 1), true), "ownership");
  request.instance = "i-4";
  View view = fleet(4, 1);
  view.not_owned = "the group is somebody else's";
  EXPECT_EQ(rule_for(request, limits(), view, true), "ownership");
  view.not_owned.clear();
  view.is_protected = true;
  EXPECT_EQ(rule_for(request, limits(), view, true), "protection");
  // It may be asked how it is, all the same.
  EXPECT_EQ(rule_for(asked(ActionKind::kDiagnose, "i-4"), limits(), view), "allowed");
}

TEST(Guard, a_floor_keeps_sound_members) {
  Limits with = limits();
  with.keep = 2;
  with.keep_percent = 0;
  EXPECT_EQ(rule_for(asked(ActionKind::kReboot, "i-0"), with, fleet(3)), "allowed");
  EXPECT_EQ(rule_for(asked(ActionKind::kReboot, "i-0"), with, fleet(2)), "floor");
  // Who isn't sound is no loss, unless too few are left already.
  EXPECT_EQ(rule_for(asked(ActionKind::kReboot, "i-2"), with, fleet(2, 1)), "allowed");
  EXPECT_EQ(rule_for(asked(ActionKind::kReboot, "i-1"), with, fleet(1, 1)), "floor");
  with.keep = 0;
  with.keep_percent = 75;
  EXPECT_EQ(floor_of(with, 4), 3);
  EXPECT_EQ(floor_of(with, 5), 4);
  EXPECT_EQ(rule_for(asked(ActionKind::kReboot, "i-0"), with, fleet(4)), "allowed");
  EXPECT_EQ(rule_for(asked(ActionKind::kReboot, "i-0"), with, fleet(3)), "floor");
}

TEST(Guard, members_that_are_on_their_way_out_count_as_gone_before_they_show_it) {
  Limits with = limits();
  with.keep = 3;
  with.keep_percent = 0;
  with.cluster_cooldown = 0s;
  View view = fleet(4);
  view.recent = {past(ActionKind::kDeregister, "i-1", 5s, ActionState::kExecuting)};
  EXPECT_EQ(rule_for(asked(ActionKind::kReboot, "i-0"), with, view), "floor");
  // It is over, but nobody has looked at the member since.
  view.recent = {past(ActionKind::kDeregister, "i-1", 5s)};
  view.members[1].observed_at = kNow - 6s;
  EXPECT_EQ(count_sound(view, kNow), 3);
  EXPECT_EQ(rule_for(asked(ActionKind::kReboot, "i-0"), with, view), "floor");
  view.members[1].observed_at = kNow - 4s;
  EXPECT_EQ(count_sound(view, kNow), 4);
}

TEST(Guard, a_smaller_capacity_counts_as_members_gone_until_they_have_had_time_to_go) {
  Limits with = limits();
  with.keep = 3;
  with.keep_percent = 0;
  ActionRequest request = asked(ActionKind::kSetCapacity);
  request.capacity = 3;
  View view = fleet(6);
  view.capacity = 6;
  view.least = 1;
  view.most = 10;
  EXPECT_EQ(rule_for(request, with, view), "allowed");
  EXPECT_EQ(judge(request, with, view, false, kNow).removes, 3);
  request.capacity = 2;
  EXPECT_EQ(rule_for(request, with, view), "floor");
  request.capacity = 11;
  EXPECT_EQ(rule_for(request, with, view), "bounds");
  Action lowered = past(ActionKind::kSetCapacity, "", 5min);
  lowered.removes = 3;
  view.recent = {lowered};
  EXPECT_EQ(count_sound(view, kNow), 3);
  view.recent[0].started_at = view.recent[0].finished_at = kNow - kSettling;
  EXPECT_EQ(count_sound(view, kNow), 6);
}

TEST(Guard, a_cluster_and_an_instance_are_left_alone_for_a_while) {
  View view = fleet(8);
  view.recent = {past(ActionKind::kReboot, "i-0", 30s)};
  view.members[0].observed_at = kNow;
  EXPECT_EQ(rule_for(asked(ActionKind::kReboot, "i-1"), limits(), view), "cluster_cooldown");
  view.recent = {past(ActionKind::kReboot, "i-0", 5min)};
  EXPECT_EQ(rule_for(asked(ActionKind::kReboot, "i-0"), limits(), view), "instance_cooldown");
  EXPECT_EQ(rule_for(asked(ActionKind::kReboot, "i-1"), limits(), view), "allowed");
  // What brings capacity back need not wait.
  EXPECT_EQ(rule_for(asked(ActionKind::kRegister, "i-0"), limits(), view), "allowed");
}

TEST(Guard, so_many_an_hour_and_a_day_and_no_more) {
  Limits with = limits();
  with.per_hour = 2;
  with.per_day = 3;
  with.instance_cooldown = 0s;
  View view = fleet(20);
  view.recent = {past(ActionKind::kReboot, "i-1", 10min), past(ActionKind::kReboot, "i-2", 59min)};
  EXPECT_EQ(rule_for(asked(ActionKind::kReboot, "i-0"), with, view), "per_hour");
  view.recent[1].started_at = kNow - 61min;
  EXPECT_EQ(rule_for(asked(ActionKind::kReboot, "i-0"), with, view), "allowed");
  view.recent.push_back(past(ActionKind::kReboot, "i-3", 23h));
  EXPECT_EQ(rule_for(asked(ActionKind::kReboot, "i-0"), with, view), "per_day");
  // Refused ones, and those that only tell, are none.
  view.recent[0].state = ActionState::kRefused;
  view.recent[0].started_at.reset();
  EXPECT_EQ(rule_for(asked(ActionKind::kReboot, "i-0"), with, view), "allowed");
}

TEST(Guard, acts_in_the_allowed_hours_of_the_place) {
  Limits with = limits();
  with.hours = {parse_hours("Mon-Fri 09:00-18:00").value()};
  EXPECT_EQ(rule_for(asked(ActionKind::kReboot, "i-4"), with, fleet(4, 1)), "hours");
  with.zone = TimeZone::find("Asia/Tokyo").value();  // there it is half past five
  EXPECT_EQ(rule_for(asked(ActionKind::kReboot, "i-4"), with, fleet(4, 1)), "allowed");
  with.zone = TimeZone::find("Asia/Kolkata").value();
  EXPECT_EQ(rule_for(asked(ActionKind::kReboot, "i-4"), with, fleet(4, 1)), "allowed");
}

TEST(Guard, one_at_a_time_on_an_instance_and_one_replacement_in_a_cluster) {
  Limits with = limits();
  with.cluster_cooldown = 0s;
  View view = fleet(9, 1);
  view.recent = {past(ActionKind::kReplace, "i-3", 1h, ActionState::kExecuting)};
  EXPECT_EQ(rule_for(asked(ActionKind::kReplace, "i-9"), with, view), "replacement");
  EXPECT_EQ(rule_for(asked(ActionKind::kReboot, "i-3"), with, view), "busy");
  EXPECT_EQ(rule_for(asked(ActionKind::kReboot, "i-9"), with, view), "allowed");
  view.recent = {past(ActionKind::kReplace, "i-3", 1h)};
  EXPECT_EQ(rule_for(asked(ActionKind::kReplace, "i-9"), with, view), "allowed");
}

TEST(Guard, a_shared_fault_is_not_repaired_one_by_one) {
  Limits with = limits();
  with.keep_percent = 0;
  const View shared = fleet(5, 5);
  EXPECT_TRUE(breaker_trips(with, shared.members));
  EXPECT_FALSE(breaker_trips(with, fleet(6, 4).members));  // forty per cent is not more than that
  EXPECT_FALSE(breaker_trips(with, fleet(0, 1).members));  // one alone shares it with nobody
  const Ruling ruling = judge(asked(ActionKind::kReplace, "i-9"), with, shared, false, kNow);
  EXPECT_EQ(ruling.rule, "breaker");
  EXPECT_THAT(ruling.why, HasSubstr("5 of 10 members suffer at once"));
  // What harms nobody is done: to find out more, to tell somebody.
  EXPECT_EQ(rule_for(asked(ActionKind::kDiagnose, "i-9"), with, shared), "allowed");
  // A rule can't say that it knows better. A person can.
  ActionRequest request = asked(ActionKind::kReplace, "i-9");
  request.override_breaker = true;
  EXPECT_EQ(rule_for(request, with, shared), "breaker");
  request.by = "user:alice";
  EXPECT_EQ(rule_for(request, with, shared), "allowed");
}

TEST(Guard, a_roll_back_is_what_helps_against_a_shared_fault_within_the_other_limits) {
  const ActionRequest request = asked(ActionKind::kRollBack);
  View bad = fleet(0, 6);
  bad.from = "lt-1:2";
  bad.to = "lt-1:1";
  const Ruling ruling = judge(request, limits(), bad, false, kNow);
  EXPECT_EQ(ruling.kind, Ruling::Kind::kAllow) << ruling.why;
  EXPECT_EQ(ruling.removes, 0);
  EXPECT_EQ(ruling.inputs.at("to"), "lt-1:1");
  bad.recent = {past(ActionKind::kRollBack, "", 1h, ActionState::kExecuting)};
  EXPECT_EQ(rule_for(request, limits(), bad), "busy");
  bad.recent = {past(ActionKind::kRollBack, "", 30s)};
  EXPECT_EQ(rule_for(request, limits(), bad), "cluster_cooldown");
  bad.recent.clear();
  bad.no_way = "nothing is known";
  EXPECT_EQ(rule_for(request, limits(), bad), "release");
  bad.is_protected = true;
  EXPECT_EQ(rule_for(request, limits(), bad), "protection");
}

TEST(Guard, a_person_approves_what_a_person_must) {
  Limits with = limits();
  with.approve = {ActionKind::kReplace};
  const ActionRequest request = asked(ActionKind::kReplace, "i-4");
  EXPECT_EQ(rule_for(request, with, fleet(4, 1)), "approval");
  EXPECT_EQ(rule_for(request, with, fleet(4, 1), true), "allowed");
  // What has changed meanwhile counts.
  with.breaker_percent = 100;
  EXPECT_EQ(rule_for(request, with, fleet(1, 4), true), "floor");
  with.dry_run = true;
  EXPECT_THAT(judge(request, with, fleet(4, 1), false, kNow).why, HasSubstr("have to approve"));
}

// A fleet that obeys, and shows late what has happened to it.
class Obedient {
 public:
  explicit Obedient(unsigned seed) : random_(seed) {
    const int count = 1 + pick(20);
    for (int i = 0; i < count; ++i) launch();
    limits_ = limits();
    limits_.keep = pick(4);
    limits_.keep_percent = pick(101);
    limits_.per_hour = 1 + pick(8);
    limits_.per_day = limits_.per_hour + pick(8);
    limits_.cluster_cooldown = minutes(3);
    limits_.instance_cooldown = minutes(30);
    limits_.breaker_percent = 1 + pick(100);
  }

  void step() {
    now_ += std::chrono::seconds{1 + pick(400)};
    for (Truth& truth : members_) {
      if (pick(4) == 0) look(truth);
      if (pick(12) == 0 && truth.there) truth.well = !truth.well;
    }
    for (Action& action : view_.recent) {
      if (action.state == ActionState::kExecuting && pick(2) == 0) end(action);
    }
    ActionRequest request =
        asked(kKinds[static_cast<std::size_t>(pick(static_cast<int>(std::size(kKinds))))],
              "i-" + std::to_string(pick(next_ + 2)), pick(2) == 0 ? "rule:x" : "user:y");
    request.override_breaker = pick(3) == 0;
    if (request.kind == ActionKind::kSetHealth) request.healthy = pick(2) == 0;
    show();
    view_.is_protected = pick(10) == 0;
    const Ruling ruling = judge(request, limits_, view_, pick(2) == 0, now_);
    if (ruling.kind == Ruling::Kind::kAllow) carry_out(request, ruling);
  }

 private:
  static constexpr ActionKind kKinds[] = {
      ActionKind::kDeregister, ActionKind::kReboot, ActionKind::kReplace, ActionKind::kTerminate,
      ActionKind::kSetHealth,  ActionKind::kRun,    ActionKind::kDiagnose};
  struct Truth {
    Member shown;
    bool there = true;
    bool well = true;
  };

  int pick(int below) {
    return static_cast<int>(std::uniform_int_distribution<int>(0, below - 1)(random_));
  }
  Duration minutes(int most) { return std::chrono::minutes{pick(most + 1)}; }

  void launch() {
    members_.push_back({{"i-" + std::to_string(next_++), true, false, now_}, true, true});
  }
  void look(Truth& truth) {
    truth.shown.sound = truth.there && truth.well;
    truth.shown.suffering = !truth.shown.sound;
    truth.shown.observed_at = now_;
  }
  void show() {
    view_.members.clear();
    for (const Truth& truth : members_) view_.members.push_back(truth.shown);
  }
  void end(Action& action) {
    action.state = ActionState::kDone;
    action.finished_at = now_;
    if (pick(2) == 0) launch();
  }

  void carry_out(const ActionRequest& request, const Ruling& ruling) {
    // Only members, and none that is protected.
    const auto found = std::ranges::find_if(
        members_, [&](const Truth& one) { return one.shown.id == request.instance; });
    ASSERT_NE(found, members_.end());
    if (ruling.removes > 0) {
      ASSERT_FALSE(view_.is_protected);
    }
    Action action = past(request.kind, request.instance, 0s, ActionState::kExecuting);
    action.request = request;
    action.removes = ruling.removes;
    action.requested_at = now_;
    action.started_at = now_;
    view_.recent.push_back(action);
    if (ruling.removes > 0) {
      found->there = false;
      // The floor holds by what is known now, with all that is on its way out left out.
      const int left = count_sound(view_, now_);
      ASSERT_GE(left, floor_of(limits_, view_.members.size()));
      const bool knew_better = request.override_breaker && !request.by_rule();
      if (!knew_better) {
        ASSERT_FALSE(breaker_trips(limits_, view_.members));
      }
    }
    int hour = 0;
    int replacements = 0;
    for (const Action& one : view_.recent) {
      if (now_ - *one.started_at < 1h && one.request.kind != ActionKind::kDiagnose &&
          !(one.request.kind == ActionKind::kSetHealth && one.removes == 0)) {
        ++hour;
      }
      if (one.request.kind == ActionKind::kReplace && one.state == ActionState::kExecuting) {
        ++replacements;
      }
    }
    if (request.kind != ActionKind::kDiagnose) {
      ASSERT_LE(hour, limits_.per_hour);
    }
    ASSERT_LE(replacements, 1);
  }

  std::mt19937 random_;
  Limits limits_;
  View view_;
  std::vector<Truth> members_;
  int next_ = 0;
  Time now_ = kNow;
};

TEST(Guard, in_random_fleets_no_limit_is_ever_broken) {
  for (unsigned seed = 0; seed < 100; ++seed) {
    Obedient fleet(seed);
    for (int step = 0; step < 200; ++step) {
      fleet.step();
      ASSERT_FALSE(testing::Test::HasFatalFailure()) << "seed " << seed << ", step " << step;
    }
  }
}

}  // namespace
}  // namespace livesonic::actions
