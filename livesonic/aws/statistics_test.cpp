// SPDX-License-Identifier: Apache-2.0
#include "livesonic/aws/statistics.h"

#include <gtest/gtest.h>

namespace livesonic::aws {
namespace {

using namespace std::chrono_literals;

const OperationKey kKey{"default", "us-east-1", "ec2", "DescribeInstances"};

TEST(Statistics, add_up_by_operation) {
  Statistics statistics;
  statistics.record(kKey, {.attempts = 1, .throttles = 0, .latency = 20ms, .error = {}});
  statistics.record(kKey, {.attempts = 3, .throttles = 2, .latency = 2s, .error = "Throttling"});
  statistics.record({"other", "us-east-1", "ec2", "DescribeInstances"},
                    {.attempts = 1, .throttles = 0, .latency = 1ms, .error = {}});
  const auto counted = statistics.snapshot();
  ASSERT_EQ(counted.size(), 2U);
  EXPECT_EQ(counted[0].first, kKey);
  EXPECT_EQ(counted[0].second.calls, 2U);
  EXPECT_EQ(counted[0].second.attempts, 4U);
  EXPECT_EQ(counted[0].second.throttles, 2U);
  EXPECT_EQ(counted[0].second.latency_sum, 2020ms);
  EXPECT_EQ(counted[0].second.errors.at("Throttling"), 1U);
}

TEST(Statistics, stay_small_whatever_codes_come_from_outside) {
  Statistics statistics;
  for (int i = 0; i < 1000; ++i) {
    statistics.record(
        kKey, {.attempts = 1, .throttles = 0, .latency = 1ms, .error = "Code" + std::to_string(i)});
  }
  const auto counted = statistics.snapshot();
  EXPECT_EQ(counted[0].second.errors.size(), Statistics::kMaxErrors + 1);
  EXPECT_EQ(counted[0].second.errors.at("other"), 1000 - Statistics::kMaxErrors);
}

}  // namespace
}  // namespace livesonic::aws
