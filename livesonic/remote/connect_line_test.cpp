// SPDX-License-Identifier: Apache-2.0
#include "livesonic/remote/connect_line.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace livesonic::remote {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using Outcome = ConnectLine::Outcome;

class Line : public testing::Test {
 protected:
  SteadyTime now_{seconds{1000}};

  std::vector<std::string> all(ConnectLine& line) const {
    std::vector<std::string> ids;
    while (auto id = line.next(now_)) ids.push_back(*id);
    return ids;
  }
};

TEST_F(Line, hosts_connect_in_the_order_in_which_they_ask_so_many_at_a_time) {
  ConnectLine line(2);
  for (const char* id : {"a", "b", "c"}) line.ask(id, id, now_, 0);
  EXPECT_EQ(all(line), (std::vector<std::string>{"a", "b"}));
  line.end("a", Outcome::kReached);
  EXPECT_EQ(all(line), std::vector<std::string>{"c"});
  EXPECT_FALSE(line.due());
}

TEST_F(Line, few_go_through_one_address_and_the_others_are_not_held_up_by_them) {
  ConnectLine line(100, 2);
  for (const char* id : {"a", "b", "c", "d"}) line.ask(id, "bastion", now_, 0);
  line.ask("e", "elsewhere", now_, 0);
  EXPECT_EQ(all(line), (std::vector<std::string>{"a", "b", "e"}));
  line.end("b", Outcome::kFailed);
  EXPECT_EQ(all(line), std::vector<std::string>{"c"});
  line.end("a", Outcome::kReached);
  line.end("c", Outcome::kReached);
  EXPECT_EQ(all(line), std::vector<std::string>{"d"});
}

TEST_F(Line, a_host_that_failed_is_not_tried_again_at_once_and_later_ever_less_often) {
  ConnectLine line(10);
  milliseconds last{0};
  for (int failures = 1; failures <= 4; ++failures) {
    line.ask("a", "a", now_, 0);
    ASSERT_TRUE(failures == 1 || !line.next(now_));
    if (const auto due = line.due()) {
      const auto wait = std::chrono::duration_cast<milliseconds>(*due - now_);
      EXPECT_GT(wait, last);
      last = wait;
      now_ = *due;
    }
    ASSERT_TRUE(line.next(now_).has_value() || failures == 1);
    line.end("a", Outcome::kFailed);
  }
}

TEST_F(Line, one_that_was_reached_has_no_past) {
  ConnectLine line(10);
  line.ask("a", "a", now_, 0);
  all(line);
  line.end("a", Outcome::kFailed);
  line.ask("a", "a", now_, 0);
  now_ += seconds{10};
  EXPECT_EQ(all(line).size(), 1U);
  line.end("a", Outcome::kReached);
  line.ask("a", "a", now_, 0);
  EXPECT_EQ(all(line).size(), 1U);
}

TEST_F(Line, hosts_that_failed_before_take_half_of_the_turns_at_most) {
  ConnectLine line(4);
  const std::vector<std::string> dead{"a", "b", "c", "d"};
  for (const std::string& id : dead) line.ask(id, id, now_, 0);
  all(line);
  for (const std::string& id : dead) line.end(id, Outcome::kFailed);
  now_ += seconds{60};
  for (const std::string& id : dead) line.ask(id, id, now_, 0);
  EXPECT_EQ(all(line).size(), 2U);
  line.ask("new", "new", now_, 0);
  EXPECT_EQ(all(line), std::vector<std::string>{"new"});
}

TEST(Backoff, is_jittered_by_a_quarter_and_never_longer_than_that_over_five_seconds) {
  EXPECT_EQ(backoff(0, 1), milliseconds{0});
  EXPECT_EQ(backoff(1, 0), milliseconds{375});
  EXPECT_EQ(backoff(1, 249), milliseconds{624});
  for (const std::uint64_t random : {0ULL, 999'999'999ULL, 1'234'567'890'123ULL}) {
    EXPECT_GE(backoff(1'000'000, random), milliseconds{3750});
    EXPECT_LT(backoff(1'000'000, random), milliseconds{6250});
  }
}

}  // namespace
}  // namespace livesonic::remote
