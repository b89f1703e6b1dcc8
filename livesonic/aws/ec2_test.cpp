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

TEST(Ec2, asks_for_two_hundred_ids_a_call_by_a_filter_and_for_each_once) {
  std::vector<std::string> ids;
  for (int i = 0; i < 401; ++i) ids.push_back(fmt::format("i-{:08x}", i));
  ids.push_back(ids.front());
  TestBench bench(Answers{http(200,
                               "<DescribeInstancesResponse><reservationSet/>"
                               "</DescribeInstancesResponse>")});
  ASSERT_TRUE(Ec2(bench.client).describe_instances(ids));
  ASSERT_EQ(bench.transport.requests.size(), 3U);
  EXPECT_THAT(bench.transport.requests.at(0).body,
              HasSubstr("&Filter.1.Name=instance-id&MaxResults=1000&Filter.1.Value.1=i-00000000&"));
  EXPECT_THAT(bench.transport.requests.at(0).body, HasSubstr("&Filter.1.Value.200=i-"));
  EXPECT_THAT(bench.transport.requests.at(2).body, HasSubstr("&Filter.1.Value.1=i-00000190"));
  EXPECT_THAT(bench.transport.requests.at(2).body, Not(HasSubstr("Filter.1.Value.2=")));
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
  EXPECT_EQ(found.error(),
            (Error{ErrorKind::kPermission,
                   "DescribeInstances: UnauthorizedOperation: You are not authorized. "
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
