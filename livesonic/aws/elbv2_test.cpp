// SPDX-License-Identifier: Apache-2.0
#include "livesonic/aws/elbv2.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "livesonic/aws/fake_transport.h"

namespace livesonic::aws {
namespace {

using testing::ElementsAre;
using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;

using Answers = std::vector<Result<HttpResponse>>;

constexpr const char* kBalancer =
    "arn:aws:elasticloadbalancing:ap-northeast-1:123456789012:loadbalancer/app/web/"
    "50dc6c495c0c9188";
constexpr const char* kGroup =
    "arn:aws:elasticloadbalancing:ap-northeast-1:123456789012:targetgroup/web/73e2d6bc24d8a067";

HttpResponse answer(const std::string& operation, const std::string& result) {
  return http(200,
              "<" + operation +
                  "Response xmlns=\"http://elasticloadbalancing.amazonaws.com/doc/2015-12-01/\"><" +
                  operation + "Result>" + result + "</" + operation +
                  "Result><ResponseMetadata><RequestId>r</RequestId></ResponseMetadata></" +
                  operation + "Response>");
}

HttpResponse balancers(const std::string& members, const std::string& marker = "") {
  return answer("DescribeLoadBalancers",
                "<LoadBalancers>" + members + "</LoadBalancers>" +
                    (marker.empty() ? "" : "<NextMarker>" + marker + "</NextMarker>"));
}

std::string balancer(const std::string& name) {
  return "<member><LoadBalancerArn>" + std::string(kBalancer) +
         "</LoadBalancerArn><Scheme>internet-facing</Scheme><LoadBalancerName>" + name +
         "</LoadBalancerName><VpcId>vpc-3ac0fb5f</VpcId>"
         "<CanonicalHostedZoneId>Z14GRHDCWA56QT</CanonicalHostedZoneId>"
         "<CreatedTime>2026-03-01T08:30:00.440Z</CreatedTime>"
         "<AvailabilityZones><member><SubnetId>subnet-8360a9e7</SubnetId>"
         "<ZoneName>ap-northeast-1a</ZoneName></member><member>"
         "<SubnetId>subnet-b7d581c0</SubnetId><ZoneName>ap-northeast-1c</ZoneName></member>"
         "</AvailabilityZones><SecurityGroups><member>sg-5943793c</member></SecurityGroups>"
         "<DNSName>web-1.ap-northeast-1.elb.amazonaws.com</DNSName>"
         "<State><Code>active</Code></State><Type>application</Type></member>";
}

HttpResponse groups(const std::string& members) {
  return answer("DescribeTargetGroups", "<TargetGroups>" + members + "</TargetGroups>");
}

HttpResponse health(const std::string& members) {
  return answer("DescribeTargetHealth",
                "<TargetHealthDescriptions>" + members + "</TargetHealthDescriptions>");
}

std::string target(const std::string& id, const std::string& state) {
  return "<member><HealthCheckPort>80</HealthCheckPort><TargetHealth><State>" + state +
         "</State></TargetHealth><Target><Port>80</Port><Id>" + id + "</Id></Target></member>";
}

TEST(ElbV2, describes_balancers_with_what_is_known_of_them) {
  TestBench bench(Answers{balancers(balancer("web"))});
  const auto found = ElbV2(bench.client).describe_load_balancers({"web"});
  ASSERT_TRUE(found) << found.error().message;
  EXPECT_THAT(*found, ElementsAre(LoadBalancerV2{
                          .arn = kBalancer,
                          .name = "web",
                          .type = "application",
                          .state = "active",
                          .state_reason = "",
                          .scheme = "internet-facing",
                          .dns_name = "web-1.ap-northeast-1.elb.amazonaws.com",
                          .canonical_zone_id = "Z14GRHDCWA56QT",
                          .vpc_id = "vpc-3ac0fb5f",
                          .availability_zones = {"ap-northeast-1a", "ap-northeast-1c"},
                          .created_at = *parse_iso8601("2026-03-01T08:30:00.440Z")}));
  EXPECT_EQ(bench.transport.requests.at(0).body,
            "Action=DescribeLoadBalancers&Version=2015-12-01&Names.member.1=web");
  EXPECT_EQ(bench.transport.requests.at(0).url,
            "https://elasticloadbalancing.ap-northeast-1.amazonaws.com/");
}

TEST(ElbV2, asks_for_names_and_arns_apart_and_for_twenty_at_a_time) {
  std::vector<std::string> names = {kBalancer};
  for (int i = 0; i < 21; ++i) names.push_back(fmt::format("web-{}", i));
  TestBench bench(Answers{balancers("")});
  ASSERT_TRUE(ElbV2(bench.client).describe_load_balancers(names));
  ASSERT_EQ(bench.transport.requests.size(), 3U);
  EXPECT_THAT(bench.transport.requests.at(0).body, HasSubstr("&Names.member.20="));
  EXPECT_THAT(bench.transport.requests.at(1).body, Not(HasSubstr("&Names.member.2=")));
  EXPECT_THAT(bench.transport.requests.at(2).body, HasSubstr("&LoadBalancerArns.member.1=arn%3A"));
  EXPECT_TRUE(ElbV2(bench.client).describe_load_balancers(std::vector<std::string>{}));
  EXPECT_EQ(bench.transport.requests.size(), 3U);
}

TEST(ElbV2, lists_all_balancers_in_large_pages) {
  TestBench bench(Answers{balancers(balancer("a"), "m1"), balancers(balancer("b"))});
  const auto found = ElbV2(bench.client).describe_all_load_balancers();
  ASSERT_TRUE(found) << found.error().message;
  EXPECT_EQ(found->size(), 2U);
  EXPECT_THAT(bench.transport.requests.at(1).body, EndsWith("&PageSize=400&Marker=m1"));
}

TEST(ElbV2, gives_no_part_of_a_list_when_a_page_fails) {
  TestBench bench(Answers{balancers(balancer("a"), "m1"), refusal(403, "AccessDenied")});
  const auto found = ElbV2(bench.client).describe_all_load_balancers();
  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().kind, ErrorKind::kPermission);
}

TEST(ElbV2, says_what_does_not_exist) {
  TestBench bench(Answers{refusal(400, "LoadBalancerNotFound")});
  const ElbV2 elb(bench.client);
  EXPECT_EQ(elb.describe_load_balancers({"x"}).error().kind, ErrorKind::kNotFound);
  EXPECT_EQ(elb.describe_target_groups_of(kBalancer).error().kind, ErrorKind::kNotFound);
  TestBench group(Answers{refusal(400, "TargetGroupNotFound")});
  EXPECT_EQ(ElbV2(group.client).describe_target_health(kGroup).error().kind, ErrorKind::kNotFound);
}

TEST(ElbV2, describes_target_groups_even_of_lambda_functions) {
  TestBench bench(Answers{
      groups("<member><TargetGroupArn>" + std::string(kGroup) +
             "</TargetGroupArn><HealthCheckTimeoutSeconds>5</HealthCheckTimeoutSeconds>"
             "<HealthCheckPort>traffic-port</HealthCheckPort><Matcher><HttpCode>200</HttpCode>"
             "</Matcher><TargetGroupName>web</TargetGroupName><TargetType>ip</TargetType>"
             "<HealthCheckProtocol>HTTP</HealthCheckProtocol><HealthCheckPath>/</HealthCheckPath>"
             "<Protocol>HTTP</Protocol><Port>8080</Port><VpcId>vpc-1</VpcId><LoadBalancerArns>"
             "<member>" +
             kBalancer + "</member></LoadBalancerArns></member><member><TargetGroupArn>" + kGroup +
             "</TargetGroupArn><TargetGroupName>fn</TargetGroupName>"
             "<HealthCheckEnabled>false</HealthCheckEnabled><TargetType>lambda</TargetType>"
             "<LoadBalancerArns/></member>")});
  const auto found = ElbV2(bench.client).describe_target_groups_of(kBalancer);
  ASSERT_TRUE(found) << found.error().message;
  EXPECT_THAT(*found, ElementsAre(TargetGroup{.arn = kGroup,
                                              .name = "web",
                                              .target_type = "ip",
                                              .protocol = "HTTP",
                                              .port = 8080,
                                              .vpc_id = "vpc-1",
                                              .load_balancer_arns = {kBalancer}},
                                  TargetGroup{.arn = kGroup,
                                              .name = "fn",
                                              .target_type = "lambda",
                                              .protocol = "",
                                              .vpc_id = "",
                                              .load_balancer_arns = {},
                                              .health_check_enabled = false}));
  EXPECT_THAT(bench.transport.requests.at(0).body, HasSubstr("&LoadBalancerArn=arn%3A"));
}

TEST(ElbV2, asks_for_target_groups_by_name_or_arn_and_for_all) {
  TestBench bench(Answers{groups("")});
  const ElbV2 elb(bench.client);
  ASSERT_TRUE(elb.describe_target_groups({"web", kGroup}));
  ASSERT_TRUE(elb.describe_all_target_groups());
  EXPECT_THAT(bench.transport.requests.at(0).body, EndsWith("&Names.member.1=web"));
  EXPECT_THAT(bench.transport.requests.at(1).body, HasSubstr("&TargetGroupArns.member.1=arn%3A"));
  EXPECT_THAT(bench.transport.requests.at(2).body, EndsWith("&PageSize=400"));
}

TEST(ElbV2, describes_the_health_of_every_kind_of_target) {
  TestBench bench(Answers{health(
      target("i-0123456789abcdef0", "healthy") + target("10.0.3.7", "unhealthy.draining") +
      "<member><TargetHealth><State>unavailable</State><Reason>Target.HealthCheckDisabled</Reason>"
      "<Description>Health checks are not enabled for this target</Description></TargetHealth>"
      "<Target><Id>arn:aws:lambda:ap-northeast-1:123456789012:function:x</Id>"
      "<AvailabilityZone>all</AvailabilityZone></Target></member>")});
  const auto found = ElbV2(bench.client).describe_target_health(kGroup);
  ASSERT_TRUE(found) << found.error().message;
  ASSERT_EQ(found->size(), 3U);
  EXPECT_EQ(found->at(0).target, (Target{.id = "i-0123456789abcdef0", .port = 80}));
  EXPECT_EQ(found->at(0).state, "healthy");
  EXPECT_EQ(found->at(0).reason, "");
  EXPECT_EQ(found->at(1).state, "unhealthy.draining");
  EXPECT_EQ(found->at(2).target.port, 0);
  EXPECT_EQ(found->at(2).target.availability_zone, "all");
  EXPECT_EQ(found->at(2).reason, "Target.HealthCheckDisabled");
}

TEST(ElbV2, takes_odd_or_incomplete_health_for_an_error_and_not_for_an_empty_group) {
  for (const HttpResponse& odd :
       {answer("DescribeTargetHealth", ""), health(target("rm -rf /", "healthy")),
        health(target("i-12345678", "a b")), health(target("", "healthy")),
        health("<member><Target><Id>i-12345678</Id></Target></member>"), http(200, "<x/>")}) {
    TestBench bench(Answers{odd});
    const auto found = ElbV2(bench.client).describe_target_health(kGroup);
    ASSERT_FALSE(found) << odd.body;
    EXPECT_EQ(found.error().kind, ErrorKind::kInvalidInput);
  }
  TestBench empty(Answers{health("")});
  EXPECT_TRUE(ElbV2(empty.client).describe_target_health(kGroup));
}

TEST(ElbV2, gives_the_tags_of_each_that_was_asked_for) {
  TestBench bench(Answers{
      answer("DescribeTags", "<TagDescriptions><member><ResourceArn>" + std::string(kGroup) +
                                 "</ResourceArn><Tags><member><Value>shop</Value><Key>team</Key>"
                                 "</member></Tags></member></TagDescriptions>")});
  const auto found = ElbV2(bench.client).describe_tags({kGroup, kBalancer});
  ASSERT_TRUE(found) << found.error().message;
  EXPECT_EQ(found->at(kGroup), (Tags{{"team", "shop"}}));
  EXPECT_EQ(found->at(kBalancer), Tags{});
  EXPECT_FALSE(ElbV2(bench.client).describe_tags({kBalancer}));
}

TEST(ElbV2, registers_and_deregisters_a_hundred_targets_a_call) {
  TestBench bench([](const HttpRequest& request) -> Result<HttpResponse> {
    const bool in = request.body.find("Action=RegisterTargets") != std::string::npos;
    return answer(in ? "RegisterTargets" : "DeregisterTargets", "");
  });
  const ElbV2 elb(bench.client);
  std::vector<Target> targets(101, Target{.id = "i-12345678"});
  targets.back() = {.id = "10.1.2.3", .port = 8080, .availability_zone = "all"};
  ASSERT_TRUE(elb.register_targets("tg", targets));
  ASSERT_EQ(bench.transport.requests.size(), 2U);
  EXPECT_THAT(bench.transport.requests.at(0).body, HasSubstr("&Targets.member.100.Id=i-12345678"));
  EXPECT_THAT(bench.transport.requests.at(1).body,
              EndsWith("&TargetGroupArn=tg&Targets.member.1.Id=10.1.2.3&"
                       "Targets.member.1.Port=8080&Targets.member.1.AvailabilityZone=all"));
  ASSERT_TRUE(elb.deregister_targets("tg", {{.id = "i-12345678"}}));
  TestBench refused(Answers{refusal(400, "InvalidTarget")});
  EXPECT_FALSE(ElbV2(refused.client).register_targets("tg", targets));
}

}  // namespace
}  // namespace livesonic::aws
