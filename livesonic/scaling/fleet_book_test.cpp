// SPDX-License-Identifier: Apache-2.0
#include "livesonic/scaling/fleet_book.h"

#include <gmock/gmock.h>

#include "livesonic/base/time_text.h"

namespace livesonic::scaling {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;

const Time kNow = parse_iso8601("2026-03-02T08:30:00Z").value();

Instance instance(const std::string& id, bool ours = true, const std::string& state = "healthy") {
  Instance one;
  one.cluster = "web";
  one.id = id;
  one.type = "c6i.large";
  one.availability_zone = "us-east-1a";
  one.lifecycle = Lifecycle::kSpot;
  one.ec2_state = "running";
  one.balancer_state = state;
  one.launched_at = kNow - 2h;
  if (ours) one.tags[kClusterTag] = "web";
  return one;
}

Action launch(int count, const std::string& ids, ActionState state, Duration ago = 1min,
              const std::string& in_place_of = "") {
  Action action;
  action.id = "launch-" + ids;
  action.request.kind = ActionKind::kLaunch;
  action.request.target = "spot:c6i.large:us-east-1a";
  action.request.capacity = count;
  action.request.text = in_place_of;
  action.state = state;
  action.started_at = kNow - ago;
  if (is_over(state)) action.finished_at = kNow - ago;
  if (!ids.empty()) action.progress["instances"] = ids;
  return action;
}

Action release(const std::string& ids, ActionState state) {
  Action action;
  action.request.kind = ActionKind::kRelease;
  action.request.target = ids;
  action.state = state;
  return action;
}

TEST(FleetBook, counts_members_and_what_is_on_its_way) {
  const auto book = fleet_book({instance("i-1"), instance("i-2", false)}, {{"i-1", 80}},
                               {launch(3, "", ActionState::kExecuting)}, kNow);
  EXPECT_EQ(book.owned(), 5);
  EXPECT_EQ(book.serving(), 2);
  ASSERT_EQ(book.members.size(), 2U);
  EXPECT_TRUE(book.members[0].ours);
  EXPECT_EQ(book.members[0].score, 80);
  EXPECT_FALSE(book.members[1].ours);
}

TEST(FleetBook, what_was_launched_counts_once_when_it_is_seen) {
  const auto executing = launch(2, "i-1 i-2", ActionState::kExecuting);
  const auto done = launch(2, "i-1 i-2", ActionState::kDone);
  for (const Action& action : {executing, done}) {
    EXPECT_EQ(fleet_book({}, {}, {action}, kNow).owned(), 2);
    EXPECT_EQ(fleet_book({instance("i-1")}, {}, {action}, kNow).owned(), 2);
    EXPECT_EQ(fleet_book({instance("i-1"), instance("i-2")}, {}, {action}, kNow).owned(), 2);
  }
  // A member that is gone again is not waited for, for ever.
  EXPECT_EQ(
      fleet_book({instance("i-1")}, {}, {launch(2, "i-1 i-2", ActionState::kDone, 11min)}, kNow)
          .owned(),
      1);
}

TEST(FleetBook, who_was_seen_and_is_gone_is_not_waited_for) {
  const Action done = launch(2, "i-1 i-2", ActionState::kDone);
  Instance departed = instance("i-1");
  departed.departure = Departure{DepartureReason::kTerminatedByUser, "", kNow};
  EXPECT_EQ(fleet_book({departed, instance("i-2")}, {}, {done}, kNow).owned(), 1);
  // Released before it was ever seen.
  EXPECT_EQ(
      fleet_book({instance("i-2")}, {}, {done, release("i-1", ActionState::kDone)}, kNow).owned(),
      1);
  Instance ended = instance("i-1");
  ended.ec2_state = "shutting-down";
  EXPECT_EQ(fleet_book({ended, instance("i-2")}, {}, {done}, kNow).owned(), 1);
}

TEST(FleetBook, what_came_to_nothing_does_not_count) {
  for (const ActionState state :
       {ActionState::kFailed, ActionState::kRefused, ActionState::kDryRun, ActionState::kRejected,
        ActionState::kExpired, ActionState::kCancelled}) {
    EXPECT_EQ(fleet_book({}, {}, {launch(2, "", state)}, kNow).owned(), 0) << to_string(state);
  }
  EXPECT_EQ(fleet_book({}, {}, {launch(2, "", ActionState::kAwaitingApproval)}, kNow).owned(), 2);
  // Nobody can tell: better one too many counted than one too many launched.
  EXPECT_EQ(fleet_book({}, {}, {launch(2, "", ActionState::kUnknown)}, kNow).owned(), 2);
  EXPECT_EQ(fleet_book({}, {}, {launch(2, "", ActionState::kUnknown, 11min)}, kNow).owned(), 0);
}

TEST(FleetBook, who_is_being_released_does_not_count) {
  const std::vector<Instance> members{instance("i-1"), instance("i-2")};
  EXPECT_EQ(fleet_book(members, {}, {release("i-1", ActionState::kExecuting)}, kNow).owned(), 1);
  EXPECT_EQ(fleet_book(members, {}, {release("i-1", ActionState::kDone)}, kNow).owned(), 1);
  EXPECT_EQ(fleet_book(members, {}, {release("i-1", ActionState::kFailed)}, kNow).owned(), 2);
}

TEST(FleetBook, who_is_taken_back_does_not_count_and_is_to_be_drained) {
  Instance doomed = instance("i-1");
  doomed.standing.notice = Notice{true, "terminate", kNow, kNow + 2min};
  Instance others = instance("i-2", false);
  others.standing.notice = doomed.standing.notice;
  const auto book = fleet_book({doomed, others, instance("i-3")}, {}, {}, kNow);
  EXPECT_EQ(book.owned(), 1);
  EXPECT_THAT(book.doomed, ElementsAre("i-1"));
  EXPECT_THAT(fleet_book({doomed}, {}, {release("i-1", ActionState::kExecuting)}, kNow).doomed,
              IsEmpty());
}

TEST(FleetBook, who_is_replaced_goes_when_its_replacement_serves) {
  const Action replacing = launch(1, "i-2", ActionState::kDone, 1min, "i-1");
  const auto booting =
      fleet_book({instance("i-1"), instance("i-2", true, "initial")}, {}, {replacing}, kNow);
  EXPECT_EQ(booting.owned(), 1);
  EXPECT_THAT(booting.superseded, IsEmpty());
  const auto serving = fleet_book({instance("i-1"), instance("i-2")}, {}, {replacing}, kNow);
  EXPECT_EQ(serving.owned(), 1);
  EXPECT_THAT(serving.superseded, ElementsAre("i-1"));
  // The replacement was refused, or is gone: it stays, and counts.
  EXPECT_EQ(
      fleet_book({instance("i-1")}, {}, {launch(1, "", ActionState::kFailed, 1min, "i-1")}, kNow)
          .owned(),
      1);
  EXPECT_EQ(
      fleet_book({instance("i-1")}, {}, {launch(1, "i-2", ActionState::kDone, 11min, "i-1")}, kNow)
          .owned(),
      1);
}

TEST(FleetBook, a_protected_instance_is_not_ours_to_end) {
  Instance kept = instance("i-1");
  kept.tags["livesonic:protect"] = "";
  EXPECT_FALSE(fleet_book({kept}, {}, {}, kNow).members[0].ours);
  kept.tags["livesonic:protect"] = "false";
  EXPECT_TRUE(fleet_book({kept}, {}, {}, kNow).members[0].ours);
  kept.tags[kClusterTag] = "db";
  EXPECT_FALSE(fleet_book({kept}, {}, {}, kNow).members[0].ours);
}

TEST(Orphans, belong_to_nobody) {
  Action under_way = launch(1, "", ActionState::kExecuting);
  under_way.id = "a";
  Action fresh = launch(1, "i-2", ActionState::kFailed, 5min);
  fresh.id = "b";
  Action old = launch(1, "i-3", ActionState::kFailed, 10min);
  old.id = "c";
  EXPECT_THAT(orphans({{"i-1", "a"}, {"i-2", "b"}, {"i-3", "c"}, {"i-4", "c"}, {"i-5", "unknown"}},
                      {"i-4"}, {under_way, fresh, old}, kNow),
              ElementsAre("i-3", "i-5"));
}

}  // namespace
}  // namespace livesonic::scaling
