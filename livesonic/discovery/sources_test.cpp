// SPDX-License-Identifier: Apache-2.0
// The pure joins of all kinds of clusters.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "livesonic/discovery/asg_source.h"
#include "livesonic/discovery/ecs_source.h"
#include "livesonic/discovery/elb_source.h"
#include "livesonic/discovery/elbv2_source.h"
#include "livesonic/discovery/static_source.h"
#include "livesonic/discovery/tag_source.h"

namespace livesonic::discovery {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::SizeIs;

TEST(Elb, an_instance_in_only_one_of_the_two_answers_is_a_member) {
  aws::LoadBalancer balancer;
  balancer.instance_ids = {"i-1", "i-2"};
  const auto members = join(
      balancer, {{"i-2", "InService", "N/A", "N/A"}, {"i-3", "OutOfService", "ELB", "starting"}});
  ASSERT_THAT(members, SizeIs(3));
  EXPECT_EQ(members[0].state, "Unknown");
  EXPECT_EQ(members[1].state, "InService");
  EXPECT_EQ(members[2].id, "i-3");
}

TEST(Ec2, its_words_become_ours) {
  aws::Ec2Instance instance;
  instance.id = "i-1";
  instance.tags = {{"Name", "web\xff"},
                   {"aws:autoscaling:groupName", "web-asg"},
                   {"aws:ec2launchtemplate:id", "lt-1"},
                   {"aws:ec2launchtemplate:version", "7"}};
  instance.lifecycle = "spot";
  instance.state_reason_code = "Server.SpotInstanceTermination";
  const Facts facts = to_facts(instance);
  EXPECT_EQ(facts.name, "web\xEF\xBF\xBD");
  EXPECT_EQ(facts.lifecycle, Lifecycle::kSpot);
  EXPECT_THAT(facts.tags, SizeIs(4));
  EXPECT_EQ(facts.standing.group, "web-asg");
  EXPECT_EQ(facts.standing.launch_template, "lt-1 version 7");
  EXPECT_EQ(facts.state_reason_code, "Server.SpotInstanceTermination");
}

TEST(Ec2, is_joined_with_the_checks_and_the_group) {
  aws::AutoScalingGroup group;
  group.name = "web-asg";
  aws::AutoScalingInstance of;
  of.id = "i-1";
  of.lifecycle_state = "Standby";
  of.health_status = "Healthy";
  of.protected_from_scale_in = true;
  of.launch_template = aws::LaunchTemplateRef{"lt-1", "web", "7"};
  group.instances = {of};
  const Groups groups = to_groups({group});
  Troubles troubles;
  aws::Ec2InstanceStatus& status = troubles["i-1"];
  status.id = "i-1";
  status.instance_check = "ok";
  status.system_check = "impaired";
  status.events = {{"e-1", "system-reboot", "soon", std::nullopt, std::nullopt, std::nullopt},
                   {"e-2", "system-reboot", "[Completed] done", {}, {}, {}}};
  aws::Ec2Instance instance;
  instance.id = "i-1";
  instance.state = "running";

  const Standing standing = join(instance, &groups, &troubles).standing;
  EXPECT_EQ(standing.group, "web-asg");
  EXPECT_EQ(standing.group_state, "Standby");
  EXPECT_TRUE(standing.protected_from_scale_in);
  EXPECT_EQ(standing.launch_template, "lt-1 version 7");
  EXPECT_EQ(standing.status_checks, "impaired");
  EXPECT_THAT(standing.events, ElementsAre("system-reboot: soon"));

  instance.id = "i-2";
  EXPECT_EQ(join(instance, &groups, &troubles).standing.status_checks, "ok");
  EXPECT_EQ(join(instance, nullptr, nullptr).standing, Standing());
}

aws::TargetGroup target_group(const std::string& name, const std::string& type = "instance") {
  aws::TargetGroup group;
  group.name = name;
  group.arn = "arn:tg/" + name;
  group.target_type = type;
  group.port = 80;
  group.load_balancer_arns = {"arn:lb/shop"};
  return group;
}

aws::LoadBalancerV2 balancer() {
  aws::LoadBalancerV2 balancer;
  balancer.name = "shop";
  balancer.arn = "arn:lb/shop";
  balancer.type = "application";
  return balancer;
}

TEST(ElbV2, a_target_with_several_registrations_is_one_member_in_the_worst_of_its_states) {
  const Membership membership = join(
      {{target_group("blue"), {{{"i-1", 80}, "healthy", "", ""}, {{"i-2", 80}, "healthy", "", ""}}},
       {target_group("green"),
        {{{"i-1", 8080}, "unhealthy", "Target.Timeout", "Request timed out"},
         {{"i-1", 8081}, "healthy", "", ""}}}});
  ASSERT_THAT(membership.members, SizeIs(2));
  EXPECT_EQ(membership.members[0].state, "unhealthy");
  EXPECT_EQ(membership.members[0].reason, "Target.Timeout");
  EXPECT_EQ(membership.members[0].description, "green:8080: Request timed out");
  EXPECT_EQ(membership.members[0].ports, "80, 8080, 8081");
  EXPECT_EQ(membership.members[1].state, "healthy");
  EXPECT_THAT(membership.facts, SizeIs(0));
}

TEST(ElbV2, addresses_are_members_and_lambda_functions_are_not) {
  const Membership membership = join(std::vector<Targets>{
      {target_group("ips", "ip"),
       {{{"10.0.3.7", 8080, "us-east-1a"}, "healthy", "", ""},
        {{"2001:db8::1", 8080}, "initial", "", ""}}},
      {target_group("functions", "lambda"), {{{"arn:lambda", 0}, "healthy", "", ""}}}});
  ASSERT_THAT(membership.members, SizeIs(2));
  EXPECT_EQ(membership.members[0].id, "ip-10.0.3.7");
  EXPECT_EQ(membership.members[1].id, "ip-2001-db8--1");
  ASSERT_THAT(membership.facts, SizeIs(2));
  EXPECT_EQ(membership.facts[0].private_ip, "10.0.3.7");
  EXPECT_EQ(membership.facts[0].availability_zone, "us-east-1a");
}

TEST(ElbV2, all_target_groups_of_a_balancer_are_meant_unless_some_are_named) {
  aws::TargetGroup other = target_group("other");
  other.load_balancer_arns = {};
  const std::vector<aws::TargetGroup> groups{target_group("blue"), target_group("green"), other};
  Cluster cluster;
  cluster.kind = ClusterKind::kAlb;
  cluster.resource = "shop";
  EXPECT_THAT(choose(cluster, {balancer()}, groups).value(), SizeIs(2));
  cluster.resource = "arn:lb/shop";
  cluster.target_groups = {"green"};
  ASSERT_THAT(choose(cluster, {balancer()}, groups).value(), SizeIs(1));
  cluster.target_groups = {"other"};
  EXPECT_THAT(choose(cluster, {balancer()}, groups).error().message, HasSubstr("'other'"));
  cluster.target_groups = {};
  cluster.kind = ClusterKind::kNlb;
  EXPECT_THAT(choose(cluster, {balancer()}, groups).error().message, HasSubstr("application"));
  cluster.kind = ClusterKind::kTargetGroup;
  cluster.resource = "other";
  EXPECT_THAT(choose(cluster, {}, groups).value(), SizeIs(1));
  cluster.resource = "gone";
  EXPECT_EQ(choose(cluster, {}, groups).error().kind, ErrorKind::kNotFound);
}

TEST(Asg, its_instances_are_in_their_lifecycle_states) {
  aws::AutoScalingGroup group;
  group.desired_capacity = 3;
  for (const char* state : {"InService", "Terminating:Wait", "Terminated", "Detaching"}) {
    aws::AutoScalingInstance one;
    one.id = std::string("i-") + state;
    one.lifecycle_state = state;
    group.instances.push_back(one);
  }
  const Membership membership = join(group);
  ASSERT_THAT(membership.members, SizeIs(2));
  EXPECT_EQ(membership.members[1].state, "Terminating:Wait");
  EXPECT_EQ(membership.wanted, 3);
  group.desired_capacity_type = "vcpu";
  EXPECT_EQ(join(group).wanted, std::nullopt);
}

TEST(Tag, what_has_ended_is_no_member) {
  aws::Ec2Instance one;
  one.id = "i-1";
  one.state = "running";
  aws::Ec2Instance two = one;
  two.id = "i-2";
  two.state = "stopping";
  EXPECT_THAT(join(std::vector<aws::Ec2Instance>{one, two}).members, SizeIs(1));
}

TEST(Static, hosts_are_known_by_what_the_list_calls_them) {
  Cluster cluster;
  cluster.kind = ClusterKind::kStatic;
  cluster.resource = "lab1.example, 10.0.0.7,lab1.example";
  const Membership membership = static_members(cluster);
  ASSERT_THAT(membership.members, SizeIs(2));
  EXPECT_EQ(membership.members[0].id, "lab1.example");
  EXPECT_EQ(membership.facts[0].private_dns, "lab1.example");
  EXPECT_EQ(membership.facts[1].private_ip, "10.0.0.7");
  EXPECT_TRUE(membership.final);
}

TEST(Ecs, tasks_on_hosts_are_their_hosts_and_tasks_on_fargate_are_themselves) {
  aws::EcsService service;
  service.desired_count = 3;
  service.task_definition = "arn:aws:ecs:x:1:task-definition/web:7";
  aws::EcsTask on_host;
  on_host.id = "t1";
  on_host.container_instance_arn = "arn:host";
  on_host.last_status = "RUNNING";
  aws::EcsTask second = on_host;
  second.id = "t2";
  second.health_status = "UNHEALTHY";
  aws::EcsTask fargate;
  fargate.id = "t3";
  fargate.last_status = "RUNNING";
  fargate.private_ip = "10.0.0.9";
  fargate.launch_type = "FARGATE";
  fargate.capacity_provider = "FARGATE_SPOT";
  fargate.group = "service:web";
  fargate.task_definition_arn = "arn:aws:ecs:x:1:task-definition/web:7";
  aws::EcsContainerInstance host;
  host.arn = "arn:host";
  host.ec2_instance_id = "i-1";
  const Membership membership = join(service, {on_host, second, fargate}, {host});
  ASSERT_THAT(membership.members, SizeIs(2));
  EXPECT_EQ(membership.release, "web:7");
  EXPECT_EQ(membership.members[0].id, "i-1");
  EXPECT_EQ(membership.members[0].state, "UNHEALTHY");
  EXPECT_EQ(membership.members[0].description, "task t1, t2");
  EXPECT_EQ(membership.wanted, std::nullopt);  // tasks share a host
  ASSERT_THAT(membership.facts, SizeIs(1));
  EXPECT_EQ(membership.facts[0].name, "web");
  EXPECT_EQ(membership.facts[0].image_id, "web:7");
  EXPECT_EQ(membership.facts[0].lifecycle, Lifecycle::kSpot);
  EXPECT_EQ(join(service, {fargate}, {}).wanted, 3);
}

}  // namespace
}  // namespace livesonic::discovery
