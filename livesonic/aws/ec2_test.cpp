// SPDX-License-Identifier: Apache-2.0
#include "livesonic/aws/ec2.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "livesonic/aws/fake_transport.h"

namespace livesonic::aws {
namespace {

using testing::HasSubstr;
using testing::Not;

using Answers = std::vector<Result<HttpResponse>>;

HttpResponse reservations(const std::string& items, const std::string& token = "") {
  return http(200,
              "<DescribeInstancesResponse xmlns=\"http://ec2.amazonaws.com/doc/2016-11-15/\">"
              "<requestId>r</requestId><reservationSet><item><instancesSet>" +
                  items + "</instancesSet></item></reservationSet>" +
                  (token.empty() ? "" : "<nextToken>" + token + "</nextToken>") +
                  "</DescribeInstancesResponse>");
}

std::string item(const std::string& id, const std::string& more = "") {
  return "<item><instanceId>" + id +
         "</instanceId><instanceState><code>16</code><name>running</name></instanceState>" + more +
         "</item>";
}

TEST(Ec2, describes_all_that_is_known_of_an_instance) {
  TestBench bench(Answers{reservations(
      item("i-0123456789abcdef0",
           "<dnsName>ec2-1.compute.amazonaws.com</dnsName>"
           "<privateDnsName>ip-10-0-0-1.ec2.internal</privateDnsName><reason/>"
           "<ipAddress>203.0.113.9</ipAddress><privateIpAddress>10.0.0.1</privateIpAddress>"
           "<placement><availabilityZone>ap-northeast-1a</availabilityZone></placement>"
           "<instanceType>c6i.large</instanceType><imageId>ami-1</imageId>"
           "<instanceLifecycle>spot</instanceLifecycle>"
           "<launchTime>2026-03-01T08:30:00.000Z</launchTime>"
           "<tagSet><item><key>Name</key><value>web &amp; more</value></item>"
           "<item><key>empty</key><value/></item></tagSet>"))});
  const auto found = Ec2(bench.client).describe_instances({"i-0123456789abcdef0"});
  ASSERT_TRUE(found) << found.error().message;
  EXPECT_THAT(*found, testing::ElementsAre(
                          Ec2Instance{.id = "i-0123456789abcdef0",
                                      .state = "running",
                                      .tags = {{"Name", "web & more"}, {"empty", ""}},
                                      .public_dns = "ec2-1.compute.amazonaws.com",
                                      .private_dns = "ip-10-0-0-1.ec2.internal",
                                      .public_ip = "203.0.113.9",
                                      .private_ip = "10.0.0.1",
                                      .availability_zone = "ap-northeast-1a",
                                      .type = "c6i.large",
                                      .image_id = "ami-1",
                                      .lifecycle = "spot",
                                      .launch_time = *parse_iso8601("2026-03-01T08:30:00Z")}));
}

std::vector<std::string> many_ids(int count) {
  std::vector<std::string> ids;
  for (int i = 0; i < count; ++i) ids.push_back(fmt::format("i-{:08x}", i));
  return ids;
}

TEST(Ec2, asks_for_few_ids_by_a_filter_and_for_each_once) {
  std::vector<std::string> ids = many_ids(200);
  ids.push_back(ids.front());
  TestBench bench(Answers{reservations("")});
  ASSERT_TRUE(Ec2(bench.client).describe_instances(ids));
  ASSERT_EQ(bench.transport.requests.size(), 1U);
  const std::string& body = bench.transport.requests.at(0).body;
  EXPECT_THAT(body, HasSubstr("&MaxResults=1000&Filter.1.Name=instance-id&"
                              "Filter.1.Value.1=i-00000000&"));
  EXPECT_THAT(body, HasSubstr("&Filter.1.Value.200=i-000000c7"));
  EXPECT_THAT(body, Not(HasSubstr("Filter.1.Value.201=")));
}

TEST(Ec2, asks_for_many_ids_a_thousand_a_call) {
  TestBench bench(Answers{reservations("")});
  ASSERT_TRUE(Ec2(bench.client).describe_instances(many_ids(2100)));
  ASSERT_EQ(bench.transport.requests.size(), 3U);
  EXPECT_THAT(bench.transport.requests.at(0).body, HasSubstr("&InstanceId.1=i-00000000&"));
  EXPECT_THAT(bench.transport.requests.at(0).body, HasSubstr("&InstanceId.1000=i-000003e7"));
  EXPECT_THAT(bench.transport.requests.at(0).body, Not(HasSubstr("MaxResults")));
  EXPECT_THAT(bench.transport.requests.at(1).body, HasSubstr("&InstanceId.1=i-000003e8&"));
  EXPECT_THAT(bench.transport.requests.at(2).body, HasSubstr("&Filter.1.Value.100=i-00000833"));
}

TEST(Ec2, asks_by_a_filter_where_an_unknown_id_spoils_the_call_for_a_thousand) {
  TestBench bench([](const HttpRequest& request) -> Result<HttpResponse> {
    if (request.body.find("&InstanceId.1=") != std::string::npos) {
      return http(400,
                  "<Response><Errors><Error><Code>InvalidInstanceID.NotFound</Code><Message>The "
                  "instance ID 'i-00000001' does not exist</Message></Error></Errors>"
                  "<RequestID>r</RequestID></Response>");
    }
    return reservations(request.body.find("=i-00000000&") != std::string::npos ? item("i-00000000")
                                                                               : std::string());
  });
  const auto found = Ec2(bench.client).describe_instances(many_ids(500));
  ASSERT_TRUE(found) << found.error().message;
  EXPECT_EQ(found->size(), 1U);
  EXPECT_EQ(bench.transport.requests.size(), 4U);
}

TEST(Ec2, says_why_an_instance_ended_and_what_launched_it) {
  TestBench bench(Answers{reservations(
      item("i-0123456789abcdef0",
           "<reason>Server.SpotInstanceTermination</reason>"
           "<stateReason><code>Server.SpotInstanceTermination</code><message>"
           "Server.SpotInstanceTermination: Spot instance termination</message></stateReason>"
           "<spotInstanceRequestId>sir-abcd1234</spotInstanceRequestId>"
           "<instanceLifecycle>spot</instanceLifecycle><architecture>arm64</architecture>"
           "<vpcId>vpc-1</vpcId><subnetId>subnet-1</subnetId><keyName>ops</keyName>"
           "<tagSet><item><key>aws:autoscaling:groupName</key><value>web</value></item>"
           "<item><key>aws:ec2launchtemplate:id</key><value>lt-1</value></item>"
           "<item><key>aws:ec2launchtemplate:version</key><value>7</value></item></tagSet>"))});
  const auto found = Ec2(bench.client).describe_instances({"i-0123456789abcdef0"});
  ASSERT_TRUE(found) << found.error().message;
  const Ec2Instance& instance = found->at(0);
  EXPECT_EQ(instance.state_reason_code, "Server.SpotInstanceTermination");
  EXPECT_EQ(instance.state_reason, "Server.SpotInstanceTermination: Spot instance termination");
  EXPECT_EQ(instance.transition_reason, "Server.SpotInstanceTermination");
  EXPECT_EQ(instance.spot_request_id, "sir-abcd1234");
  EXPECT_EQ(instance.architecture, "arm64");
  EXPECT_EQ(instance.vpc_id, "vpc-1");
  EXPECT_EQ(instance.subnet_id, "subnet-1");
  EXPECT_EQ(instance.auto_scaling_group(), "web");
  EXPECT_EQ(instance.launch_template_id(), "lt-1");
  EXPECT_EQ(instance.launch_template_version(), "7");
}

TEST(Ec2, finds_instances_by_filters) {
  TestBench bench(Answers{reservations(item("i-11111111"), "t1"), reservations("")});
  const auto found =
      Ec2(bench.client)
          .find_instances({{"tag:Role", {"web", "batch"}}, {"instance-state-name", {"running"}}});
  ASSERT_TRUE(found) << found.error().message;
  EXPECT_EQ(found->size(), 1U);
  EXPECT_THAT(bench.transport.requests.at(1).body,
              testing::EndsWith("&MaxResults=1000&Filter.1.Name=tag%3ARole&Filter.1.Value.1=web&"
                                "Filter.1.Value.2=batch&Filter.2.Name=instance-state-name&"
                                "Filter.2.Value.1=running&NextToken=t1"));
}

HttpResponse statuses(const std::string& items, const std::string& token = "") {
  return http(200, "<DescribeInstanceStatusResponse><instanceStatusSet>" + items +
                       "</instanceStatusSet>" +
                       (token.empty() ? "" : "<nextToken>" + token + "</nextToken>") +
                       "</DescribeInstanceStatusResponse>");
}

constexpr const char* kImpaired =
    "<item><instanceId>i-0123456789abcdef0</instanceId>"
    "<availabilityZone>ap-northeast-1a</availabilityZone>"
    "<instanceState><code>16</code><name>running</name></instanceState>"
    "<systemStatus><status>impaired</status><details><item><name>reachability</name>"
    "<status>failed</status><impairedSince>2026-03-01T08:30:00.000Z</impairedSince></item>"
    "</details></systemStatus>"
    "<instanceStatus><status>ok</status><details><item><name>reachability</name>"
    "<status>passed</status></item></details></instanceStatus>"
    "<eventsSet><item><instanceEventId>instance-event-1</instanceEventId>"
    "<code>instance-retirement</code><description>The instance is running on degraded hardware"
    "</description><notBefore>2026-03-10T00:00:00.000Z</notBefore></item></eventsSet></item>";

TEST(Ec2, describes_status_checks_and_scheduled_events) {
  TestBench bench(Answers{statuses(kImpaired)});
  const auto found = Ec2(bench.client).describe_instance_status({"i-0123456789abcdef0"});
  ASSERT_TRUE(found) << found.error().message;
  ASSERT_EQ(found->size(), 1U);
  const Ec2InstanceStatus& status = found->at(0);
  EXPECT_EQ(status.state, "running");
  EXPECT_EQ(status.system_check, "impaired");
  EXPECT_EQ(status.instance_check, "ok");
  EXPECT_EQ(status.ebs_check, "");
  EXPECT_EQ(status.impaired_since, *parse_iso8601("2026-03-01T08:30:00Z"));
  ASSERT_EQ(status.events.size(), 1U);
  EXPECT_EQ(status.events.at(0).code, "instance-retirement");
  EXPECT_EQ(status.events.at(0).not_before, *parse_iso8601("2026-03-10T00:00:00Z"));
  EXPECT_EQ(status.events.at(0).not_after, std::nullopt);
  EXPECT_THAT(bench.transport.requests.at(0).body,
              testing::EndsWith("&IncludeAllInstances=true&InstanceId.1=i-0123456789abcdef0"));
}

TEST(Ec2, leaves_out_of_the_status_what_ec2_says_it_does_not_know) {
  TestBench bench(Answers{http(400,
                               "<Response><Errors><Error><Code>InvalidInstanceID.NotFound</Code>"
                               "<Message>The instance IDs 'i-00000001, i-00000002' do not exist"
                               "</Message></Error></Errors></Response>"),
                          statuses(kImpaired)});
  const auto found =
      Ec2(bench.client)
          .describe_instance_status({"i-0123456789abcdef0", "i-00000001", "i-00000002"});
  ASSERT_TRUE(found) << found.error().message;
  EXPECT_EQ(found->size(), 1U);
  EXPECT_THAT(bench.transport.requests.at(1).body,
              testing::EndsWith("&InstanceId.1=i-0123456789abcdef0"));
  TestBench stubborn(Answers{refusal(400, "InvalidInstanceID.NotFound")});
  EXPECT_FALSE(Ec2(stubborn.client).describe_instance_status({"i-00000001"}));
  EXPECT_EQ(stubborn.transport.requests.size(), 1U);
}

TEST(Ec2, finds_status_by_filters_page_by_page) {
  TestBench bench(Answers{statuses("", "t1"), statuses(kImpaired)});
  const auto found = Ec2(bench.client).find_instance_status({{"event.code", {"instance-*"}}});
  ASSERT_TRUE(found) << found.error().message;
  EXPECT_EQ(found->size(), 1U);
  EXPECT_THAT(bench.transport.requests.at(1).body, testing::EndsWith("&NextToken=t1"));
}

TEST(Ec2, describes_instance_types) {
  TestBench bench(Answers{http(
      200,
      "<DescribeInstanceTypesResponse><instanceTypeSet><item><instanceType>c6i.large</instanceType>"
      "<currentGeneration>true</currentGeneration><bareMetal>false</bareMetal>"
      "<supportedUsageClasses><item>on-demand</item><item>spot</item></supportedUsageClasses>"
      "<processorInfo><supportedArchitectures><item>x86_64</item></supportedArchitectures>"
      "</processorInfo><vCpuInfo><defaultVCpus>2</defaultVCpus></vCpuInfo>"
      "<memoryInfo><sizeInMiB>4096</sizeInMiB></memoryInfo>"
      "<networkInfo><networkPerformance>Up to 12.5 Gigabit</networkPerformance></networkInfo>"
      "</item></instanceTypeSet></DescribeInstanceTypesResponse>")});
  const auto found = Ec2(bench.client).describe_instance_types({"c6i.large"});
  ASSERT_TRUE(found) << found.error().message;
  EXPECT_THAT(*found,
              testing::ElementsAre(InstanceType{.name = "c6i.large",
                                                .vcpus = 2,
                                                .memory_mib = 4096,
                                                .architectures = {"x86_64"},
                                                .usage_classes = {"on-demand", "spot"},
                                                .current_generation = true,
                                                .network_performance = "Up to 12.5 Gigabit"}));
}

TEST(Ec2, gives_what_the_console_said_with_every_byte) {
  TestBench bench(Answers{http(200,
                               "<GetConsoleOutputResponse><instanceId>i-12345678</instanceId>"
                               "<timestamp>2026-03-01T08:30:00.000Z</timestamp>"
                               "<output>G1swbUJvb3RlZAo=</output></GetConsoleOutputResponse>")});
  const auto found = Ec2(bench.client).get_console_output("i-12345678");
  ASSERT_TRUE(found) << found.error().message;
  EXPECT_EQ(found->text, "\x1b[0mBooted\n");
  TestBench odd(Answers{
      http(200, "<GetConsoleOutputResponse><output>***</output></GetConsoleOutputResponse>")});
  EXPECT_FALSE(Ec2(odd.client).get_console_output("i-12345678"));
  TestBench silent(Answers{http(200, "<GetConsoleOutputResponse/>")});
  EXPECT_EQ(Ec2(silent.client).get_console_output("i-12345678")->text, "");
}

TEST(Ec2, terminates_and_reboots_by_one_call_or_none) {
  TestBench bench(Answers{
      http(200,
           "<TerminateInstancesResponse><instancesSet><item><instanceId>i-12345678</instanceId>"
           "<currentState><code>32</code><name>shutting-down</name></currentState>"
           "<previousState><code>16</code><name>running</name></previousState></item>"
           "</instancesSet></TerminateInstancesResponse>"),
      http(200, "<RebootInstancesResponse><return>true</return></RebootInstancesResponse>")});
  const Ec2 ec2(bench.client);
  const auto changes = ec2.terminate_instances({"i-12345678"});
  ASSERT_TRUE(changes) << changes.error().message;
  EXPECT_THAT(*changes,
              testing::ElementsAre(StateChange{
                  .id = "i-12345678", .previous = "running", .current = "shutting-down"}));
  ASSERT_TRUE(ec2.reboot_instances({"i-12345678"}));
  EXPECT_THAT(
      bench.transport.requests.at(1).body,
      testing::EndsWith("Action=RebootInstances&Version=2016-11-15&InstanceId.1=i-12345678"));
  EXPECT_FALSE(ec2.terminate_instances({}));
  EXPECT_FALSE(ec2.terminate_instances(many_ids(1001)));
  EXPECT_FALSE(ec2.reboot_instances({}));
  EXPECT_EQ(bench.transport.requests.size(), 2U);
}

TEST(Ec2, stops_and_starts_instances) {
  const auto changed = [](const std::string& operation, const char* from, const char* to) {
    return http(200,
                fmt::format("<{0}Response><instancesSet><item><instanceId>i-12345678</instanceId>"
                            "<currentState><name>{2}</name></currentState>"
                            "<previousState><name>{1}</name></previousState></item>"
                            "</instancesSet></{0}Response>",
                            operation, from, to));
  };
  TestBench bench(Answers{changed("StopInstances", "running", "stopping"),
                          changed("StartInstances", "stopped", "pending"),
                          refusal(400, "IncorrectInstanceState")});
  const Ec2 ec2(bench.client);
  const auto stopped = ec2.stop_instances({"i-12345678"});
  ASSERT_TRUE(stopped) << stopped.error().message;
  EXPECT_THAT(*stopped, testing::ElementsAre(StateChange{
                            .id = "i-12345678", .previous = "running", .current = "stopping"}));
  const auto started = ec2.start_instances({"i-12345678"});
  ASSERT_TRUE(started) << started.error().message;
  EXPECT_EQ(started->at(0).current, "pending");
  EXPECT_THAT(
      bench.transport.requests.at(1).body,
      testing::EndsWith("Action=StartInstances&Version=2016-11-15&InstanceId.1=i-12345678"));
  EXPECT_EQ(ec2.stop_instances({"i-12345678"}).error().kind, ErrorKind::kInvalidInput);
  EXPECT_FALSE(ec2.stop_instances({}));
  EXPECT_FALSE(ec2.start_instances(many_ids(1001)));
  EXPECT_EQ(bench.transport.requests.size(), 3U);
}

TEST(Ec2, makes_no_call_for_no_ids) {
  TestBench bench(Answers{http(500, "")});
  EXPECT_TRUE(Ec2(bench.client).describe_instances({}));
  EXPECT_TRUE(bench.transport.requests.empty());
}

TEST(Ec2, leaves_out_what_ec2_does_not_know_and_what_was_not_asked_for) {
  TestBench bench(Answers{reservations(item("i-11111111") + item("i-99999999"))});
  const auto found = Ec2(bench.client).describe_instances({"i-11111111", "i-22222222"});
  ASSERT_TRUE(found);
  ASSERT_EQ(found->size(), 1U);
  EXPECT_EQ(found->at(0).id, "i-11111111");
}

TEST(Ec2, follows_pages_even_empty_ones) {
  TestBench bench(Answers{reservations("", "t1"), reservations(item("i-11111111"))});
  const auto found = Ec2(bench.client).describe_instances({"i-11111111"});
  ASSERT_TRUE(found);
  EXPECT_EQ(found->size(), 1U);
  EXPECT_THAT(bench.transport.requests.at(1).body, testing::EndsWith("&NextToken=t1"));
}

TEST(Ec2, explains_a_refusal_in_ec2s_own_form) {
  TestBench bench(Answers{
      http(403,
           "<?xml version=\"1.0\"?><Response><Errors><Error><Code>UnauthorizedOperation</Code>"
           "<Message>You are not authorized.</Message></Error></Errors>"
           "<RequestID>ea966190</RequestID></Response>")});
  const auto found = Ec2(bench.client).describe_instances({"i-11111111"});
  ASSERT_FALSE(found);
  EXPECT_EQ(
      found.error(),
      (Error{ErrorKind::kPermission,
             "DescribeInstances: UnauthorizedOperation: You are not authorized; the role may not "
             "ec2:DescribeInstances "
             "(HTTP 403, request id ea966190)"}));
}

TEST(Ec2, refuses_addresses_that_would_do_harm_elsewhere) {
  for (const char* nonsense :
       {"<dnsName>-oProxyCommand=x</dnsName>", "<privateDnsName>a b</privateDnsName>",
        "<ipAddress>1.2.3.4;x</ipAddress>", "<privateIpAddress>host</privateIpAddress>",
        "<placement><availabilityZone>a/b</availabilityZone></placement>",
        "<launchTime>soon</launchTime>", "<tagSet><item><value>x</value></item></tagSet>"}) {
    TestBench bench(Answers{reservations(item("i-11111111", nonsense))});
    const auto found = Ec2(bench.client).describe_instances({"i-11111111"});
    ASSERT_FALSE(found) << nonsense;
    EXPECT_THAT(found.error().message, HasSubstr("reservationSet/item/instancesSet/item/"));
  }
}

}  // namespace
}  // namespace livesonic::aws
