// SPDX-License-Identifier: Apache-2.0
#include "livesonic/discovery/kept.h"

#include <gtest/gtest.h>

#include "livesonic/discovery/instance_book.h"
#include "livesonic/discovery/region.h"

namespace livesonic::discovery {
namespace {

using namespace std::chrono_literals;

class KeptLook : public testing::Test {
 protected:
  Result<std::shared_ptr<const int>> look(const std::string& reader) {
    return kept_.get(reader, 60s, now_, {}, [this]() -> Result<int> {
      ++looks_;
      if (failure_) return fail(*failure_);
      return looks_;
    });
  }
  Time now_{1'000'000s};
  int looks_ = 0;
  std::optional<Error> failure_;
  Kept<int> kept_;
};

TEST_F(KeptLook, serves_all_readers_once_each) {
  EXPECT_EQ(**look("a"), 1);
  EXPECT_EQ(**look("b"), 1);
  EXPECT_EQ(**look("a"), 2);  // whoever comes again wants to know what has changed
  EXPECT_EQ(**look(""), 2);
  now_ += 61s;
  EXPECT_EQ(**look(""), 3);
}

TEST_F(KeptLook, is_rarer_while_aws_throttles_and_as_frequent_as_before_afterwards) {
  look("a");
  failure_ = Error{ErrorKind::kThrottled, "Throttling"};
  now_ += 61s;
  EXPECT_FALSE(look("a"));
  failure_.reset();
  now_ += 30s;
  EXPECT_EQ(**look("a"), 1);  // 91 seconds old, and good enough for now
  now_ += 60s;
  EXPECT_EQ(**look("a"), 3);
  now_ += 61s;
  EXPECT_EQ(**look("a"), 4);
}

TEST_F(KeptLook, is_taken_anew_when_something_has_changed_unless_aws_throttles) {
  look("a");
  kept_.outdate();
  EXPECT_EQ(**look("b"), 2);
  failure_ = Error{ErrorKind::kThrottled, "Throttling"};
  EXPECT_FALSE(look("b"));
  failure_.reset();
  now_ += 2s;
  kept_.outdate();
  EXPECT_EQ(**look("a"), 2);
}

TEST_F(KeptLook, shares_a_failure_with_those_who_come_at_the_same_moment) {
  failure_ = Error{ErrorKind::kUnavailable, "down"};
  EXPECT_FALSE(look("a"));
  EXPECT_FALSE(look("b"));
  EXPECT_EQ(looks_, 1);
  now_ += 2s;
  failure_.reset();
  EXPECT_TRUE(look("b"));
}

TEST(InstanceBook, of_a_small_region_never_gives_a_reader_the_same_look_twice) {
  InstanceBook book(60s);
  int asked = 0;
  const auto ask = [&](const std::vector<std::string>& ids) {
    ++asked;
    std::vector<aws::Ec2Instance> known;
    for (const std::string& id : ids) {
      if (id == "i-unknown") continue;
      known.emplace_back().id = id;
    }
    return Result<std::vector<aws::Ec2Instance>>(known);
  };
  const Time now{1'000'000s};
  EXPECT_EQ(book.describe("a", {"i-1", "i-unknown"}, {}, now, {}, ask)->size(), 1U);
  EXPECT_EQ(book.describe("b", {"i-1"}, {}, now + 10s, {}, ask)->size(), 1U);
  EXPECT_EQ(asked, 1);
  EXPECT_EQ(book.describe("a", {"i-1"}, {}, now + 20s, {}, ask)->size(), 1U);
  EXPECT_EQ(asked, 2);
}

TEST(InstanceBook, asks_anew_for_what_has_changed) {
  InstanceBook book(60s);
  std::vector<std::vector<std::string>> asked;
  const auto ask = [&](const std::vector<std::string>& ids) {
    asked.push_back(ids);
    std::vector<aws::Ec2Instance> known;
    for (const std::string& id : ids) known.emplace_back().id = id;
    return Result<std::vector<aws::Ec2Instance>>(known);
  };
  const Time now{1'000'000s};
  // One cluster's call took the other's instance along.
  book.expect({"i-b"}, now);
  ASSERT_TRUE(book.describe("a", {"i-a"}, {}, now, {}, ask));
  ASSERT_TRUE(book.describe("b", {"i-b"}, {}, now, {}, ask));
  EXPECT_EQ(asked.size(), 1U);
  book.outdate({"i-b", "i-unheard-of"});
  ASSERT_TRUE(book.describe("b", {"i-b"}, {}, now + 1s, {}, ask));
  ASSERT_EQ(asked.size(), 2U);
  EXPECT_EQ(asked[1].front(), "i-b");
}

TEST(InstanceBook, an_error_is_no_answer_and_forgets_nothing) {
  InstanceBook book(60s);
  const Time now{1'000'000s};
  const auto good = [](const std::vector<std::string>& ids) {
    std::vector<aws::Ec2Instance> known(1);
    known[0].id = ids[0];
    return Result<std::vector<aws::Ec2Instance>>(known);
  };
  const auto bad = [](const std::vector<std::string>&) {
    return Result<std::vector<aws::Ec2Instance>>(fail(ErrorKind::kThrottled, "Throttling"));
  };
  EXPECT_TRUE(book.describe("a", {"i-1"}, {}, now, {}, good));
  EXPECT_FALSE(book.describe("a", {"i-1"}, {}, now + 61s, {}, bad));
  EXPECT_EQ(book.describe("a", {"i-1"}, {}, now + 62s, {}, good)->size(), 1U);
}

TEST(Activities, the_newest_that_ended_the_instance_counts) {
  std::vector<Leaving> leaving(2);
  leaving[0].id = "i-1";
  leaving[0].evidence.group = "web";
  leaving[1].id = "i-2";
  leaving[1].evidence.group = "other";
  aws::ScalingActivity launch;
  launch.description = "Launching a new EC2 instance: i-1";
  launch.cause = "grown";
  aws::ScalingActivity failed;
  failed.description = "Terminating EC2 instance: i-1";
  failed.status = "Failed";
  aws::ScalingActivity ended;
  ended.description = "Terminating EC2 instance: i-1";
  ended.cause = "shrunk";
  ended.status = "InProgress";
  add_activities(leaving, "web", {launch, failed, ended});
  EXPECT_EQ(leaving[0].evidence.cause, "shrunk");
  EXPECT_EQ(leaving[1].evidence.cause, "");
}

}  // namespace
}  // namespace livesonic::discovery
