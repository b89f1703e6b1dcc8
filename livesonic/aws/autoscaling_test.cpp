// SPDX-License-Identifier: Apache-2.0
#include "livesonic/aws/autoscaling.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "livesonic/aws/fake_transport.h"

namespace livesonic::aws {
namespace {

using testing::ElementsAre;
using testing::EndsWith;
using testing::HasSubstr;

using Answers = std::vector<Result<HttpResponse>>;

HttpResponse answer(const std::string& operation, const std::string& result) {
  return http(200, "<" + operation +
                       "Response xmlns=\"http://autoscaling.amazonaws.com/doc/2011-01-01/\"><" +
                       operation + "Result>" + result + "</" + operation + "Result></" + operation +
                       "Response>");
}

HttpResponse groups(const std::string& members, const std::string& token = "") {
  return answer("DescribeAutoScalingGroups",
                "<AutoScalingGroups>" + members + "</AutoScalingGroups>" +
                    (token.empty() ? "" : "<NextToken>" + token + "</NextToken>"));
}

std::string group(const std::string& name, const std::string& more = "") {
  return "<member><AutoScalingGroupName>" + name +
         "</AutoScalingGroupName><MinSize>1</MinSize><MaxSize>10</MaxSize>"
         "<DesiredCapacity>6</DesiredCapacity>" +
         more + "</member>";
}

std::string activity(const std::string& id, const std::string& start, const std::string& end) {
  return "<member><ActivityId>" + id +
         "</ActivityId><AutoScalingGroupName>web</AutoScalingGroupName>"
         "<Description>Terminating EC2 instance: i-0123456789abcdef0</Description>"
         "<Cause>At 2026-03-01T08:29:00Z a monitor alarm triggered policy</Cause>"
         "<StatusCode>" +
         (end.empty() ? "InProgress" : "Successful") + "</StatusCode><StartTime>" + start +
         "</StartTime>" + (end.empty() ? "" : "<EndTime>" + end + "</EndTime>") +
         "<Progress>100</Progress></member>";
}

HttpResponse activities(const std::string& members, const std::string& token = "") {
  return answer("DescribeScalingActivities",
                "<Activities>" + members + "</Activities>" +
                    (token.empty() ? "" : "<NextToken>" + token + "</NextToken>"));
}

TEST(AutoScaling, describes_a_group_with_its_instances) {
  TestBench bench(Answers{groups(group(
      "web",
      "<AutoScalingGroupARN>arn:aws:autoscaling:x</AutoScalingGroupARN>"
      "<LaunchTemplate><LaunchTemplateId>lt-1</LaunchTemplateId>"
      "<LaunchTemplateName>web</LaunchTemplateName><Version>$Latest</Version></LaunchTemplate>"
      "<Instances><member><InstanceId>i-0123456789abcdef0</InstanceId>"
      "<InstanceType>c6i.large</InstanceType><AvailabilityZone>ap-northeast-1a</AvailabilityZone>"
      "<LifecycleState>InService</LifecycleState><HealthStatus>Healthy</HealthStatus>"
      "<LaunchTemplate><LaunchTemplateId>lt-1</LaunchTemplateId><Version>7</Version>"
      "</LaunchTemplate><ProtectedFromScaleIn>true</ProtectedFromScaleIn></member></Instances>"
      "<TargetGroupARNs><member>arn:tg</member></TargetGroupARNs>"
      "<LoadBalancerNames><member>classic</member></LoadBalancerNames>"
      "<VPCZoneIdentifier>subnet-1, subnet-2</VPCZoneIdentifier>"
      "<HealthCheckType>ELB</HealthCheckType><CapacityRebalance>true</CapacityRebalance>"
      "<SuspendedProcesses><member><ProcessName>AZRebalance</ProcessName></member>"
      "</SuspendedProcesses><CreatedTime>2026-03-01T08:30:00Z</CreatedTime>"
      "<Tags><member><Key>team</Key><Value>shop</Value><PropagateAtLaunch>true"
      "</PropagateAtLaunch></member></Tags>"))});
  const auto found = AutoScaling(bench.client).describe_groups_named({"web"});
  ASSERT_TRUE(found) << found.error().message;
  ASSERT_EQ(found->size(), 1U);
  const AutoScalingGroup& web = found->at(0);
  EXPECT_EQ(web.desired_capacity, 6);
  EXPECT_EQ(web.max_size, 10);
  EXPECT_EQ(web.launch_template,
            (LaunchTemplateRef{.id = "lt-1", .name = "web", .version = "$Latest"}));
  EXPECT_FALSE(web.mixed_instances);
  EXPECT_TRUE(web.capacity_rebalance);
  EXPECT_THAT(web.target_group_arns, ElementsAre("arn:tg"));
  EXPECT_THAT(web.load_balancer_names, ElementsAre("classic"));
  EXPECT_THAT(web.subnet_ids, ElementsAre("subnet-1", "subnet-2"));
  EXPECT_THAT(web.suspended_processes, ElementsAre("AZRebalance"));
  EXPECT_EQ(web.tags, (Tags{{"team", "shop"}}));
  EXPECT_EQ(web.created_at, *parse_iso8601("2026-03-01T08:30:00Z"));
  EXPECT_THAT(web.instances,
              ElementsAre(AutoScalingInstance{
                  .id = "i-0123456789abcdef0",
                  .group_name = "web",
                  .availability_zone = "ap-northeast-1a",
                  .type = "c6i.large",
                  .lifecycle_state = "InService",
                  .health_status = "Healthy",
                  .protected_from_scale_in = true,
                  .launch_template = LaunchTemplateRef{.id = "lt-1", .name = "", .version = "7"},
                  .launch_configuration_name = ""}));
  EXPECT_EQ(bench.transport.requests.at(0).body,
            "Action=DescribeAutoScalingGroups&Version=2011-01-01&AutoScalingGroupNames.member.1=web"
            "&MaxRecords=100");
}

TEST(AutoScaling, finds_the_template_of_a_mixed_instances_policy) {
  TestBench bench(Answers{groups(group(
      "web",
      "<MixedInstancesPolicy><LaunchTemplate><LaunchTemplateSpecification>"
      "<LaunchTemplateId>lt-9</LaunchTemplateId><Version>3</Version>"
      "</LaunchTemplateSpecification><Overrides/></LaunchTemplate></MixedInstancesPolicy>"))});
  const auto found = AutoScaling(bench.client).describe_groups();
  ASSERT_TRUE(found) << found.error().message;
  EXPECT_TRUE(found->at(0).mixed_instances);
  EXPECT_EQ(found->at(0).launch_template->id, "lt-9");
}

TEST(AutoScaling, finds_groups_by_filters_page_by_page) {
  TestBench bench(Answers{groups(group("a"), "t1"), groups(group("b"))});
  const auto found = AutoScaling(bench.client).describe_groups({{"tag:team", {"shop", "web"}}});
  ASSERT_TRUE(found) << found.error().message;
  EXPECT_EQ(found->size(), 2U);
  EXPECT_THAT(bench.transport.requests.at(1).body,
              EndsWith("&Filters.member.1.Name=tag%3Ateam&Filters.member.1.Values.member.1=shop&"
                       "Filters.member.1.Values.member.2=web&MaxRecords=100&NextToken=t1"));
}

TEST(AutoScaling, refuses_groups_that_make_no_sense) {
  for (const HttpResponse& odd :
       {answer("DescribeAutoScalingGroups", ""), groups("<member/>"),
        groups(group("web", "<Instances><member><InstanceId>x</InstanceId></member></Instances>")),
        groups(group("web", "<CapacityRebalance>maybe</CapacityRebalance>")),
        groups("<member><AutoScalingGroupName>web</AutoScalingGroupName></member>"),
        groups(group("web", "<CreatedTime>soon</CreatedTime>"))}) {
    TestBench bench(Answers{odd});
    EXPECT_FALSE(AutoScaling(bench.client).describe_groups()) << odd.body;
  }
}

TEST(AutoScaling, describes_instances_of_any_group_fifty_a_call) {
  std::vector<std::string> ids;
  for (int i = 0; i < 51; ++i) ids.push_back(fmt::format("i-{:08x}", i));
  TestBench bench(Answers{
      answer("DescribeAutoScalingInstances",
             "<AutoScalingInstances><member><InstanceId>i-12345678</InstanceId>"
             "<AutoScalingGroupName>web</AutoScalingGroupName><LifecycleState>Standby"
             "</LifecycleState><HealthStatus>HEALTHY</HealthStatus><ProtectedFromScaleIn>false"
             "</ProtectedFromScaleIn><WeightedCapacity>2</WeightedCapacity>"
             "<LaunchConfigurationName>old</LaunchConfigurationName></member>"
             "</AutoScalingInstances>")});
  const auto found = AutoScaling(bench.client).describe_instances(ids);
  ASSERT_TRUE(found) << found.error().message;
  ASSERT_EQ(found->size(), 2U);
  EXPECT_EQ(found->at(0).lifecycle_state, "Standby");
  EXPECT_EQ(found->at(0).weighted_capacity, 2);
  EXPECT_EQ(found->at(0).launch_template, std::nullopt);
  EXPECT_EQ(bench.transport.requests.size(), 2U);
}

TEST(AutoScaling, reads_activities_back_to_a_time_and_those_under_way_whatever_their_age) {
  TestBench bench(
      Answers{activities(activity("1", "2026-03-01T01:00:00Z", "") +
                             activity("2", "2026-03-01T09:00:00Z", "2026-03-01T09:01:00Z"),
                         "t1"),
              activities(activity("3", "2026-03-01T08:30:00Z", "2026-03-01T08:31:00Z") +
                             activity("4", "2026-03-01T08:29:59Z", "2026-03-01T08:31:00Z"),
                         "t2"),
              activities(activity("5", "2026-03-01T07:00:00Z", "2026-03-01T07:01:00Z"))});
  const auto found =
      AutoScaling(bench.client).describe_activities("web", *parse_iso8601("2026-03-01T08:30:00Z"));
  ASSERT_TRUE(found) << found.error().message;
  ASSERT_EQ(found->size(), 3U);
  EXPECT_EQ(found->at(0).id, "1");
  EXPECT_EQ(found->at(0).status, "InProgress");
  EXPECT_EQ(found->at(0).ended_at, std::nullopt);
  EXPECT_EQ(found->at(2).id, "3");
  EXPECT_EQ(found->at(2).description, "Terminating EC2 instance: i-0123456789abcdef0");
  EXPECT_EQ(found->at(2).ended_at, *parse_iso8601("2026-03-01T08:31:00Z"));
  EXPECT_EQ(bench.transport.requests.size(), 2U);
}

TEST(AutoScaling, gives_no_part_of_the_activities) {
  TestBench bench(Answers{activities(activity("1", "2026-03-01T09:00:00Z", ""), "t1"),
                          refusal(403, "AccessDenied")});
  EXPECT_EQ(AutoScaling(bench.client).describe_activities("web", Time{}).error().kind,
            ErrorKind::kPermission);
  TestBench without(Answers{answer("DescribeScalingActivities", "")});
  EXPECT_FALSE(AutoScaling(without.client).describe_activities("web", Time{}));
}

TEST(AutoScaling, describes_what_changes_a_groups_size) {
  TestBench bench(
      Answers{answer("DescribePolicies",
                     "<ScalingPolicies><member><AutoScalingGroupName>web</AutoScalingGroupName>"
                     "<PolicyName>cpu</PolicyName><PolicyType>TargetTrackingScaling</PolicyType>"
                     "</member></ScalingPolicies><NextToken>t1</NextToken>"),
              answer("DescribePolicies",
                     "<ScalingPolicies><member><PolicyName>old</PolicyName>"
                     "<PolicyType>SimpleScaling</PolicyType><Enabled>false</Enabled>"
                     "</member></ScalingPolicies>")});
  const auto found = AutoScaling(bench.client).describe_policies("web");
  ASSERT_TRUE(found) << found.error().message;
  ASSERT_EQ(found->size(), 2U);
  EXPECT_EQ(found->at(0), (GroupPolicy{"web", "cpu", "TargetTrackingScaling", true}));
  EXPECT_FALSE(found->at(1).enabled);
  EXPECT_THAT(bench.transport.requests[0].body, HasSubstr("AutoScalingGroupName=web"));
  TestBench without(Answers{answer("DescribePolicies", "")});
  EXPECT_FALSE(AutoScaling(without.client).describe_policies("web"));
}

TEST(AutoScaling, changes_a_groups_capacity) {
  TestBench bench(Answers{http(200, "<SetDesiredCapacityResponse/>")});
  ASSERT_TRUE(AutoScaling(bench.client).set_desired_capacity("web", 7));
  EXPECT_THAT(bench.transport.requests.at(0).body,
              EndsWith("&AutoScalingGroupName=web&DesiredCapacity=7&HonorCooldown=false"));
  TestBench busy(Answers{refusal(400, "ScalingActivityInProgress")});
  EXPECT_EQ(AutoScaling(busy.client).set_desired_capacity("web", 7, true).error().kind,
            ErrorKind::kConflict);
  TestBench odd(Answers{http(200, "<html/>")});
  EXPECT_FALSE(AutoScaling(odd.client).set_desired_capacity("web", 7));
}

TEST(AutoScaling, terminates_detaches_and_puts_aside_instances) {
  TestBench bench([](const HttpRequest& request) -> Result<HttpResponse> {
    const std::size_t from = request.body.find('=') + 1;
    const std::string operation = request.body.substr(from, request.body.find('&') - from);
    std::string one = activity("1", "2026-03-01T09:00:00Z", "");
    if (operation == "TerminateInstanceInAutoScalingGroup") {
      one = "<Activity>" + one.substr(8, one.size() - 17) + "</Activity>";
    } else {
      one = "<Activities>" + one + "</Activities>";
    }
    return answer(operation, one);
  });
  const AutoScaling groups_of(bench.client);
  const auto terminated = groups_of.terminate_instance("i-12345678", Capacity::kDecremented);
  ASSERT_TRUE(terminated) << terminated.error().message;
  EXPECT_EQ(terminated->id, "1");
  for (const auto& done : {groups_of.enter_standby("web", {"i-12345678"}, Capacity::kKept),
                           groups_of.exit_standby("web", {"i-12345678"}),
                           groups_of.detach_instances("web", {"i-12345678"}, Capacity::kKept)}) {
    ASSERT_TRUE(done) << done.error().message;
    EXPECT_EQ(done->size(), 1U);
  }
  EXPECT_THAT(bench.transport.requests.at(0).body,
              EndsWith("&InstanceId=i-12345678&ShouldDecrementDesiredCapacity=true"));
  EXPECT_THAT(bench.transport.requests.at(1).body,
              EndsWith("&AutoScalingGroupName=web&ShouldDecrementDesiredCapacity=false&"
                       "InstanceIds.member.1=i-12345678"));
}

TEST(AutoScaling, refuses_what_aws_would_not_take_in_one_call) {
  TestBench bench(Answers{http(500, "")});
  const AutoScaling groups_of(bench.client);
  const std::vector<std::string> many(21, "i-12345678");
  EXPECT_FALSE(groups_of.enter_standby("web", many, Capacity::kKept));
  EXPECT_FALSE(groups_of.exit_standby("web", {}));
  EXPECT_FALSE(groups_of.set_instance_protection("web", {}, true));
  EXPECT_TRUE(bench.transport.requests.empty());
}

TEST(AutoScaling, protects_instances_from_scaling_in) {
  TestBench bench(Answers{answer("SetInstanceProtection", "")});
  ASSERT_TRUE(AutoScaling(bench.client).set_instance_protection("web", {"i-12345678"}, true));
  EXPECT_THAT(bench.transport.requests.at(0).body,
              EndsWith("&AutoScalingGroupName=web&ProtectedFromScaleIn=true&"
                       "InstanceIds.member.1=i-12345678"));
}

TEST(AutoScaling, is_told_what_to_think_of_an_instance) {
  TestBench bench(Answers{answer("SetInstanceHealth", ""), answer("SetInstanceHealth", "")});
  const AutoScaling groups_of(bench.client);
  ASSERT_TRUE(groups_of.set_instance_health("i-12345678", false));
  EXPECT_THAT(bench.transport.requests.at(0).body,
              EndsWith("&InstanceId=i-12345678&HealthStatus=Unhealthy&"
                       "ShouldRespectGracePeriod=false"));
  ASSERT_TRUE(groups_of.set_instance_health("i-12345678", true, true));
  EXPECT_THAT(bench.transport.requests.at(1).body,
              EndsWith("&HealthStatus=Healthy&ShouldRespectGracePeriod=true"));
}

TEST(AutoScaling, starts_describes_and_cancels_instance_refreshes) {
  TestBench bench(Answers{
      answer("StartInstanceRefresh", "<InstanceRefreshId>08b91cf7</InstanceRefreshId>"),
      answer("DescribeInstanceRefreshes",
             "<InstanceRefreshes><member><InstanceRefreshId>08b91cf7</InstanceRefreshId>"
             "<AutoScalingGroupName>web</AutoScalingGroupName><Status>InProgress</Status>"
             "<StartTime>2026-03-01T09:00:00Z</StartTime>"
             "<PercentageComplete>50</PercentageComplete><InstancesToUpdate>3</InstancesToUpdate>"
             "<DesiredConfiguration><LaunchTemplate><LaunchTemplateId>lt-1</LaunchTemplateId>"
             "<Version>8</Version></LaunchTemplate></DesiredConfiguration></member>"
             "</InstanceRefreshes>"),
      answer("CancelInstanceRefresh", "<InstanceRefreshId>08b91cf7</InstanceRefreshId>"),
      answer("RollbackInstanceRefresh", "<InstanceRefreshId>08b91cf7</InstanceRefreshId>")});
  const AutoScaling groups_of(bench.client);
  const auto started =
      groups_of.start_instance_refresh("web", {.min_healthy_percentage = 90, .skip_matching = true},
                                       LaunchTemplateRef{.id = "lt-1", .name = "", .version = "8"});
  ASSERT_TRUE(started) << started.error().message;
  EXPECT_EQ(*started, "08b91cf7");
  EXPECT_THAT(bench.transport.requests.at(0).body,
              EndsWith("&AutoScalingGroupName=web&Strategy=Rolling&"
                       "Preferences.MinHealthyPercentage=90&Preferences.SkipMatching=true&"
                       "DesiredConfiguration.LaunchTemplate.LaunchTemplateId=lt-1&"
                       "DesiredConfiguration.LaunchTemplate.Version=8"));
  const auto found = groups_of.describe_instance_refreshes("web");
  ASSERT_TRUE(found) << found.error().message;
  EXPECT_THAT(*found,
              ElementsAre(InstanceRefresh{.id = "08b91cf7",
                                          .group_name = "web",
                                          .status = "InProgress",
                                          .status_reason = "",
                                          .started_at = *parse_iso8601("2026-03-01T09:00:00Z"),
                                          .ended_at = std::nullopt,
                                          .percentage_complete = 50,
                                          .instances_to_update = 3,
                                          .desired_launch_template = LaunchTemplateRef{
                                              .id = "lt-1", .name = "", .version = "8"}}));
  EXPECT_EQ(*groups_of.cancel_instance_refresh("web"), "08b91cf7");
  EXPECT_EQ(*groups_of.rollback_instance_refresh("web"), "08b91cf7");
}

TEST(AutoScaling, tells_a_refresh_under_way_from_none) {
  TestBench busy(Answers{refusal(400, "InstanceRefreshInProgress")});
  EXPECT_EQ(AutoScaling(busy.client).start_instance_refresh("web").error().kind,
            ErrorKind::kConflict);
  TestBench idle(Answers{refusal(400, "ActiveInstanceRefreshNotFound")});
  EXPECT_EQ(AutoScaling(idle.client).cancel_instance_refresh("web").error().kind,
            ErrorKind::kNotFound);
}

}  // namespace
}  // namespace livesonic::aws
