// SPDX-License-Identifier: Apache-2.0
#include "serverscore/cloud/endpoint.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>

#include <cstring>

namespace serverscore {
namespace {

using testing::HasSubstr;

template <typename Address>
Address as(const Endpoint& endpoint) {
  Address address{};
  EXPECT_EQ(endpoint.size, sizeof address);
  std::memcpy(&address, &endpoint.address, sizeof address);
  return address;
}

TEST(Endpoint, is_the_link_local_address_unless_told_otherwise) {
  for (const char* unset : {static_cast<const char*>(nullptr), ""}) {
    const Endpoint endpoint = choose_endpoint(unset, unset);
    EXPECT_EQ(endpoint.host, "169.254.169.254");
    const auto address = as<sockaddr_in>(endpoint);
    EXPECT_EQ(ntohl(address.sin_addr.s_addr), 0xa9fea9feU);
    EXPECT_EQ(ntohs(address.sin_port), 80);
  }
}

TEST(Endpoint, may_be_any_numeric_address_and_port) {
  EXPECT_EQ(ntohs(as<sockaddr_in>(parse_endpoint("http://127.0.0.1:1338/")).sin_port), 1338);
  const Endpoint six = parse_endpoint("http://[fd00:ec2::254]");
  EXPECT_EQ(six.host, "[fd00:ec2::254]");
  EXPECT_EQ(ntohs(as<sockaddr_in6>(six).sin6_port), 80);
  EXPECT_EQ(ntohs(as<sockaddr_in6>(parse_endpoint("http://[::1]:81")).sin6_port), 81);
}

TEST(Endpoint, anything_else_is_refused) {
  for (const char* url :
       {"https://169.254.169.254", "169.254.169.254", "http://", "http://metadata", "http://1.2.3",
        "http://1.2.3.4:", "http://1.2.3.4:0", "http://1.2.3.4:65536", "http://1.2.3.4:8x",
        "http://1.2.3.4/latest", "http://[::1", "http://[::1]x", "http://::1", "http://[1.2.3.4]",
        "http://u@1.2.3.4"}) {
    const Endpoint endpoint = parse_endpoint(url);
    EXPECT_EQ(endpoint.size, 0U) << url;
    EXPECT_THAT(endpoint.why_not, HasSubstr("AWS_EC2_METADATA_SERVICE_ENDPOINT")) << url;
  }
  EXPECT_EQ(parse_endpoint("http://" + std::string(1000, '1')).size, 0U);
}

TEST(Endpoint, can_be_disabled_as_for_the_aws_sdks) {
  EXPECT_EQ(choose_endpoint("True", "http://127.0.0.1").why_not,
            "AWS_EC2_METADATA_DISABLED is set");
  EXPECT_NE(choose_endpoint("false", nullptr).size, 0U);
}

}  // namespace
}  // namespace serverscore
