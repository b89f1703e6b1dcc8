// SPDX-License-Identifier: Apache-2.0
// The wire format, byte by byte where it matters; tests/conformance asks the same of a running
// simulator through boto3.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "livesonic/base/time_text.h"
#include "simulator/aws/endpoint.h"
#include "simulator/aws/xml_writer.h"
#include "simulator/fleet.h"

namespace livesonic::simulator {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

const std::string kSignature(64, 'a');

httpd::Request signed_request(const std::string& service, const std::string& form) {
  httpd::Request request;
  request.method = "POST";
  request.path = "/";
  request.headers["authorization"] =
      "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20260302/ap-northeast-1/" + service +
      "/aws4_request, SignedHeaders=host;x-amz-date, Signature=" + kSignature;
  request.body = form;
  return request;
}

class SimulatedAws : public testing::Test {
 protected:
  static World world() {
    FleetPlan plan;
    plan.clusters = {{"web", 3}};
    plan.zones = 3;
    return *build_world(plan, *parse_iso8601("2026-03-02T03:00:00Z"));
  }
  httpd::Response ask(const std::string& service, const std::string& form) {
    return endpoint_.handle(signed_request(service, form));
  }

  FakeClock clock_{*parse_iso8601("2026-03-02T03:00:00Z")};
  Simulation simulation_{world(), clock_};
  AwsEndpoint endpoint_{simulation_, ""};
};

TEST_F(SimulatedAws, answers_elb_in_its_name_space) {
  const auto response = ask("elasticloadbalancing", "Action=DescribeLoadBalancers");
  EXPECT_EQ(response.status, 200);
  EXPECT_THAT(response.body,
              HasSubstr("<DescribeLoadBalancersResponse xmlns=\"http://elasticloadbalancing."
                        "amazonaws.com/doc/2012-06-01/\"><DescribeLoadBalancersResult>"));
  EXPECT_THAT(response.body, HasSubstr("<LoadBalancerName>web-elb</LoadBalancerName>"));
  EXPECT_TRUE(response.headers.contains("x-amzn-RequestId"));
}

TEST_F(SimulatedAws, refuses_unknown_instances_in_ec2s_own_shape) {
  const auto response = ask("ec2", "Action=DescribeInstances&InstanceId.1=i-0123456789abcdef0");
  EXPECT_EQ(response.status, 400);
  EXPECT_THAT(response.body,
              HasSubstr("<Response><Errors><Error><Code>InvalidInstanceID.NotFound</Code>"
                        "<Message>The instance ID 'i-0123456789abcdef0' does not exist</Message>"
                        "</Error></Errors><RequestID>"));
}

TEST_F(SimulatedAws, names_addresses_that_resolve_without_a_name_server) {
  EXPECT_THAT(ask("ec2", "Action=DescribeInstances").body,
              HasSubstr("<dnsName>127.88.0.1</dnsName>"));
}

TEST_F(SimulatedAws, pages_zones_by_their_ids) {
  auto request = signed_request("route53", "");
  request.method = "GET";
  request.path = "/2013-04-01/hostedzone";
  request.query = {{"maxitems", "2"}};
  const auto first = endpoint_.handle(request);
  EXPECT_THAT(first.body, HasSubstr("<IsTruncated>true</IsTruncated><NextMarker>Z"));
  const auto from = first.body.find("<NextMarker>") + 12;
  request.query["marker"] = first.body.substr(from, first.body.find('<', from) - from);
  const auto second = endpoint_.handle(request);
  EXPECT_THAT(second.body, HasSubstr("<IsTruncated>false</IsTruncated>"));
  EXPECT_THAT(second.body, Not(HasSubstr("NextMarker")));
}

TEST_F(SimulatedAws, knows_the_service_only_from_the_signature) {
  httpd::Request request = signed_request("ec2", "Action=DescribeInstances");
  request.headers.clear();
  EXPECT_EQ(endpoint_.handle(request).status, 403);
  EXPECT_THAT(ask("iam", "Action=DescribeInstances").body, HasSubstr("InvalidAction"));
}

TEST_F(SimulatedAws, stopping_ends_a_call_that_hangs) {
  AwsFault fault;
  fault.kind = AwsFaultKind::kHang;
  fault.hang = std::chrono::hours{1};
  simulation_.change([&](World& world, Time) { world.add_aws_fault(fault); });
  endpoint_.stop();
  EXPECT_EQ(ask("ec2", "Action=DescribeInstances").status, 200);
}

TEST(AwsProtocol, forms_are_decoded) {
  const Parameters form = parse_form("a=1&b=x%20y+z&c&d=%e6%97%a5&e=%zz&=");
  EXPECT_EQ(parameter(form, "b"), "x y z");
  EXPECT_EQ(parameter(form, "c"), "");
  EXPECT_EQ(parameter(form, "d"), "日");
  EXPECT_EQ(parameter(form, "e"), "%zz");
}

TEST(AwsProtocol, numbered_parameters_are_in_the_order_of_their_numbers) {
  const Parameters form = parse_form("Id.10=c&Id.2=b&Id.1=a&Id.x=no&Idea.1=no");
  EXPECT_THAT(numbered(form, "Id"), ElementsAre("a", "b", "c"));
}

TEST(AwsProtocol, patterns_know_star_and_question_mark) {
  EXPECT_TRUE(fits_pattern("web-01", "web-*"));
  EXPECT_TRUE(fits_pattern("web-01", "w*0?"));
  EXPECT_TRUE(fits_pattern("", "*"));
  EXPECT_FALSE(fits_pattern("web-01", "web"));
  EXPECT_FALSE(fits_pattern("web", "web?"));
  EXPECT_FALSE(fits_pattern(std::string(10'000, 'a'), "*a*a*a*a*a*b"));
}

TEST(XmlWriter, text_is_escaped_and_stays_xml) {
  XmlWriter xml;
  xml.root("a", "urn:x", [&] {
    xml.text("b", "<&\">\x01\r\n");
    xml.text("c", "");
    xml.flag("d", true);
  });
  const std::string text = xml.take();
  EXPECT_THAT(text, StartsWith("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"));
  EXPECT_THAT(text, HasSubstr("<a xmlns=\"urn:x\"><b>&lt;&amp;&quot;&gt;&#13;\n</b><c/>"
                              "<d>true</d></a>"));
}

}  // namespace
}  // namespace livesonic::simulator
