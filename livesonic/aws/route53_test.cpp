// SPDX-License-Identifier: Apache-2.0
#include "livesonic/aws/route53.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "livesonic/aws/fake_transport.h"

namespace livesonic::aws {
namespace {

using testing::HasSubstr;

using Answers = std::vector<Result<HttpResponse>>;

HttpResponse zones(const std::string& list, const std::string& end) {
  return http(200,
              "<?xml version=\"1.0\"?>\n<ListHostedZonesResponse "
              "xmlns=\"https://route53.amazonaws.com/doc/2013-04-01/\"><HostedZones>" +
                  list + "</HostedZones>" + end +
                  "<MaxItems>100</MaxItems></ListHostedZonesResponse>");
}

std::string zone(const std::string& id) {
  return "<HostedZone><Id>/hostedzone/" + id +
         "</Id><Name>example.com.</Name><CallerReference>ref</CallerReference><Config><Comment>the "
         "shop</Comment><PrivateZone>true</PrivateZone></Config><ResourceRecordSetCount>17"
         "</ResourceRecordSetCount></HostedZone>";
}

TEST(Route53, lists_zones_with_what_is_known_of_them) {
  TestBench bench(Answers{zones(zone("Z1"), "<IsTruncated>false</IsTruncated>")});
  const auto found = Route53(bench.client).list_hosted_zones();
  ASSERT_TRUE(found) << found.error().message;
  EXPECT_THAT(*found, testing::ElementsAre(HostedZone{.id = "Z1",
                                                      .name = "example.com.",
                                                      .caller_reference = "ref",
                                                      .comment = "the shop",
                                                      .private_zone = true,
                                                      .record_count = 17}));
  EXPECT_EQ(bench.transport.requests.at(0).url,
            "https://route53.amazonaws.com/2013-04-01/hostedzone?maxitems=100");
}

TEST(Route53, takes_a_zone_without_comment_for_a_public_one) {
  TestBench bench(Answers{zones("<HostedZone><Id>Z1</Id><Name>a.</Name></HostedZone>", "")});
  const auto found = Route53(bench.client).list_hosted_zones();
  ASSERT_TRUE(found) << found.error().message;
  EXPECT_FALSE(found->at(0).private_zone);
}

TEST(Route53, follows_pages_to_the_last) {
  TestBench bench(
      Answers{zones(zone("Z1"), "<IsTruncated>true</IsTruncated><NextMarker>Z2</NextMarker>"),
              zones(zone("Z2"), "<Marker>Z2</Marker><IsTruncated>false</IsTruncated>")});
  const auto found = Route53(bench.client).list_hosted_zones();
  ASSERT_TRUE(found);
  EXPECT_EQ(found->size(), 2U);
  EXPECT_THAT(bench.transport.requests.at(1).url, HasSubstr("?maxitems=100&marker=Z2"));
}

TEST(Route53, gives_no_part_of_a_list) {
  const std::string more = "<IsTruncated>true</IsTruncated>";
  for (const auto& second : {refusal(403, "AccessDenied"), zones(zone("Z2"), more),
                             zones(zone("Z2"), more + "<NextMarker>Z2</NextMarker>"),
                             zones("<HostedZone/>", ""), http(200, "")}) {
    TestBench bench(Answers{zones(zone("Z1"), more + "<NextMarker>Z2</NextMarker>"), second});
    EXPECT_FALSE(Route53(bench.client).list_hosted_zones()) << second.body;
  }
}

}  // namespace
}  // namespace livesonic::aws
