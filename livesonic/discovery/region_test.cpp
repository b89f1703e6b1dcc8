// SPDX-License-Identifier: Apache-2.0
#include "livesonic/discovery/region.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "livesonic/aws/fake_transport.h"

namespace livesonic::discovery {
namespace {

using namespace std::chrono_literals;

class RegionTest : public testing::Test {
 protected:
  Result<aws::HttpResponse> answer(const aws::HttpRequest& request) {
    if (request.body.find("Action=DescribeInstances&") != std::string::npos) {
      ++asked_for_instances_;
      return aws::http(200,
                       "<DescribeInstancesResponse><reservationSet><item><instancesSet><item>"
                       "<instanceId>i-0123456789abcdef0</instanceId><instanceState><name>running"
                       "</name></instanceState></item></instancesSet></item></reservationSet>"
                       "</DescribeInstancesResponse>");
    }
    return aws::refusal(403, "AccessDenied");
  }
  void throttle() {
    const Error error{ErrorKind::kThrottled, "DescribeInstanceHealth: Throttling"};
    region_.looked(&error);
  }

  int asked_for_instances_ = 0;
  aws::TestBench bench_{aws::FakeTransport::Answer(
      [this](const aws::HttpRequest& request) { return answer(request); })};
  Region region_{bench_.client, bench_.clock, 60s};
};

TEST_F(RegionTest, while_aws_throttles_clusters_are_looked_at_more_rarely_but_new_ones_at_once) {
  EXPECT_TRUE(region_.begin_look("web"));
  throttle();
  bench_.clock.advance(60s);
  EXPECT_FALSE(region_.begin_look("web"));
  EXPECT_TRUE(region_.begin_look("new"));
  bench_.clock.advance(60s);
  EXPECT_TRUE(region_.begin_look("web"));
  region_.looked(nullptr);
  bench_.clock.advance(60s);
  EXPECT_TRUE(region_.begin_look("web"));
}

TEST_F(RegionTest, another_error_than_a_throttle_slows_nothing_down) {
  EXPECT_TRUE(region_.begin_look("web"));
  const Error error{ErrorKind::kUnavailable, "DescribeInstanceHealth: 503"};
  region_.looked(&error);
  bench_.clock.advance(60s);
  EXPECT_TRUE(region_.begin_look("web"));
}

TEST_F(RegionTest, an_instance_that_was_found_by_its_tags_is_not_asked_for_again) {
  const auto found = region_.find_instances({{"tag:role", {"web"}}}, {});
  ASSERT_TRUE(found) << found.error().message;
  const std::vector<std::string> ids{"i-0123456789abcdef0"};
  const auto facts = region_.describe("web", ids, {ids.begin(), ids.end()}, {});
  ASSERT_TRUE(facts) << facts.error().message;
  EXPECT_EQ(facts->size(), 1U);
  EXPECT_EQ(asked_for_instances_, 1);
  bench_.clock.advance(60s);
  ASSERT_TRUE(region_.describe("web", ids, {ids.begin(), ids.end()}, {}));
  EXPECT_EQ(asked_for_instances_, 2);
}

}  // namespace
}  // namespace livesonic::discovery
