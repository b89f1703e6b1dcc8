// SPDX-License-Identifier: Apache-2.0
#include "simulator/world/run_commands.h"

#include <gtest/gtest.h>

namespace livesonic::simulator {
namespace {

using std::chrono::seconds;

const Time kNow{std::chrono::hours{500'000}};

struct Sent {
  SentCommand command;
  CommandRun run;

  Sent() {
    command.requested = kNow;
    command.begin_within = seconds{30};
    command.run_within = seconds{60};
    run.takes = seconds{5};
  }
  [[nodiscard]] RunState after(seconds passed) const {
    return state_of(command, run, kNow + passed);
  }
};

TEST(RunCommands, a_command_is_pending_then_in_progress_then_over) {
  Sent sent;
  EXPECT_EQ(sent.after(seconds{0}).status, "Pending");
  EXPECT_EQ(sent.after(seconds{2}).status, "InProgress");
  EXPECT_EQ(sent.after(seconds{6}).status, "Success");
  sent.run.exit_status = 3;
  EXPECT_EQ(sent.after(seconds{6}).status, "Failed");
}

TEST(RunCommands, one_that_takes_too_long_is_timed_out) {
  Sent sent;
  for (const auto& takes : {std::optional<Duration>(seconds{600}), std::optional<Duration>()}) {
    sent.run.takes = takes;
    EXPECT_EQ(sent.after(seconds{50}).status, "InProgress");
    EXPECT_EQ(sent.after(seconds{61}).status, "TimedOut");
    EXPECT_EQ(sent.after(seconds{61}).details, "ExecutionTimedOut");
  }
}

TEST(RunCommands, one_that_nobody_takes_is_given_up) {
  Sent sent;
  sent.run.delivered = false;
  EXPECT_EQ(sent.after(seconds{29}).status, "Pending");
  EXPECT_EQ(sent.after(seconds{30}).details, "DeliveryTimedOut");
}

TEST(RunCommands, what_is_cancelled_ends_then_and_what_is_over_stays_over) {
  Sent sent;
  sent.run.cancelled = kNow + seconds{2};
  EXPECT_EQ(sent.after(seconds{3}).status, "Cancelled");
  sent.run.cancelled = kNow + seconds{20};
  EXPECT_EQ(sent.after(seconds{30}).status, "Success");
}

TEST(RunCommands, characters_are_not_cut_in_two) {
  EXPECT_EQ(first_characters("日本語", 2), "日本");
  EXPECT_EQ(first_characters("日本語", 3), "日本語");
  EXPECT_EQ(first_characters("", 3), "");
}

}  // namespace
}  // namespace livesonic::simulator
