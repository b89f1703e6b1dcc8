// SPDX-License-Identifier: Apache-2.0
// What a program that was killed between its intent and the result leaves to the next one: never is
// anything done twice.
#include "livesonic/actions/desk_fixture_test.h"

namespace livesonic::actions {
namespace {

using testing::HasSubstr;

using Recovery = DeskTest;

TEST_F(Recovery, of_what_had_been_done_only_takes_note) {
  cloud.registered.erase("i-0");
  const Action left = left_behind(asked(ActionKind::kDeregister, "i-0"), {});
  open();
  desk->recover();
  const Action action = over(left.id);
  EXPECT_EQ(action.state, ActionState::kDone);
  EXPECT_TRUE(action.reconciled);
  EXPECT_THAT(action.result, HasSubstr("found after a restart"));
  EXPECT_EQ(cloud.called("deregister"), 0);
}

TEST_F(Recovery, of_what_surely_had_not_been_done_does_it) {
  const Action left = left_behind(asked(ActionKind::kDeregister, "i-0"), {});
  open();
  desk->recover();
  EXPECT_EQ(over(left.id).state, ActionState::kDone);
  EXPECT_EQ(cloud.called("deregister"), 1);
}

TEST_F(Recovery, of_a_reboot_asks_the_host_whether_it_was) {
  Action left = left_behind(asked(ActionKind::kReboot, "i-0"), {{"boot_id", "boot-0"}});
  cloud.boots["i-0"] = 1;
  open();
  desk->recover();
  EXPECT_EQ(over(left.id).state, ActionState::kDone);
  // The same boot as before, long after: it wasn't, and isn't tried again.
  left = left_behind(asked(ActionKind::kReboot, "i-1"), {{"boot_id", "boot-0"}});
  open();
  desk->recover();
  EXPECT_EQ(over(left.id).state, ActionState::kFailed);
  EXPECT_EQ(cloud.called("reboot"), 0);
}

TEST_F(Recovery, of_what_nobody_can_tell_says_so) {
  const Action reboot = left_behind(asked(ActionKind::kReboot, "i-0"), {{"boot_id", ""}});
  ActionRequest run = asked(ActionKind::kRun, "i-1");
  run.target = "fix";
  const Action command = left_behind(run, {});
  open();
  desk->recover();
  EXPECT_EQ(over(reboot.id).state, ActionState::kUnknown);
  EXPECT_EQ(over(command.id).state, ActionState::kUnknown);
  EXPECT_EQ(cloud.called("reboot"), 0);
  EXPECT_EQ(cloud.called("run fix-it"), 0);
}

TEST_F(Recovery, of_a_replacement_goes_on_where_it_was) {
  const ActionNotes launching{{"group", "web-asg"},
                              {"desired", "4"},
                              {"beside", "3"},
                              {"phase", "launch"},
                              {"first", "launch"}};
  // Killed after the group was told to grow.
  Action left = left_behind(asked(ActionKind::kReplace, "i-0"), launching);
  ASSERT_TRUE(cloud.set_desired({}, "web-asg", 5, {}));
  open();
  desk->recover();
  EXPECT_EQ(over(left.id).state, ActionState::kDone);
  EXPECT_EQ(cloud.called("set_desired"), 1);
  EXPECT_EQ(cloud.called("terminate"), 1);
  EXPECT_EQ(cloud.facts.desired, 4);
}

TEST_F(Recovery, of_a_replacement_that_is_complete_terminates_nothing_more) {
  ActionNotes notes{{"group", "web-asg"},
                    {"desired", "4"},
                    {"beside", "3"},
                    {"phase", "terminate"},
                    {"first", "launch"}};
  const Action left = left_behind(asked(ActionKind::kReplace, "i-0"), notes);
  ASSERT_TRUE(cloud.terminate({}, "i-0", true, false, {}));
  open();
  desk->recover();
  EXPECT_EQ(over(left.id).state, ActionState::kDone);
  EXPECT_EQ(cloud.called("terminate"), 1);
}

TEST_F(Recovery, of_a_roll_back_begins_no_second_refresh) {
  ActionRequest request = asked(ActionKind::kRollBack);
  request.target = "lt-1:1";
  const ActionNotes notes{
      {"group", "web-asg"}, {"from", "lt-1:2"}, {"to", "lt-1:1"}, {"undoes", ""}, {"newest", "r1"}};
  const RefreshFacts old{"r1", "Successful", "lt-1:1"};
  // Killed after AWS was told.
  cloud.past = {{"r2", "InProgress", "lt-1:1"}, old};
  Action left = left_behind(request, notes);
  open();
  desk->recover();
  EXPECT_EQ(over(left.id).state, ActionState::kDone);
  EXPECT_EQ(cloud.called("begin_refresh"), 0);
  // Killed before: an earlier refresh to the same release is no evidence.
  cloud.past = {old};
  left = left_behind(request, notes);
  open();
  desk->recover();
  EXPECT_EQ(over(left.id).state, ActionState::kDone);
  EXPECT_EQ(cloud.called("begin_refresh"), 1);
}

TEST_F(Recovery, of_a_roll_back_undoes_a_refresh_once) {
  ActionRequest request = asked(ActionKind::kRollBack);
  request.target = "lt-1:1";
  const ActionNotes notes{{"group", "web-asg"},
                          {"from", "lt-1:2"},
                          {"to", "lt-1:1"},
                          {"undoes", "r2"},
                          {"newest", "r2"}};
  cloud.past = {{"r2", "InProgress", "lt-1:2"}};
  Action left = left_behind(request, notes);
  open();
  desk->recover();
  EXPECT_EQ(over(left.id).state, ActionState::kDone);
  EXPECT_EQ(cloud.called("undo_refresh"), 1);
  left = left_behind(request, notes);
  cloud.past[0].status = "RollbackSuccessful";
  open();
  desk->recover();
  EXPECT_EQ(over(left.id).state, ActionState::kDone);
  EXPECT_EQ(cloud.called("undo_refresh"), 1);
}

TEST_F(Recovery, while_the_switch_is_on_begins_nothing) {
  const Action executing = left_behind(asked(ActionKind::kDeregister, "i-0"), {});
  Action approved = executing;
  approved.id = random_id();
  approved.request.instance = "i-1";
  approved.state = ActionState::kApproved;
  approved.started_at.reset();
  ASSERT_TRUE(store->add_action(approved));
  ASSERT_TRUE(store->set_stop_switch({true, "user:alice", "", clock.now()}));
  open();
  desk->recover();
  EXPECT_EQ(over(executing.id).state, ActionState::kFailed);
  EXPECT_EQ(over(approved.id).state, ActionState::kCancelled);
  EXPECT_EQ(cloud.called("deregister"), 0);
}

TEST_F(Recovery, waits_for_an_aws_that_cannot_be_asked_yet) {
  const Action left = left_behind(asked(ActionKind::kDeregister, "i-0"), {});
  cloud.unreachable = Error{ErrorKind::kUnavailable, "no route"};
  settings.patience = std::chrono::hours{24 * 365};
  open();
  desk->recover();
  {
    const std::lock_guard lock(cloud.mutex);
    cloud.registered.erase("i-0");
    cloud.unreachable.reset();
  }
  EXPECT_EQ(over(left.id).state, ActionState::kDone);
  EXPECT_EQ(cloud.called("deregister"), 0);
}

TEST_F(Recovery, of_what_was_approved_long_ago_or_is_no_longer_allowed_begins_nothing) {
  Action approved = left_behind(asked(ActionKind::kDiagnose, "i-1"), {});
  approved.id = random_id();
  approved.request = asked(ActionKind::kReboot, "i-2");
  approved.state = ActionState::kApproved;
  approved.started_at.reset();
  ASSERT_TRUE(store->add_action(approved));
  clock.advance(std::chrono::minutes{16});
  open();
  desk->recover();
  EXPECT_EQ(over(approved.id).state, ActionState::kCancelled);
  approved.id = random_id();
  approved.requested_at = clock.now();
  ASSERT_TRUE(store->add_action(approved));
  settings.defaults.dry_run = true;
  desk->recover();
  EXPECT_EQ(over(approved.id).state, ActionState::kCancelled);
  EXPECT_EQ(cloud.called("reboot"), 0);
}

TEST_F(Recovery, of_what_was_approved_and_not_begun_begins_it) {
  Action approved = left_behind(asked(ActionKind::kReboot, "i-1"), {});
  approved.id = random_id();
  approved.state = ActionState::kApproved;
  approved.started_at.reset();
  ASSERT_TRUE(store->add_action(approved));
  open();
  desk->recover();
  EXPECT_EQ(over(approved.id).state, ActionState::kDone);
  EXPECT_EQ(cloud.called("reboot"), 1);
}

}  // namespace
}  // namespace livesonic::actions
