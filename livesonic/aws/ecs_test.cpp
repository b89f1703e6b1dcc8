// SPDX-License-Identifier: Apache-2.0
#include "livesonic/aws/ecs.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "livesonic/aws/fake_transport.h"

namespace livesonic::aws {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

using Answers = std::vector<Result<HttpResponse>>;

constexpr const char* kTask = "arn:aws:ecs:ap-northeast-1:123456789012:task/prod/1dc5c17ac422";

nlohmann::json body_of(const HttpRequest& request) {
  return nlohmann::json::parse(request.body);
}

TEST(Ecs, speaks_json_with_the_services_own_target) {
  TestBench bench(Answers{http(200, R"({"clusterArns": ["arn:aws:ecs:x:1:cluster/prod"]})")});
  const auto found = Ecs(bench.client).list_clusters();
  ASSERT_TRUE(found) << found.error().message;
  EXPECT_THAT(*found, ElementsAre("arn:aws:ecs:x:1:cluster/prod"));
  const HttpRequest& request = bench.transport.requests.at(0);
  EXPECT_EQ(request.url, "https://ecs.ap-northeast-1.amazonaws.com/");
  EXPECT_EQ(request.body, R"({"maxResults":100})");
  EXPECT_THAT(request.headers,
              testing::Contains(std::pair<std::string, std::string>(
                  "X-Amz-Target", "AmazonEC2ContainerServiceV20141113.ListClusters")));
  EXPECT_THAT(request.headers, testing::Contains(std::pair<std::string, std::string>(
                                   "Content-Type", "application/x-amz-json-1.1")));
}

TEST(Ecs, follows_pages_to_the_last) {
  TestBench bench(Answers{http(200, R"({"taskArns": ["a"], "nextToken": "t1"})"),
                          http(200, R"({"taskArns": ["b"], "nextToken": null})")});
  const auto found = Ecs(bench.client)
                         .list_tasks({.cluster = "prod",
                                      .service = "web",
                                      .container_instance = "",
                                      .desired_status = "STOPPED"});
  ASSERT_TRUE(found) << found.error().message;
  EXPECT_THAT(*found, ElementsAre("a", "b"));
  EXPECT_EQ(body_of(bench.transport.requests.at(1)), nlohmann::json::parse(R"({
    "cluster": "prod", "serviceName": "web", "desiredStatus": "STOPPED",
    "maxResults": 100, "nextToken": "t1"})"));
}

TEST(Ecs, gives_no_part_of_a_list) {
  for (const HttpResponse& second :
       {http(400, R"({"__type": "ThrottlingException"})"), http(200, "{}"), http(200, "[]"),
        http(200, R"({"serviceArns": {}})"), http(200, R"({"serviceArns": [1]})"),
        http(200, R"({"serviceArns": ["b"], "nextToken": "t1"})"), http(200, "")}) {
    TestBench bench(Answers{http(200, R"({"serviceArns": ["a"], "nextToken": "t1"})"), second});
    EXPECT_FALSE(Ecs(bench.client).list_services("prod")) << second.body;
  }
}

TEST(Ecs, says_that_a_cluster_does_not_exist) {
  TestBench bench(Answers{
      http(400, R"({"__type": "ClusterNotFoundException", "message": "Cluster not found."})")});
  const Ecs ecs(bench.client);
  EXPECT_EQ(ecs.list_services("x").error().kind, ErrorKind::kNotFound);
  EXPECT_EQ(ecs.describe_tasks("x", {"t"}).error().message,
            "DescribeTasks: ClusterNotFoundException: Cluster not found. (HTTP 400)");
}

TEST(Ecs, describes_clusters) {
  TestBench bench(Answers{http(200, R"({"clusters": [{
      "clusterArn": "arn:aws:ecs:x:1:cluster/prod", "clusterName": "prod", "status": "ACTIVE",
      "registeredContainerInstancesCount": 4, "runningTasksCount": 12, "pendingTasksCount": 1,
      "activeServicesCount": 3, "statistics": [], "tags": [{"key": "team", "value": "shop"}]}],
      "failures": []})")});
  const auto found = Ecs(bench.client).describe_clusters({"prod"});
  ASSERT_TRUE(found) << found.error().message;
  EXPECT_THAT(*found, ElementsAre(EcsCluster{.arn = "arn:aws:ecs:x:1:cluster/prod",
                                             .name = "prod",
                                             .status = "ACTIVE",
                                             .container_instances = 4,
                                             .running_tasks = 12,
                                             .pending_tasks = 1,
                                             .active_services = 3,
                                             .tags = {{"team", "shop"}}}));
  EXPECT_EQ(bench.transport.requests.at(0).body, R"({"clusters":["prod"],"include":["TAGS"]})");
}

TEST(Ecs, describes_services_with_deployments_and_events_ten_a_call) {
  std::vector<std::string> names;
  for (int i = 0; i < 11; ++i) names.push_back(fmt::format("s{:02}", i));
  TestBench bench(Answers{http(200, R"({"services": [{
      "serviceArn": "arn:aws:ecs:x:1:service/prod/web", "serviceName": "web",
      "clusterArn": "arn:aws:ecs:x:1:cluster/prod", "status": "ACTIVE", "desiredCount": 2,
      "runningCount": 3, "pendingCount": 0, "launchType": "FARGATE",
      "taskDefinition": "arn:aws:ecs:x:1:task-definition/web:8",
      "loadBalancers": [{"targetGroupArn": "arn:tg", "containerName": "app",
                         "containerPort": 8080}],
      "deployments": [{"id": "ecs-svc/2", "status": "PRIMARY", "desiredCount": 2,
          "runningCount": 1, "pendingCount": 1, "failedTasks": 0, "createdAt": 1772353800.123,
          "updatedAt": 1772353801, "rolloutState": "IN_PROGRESS",
          "rolloutStateReason": "ECS deployment ecs-svc/2 in progress."},
        {"id": "ecs-svc/1", "status": "ACTIVE", "runningCount": 2}],
      "events": [{"id": "e1", "createdAt": 1772353800, "message": "(service web) has begun"}],
      "schedulingStrategy": "REPLICA", "createdAt": 1772353800}]})"),
                          http(200, R"({"services": []})")});
  const auto found = Ecs(bench.client).describe_services("prod", names);
  ASSERT_TRUE(found) << found.error().message;
  ASSERT_EQ(found->size(), 1U);
  const EcsService& web = found->at(0);
  EXPECT_EQ(web.desired_count, 2);
  EXPECT_EQ(web.running_count, 3);
  EXPECT_EQ(web.launch_type, "FARGATE");
  ASSERT_EQ(web.deployments.size(), 2U);
  EXPECT_EQ(web.deployments.at(0).rollout_state, "IN_PROGRESS");
  EXPECT_EQ(web.deployments.at(0).created_at, *parse_iso8601("2026-03-01T08:30:00.123Z"));
  EXPECT_EQ(web.deployments.at(1).status, "ACTIVE");
  EXPECT_EQ(web.load_balancers.at(0).container_port, 8080);
  EXPECT_EQ(web.events.at(0).message, "(service web) has begun");
  ASSERT_EQ(bench.transport.requests.size(), 2U);
  EXPECT_EQ(body_of(bench.transport.requests.at(1)).at("services").size(), 1U);
}

TEST(Ecs, describes_a_fargate_task_that_was_interrupted) {
  TestBench bench(Answers{http(200, R"({"tasks": [{
      "taskArn": "arn:aws:ecs:ap-northeast-1:123456789012:task/prod/1dc5c17ac422",
      "clusterArn": "arn:c", "taskDefinitionArn": "arn:td", "group": "service:web",
      "startedBy": "ecs-svc/1", "launchType": "FARGATE", "capacityProviderName": "FARGATE_SPOT",
      "availabilityZone": "ap-northeast-1a", "lastStatus": "STOPPED", "desiredStatus": "STOPPED",
      "healthStatus": "UNKNOWN", "connectivity": "CONNECTED", "stopCode": "SpotInterruption",
      "stoppedReason": "Your Spot Task was interrupted.",
      "attachments": [{"id": "a", "type": "ElasticNetworkInterface", "status": "DELETED",
        "details": [{"name": "subnetId", "value": "subnet-1"},
                    {"name": "networkInterfaceId", "value": "eni-1"},
                    {"name": "privateDnsName", "value": "ip-10-0-3-7.ec2.internal"},
                    {"name": "privateIPv4Address", "value": "10.0.3.7"}]}],
      "containers": [{"name": "app", "image": "app:8", "imageDigest": "sha256:1",
        "runtimeId": "1dc5-1", "lastStatus": "STOPPED", "exitCode": 137, "reason": "OOM",
        "networkBindings": [], "networkInterfaces": [{"privateIpv4Address": "10.0.3.7"}],
        "healthStatus": "UNKNOWN"}],
      "createdAt": 1772353800, "startedAt": 1772353801, "stoppingAt": 1772353900.5,
      "stoppedAt": 1772353902, "tags": []}], "failures": []})")});
  const auto found = Ecs(bench.client).describe_tasks("prod", {kTask});
  ASSERT_TRUE(found) << found.error().message;
  ASSERT_EQ(found->size(), 1U);
  const EcsTask& task = found->at(0);
  EXPECT_EQ(task.id, "1dc5c17ac422");
  EXPECT_EQ(task.container_instance_arn, "");
  EXPECT_EQ(task.private_ip, "10.0.3.7");
  EXPECT_EQ(task.private_dns, "ip-10-0-3-7.ec2.internal");
  EXPECT_EQ(task.network_interface_id, "eni-1");
  EXPECT_EQ(task.stop_code, "SpotInterruption");
  EXPECT_EQ(task.capacity_provider, "FARGATE_SPOT");
  EXPECT_EQ(task.stopping_at, *parse_iso8601("2026-03-01T08:31:40.500Z"));
  ASSERT_EQ(task.containers.size(), 1U);
  EXPECT_EQ(task.containers.at(0).exit_code, 137);
  EXPECT_THAT(task.containers.at(0).private_ips, ElementsAre("10.0.3.7"));
}

TEST(Ecs, describes_a_task_on_a_container_instance) {
  TestBench bench(Answers{http(200, R"({"tasks": [{
      "taskArn": "arn:aws:ecs:x:1:task/1dc5c17ac422", "lastStatus": "RUNNING",
      "containerInstanceArn": "arn:ci", "containers": [{"name": "app",
        "networkBindings": [{"bindIP": "0.0.0.0", "containerPort": 80, "hostPort": 32768,
                             "protocol": "tcp"}]}]}]})")});
  const auto found = Ecs(bench.client).describe_tasks("prod", {"1dc5c17ac422"});
  ASSERT_TRUE(found) << found.error().message;
  EXPECT_EQ(found->at(0).container_instance_arn, "arn:ci");
  EXPECT_EQ(found->at(0).private_ip, "");
  EXPECT_EQ(found->at(0).containers.at(0).exit_code, std::nullopt);
  EXPECT_THAT(found->at(0).containers.at(0).ports,
              ElementsAre(EcsPort{.container_port = 80, .host_port = 32768, .protocol = "tcp"}));
}

TEST(Ecs, leaves_out_what_is_missing_and_fails_for_any_other_reason) {
  TestBench missing(Answers{
      http(200, R"({"tasks": [], "failures": [{"arn": "arn:aws:ecs:t", "reason": "MISSING"}]})")});
  const auto none = Ecs(missing.client).describe_tasks("prod", {"t"});
  ASSERT_TRUE(none) << none.error().message;
  EXPECT_TRUE(none->empty());
  TestBench other(Answers{
      http(200, R"({"tasks": [], "failures": [{"arn": "arn:aws:ecs:t", "reason": "INTERNAL"}]})")});
  const auto failed = Ecs(other.client).describe_tasks("prod", {"t"});
  ASSERT_FALSE(failed);
  EXPECT_THAT(failed.error().message, HasSubstr("'INTERNAL' of arn:aws:ecs:t"));
}

TEST(Ecs, describes_container_instances_a_hundred_a_call) {
  std::vector<std::string> ids;
  for (int i = 0; i < 101; ++i) ids.push_back(fmt::format("ci{:03}", i));
  TestBench bench(Answers{http(200, R"({"containerInstances": [{
      "containerInstanceArn": "arn:aws:ecs:x:1:container-instance/prod/1",
      "ec2InstanceId": "i-0123456789abcdef0", "status": "DRAINING", "statusReason": "spot",
      "agentConnected": true, "runningTasksCount": 3, "pendingTasksCount": 0,
      "registeredAt": 1772353800, "version": 12, "attributes": [{"name": "x"}]}]})"),
                          http(200, R"({"containerInstances": []})")});
  const auto found = Ecs(bench.client).describe_container_instances("prod", ids);
  ASSERT_TRUE(found) << found.error().message;
  EXPECT_THAT(*found, ElementsAre(EcsContainerInstance{
                          .arn = "arn:aws:ecs:x:1:container-instance/prod/1",
                          .ec2_instance_id = "i-0123456789abcdef0",
                          .status = "DRAINING",
                          .status_reason = "spot",
                          .agent_connected = true,
                          .running_tasks = 3,
                          .pending_tasks = 0,
                          .capacity_provider = "",
                          .registered_at = *parse_iso8601("2026-03-01T08:30:00Z"),
                          .tags = {}}));
  EXPECT_EQ(bench.transport.requests.size(), 2U);
  TestBench listing(Answers{http(200, R"({"containerInstanceArns": []})")});
  EXPECT_TRUE(Ecs(listing.client).list_container_instances("prod"));
  EXPECT_TRUE(Ecs(listing.client).describe_container_instances("prod", {})->empty());
  EXPECT_EQ(listing.transport.requests.size(), 1U);
}

TEST(Ecs, refuses_tasks_that_make_no_sense) {
  for (const char* task :
       {R"({})", R"(1)", R"({"taskArn": "x", "lastStatus": "RUNNING"})",
        R"({"taskArn": "arn:a/b c", "lastStatus": "RUNNING"})", R"({"taskArn": "arn:a/b"})",
        R"({"taskArn": "arn:a/b", "lastStatus": "RUNNING", "createdAt": "soon"})",
        R"({"taskArn": "arn:a/b", "lastStatus": "RUNNING", "containers": {}})",
        R"({"taskArn": "arn:a/b", "lastStatus": "RUNNING", "containers": [{"exitCode": "0"}]})",
        R"({"taskArn": "arn:a/b", "lastStatus": "RUNNING", "attachments": [{
            "type": "ElasticNetworkInterface",
            "details": [{"name": "privateIPv4Address", "value": "-oProxyCommand=x"}]}]})"}) {
    TestBench bench(Answers{http(200, fmt::format(R"({{"tasks": [{}]}})", task))});
    const auto found = Ecs(bench.client).describe_tasks("prod", {"t"});
    ASSERT_FALSE(found) << task;
    EXPECT_EQ(found.error().kind, ErrorKind::kInvalidInput);
  }
}

TEST(Ecs, changes_a_service) {
  const std::string answer = R"({"service": {
      "serviceArn": "arn:aws:ecs:x:1:service/prod/web", "serviceName": "web", "status": "ACTIVE",
      "desiredCount": 5, "runningCount": 3, "pendingCount": 2}})";
  TestBench bench(Answers{http(200, answer), http(200, answer), http(200, answer),
                          http(400, R"({"__type": "ServiceNotFoundException"})"), http(200, "{}")});
  const Ecs ecs(bench.client);
  const auto changed = ecs.update_service("prod", "web", {.desired_count = 5});
  ASSERT_TRUE(changed) << changed.error().message;
  EXPECT_EQ(changed->desired_count, 5);
  EXPECT_EQ(body_of(bench.transport.requests.at(0)),
            nlohmann::json::parse(R"({"cluster": "prod", "service": "web", "desiredCount": 5})"));
  ASSERT_TRUE(ecs.update_service("prod", "web", {.force_new_deployment = true}));
  EXPECT_EQ(body_of(bench.transport.requests.at(1)),
            nlohmann::json::parse(
                R"({"cluster": "prod", "service": "web", "forceNewDeployment": true})"));
  ASSERT_TRUE(ecs.update_service("prod", "web", {.task_definition = "web:41"}));
  EXPECT_EQ(body_of(bench.transport.requests.at(2)),
            nlohmann::json::parse(
                R"({"cluster": "prod", "service": "web", "taskDefinition": "web:41"})"));
  EXPECT_EQ(ecs.update_service("prod", "x", {}).error().kind, ErrorKind::kNotFound);
  EXPECT_FALSE(ecs.update_service("prod", "web", {}));
}

}  // namespace
}  // namespace livesonic::aws
