// SPDX-License-Identifier: Apache-2.0
#include "livesonic/discovery/concerned.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace livesonic::discovery {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using Kind = CloudEventKind;

constexpr const char* kHere = "ap-northeast-1";

Instance instance(const std::string& id, const std::string& group = "") {
  Instance one;
  one.id = id;
  one.standing.group = group;
  return one;
}

Cluster cluster(const std::string& name, ClusterKind kind, const std::string& resource) {
  Cluster one;
  one.name = name;
  one.kind = kind;
  one.resource = resource;
  return one;
}

CloudEvent event(Kind kind, const std::string& id, const std::string& detail = "") {
  CloudEvent one;
  one.kind = kind;
  one.region = kHere;
  one.instances = {id};
  one.detail = detail;
  return one;
}

class Concerned : public testing::Test {
 protected:
  Concerned() {
    where_.add(cluster("web", ClusterKind::kElb, "web-elb"), kHere,
               {instance("i-1", "web-asg"), instance("i-2", "web-asg")});
    where_.add(cluster("all", ClusterKind::kTag, "env=prod"), kHere,
               {instance("i-2", "web-asg"), instance("i-3")});
    where_.add(cluster("group", ClusterKind::kAsg, "db-asg"), kHere, {instance("i-4", "db-asg")});
    where_.add(cluster("far", ClusterKind::kAsg, "db-asg"), "us-east-1", {instance("i-5")});
    where_.add(cluster("tasks", ClusterKind::kEcsService, "prod/api"), kHere, {instance("t1")});
    where_.add(cluster("fixed", ClusterKind::kStatic, "10.0.0.7"), "", {});
  }
  std::set<std::string> of(const CloudEvent& event) const { return where_.concerned(event); }
  Whereabouts where_;
};

TEST_F(Concerned, whoever_has_the_instance) {
  EXPECT_THAT(of(event(Kind::kInstanceState, "i-1", "shutting-down")), ElementsAre("web"));
  EXPECT_THAT(of(event(Kind::kSpotInterruption, "i-2", "terminate")), ElementsAre("all", "web"));
  EXPECT_THAT(of(event(Kind::kHealth, "i-4")), ElementsAre("group"));
}

TEST_F(Concerned, nobody_for_an_instance_that_is_none_of_ours) {
  EXPECT_THAT(of(event(Kind::kInstanceState, "i-9", "terminated")), IsEmpty());
  EXPECT_THAT(of(event(Kind::kSpotInterruption, "i-9", "terminate")), IsEmpty());
  EXPECT_THAT(of(event(Kind::kOther, "i-1")), IsEmpty());
}

TEST_F(Concerned, whoever_has_instances_of_the_group_or_is_the_group_there) {
  CloudEvent launched = event(Kind::kGroup, "i-9");
  launched.group = "web-asg";
  EXPECT_THAT(of(launched), ElementsAre("all", "web"));
  launched.group = "db-asg";
  EXPECT_THAT(of(launched), ElementsAre("group"));
  launched.region = "us-east-1";
  EXPECT_THAT(of(launched), ElementsAre("far"));
}

TEST_F(Concerned, the_service_of_a_task) {
  CloudEvent task = event(Kind::kService, "");
  task.service = "prod/api";
  EXPECT_THAT(of(task), ElementsAre("tasks"));
  task.service = "prod/other";
  EXPECT_THAT(of(task), IsEmpty());
}

TEST_F(Concerned, a_new_instance_may_have_the_tags_or_be_the_first) {
  EXPECT_THAT(of(event(Kind::kInstanceState, "i-9", "running")), ElementsAre("all"));
  where_.add(cluster("empty", ClusterKind::kAlb, "api"), kHere, {});
  where_.add(cluster("empty-far", ClusterKind::kAlb, "api"), "us-east-1", {});
  EXPECT_THAT(of(event(Kind::kInstanceState, "i-9", "running")), ElementsAre("all", "empty"));
}

TEST_F(Concerned, a_new_group_may_match_a_registration) {
  where_.add(cluster("every", ClusterKind::kAsg, "prod-*"), kHere, {});
  CloudEvent launched = event(Kind::kGroup, "i-9");
  launched.group = "prod-api";
  EXPECT_THAT(of(launched), ElementsAre("all", "every"));
  launched.group = "test-api";
  EXPECT_THAT(of(launched), ElementsAre("all"));
}

TEST_F(Concerned, the_balancer_or_target_group_that_cloudtrail_names) {
  CloudEvent call = event(Kind::kBalancer, "i-9");
  call.balancer = "web-elb";
  EXPECT_THAT(of(call), ElementsAre("web"));
  call.balancer = "";
  call.target_group = "api";
  EXPECT_THAT(of(call), IsEmpty());
  where_.add(cluster("tg", ClusterKind::kTargetGroup,
                     "arn:aws:elasticloadbalancing:ap-northeast-1:1:targetgroup/api/73e2"),
             kHere, {});
  Cluster some = cluster("some", ClusterKind::kAlb, "api-alb");
  some.target_groups = {"other"};
  where_.add(some, kHere, {});
  where_.add(cluster("any", ClusterKind::kNlb, "api-nlb"), kHere, {});
  EXPECT_THAT(of(call), ElementsAre("any", "tg"));
}

}  // namespace
}  // namespace livesonic::discovery
