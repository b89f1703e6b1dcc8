// SPDX-License-Identifier: Apache-2.0
#include "livesonic/aws/endpoint.h"

#include <gtest/gtest.h>

namespace livesonic::aws {
namespace {

constexpr Service kEc2{.id = "ec2", .api_version = "2016-11-15"};
constexpr Service kRoute53{.id = "route53", .api_version = "2013-04-01", .global = true};

TEST(Endpoint, is_the_regions_in_the_regions_partition) {
  EXPECT_EQ(resolve_endpoint(kEc2, "ap-northeast-1", {}).base_url,
            "https://ec2.ap-northeast-1.amazonaws.com");
  EXPECT_EQ(resolve_endpoint(kEc2, "cn-north-1", {}).base_url,
            "https://ec2.cn-north-1.amazonaws.com.cn");
  EXPECT_EQ(resolve_endpoint(kEc2, "us-gov-east-1", {}).base_url,
            "https://ec2.us-gov-east-1.amazonaws.com");
  EXPECT_EQ(resolve_endpoint(kEc2, "cn-north-1", {}).signing_region, "cn-north-1");
}

TEST(Endpoint, of_a_global_service_is_one_a_partition) {
  const Endpoint world = resolve_endpoint(kRoute53, "ap-northeast-1", {});
  EXPECT_EQ(world.host, "route53.amazonaws.com");
  EXPECT_EQ(world.signing_region, "us-east-1");
  const Endpoint china = resolve_endpoint(kRoute53, "cn-north-1", {});
  EXPECT_EQ(china.host, "route53.amazonaws.com.cn");
  EXPECT_EQ(china.signing_region, "cn-northwest-1");
  const Endpoint government = resolve_endpoint(kRoute53, "us-gov-east-1", {});
  EXPECT_EQ(government.host, "route53.us-gov.amazonaws.com");
  EXPECT_EQ(government.signing_region, "us-gov-west-1");
}

TEST(Endpoint, that_is_given_is_used_for_every_service) {
  const Endpoint local =
      resolve_endpoint(kRoute53, "ap-northeast-1", {.url = "http://127.0.0.1:5000/"});
  EXPECT_EQ(local.base_url, "http://127.0.0.1:5000");
  EXPECT_EQ(local.host, "127.0.0.1:5000");
  EXPECT_EQ(local.path, "");
  const Endpoint behind =
      resolve_endpoint(kEc2, "ap-northeast-1", {.url = "https://proxy:443/aws/"});
  EXPECT_EQ(behind.host, "proxy");
  EXPECT_EQ(behind.path, "/aws");
  EXPECT_EQ(behind.base_url, "https://proxy:443/aws");
}

TEST(Endpoint, of_one_service_goes_before_that_of_all) {
  constexpr Service kScaling{
      .id = "autoscaling", .api_version = "2011-01-01", .key = "auto_scaling"};
  const EndpointOptions options{.url = "http://all:1",
                                .service_urls = {{"auto_scaling", "http://one:2"}}};
  EXPECT_EQ(resolve_endpoint(kScaling, "us-east-1", options).base_url, "http://one:2");
  EXPECT_EQ(resolve_endpoint(kEc2, "us-east-1", options).base_url, "http://all:1");
}

TEST(Endpoint, may_be_one_with_validated_cryptography_or_with_ipv6) {
  EXPECT_EQ(resolve_endpoint(kEc2, "us-east-1", {.fips = true}).host,
            "ec2-fips.us-east-1.amazonaws.com");
  EXPECT_EQ(resolve_endpoint(kEc2, "us-east-1", {.dual_stack = true}).host,
            "ec2.us-east-1.api.aws");
  EXPECT_EQ(resolve_endpoint(kEc2, "us-gov-east-1", {.fips = true}).host,
            "ec2.us-gov-east-1.amazonaws.com");
  EXPECT_EQ(resolve_endpoint(kRoute53, "eu-west-1", {.fips = true, .dual_stack = true}).host,
            "route53-fips.global.api.aws");
  constexpr Service kPricing{.id = "pricing", .api_version = {}, .host = "api.pricing"};
  EXPECT_EQ(resolve_endpoint(kPricing, "us-iso-east-1", {}).host,
            "api.pricing.us-iso-east-1.c2s.ic.gov");
}

TEST(EndpointUrl, must_be_a_plain_url) {
  for (const char* url : {"http://127.0.0.1:5000", "https://[::1]:4566/", "http://localstack/x"}) {
    EXPECT_TRUE(check_endpoint_url(url)) << url;
  }
  for (const char* url :
       {"127.0.0.1:5000", "ftp://host", "http://", "http://user@host", "http://host:0",
        "http://host:70000", "http://host?x", "http://host/a b", "http://-host", "http://[::1"}) {
    EXPECT_FALSE(check_endpoint_url(url)) << url;
  }
}

TEST(Region, must_look_like_one) {
  for (const char* region : {"ap-northeast-1", "us-gov-west-1", "local"}) {
    EXPECT_TRUE(check_region(region)) << region;
  }
  for (const char* region : {"", "Tokyo", "ap northeast 1", "ap-northeast-1.evil.example", "-x"}) {
    EXPECT_FALSE(check_region(region)) << region;
  }
}

}  // namespace
}  // namespace livesonic::aws
