// SPDX-License-Identifier: Apache-2.0
#include "livesonic/app/balancer_requests.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace livesonic::app {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using Dimensions = std::vector<std::pair<std::string, std::string>>;

const std::string kArn = "arn:aws:elasticloadbalancing:ap-northeast-1:123456789012:";

aws::TargetGroup group(const std::string& name, const std::string& balancer) {
  aws::TargetGroup group;
  group.name = name;
  group.arn = kArn + "targetgroup/" + name + "/73e2d6bc24d8a067";
  if (!balancer.empty()) group.load_balancer_arns = {kArn + "loadbalancer/" + balancer};
  return group;
}

TEST(RequestMetrics, of_a_classic_balancer_are_its_requests) {
  RequestBalancers balancers;
  balancers.classic = {"web"};
  const auto metrics = metrics_of(balancers);
  ASSERT_TRUE(metrics);
  EXPECT_THAT(metrics->counts,
              ElementsAre(aws::Metric{.name_space = "AWS/ELB",
                                      .metric = "RequestCount",
                                      .dimensions = {{"LoadBalancerName", "web"}}}));
  EXPECT_EQ(metrics->pulses.at(0).metric, "HealthyHostCount");
  EXPECT_EQ(metrics->source, "AWS/ELB RequestCount of web");
}

TEST(RequestMetrics, of_an_application_balancer_are_those_of_its_target_groups) {
  RequestBalancers balancers;
  balancers.target_groups = {group("web", "app/front/50dc6c495c0c9188"),
                             group("api", "app/front/50dc6c495c0c9188"), group("unused", "")};
  const auto metrics = metrics_of(balancers);
  ASSERT_TRUE(metrics);
  ASSERT_EQ(metrics->counts.size(), 2U);
  EXPECT_EQ(metrics->counts[0].name_space, "AWS/ApplicationELB");
  EXPECT_EQ(metrics->counts[0].dimensions,
            (Dimensions{{"TargetGroup", "targetgroup/web/73e2d6bc24d8a067"},
                        {"LoadBalancer", "app/front/50dc6c495c0c9188"}}));
  EXPECT_EQ(metrics->pulses[1].dimensions, metrics->counts[1].dimensions);
}

TEST(RequestMetrics, of_a_network_balancer_are_new_connections_of_all_its_target_groups) {
  const aws::TargetGroup tcp = group("tcp", "net/gate/9d7c");
  const aws::TargetGroup udp = group("udp", "net/gate/9d7c");
  RequestBalancers balancers;
  balancers.target_groups = {tcp, udp};
  balancers.beside = {tcp, udp};
  const auto metrics = metrics_of(balancers);
  ASSERT_TRUE(metrics);
  EXPECT_THAT(metrics->counts,
              ElementsAre(aws::Metric{.name_space = "AWS/NetworkELB",
                                      .metric = "NewFlowCount",
                                      .dimensions = {{"LoadBalancer", "net/gate/9d7c"}}}));
  balancers.target_groups = {tcp};
  const auto part = metrics_of(balancers);
  ASSERT_FALSE(part);
  EXPECT_THAT(part.error().message, HasSubstr("forwards to the target group udp, too"));
}

TEST(RequestMetrics, there_are_none_where_no_balancer_is) {
  const auto none = metrics_of({});
  ASSERT_FALSE(none);
  EXPECT_THAT(none.error().message, HasSubstr("no load balancer stands before the cluster"));
}

}  // namespace
}  // namespace livesonic::app
