// SPDX-License-Identifier: Apache-2.0
#include "livesonic/aws/metrics.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace livesonic::aws {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

TEST(Metrics, are_counters_by_account_region_service_and_operation) {
  const OperationCounts counts{.calls = 4,
                               .attempts = 6,
                               .throttles = 2,
                               .latency_sum = 2500ms,
                               .errors = {{"AccessDenied", 1}, {"timeout", 2}}};
  const std::string text =
      prometheus_text({{{"prod", "eu-west-1", "ec2", "DescribeInstances"}, counts}});
  const std::string labels =
      R"({account="prod",region="eu-west-1",service="ec2",operation="DescribeInstances")";
  EXPECT_THAT(text, testing::StartsWith("# HELP livesonic_aws_calls_total "));
  EXPECT_THAT(text, HasSubstr("\n# TYPE livesonic_aws_calls_total counter\n"
                              "livesonic_aws_calls_total" +
                              labels + "} 4\n"));
  EXPECT_THAT(text, HasSubstr("\nlivesonic_aws_requests_total" + labels + "} 6\n"));
  EXPECT_THAT(text, HasSubstr("\nlivesonic_aws_throttles_total" + labels + "} 2\n"));
  EXPECT_THAT(text, HasSubstr("\nlivesonic_aws_call_seconds_total" + labels + "} 2.5\n"));
  EXPECT_THAT(text,
              HasSubstr("\nlivesonic_aws_errors_total" + labels + ",code=\"AccessDenied\"} 1\n"));
  EXPECT_THAT(
      text, testing::EndsWith("\nlivesonic_aws_errors_total" + labels + ",code=\"timeout\"} 2\n"));
}

TEST(Metrics, stay_well_formed_whatever_codes_come_from_outside) {
  const OperationCounts counts{.calls = 1,
                               .attempts = 1,
                               .throttles = 0,
                               .latency_sum = 0ms,
                               .errors = {{"a\"} 7\nb\\\xFF", 1}}};
  EXPECT_THAT(prometheus_text({{{"a", "r", "s", "o"}, counts}}),
              testing::EndsWith(",code=\"a\\\"} 7\\nb\\\\\xEF\xBF\xBD\"} 1\n"));
}

TEST(Metrics, are_nothing_before_the_first_call) {
  EXPECT_EQ(prometheus_text({}), "");
}

}  // namespace
}  // namespace livesonic::aws
