// SPDX-License-Identifier: Apache-2.0
#include "livesonic/aws/elb.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "livesonic/aws/fake_transport.h"

namespace livesonic::aws {
namespace {

using testing::EndsWith;
using testing::HasSubstr;

using Answers = std::vector<Result<HttpResponse>>;

HttpResponse balancers(const std::string& members, const std::string& marker = "") {
  return http(200,
              "<DescribeLoadBalancersResponse "
              "xmlns=\"http://elasticloadbalancing.amazonaws.com/doc/2012-06-01/\">"
              "<DescribeLoadBalancersResult><LoadBalancerDescriptions>" +
                  members + "</LoadBalancerDescriptions>" +
                  (marker.empty() ? "" : "<NextMarker>" + marker + "</NextMarker>") +
                  "</DescribeLoadBalancersResult></DescribeLoadBalancersResponse>");
}

std::string member(const std::string& name, const std::string& instances) {
  return "<member><LoadBalancerName>" + name +
         "</LoadBalancerName><DNSName>web-1.ap-northeast-1.elb.amazonaws.com</DNSName>"
         "<Scheme>internet-facing</Scheme><VPCId>vpc-1</VPCId>"
         "<AvailabilityZones><member>ap-northeast-1a</member><member>ap-northeast-1c</member>"
         "</AvailabilityZones><Instances>" +
         instances + "</Instances></member>";
}

std::string instance(const std::string& id) {
  return "<member><InstanceId>" + id + "</InstanceId></member>";
}

HttpResponse health(const std::string& members) {
  return http(200,
              "<DescribeInstanceHealthResponse><DescribeInstanceHealthResult><InstanceStates>" +
                  members +
                  "</InstanceStates></DescribeInstanceHealthResult>"
                  "</DescribeInstanceHealthResponse>",
              {{"x-amzn-RequestId", "r-9"}});
}

TEST(Elb, describes_a_balancer_with_its_instances) {
  TestBench bench(
      Answers{balancers(member("web", instance("i-0123456789abcdef0") + instance("i-12345678")))});
  const auto found = Elb(bench.client).describe_load_balancers({"web"});
  ASSERT_TRUE(found) << found.error().message;
  EXPECT_THAT(*found, testing::ElementsAre(
                          LoadBalancer{.name = "web",
                                       .instance_ids = {"i-0123456789abcdef0", "i-12345678"},
                                       .dns_name = "web-1.ap-northeast-1.elb.amazonaws.com",
                                       .scheme = "internet-facing",
                                       .vpc_id = "vpc-1"}));
  EXPECT_EQ(bench.transport.requests.at(0).body,
            "Action=DescribeLoadBalancers&Version=2012-06-01&LoadBalancerNames.member.1=web");
  EXPECT_EQ(bench.transport.requests.at(0).url,
            "https://elasticloadbalancing.ap-northeast-1.amazonaws.com/");
}

TEST(Elb, follows_pages_to_the_last) {
  TestBench bench(Answers{balancers(member("a", ""), "m1"), balancers(member("b", ""), "m2"),
                          balancers(member("c", ""))});
  const auto found = Elb(bench.client).describe_load_balancers();
  ASSERT_TRUE(found);
  EXPECT_EQ(found->size(), 3U);
  EXPECT_THAT(bench.transport.requests.at(2).body, EndsWith("&Marker=m2"));
}

TEST(Elb, gives_no_part_of_a_list_when_a_page_fails) {
  TestBench bench(Answers{balancers(member("a", ""), "m1"), refusal(403, "AccessDenied")});
  const auto found = Elb(bench.client).describe_load_balancers();
  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().kind, ErrorKind::kPermission);
}

TEST(Elb, notices_pages_that_lead_in_a_circle) {
  TestBench bench(Answers{balancers("", "m1"), balancers("", "m2"), balancers("", "m1")});
  const auto found = Elb(bench.client).describe_load_balancers();
  ASSERT_FALSE(found);
  EXPECT_THAT(found.error().message, HasSubstr("in a circle"));
}

TEST(Elb, asks_for_many_names_in_several_calls) {
  std::vector<std::string> names;
  for (int i = 0; i < 101; ++i) names.push_back("web-" + std::to_string(100 + i));
  TestBench bench(Answers{balancers("")});
  ASSERT_TRUE(Elb(bench.client).describe_load_balancers(names));
  ASSERT_EQ(bench.transport.requests.size(), 2U);
  EXPECT_THAT(bench.transport.requests.at(1).body, EndsWith("&LoadBalancerNames.member.1=web-200"));
}

TEST(Elb, gives_the_tags_of_balancers_even_where_there_are_none) {
  TestBench bench(Answers{
      http(200,
           "<DescribeTagsResponse><DescribeTagsResult><TagDescriptions><member><Tags><member>"
           "<Key>team</Key><Value>shop</Value></member><member><Key>empty</Key></member></Tags>"
           "<LoadBalancerName>web</LoadBalancerName></member></TagDescriptions>"
           "</DescribeTagsResult></DescribeTagsResponse>")});
  const auto found = Elb(bench.client).describe_tags({"web", "api"});
  ASSERT_TRUE(found) << found.error().message;
  EXPECT_EQ(found->at("web"), (Tags{{"team", "shop"}, {"empty", ""}}));
  EXPECT_EQ(found->at("api"), Tags{});
  EXPECT_FALSE(Elb(bench.client).describe_tags({"other"}));
}

TEST(Elb, registers_and_deregisters_instances) {
  const auto registered = [](const std::string& operation, const std::string& ids) {
    return http(200, "<" + operation + "Response><" + operation + "Result><Instances>" + ids +
                         "</Instances></" + operation + "Result></" + operation + "Response>");
  };
  TestBench bench(
      Answers{registered("RegisterInstancesWithLoadBalancer",
                         instance("i-12345678") + instance("i-87654321")),
              registered("DeregisterInstancesFromLoadBalancer", instance("i-87654321"))});
  const Elb elb(bench.client);
  const auto more = elb.register_instances("web", {"i-87654321"});
  ASSERT_TRUE(more) << more.error().message;
  EXPECT_THAT(*more, testing::ElementsAre("i-12345678", "i-87654321"));
  const auto fewer = elb.deregister_instances("web", {"i-12345678", "i-00000000"});
  ASSERT_TRUE(fewer) << fewer.error().message;
  EXPECT_THAT(*fewer, testing::ElementsAre("i-87654321"));
  EXPECT_THAT(bench.transport.requests.at(1).body,
              EndsWith("&LoadBalancerName=web&Instances.member.1.InstanceId=i-12345678&"
                       "Instances.member.2.InstanceId=i-00000000"));
}

TEST(Elb, says_that_a_balancer_does_not_exist) {
  TestBench bench(Answers{refusal(400, "LoadBalancerNotFound")});
  EXPECT_EQ(Elb(bench.client).describe_load_balancers({"x"}).error().kind, ErrorKind::kNotFound);
  EXPECT_EQ(Elb(bench.client).describe_instance_health("x").error().kind, ErrorKind::kNotFound);
}

TEST(Elb, describes_the_health_of_instances) {
  TestBench bench(Answers{
      health("<member><InstanceId>i-0123456789abcdef0</InstanceId><State>OutOfService</State>"
             "<ReasonCode>Instance</ReasonCode><Description>Instance has failed.</Description>"
             "</member>")});
  const auto found = Elb(bench.client).describe_instance_health("web");
  ASSERT_TRUE(found) << found.error().message;
  EXPECT_THAT(*found, testing::ElementsAre(InstanceHealth{.instance_id = "i-0123456789abcdef0",
                                                          .state = "OutOfService",
                                                          .reason_code = "Instance",
                                                          .description = "Instance has failed."}));
}

TEST(Elb, takes_an_answer_without_the_list_for_an_error_and_not_for_an_empty_fleet) {
  TestBench bench(Answers{http(200, "<DescribeInstanceHealthResponse/>")});
  EXPECT_FALSE(Elb(bench.client).describe_instance_health("web"));
  TestBench empty(Answers{health("")});
  EXPECT_TRUE(Elb(empty.client).describe_instance_health("web"));
}

TEST(Elb, names_the_operation_and_the_request_when_an_answer_makes_no_sense) {
  TestBench bench(Answers{health(instance("rm -rf /"))});
  const auto found = Elb(bench.client).describe_instance_health("web");
  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().kind, ErrorKind::kInvalidInput);
  EXPECT_EQ(found.error().message,
            "DescribeInstanceHealth: the answer can't be understood: "
            "DescribeInstanceHealthResult/InstanceStates/member/InstanceId: 'rm -rf /' is no "
            "instance id (request id r-9)");
}

TEST(Elb, refuses_a_truncated_answer) {
  HttpResponse cut = balancers(member("web", instance("i-12345678")));
  for (std::size_t size = 0; size < cut.body.size(); size += 7) {
    TestBench bench(Answers{http(200, cut.body.substr(0, size))});
    const auto found = Elb(bench.client).describe_load_balancers();
    ASSERT_FALSE(found) << size;
    EXPECT_THAT(found.error().message, testing::StartsWith("DescribeLoadBalancers: "));
  }
}

}  // namespace
}  // namespace livesonic::aws
