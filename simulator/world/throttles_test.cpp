// SPDX-License-Identifier: Apache-2.0
#include "simulator/world/throttles.h"

#include <gtest/gtest.h>

namespace livesonic::simulator {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

const Time kNow{std::chrono::hours{500'000}};

// How many calls in a row pass.
int passing(ThrottleStore& store, const ChargedCall& call, Time now) {
  int passed = 0;
  while (passed < 5000 && take_tokens(store, call, now)) ++passed;
  return passed;
}

TEST(Throttles, nothing_is_throttled_unless_asked_for) {
  ThrottleStore store = *parse_throttles("off");
  EXPECT_EQ(passing(store, {"ec2", "DescribeInstances"}, kNow), 5000);
}

TEST(Throttles, a_bucket_empties_and_refills_no_further_than_full) {
  ThrottleStore store = *parse_throttles("ec2:RunInstances=5/2");
  const ChargedCall run{"ec2", "RunInstances"};
  EXPECT_EQ(passing(store, run, kNow), 5);
  EXPECT_EQ(passing(store, run, kNow + milliseconds{400}), 0);
  EXPECT_EQ(passing(store, run, kNow + seconds{1}), 2);
  EXPECT_EQ(passing(store, run, kNow + seconds{1000}), 5);
}

TEST(Throttles, each_operation_has_a_bucket_of_its_own) {
  ThrottleStore store = *parse_throttles("*=3/1");
  EXPECT_EQ(passing(store, {"ssm", "SendCommand"}, kNow), 3);
  EXPECT_EQ(passing(store, {"ssm", "GetCommandInvocation"}, kNow), 3);
}

TEST(Throttles, the_more_particular_size_counts) {
  ThrottleStore store = *parse_throttles("*=3/1, ec2=4/1, ec2:CreateTags=7/1");
  EXPECT_EQ(passing(store, {"ec2", "CreateTags"}, kNow), 7);
  EXPECT_EQ(passing(store, {"ec2", "StopInstances"}, kNow), 4);
  EXPECT_EQ(passing(store, {"sts", "AssumeRole"}, kNow), 3);
}

TEST(Throttles, ec2_has_the_buckets_that_aws_documents) {
  ThrottleStore store = *parse_throttles("aws");
  EXPECT_EQ(passing(store, {"ec2", "DescribeInstanceTypes"}, kNow), 100);
  EXPECT_EQ(passing(store, {"ec2", "CreateFleet"}, kNow), 50);
  EXPECT_EQ(passing(store, {"ec2", "CreateTags"}, kNow), 100);
  EXPECT_EQ(passing(store, {"ssm", "SendCommand"}, kNow), 5000);
}

TEST(Throttles, listing_all_instances_unpaged_costs_from_a_smaller_bucket) {
  ThrottleStore store = *parse_throttles("aws");
  ChargedCall call{"ec2", "DescribeInstances"};
  EXPECT_EQ(passing(store, call, kNow), 50);
  call.narrowed = true;
  EXPECT_EQ(passing(store, call, kNow), 100);
}

TEST(Throttles, launching_is_charged_by_instances_too) {
  ThrottleStore store = *parse_throttles("aws");
  ChargedCall call{"ec2", "RunInstances"};
  call.resources = 400;
  EXPECT_EQ(passing(store, call, kNow), 2);
  call.resources = 200;
  EXPECT_EQ(passing(store, call, kNow), 1);
  call.resources = 4;
  EXPECT_FALSE(take_tokens(store, call, kNow + seconds{1}));
  EXPECT_TRUE(take_tokens(store, call, kNow + seconds{2}));
}

TEST(Throttles, what_is_no_size_is_refused) {
  for (const char* text : {"", "gentle", "ec2", "ec2=", "ec2=5", "ec2=5/", "=5/1", "ec2=-1/2",
                           "ec2=1e9/1", "ec2=nan/1", "ec2=1/2/3"}) {
    EXPECT_FALSE(parse_throttles(text)) << text;
  }
}

}  // namespace
}  // namespace livesonic::simulator
