// SPDX-License-Identifier: Apache-2.0
#include "livesonic/scaling/patience.h"

#include <gtest/gtest.h>

namespace livesonic::scaling {
namespace {

using namespace std::chrono_literals;

constexpr Time kNoon{std::chrono::sys_days{std::chrono::year{2026} / 3 / 2} + 12h};

Action in(ActionState state) {
  Action action;
  action.state = state;
  return action;
}

TEST(Patience, asks_at_once_and_then_waits_as_long_as_it_is_told) {
  Patience patience;
  EXPECT_TRUE(patience.may_ask(true, nullptr, kNoon));
  patience.asked(kNoon, 2min);
  const Action refused = in(ActionState::kRefused);
  EXPECT_FALSE(patience.may_ask(true, &refused, kNoon + 1min));
  EXPECT_TRUE(patience.may_ask(true, &refused, kNoon + 2min));
  EXPECT_EQ(patience.times(), 1);
}

TEST(Patience, never_asks_while_a_request_is_under_way_or_waits_for_a_person) {
  Patience patience;
  for (const ActionState state :
       {ActionState::kAwaitingApproval, ActionState::kApproved, ActionState::kExecuting}) {
    const Action action = in(state);
    EXPECT_FALSE(patience.may_ask(true, &action, kNoon + 24h));
    EXPECT_FALSE(patience.may_ask(false, &action, kNoon + 24h));
  }
}

TEST(Patience, begins_anew_after_what_was_done_and_in_the_other_direction) {
  Patience patience;
  EXPECT_TRUE(patience.may_ask(false, nullptr, kNoon));
  patience.asked(kNoon, 15min);
  const Action refused = in(ActionState::kRefused);
  EXPECT_FALSE(patience.may_ask(false, &refused, kNoon + 1min));
  EXPECT_TRUE(patience.may_ask(true, &refused, kNoon + 1min));
  EXPECT_EQ(patience.times(), 0);
  patience.asked(kNoon + 1min, 15min);
  const Action done = in(ActionState::kDone);
  EXPECT_TRUE(patience.may_ask(true, &done, kNoon + 2min));
  EXPECT_EQ(patience.times(), 0);
}

}  // namespace
}  // namespace livesonic::scaling
