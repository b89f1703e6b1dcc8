// SPDX-License-Identifier: Apache-2.0
#include "livesonic/actions/desk.h"

#include "livesonic/actions/desk_fixture_test.h"

namespace livesonic::actions {
namespace {

using testing::HasSubstr;

TEST_F(DeskTest, what_is_allowed_is_done_once_and_kept) {
  const Action action = done(asked(ActionKind::kDeregister, "i-0", "user:alice"));
  EXPECT_EQ(action.state, ActionState::kDone) << action.result;
  EXPECT_EQ(action.deed, "deregister web-0 (i-0) from elb web-elb");
  EXPECT_EQ(action.request.by, "user:alice");
  EXPECT_EQ(action.inputs.at("sound"), "4");
  EXPECT_TRUE(action.started_at && action.finished_at);
  EXPECT_EQ(cloud.called("deregister"), 1);
  EXPECT_THAT(events.kinds, testing::Each("action.changed"));
  EXPECT_EQ(store->actions({}).value().size(), 1U);
  EXPECT_THAT(desk->prometheus_text(),
              HasSubstr(R"(livesonic_actions_total{kind="deregister",state="done"} 1)"));
}

TEST_F(DeskTest, every_kind_is_done_by_the_call_that_it_is_for) {
  settings.defaults.keep = 0;
  settings.defaults.keep_percent = 0;
  settings.defaults.instance_cooldown = Duration{0};
  settings.defaults.per_hour = 100;
  settings.defaults.per_day = 100;
  const auto does = [&](ActionRequest request, const std::string& call) {
    poll();
    const Action action = done(request);
    EXPECT_EQ(action.state, ActionState::kDone)
        << action.deed << ": " << action.why << ": " << action.result;
    EXPECT_EQ(cloud.called(call), 1) << call;
    EXPECT_FALSE(action.result.empty());
  };
  does(asked(ActionKind::kDeregister, "i-0"), "deregister");
  does(asked(ActionKind::kRegister, "i-0"), "register");
  does(asked(ActionKind::kReboot, "i-0"), "reboot");
  does(asked(ActionKind::kStop, "i-0"), "stop");
  does(asked(ActionKind::kStart, "i-0"), "start");
  does(asked(ActionKind::kEnterStandby, "i-0"), "enter_standby");
  does(asked(ActionKind::kExitStandby, "i-0"), "exit_standby");
  ActionRequest health = asked(ActionKind::kSetHealth, "i-0");
  health.healthy = false;
  does(health, "set_health");
  ActionRequest capacity = asked(ActionKind::kSetCapacity);
  capacity.capacity = 5;
  does(capacity, "set_desired");
  ActionRequest run = asked(ActionKind::kRun, "i-0");
  run.target = "fix";
  does(run, "run fix-it");
  ActionRequest publish = asked(ActionKind::kPublish);
  publish.target = "ops";
  publish.text = "hello";
  does(publish, "publish");
  does(asked(ActionKind::kTerminate, "i-3"), "terminate");
  ActionRequest hook = asked(ActionKind::kWebhook);
  hook.target = "ops";
  EXPECT_EQ(done(hook).state, ActionState::kDone);
  ASSERT_EQ(caller.posted.size(), 1U);
  const Action diagnosed = done(asked(ActionKind::kDiagnose, "i-0"));
  EXPECT_EQ(diagnosed.state, ActionState::kDone) << diagnosed.result;
  EXPECT_THAT(diagnosed.output, HasSubstr("=== disks (df -h)\nfine"));
  Cluster ecs = store->cluster("web").value();
  ecs.kind = ClusterKind::kEcsService;
  ecs.resource = "web/web";
  ASSERT_TRUE(store->put_cluster(ecs));
  does(asked(ActionKind::kDeploy), "deploy");
  capacity.capacity = 7;
  does(capacity, "set_count");
}

TEST_F(DeskTest, a_dry_run_says_what_it_would_do_and_does_nothing) {
  settings.defaults.dry_run = true;
  const Action action = done(asked(ActionKind::kReplace, "i-0"));
  EXPECT_EQ(action.state, ActionState::kDryRun);
  EXPECT_THAT(action.deed, HasSubstr("have web-0 (i-0) replaced"));
  EXPECT_TRUE(cloud.calls.empty());
}

TEST_F(DeskTest, a_preview_decides_alike_and_keeps_nothing) {
  const auto preview = desk->preview(asked(ActionKind::kReboot, "i-0"));
  ASSERT_TRUE(preview);
  EXPECT_EQ(preview->state, ActionState::kApproved);
  EXPECT_TRUE(preview->id.empty());
  EXPECT_TRUE(store->actions({}).value().empty());
  EXPECT_EQ(desk->preview(asked(ActionKind::kReboot, "i-9"))->rule, "ownership");
}

TEST_F(DeskTest, refusals_are_kept_with_their_reason) {
  cloud.hosts["i-0"].is_protected = true;
  Action action = done(asked(ActionKind::kReboot, "i-0"));
  EXPECT_EQ(action.rule, "protection");
  EXPECT_EQ(done(asked(ActionKind::kReboot, "i-77")).rule, "ownership");
  cloud.unreachable = Error{ErrorKind::kPermission, "the role may not ec2:DescribeInstances"};
  action = done(asked(ActionKind::kReboot, "i-1"));
  EXPECT_EQ(action.rule, "aws");
  EXPECT_THAT(action.why, HasSubstr("the role may not ec2:DescribeInstances"));
  EXPECT_TRUE(cloud.calls.empty());
  storage::ActionQuery refused;
  refused.state = ActionState::kRefused;
  EXPECT_EQ(store->actions(refused).value().size(), 3U);
}

TEST_F(DeskTest, what_makes_no_sense_is_the_askers_mistake) {
  const auto mistaken = [&](const ActionRequest& request) {
    const auto action = desk->request(request);
    return action ? ErrorKind::kInternal : action.error().kind;
  };
  EXPECT_EQ(mistaken(asked(ActionKind::kReboot)), ErrorKind::kInvalidInput);
  EXPECT_EQ(mistaken(asked(ActionKind::kDeploy, "i-0")), ErrorKind::kInvalidInput);
  EXPECT_EQ(mistaken(asked(ActionKind::kSetCapacity)), ErrorKind::kInvalidInput);
  ActionRequest run = asked(ActionKind::kRun, "i-0");
  for (const char* name : {"", "rm -rf /", "other"}) {
    run.target = name;
    EXPECT_EQ(mistaken(run), ErrorKind::kInvalidInput) << name;
  }
  ActionRequest nowhere = asked(ActionKind::kReboot, "i-0");
  nowhere.cluster = "nowhere";
  EXPECT_EQ(mistaken(nowhere), ErrorKind::kNotFound);
  EXPECT_TRUE(store->actions({}).value().empty());
}

TEST_F(DeskTest, the_same_key_is_the_same_action) {
  ActionRequest request = asked(ActionKind::kReboot, "i-0");
  request.key = "incident-1";
  const Action first = done(request);
  const Action again = done(request);
  EXPECT_EQ(first.id, again.id);
  EXPECT_EQ(cloud.called("reboot"), 1);
}

TEST_F(DeskTest, a_person_approves_or_rejects_in_time) {
  settings.defaults.approve = {ActionKind::kReboot};
  const std::string id = desk->request(asked(ActionKind::kReboot, "i-0"))->id;
  EXPECT_EQ(store->action(id)->state, ActionState::kAwaitingApproval);
  ASSERT_TRUE(desk->approve(id, "user:alice"));
  Action action = over(id);
  EXPECT_EQ(action.state, ActionState::kDone);
  EXPECT_EQ(action.decided_by, "user:alice");
  EXPECT_EQ(desk->approve(id, "user:bob").error().kind, ErrorKind::kConflict);

  const std::string rejected = desk->request(asked(ActionKind::kReboot, "i-1"))->id;
  ASSERT_TRUE(desk->reject(rejected, "user:bob", "not now"));
  EXPECT_EQ(store->action(rejected)->result, "rejected: not now");
  EXPECT_FALSE(desk->approve(rejected, "user:alice"));

  const std::string late = desk->request(asked(ActionKind::kReboot, "i-2"))->id;
  clock.advance(settings.defaults.approval_lasts);
  desk->tick();
  EXPECT_EQ(store->action(late)->state, ActionState::kExpired);
  EXPECT_EQ(cloud.called("reboot"), 1);
}

TEST_F(DeskTest, what_changed_before_the_approval_counts) {
  settings.defaults.approve = {ActionKind::kReboot};
  settings.defaults.breaker_percent = 100;
  const std::string id = desk->request(asked(ActionKind::kReboot, "i-0"))->id;
  members = {90, 5, 5, 5};
  poll();
  EXPECT_EQ(desk->approve(id, "user:alice")->state, ActionState::kRefused);
  EXPECT_EQ(store->action(id)->rule, "floor");
  EXPECT_EQ(cloud.called("reboot"), 0);
}

TEST_F(DeskTest, a_fault_that_is_shared_trips_the_breaker_and_is_told_of_once) {
  members = {5, 5, 5, 90};
  poll();
  EXPECT_EQ(done(asked(ActionKind::kReboot, "i-0")).rule, "breaker");
  EXPECT_EQ(done(asked(ActionKind::kReplace, "i-1")).rule, "breaker");
  ASSERT_EQ(alarm.told.size(), 1U);
  EXPECT_EQ(alarm.told[0].at(0).cause, "breaker:web");
  EXPECT_THAT(alarm.told[0].at(0).summary, HasSubstr("3 of 4 members suffer at once"));
  members = {90, 90, 90, 90};
  poll();
  desk->tick();
  ASSERT_EQ(alarm.told.size(), 2U);
  EXPECT_TRUE(alarm.told[1].empty());
}

TEST_F(DeskTest, the_switch_holds_over_a_restart) {
  ASSERT_TRUE(store->set_stop_switch({true, "user:alice", "", clock.now()}));
  open();
  EXPECT_EQ(done(asked(ActionKind::kDiagnose, "i-0")).rule, "stopped");
  ASSERT_TRUE(store->set_stop_switch({false, "user:alice", "", clock.now()}));
  EXPECT_EQ(done(asked(ActionKind::kReboot, "i-0")).state, ActionState::kDone);
}

TEST_F(DeskTest, aws_saying_no_is_the_end_of_it) {
  cloud.refusal = Error{ErrorKind::kPermission, "the role may not ec2:RebootInstances"};
  const Action action = done(asked(ActionKind::kReboot, "i-0"));
  EXPECT_EQ(action.state, ActionState::kFailed);
  EXPECT_THAT(action.result, HasSubstr("the role may not ec2:RebootInstances"));
  EXPECT_EQ(cloud.called("reboot"), 1);
}

TEST_F(DeskTest, an_answer_that_is_lost_is_looked_for_and_never_asked_for_again) {
  cloud.lost_answer = Error{ErrorKind::kTimeout, "no answer"};
  EXPECT_EQ(done(asked(ActionKind::kDeregister, "i-0")).state, ActionState::kDone);
  EXPECT_EQ(cloud.called("deregister"), 1);
  poll();
  EXPECT_EQ(done(asked(ActionKind::kReboot, "i-1")).state, ActionState::kDone);
  EXPECT_EQ(cloud.called("reboot"), 1);
}

TEST_F(DeskTest, another_is_launched_first_where_the_group_has_room) {
  const Action action = done(asked(ActionKind::kReplace, "i-0"));
  EXPECT_EQ(action.state, ActionState::kDone) << action.result;
  EXPECT_EQ(cloud.called("set_desired"), 1);
  EXPECT_EQ(cloud.facts.desired, 4);
  EXPECT_EQ(cloud.facts.find("i-0"), nullptr);
  EXPECT_THAT(action.result, HasSubstr("before it was terminated"));
}

TEST_F(DeskTest, without_room_the_group_launches_after) {
  cloud.facts.most = 4;
  const Action action = done(asked(ActionKind::kReplace, "i-0"));
  EXPECT_EQ(action.state, ActionState::kDone) << action.result;
  EXPECT_EQ(cloud.called("set_desired"), 0);
  EXPECT_EQ(cloud.facts.desired, 4);
}

class RollBack : public DeskTest {
 protected:
  // Version 2 has taken the place of version 1 in every member, and is bad.
  void release_badly() {
    poll();
    leave();
    release = "lt-1 version 2";
    launched = clock.now();
    members = {5, 5, 5, 5};
    const std::lock_guard lock(cloud.mutex);
    cloud.facts.release = "lt-1:2";
    for (GroupMember& member : cloud.facts.members) member.release = "lt-1:2";
  }
  // One of version 1 that is gone by now.
  void leave() {
    Instance gone;
    gone.cluster = "web";
    gone.id = "i-90";
    gone.first_seen = launched;
    gone.standing.group = "web-asg";
    gone.standing.launch_template = release;
    gone.departure = {DepartureReason::kDeploy, "", clock.now()};
    ASSERT_TRUE(store->update_membership("web", {}, {gone}));
  }
};

TEST_F(RollBack, of_a_bad_release_begins_a_refresh_to_the_one_before_though_all_suffer) {
  release_badly();
  poll();
  const Action action = done(asked(ActionKind::kRollBack));
  EXPECT_EQ(action.state, ActionState::kDone) << action.rule << ": " << action.why << action.result;
  EXPECT_EQ(action.deed, "roll elb web-elb back from lt-1:2 to lt-1:1");
  EXPECT_EQ(action.request.target, "lt-1:1");
  EXPECT_EQ(action.inputs.at("from"), "lt-1:2");
  EXPECT_TRUE(alarm.told.empty()) << "no breaker holds anything back";
  EXPECT_EQ(action.result,
            "an instance refresh of web-asg to lt-1:1 has begun, in place of lt-1:2");
  ASSERT_EQ(cloud.past.size(), 1U);
  EXPECT_EQ(cloud.past[0].release, "lt-1:1");
  // Another one would undo it.
  settings.defaults.instance_cooldown = Duration{0};
  EXPECT_EQ(done(asked(ActionKind::kRollBack)).rule, "release");
  EXPECT_EQ(cloud.called("begin_refresh") + cloud.called("undo_refresh"), 1);
}

TEST_F(RollBack, of_a_release_that_is_still_coming_undoes_its_refresh) {
  release_badly();
  cloud.facts.release = "lt-1:1";
  cloud.past = {{"r2", "InProgress", "lt-1:2"}};
  poll();
  const Action action = done(asked(ActionKind::kRollBack));
  EXPECT_EQ(action.state, ActionState::kDone) << action.why << action.result;
  EXPECT_EQ(cloud.called("undo_refresh"), 1);
  EXPECT_THAT(action.result,
              HasSubstr("r2 of web-asg is being rolled back, from lt-1:2 to lt-1:1"));
}

TEST_F(RollBack, does_what_was_approved_and_nothing_else) {
  settings.defaults.approve = {ActionKind::kRollBack};
  release_badly();
  poll();
  const std::string id = desk->request(asked(ActionKind::kRollBack))->id;
  EXPECT_EQ(store->action(id)->deed, "roll elb web-elb back from lt-1:2 to lt-1:1");
  EXPECT_TRUE(cloud.calls.empty());
  // Somebody deploys meanwhile: what was to be gone back to is no longer where that leads.
  cloud.past = {{"r3", "InProgress", "lt-1:3"}};
  const auto approved = desk->approve(id, "user:alice");
  ASSERT_TRUE(approved);
  EXPECT_EQ(approved->rule, "release");
  EXPECT_THAT(approved->why, HasSubstr("to lt-1:2 only, not to lt-1:1"));
  EXPECT_TRUE(cloud.calls.empty());
}

TEST_F(RollBack, spares_protected_instances_and_asks_within_the_limits) {
  release_badly();
  poll();
  settings.defaults.dry_run = true;
  EXPECT_EQ(done(asked(ActionKind::kRollBack)).state, ActionState::kDryRun);
  settings.defaults.dry_run = false;
  Instance guarded;
  guarded.cluster = "web";
  guarded.id = "i-4";
  guarded.tags = {{"livesonic:protect", "true"}};
  ASSERT_TRUE(store->update_membership("web", {}, {guarded}));
  EXPECT_EQ(done(asked(ActionKind::kRollBack)).rule, "protection");
  EXPECT_TRUE(cloud.calls.empty());
}

TEST_F(RollBack, of_a_service_deploys_its_earlier_task_definition) {
  Cluster ecs = store->cluster("web").value();
  ecs.kind = ClusterKind::kEcsService;
  ecs.resource = "web/web";
  ASSERT_TRUE(store->put_cluster(ecs));
  cloud.service_facts.definition = "web:3";
  EXPECT_EQ(done(asked(ActionKind::kRollBack)).rule, "release") << "nothing is known";
  for (const char* ran : {"web:2", "web:3"}) {
    clock.advance(std::chrono::hours{1});
    ASSERT_TRUE(store->note_release("web", ran, clock.now()));
  }
  Action action = done(asked(ActionKind::kRollBack));
  EXPECT_EQ(action.state, ActionState::kDone) << action.why << action.result;
  EXPECT_EQ(cloud.service_facts.definition, "web:2");
  EXPECT_EQ(action.result, "a deployment of web:2 has begun, in place of web:3");
  ActionRequest named = asked(ActionKind::kRollBack);
  named.target = "web:1";
  action = done(named);
  EXPECT_EQ(cloud.service_facts.definition, "web:1") << action.why << action.result;
}

}  // namespace
}  // namespace livesonic::actions
