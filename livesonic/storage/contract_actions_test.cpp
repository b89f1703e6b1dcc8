// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "livesonic/storage/contract.h"

namespace livesonic::storage {
namespace {

using namespace std::chrono_literals;

class ActionsContract : public ContractTest {};
INSTANTIATE_TEST_SUITE_P(Stores, ActionsContract, testing::ValuesIn(backends()), backend_name);

Action an_action(const std::string& id, ActionState state = ActionState::kApproved) {
  Action action;
  action.id = id;
  action.request.kind = ActionKind::kReboot;
  action.request.cluster = "web";
  action.request.instance = "i-1";
  action.request.by = "user:alice";
  action.state = state;
  action.requested_at = Time{1'000ms};
  return action;
}

std::vector<std::string> ids(const std::vector<Action>& actions) {
  std::vector<std::string> all;
  for (const Action& action : actions) all.push_back(action.id);
  return all;
}

using Ids = std::vector<std::string>;

TEST_P(ActionsContract, an_action_is_read_back_whole_also_after_a_restart) {
  std::vector<Action> all;
  for (const std::string& text : hostile_texts()) {
    Action action = an_action("n" + std::to_string(all.size()) + text);
    action.request.cluster = "c" + std::to_string(all.size()) + text;
    action.request.instance = text;
    action.request.by = text;
    action.request.reason = text;
    action.request.target = text;
    action.request.text = text;
    action.request.capacity = 7;
    action.request.healthy = false;
    action.request.incident = text;
    action.request.key = text;
    action.request.override_breaker = true;
    action.request.kind = all_action_kinds()[all.size() % all_action_kinds().size()];
    action.deed = action.rule = action.why = action.decided_by = action.result = action.output =
        text;
    action.inputs = {{"sound", text}};
    action.progress = {{text, "x"}};
    action.removes = 3;
    action.expires_at = Time{2ms};
    action.decided_at = Time{3ms};
    action.started_at = Time{4ms};
    action.finished_at = Time{5ms};
    action.reconciled = true;
    ASSERT_TRUE(store().add_action(action));
    all.push_back(action);
  }
  reopen();
  for (const Action& action : all) EXPECT_EQ(store().action(action.id).value(), action);
  EXPECT_EQ(store().action("nowhere").error().kind, ErrorKind::kNotFound);
  // In lists the outputs are left out.
  const auto listed = store().actions({}).value();
  ASSERT_EQ(listed.size(), all.size());
  EXPECT_TRUE(std::ranges::all_of(listed, [](const Action& one) { return one.output.empty(); }));
}

TEST_P(ActionsContract, there_is_one_action_of_a_key_in_a_cluster) {
  Action action = an_action("1");
  action.request.key = "k";
  ASSERT_TRUE(store().add_action(action));
  action.id = "2";
  EXPECT_EQ(store().add_action(action).error().kind, ErrorKind::kConflict);
  action.request.cluster = "db";
  EXPECT_TRUE(store().add_action(action));
  EXPECT_EQ(store().add_action(an_action("2")).error().kind, ErrorKind::kConflict);
  EXPECT_TRUE(store().add_action(an_action("3")));
  EXPECT_TRUE(store().add_action(an_action("4")));  // without a key there is nothing in common
  EXPECT_EQ(store().action_of_key("web", "k").value()->id, "1");
  EXPECT_EQ(store().action_of_key("db", "k").value()->id, "2");
  EXPECT_FALSE(store().action_of_key("web", "other").value());
}

TEST_P(ActionsContract, only_one_of_two_decides) {
  Action action = an_action("1", ActionState::kAwaitingApproval);
  ASSERT_TRUE(store().add_action(action));
  action.state = ActionState::kApproved;
  action.decided_by = "user:alice";
  EXPECT_TRUE(store().move_action(action, ActionState::kAwaitingApproval));
  action.state = ActionState::kRejected;
  EXPECT_EQ(store().move_action(action, ActionState::kAwaitingApproval).error().kind,
            ErrorKind::kConflict);
  EXPECT_EQ(store().action("1").value().decided_by, "user:alice");
  EXPECT_EQ(store().move_action(an_action("9"), ActionState::kApproved).error().kind,
            ErrorKind::kNotFound);
}

TEST_P(ActionsContract, no_intent_is_written_while_the_switch_is_on) {
  EXPECT_EQ(store().stop_switch().value(), StopSwitch{});
  const StopSwitch on{true, "user:alice", "maintenance", Time{9ms}};
  ASSERT_TRUE(store().set_stop_switch(on));
  reopen();
  EXPECT_EQ(store().stop_switch().value(), on);
  Action action = an_action("1");
  ASSERT_TRUE(store().add_action(action));
  action.state = ActionState::kExecuting;
  EXPECT_EQ(store().begin_action(action).error().kind, ErrorKind::kConflict);
  EXPECT_EQ(store().action("1").value().state, ActionState::kApproved);
  ASSERT_TRUE(store().set_stop_switch({}));
  EXPECT_TRUE(store().begin_action(action));
  EXPECT_EQ(store().begin_action(action).error().kind, ErrorKind::kConflict);
}

TEST_P(ActionsContract, are_listed_newest_first_by_what_is_asked_for_and_by_pages) {
  for (int i = 0; i < 6; ++i) {
    Action action = an_action(std::to_string(i));
    action.request.cluster = i % 2 == 0 ? "web" : "db";
    if (i == 3) action.request.instance = "i-3";
    if (i == 4) action.state = ActionState::kRefused;
    if (i == 5) action.request.kind = ActionKind::kReplace;
    if (i == 2) action.request.incident = "inc";
    ASSERT_TRUE(store().add_action(action));
  }
  const auto found = [&](ActionQuery query) { return ids(store().actions(query).value()); };
  EXPECT_EQ(found({}), (Ids{"5", "4", "3", "2", "1", "0"}));
  EXPECT_EQ(found({.cluster = "web"}), (Ids{"4", "2", "0"}));
  EXPECT_EQ(found({.instance = "i-3"}), Ids{"3"});
  EXPECT_EQ(found({.incident = "inc"}), Ids{"2"});
  EXPECT_EQ(found({.kind = ActionKind::kReplace}), Ids{"5"});
  EXPECT_EQ(found({.state = ActionState::kRefused}), Ids{"4"});
  EXPECT_EQ(found({.limit = 2}), (Ids{"5", "4"}));
  EXPECT_EQ(found({.before = "4", .limit = 2}), (Ids{"3", "2"}));
  EXPECT_EQ(store().actions({.before = "x"}).error().kind, ErrorKind::kNotFound);
}

TEST_P(ActionsContract, what_is_not_over_and_what_was_lately_are_found) {
  const auto add = [&](const std::string& id, ActionState state, std::optional<Time> started,
                       std::optional<Time> finished, const std::string& cluster = "web") {
    Action action = an_action(id, state);
    action.request.cluster = cluster;
    action.started_at = started;
    action.finished_at = finished;
    ASSERT_TRUE(store().add_action(action));
  };
  add("waiting", ActionState::kAwaitingApproval, std::nullopt, std::nullopt);
  add("approved", ActionState::kApproved, std::nullopt, std::nullopt);
  add("executing", ActionState::kExecuting, Time{1ms}, std::nullopt);
  add("old", ActionState::kDone, Time{1ms}, Time{9ms});
  add("lately", ActionState::kDone, Time{1ms}, Time{10ms});
  add("refused", ActionState::kRefused, std::nullopt, std::nullopt);
  add("elsewhere", ActionState::kExecuting, Time{20ms}, std::nullopt, "db");
  EXPECT_EQ(ids(store().unfinished_actions().value()),
            (Ids{"waiting", "approved", "executing", "elsewhere"}));
  EXPECT_EQ(ids(store().recent_actions("web", Time{10ms}).value()),
            (Ids{"waiting", "approved", "executing", "lately"}));
}

}  // namespace
}  // namespace livesonic::storage
