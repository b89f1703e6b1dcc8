// SPDX-License-Identifier: Apache-2.0
// The samples are those of AWS's documentation: the EC2, Auto Scaling, ECS, Health and CloudTrail
// user guides.
#include "livesonic/discovery/cloud_events.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "livesonic/base/time_text.h"
#include "livesonic/discovery/event_samples.h"

namespace livesonic::discovery {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using Kind = CloudEventKind;

CloudEvent parsed(const std::string& body) {
  const auto event = parse_cloud_event(body);
  EXPECT_TRUE(event) << event.error().message << "\n" << body;
  return event.value_or(CloudEvent{});
}

TEST(CloudEvents, an_instance_changes_its_state) {
  CloudEvent expected;
  expected.kind = Kind::kInstanceState;
  expected.id = "7bf73129-1428-4cd3-a780-95db273d1602";
  expected.type = "EC2 Instance State-change Notification";
  expected.account = "123456789012";
  expected.region = "us-east-1";
  expected.at = *parse_iso8601("2021-11-11T21:29:54Z");
  expected.instances = {"i-abcd1111"};
  expected.detail = "pending";
  EXPECT_EQ(parsed(samples::kState), expected);
}

TEST(CloudEvents, spot_capacity_is_about_to_be_taken_back) {
  const CloudEvent event = parsed(samples::kInterruption);
  EXPECT_EQ(event.kind, Kind::kSpotInterruption);
  EXPECT_THAT(event.instances, ElementsAre("i-1234567890abcdef0"));
  EXPECT_EQ(event.detail, "terminate");
  EXPECT_EQ(event.at, *parse_iso8601("2026-03-01T08:30:00Z"));
}

TEST(CloudEvents, spot_capacity_may_be_taken_back) {
  const CloudEvent event = parsed(samples::kRebalance);
  EXPECT_EQ(event.kind, Kind::kRebalance);
  EXPECT_THAT(event.instances, ElementsAre("i-1234567890abcdef0"));
}

TEST(CloudEvents, auto_scaling_launches_terminates_and_waits) {
  const CloudEvent launch = parsed(samples::kLaunch);
  EXPECT_EQ(launch.kind, Kind::kGroup);
  EXPECT_EQ(launch.group, "my-asg");
  EXPECT_THAT(launch.instances, ElementsAre("i-1234567890abcdef0"));
  EXPECT_EQ(launch.detail, "description-text");

  const CloudEvent lifecycle = parsed(samples::kLifecycle);
  EXPECT_EQ(lifecycle.kind, Kind::kGroup);
  EXPECT_EQ(lifecycle.group, "my-asg");
  EXPECT_THAT(lifecycle.instances, ElementsAre("i-1234567890abcdef0"));
  EXPECT_EQ(lifecycle.detail, "autoscaling:EC2_INSTANCE_TERMINATING");

  const CloudEvent refresh = parsed(samples::kInstanceRefresh);
  EXPECT_EQ(refresh.kind, Kind::kGroup);
  EXPECT_EQ(refresh.group, "my-auto-scaling-group");
  EXPECT_TRUE(refresh.instances.empty());
}

TEST(CloudEvents, ecs_tells_of_tasks_services_deployments_and_hosts) {
  const CloudEvent task = parsed(samples::kTask);
  EXPECT_EQ(task.kind, Kind::kService);
  EXPECT_EQ(task.service, "FargateCluster/sample-fargate");
  EXPECT_EQ(task.task, "c13b4cb40f1f4fe4a2971f76ae5a47ad");
  EXPECT_EQ(task.detail, "RUNNING");
  EXPECT_TRUE(task.instances.empty());

  EXPECT_EQ(parsed(samples::kService).service, "default/servicetest");
  EXPECT_EQ(parsed(samples::kService).detail, "SERVICE_STEADY_STATE");
  EXPECT_EQ(parsed(samples::kDeployment).service, "default/servicetest");

  const CloudEvent host = parsed(samples::kContainerInstance);
  EXPECT_EQ(host.kind, Kind::kService);
  EXPECT_THAT(host.instances, ElementsAre("i-0123456789abcdef0"));
}

TEST(CloudEvents, aws_health_names_the_instances_it_is_about) {
  const CloudEvent event = parsed(samples::kHealth);
  EXPECT_EQ(event.kind, Kind::kHealth);
  EXPECT_THAT(event.instances, ElementsAre("i-abcd1111", "i-abcd2222"));
  EXPECT_EQ(event.detail, "AWS_EC2_INSTANCE_STORE_DRIVE_PERFORMANCE_DEGRADED");
}

TEST(CloudEvents, cloudtrail_tells_who_joins_and_leaves_balancers) {
  const CloudEvent event = parsed(samples::kRegisterTargets);
  EXPECT_EQ(event.kind, Kind::kBalancer);
  EXPECT_EQ(event.target_group, "web-http");
  EXPECT_THAT(event.instances, ElementsAre("i-0123456789abcdef0"));
  const CloudEvent classic = parsed(samples::kDeregisterClassic);
  EXPECT_EQ(classic.kind, Kind::kBalancer);
  EXPECT_EQ(classic.balancer, "web-elb");
  EXPECT_THAT(classic.instances, ElementsAre("i-0123456789abcdef0"));
}

TEST(CloudEvents, sns_may_have_wrapped_it) {
  const nlohmann::json wrapped = {{"Type", "Notification"},
                                  {"MessageId", "22b80b92-fdea-4c2c-8f9d-bdfb0c7bf324"},
                                  {"TopicArn", "arn:aws:sns:us-east-1:123456789012:events"},
                                  {"Message", samples::kState}};
  EXPECT_EQ(parsed(wrapped.dump()), parsed(samples::kState));
  const nlohmann::json nothing = {{"Type", "Notification"}, {"Message", "hello"}};
  EXPECT_FALSE(parse_cloud_event(nothing.dump()));
  const nlohmann::json twice = {{"Type", "Notification"}, {"Message", wrapped.dump()}};
  EXPECT_FALSE(parse_cloud_event(twice.dump()));
}

TEST(CloudEvents, events_of_others_are_nothing_to_us) {
  EXPECT_EQ(parsed(R"({"detail-type": "Order placed", "source": "com.example", "detail":
      {"instance-id": 7}})")
                .kind,
            Kind::kOther);
  EXPECT_EQ(parsed(R"({"detail-type": "Scheduled Event", "source": "aws.events", "id": "x",
      "time": "2026-03-01T08:30:00Z", "detail": {}})")
                .kind,
            Kind::kOther);
}

TEST(CloudEvents, what_only_claims_to_be_from_ec2_is_not_believed) {
  const auto event = parse_cloud_event(R"({"detail-type":
      "EC2 Spot Instance Interruption Warning", "source": "com.example",
      "detail": {"instance-id": "i-1234567890abcdef0", "instance-action": "terminate"}})");
  ASSERT_TRUE(event);
  EXPECT_EQ(event->kind, Kind::kOther);
}

TEST(CloudEvents, what_is_no_event_is_refused) {
  for (const char* body :
       {"", "hello", "[]", "{}", "{\"detail-type\": 7}", R"({"Type": "SubscriptionConfirmation"})",
        R"({"detail-type": "x", "source": "aws.ec2"})",
        R"({"detail-type": "x", "source": "aws.ec2", "detail": {}, "time": "soon"})",
        R"({"detail-type": "EC2 Instance State-change Notification", "source": "aws.ec2",
            "detail": {"state": "running"}})",
        R"({"detail-type": "EC2 Instance State-change Notification", "source": "aws.ec2",
            "detail": {"instance-id": "i-1; rm -rf", "state": "running"}})",
        R"({"detail-type": "EC2 Instance State-change Notification", "source": "aws.ec2",
            "detail": []})"}) {
    const auto event = parse_cloud_event(body);
    ASSERT_FALSE(event) << body;
    EXPECT_EQ(event.error().kind, ErrorKind::kInvalidInput);
  }
  EXPECT_FALSE(parse_cloud_event(std::string(100000, '[')));
}

TEST(CloudEvents, a_truncated_event_is_refused_wherever_it_was_cut) {
  const std::string whole = samples::kTask;
  for (std::size_t length = 0; length + 1 < whole.size(); length += 7) {
    EXPECT_FALSE(parse_cloud_event(whole.substr(0, length))) << length;
  }
}

}  // namespace
}  // namespace livesonic::discovery
