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

HttpResponse tags(const std::string& sets) {
  return http(
      200,
      "<ListTagsForResourcesResponse xmlns=\"https://route53.amazonaws.com/doc/2013-04-01/\">"
      "<ResourceTagSets>" +
          sets + "</ResourceTagSets></ListTagsForResourcesResponse>");
}

TEST(Route53, gives_the_tags_of_zones_ten_a_call) {
  std::vector<std::string> ids;
  for (int i = 10; i < 21; ++i) ids.push_back("Z" + std::to_string(i));
  TestBench bench(Answers{tags("<ResourceTagSet><ResourceType>hostedzone</ResourceType>"
                               "<ResourceId>Z10</ResourceId><Tags><Tag><Key>team</Key>"
                               "<Value>shop</Value></Tag></Tags></ResourceTagSet>"),
                          tags("")});
  const auto found = Route53(bench.client).list_tags(ids);
  ASSERT_TRUE(found) << found.error().message;
  EXPECT_EQ(found->size(), 11U);
  EXPECT_EQ(found->at("Z10"), (Tags{{"team", "shop"}}));
  EXPECT_EQ(found->at("Z20"), Tags{});
  ASSERT_EQ(bench.transport.requests.size(), 2U);
  EXPECT_EQ(bench.transport.requests.at(1).method, "POST");
  EXPECT_EQ(bench.transport.requests.at(1).url,
            "https://route53.amazonaws.com/2013-04-01/tags/hostedzone");
  EXPECT_EQ(bench.transport.requests.at(1).body,
            "<ListTagsForResourcesRequest xmlns=\"https://route53.amazonaws.com/doc/2013-04-01/\">"
            "<ResourceIds><ResourceId>Z20</ResourceId></ResourceIds>"
            "</ListTagsForResourcesRequest>");
}

HttpResponse records(const std::string& sets, const std::string& rest) {
  return http(200, "<ListResourceRecordSetsResponse><ResourceRecordSets>" + sets +
                       "</ResourceRecordSets>" + rest +
                       "<MaxItems>300</MaxItems></ListResourceRecordSetsResponse>");
}

constexpr const char* kAlias =
    "<ResourceRecordSet><Name>example.com.</Name><Type>A</Type><AliasTarget>"
    "<HostedZoneId>Z14GRHDCWA56QT</HostedZoneId>"
    "<DNSName>dualstack.web-1.ap-northeast-1.elb.amazonaws.com.</DNSName>"
    "<EvaluateTargetHealth>true</EvaluateTargetHealth></AliasTarget></ResourceRecordSet>";
constexpr const char* kLast = "<IsTruncated>false</IsTruncated>";

TEST(Route53, lists_records_and_where_aliases_lead) {
  TestBench bench(Answers{records(
      std::string(kAlias) +
          "<ResourceRecordSet><Name>w.example.com.</Name><Type>CNAME</Type>"
          "<SetIdentifier>blue</SetIdentifier><Weight>10</Weight><TTL>60</TTL><ResourceRecords>"
          "<ResourceRecord><Value>a.example.net</Value></ResourceRecord></ResourceRecords>"
          "</ResourceRecordSet>",
      kLast)});
  const auto found = Route53(bench.client).list_record_sets("Z1");
  ASSERT_TRUE(found) << found.error().message;
  EXPECT_THAT(
      *found,
      testing::ElementsAre(
          RecordSet{
              .name = "example.com.",
              .type = "A",
              .alias = AliasTarget{.zone_id = "Z14GRHDCWA56QT",
                                   .dns_name = "dualstack.web-1.ap-northeast-1.elb.amazonaws.com.",
                                   .evaluate_target_health = true}},
          RecordSet{.name = "w.example.com.",
                    .type = "CNAME",
                    .set_identifier = "blue",
                    .ttl = 60,
                    .values = {"a.example.net"}}));
  EXPECT_EQ(bench.transport.requests.at(0).url,
            "https://route53.amazonaws.com/2013-04-01/hostedzone/Z1/rrset?maxitems=300");
}

TEST(Route53, follows_pages_of_records_by_name_type_and_identifier) {
  TestBench bench(Answers{
      records(kAlias,
              "<IsTruncated>true</IsTruncated><NextRecordName>w.example.com.</NextRecordName>"
              "<NextRecordType>CNAME</NextRecordType>"
              "<NextRecordIdentifier>blue</NextRecordIdentifier>"),
      records(kAlias,
              "<IsTruncated>true</IsTruncated><NextRecordName>w.example.com.</NextRecordName>"
              "<NextRecordType>TXT</NextRecordType>"),
      records(kAlias, kLast)});
  const auto found = Route53(bench.client).list_record_sets("Z1");
  ASSERT_TRUE(found) << found.error().message;
  EXPECT_EQ(found->size(), 3U);
  EXPECT_THAT(bench.transport.requests.at(1).url,
              testing::EndsWith("?maxitems=300&name=w.example.com.&type=CNAME&identifier=blue"));
  EXPECT_THAT(bench.transport.requests.at(2).url,
              testing::EndsWith("?maxitems=300&name=w.example.com.&type=TXT"));
}

TEST(Route53, gives_no_part_of_a_zones_records) {
  const std::string more = "<IsTruncated>true</IsTruncated>";
  for (const auto& second : {refusal(404, "NoSuchHostedZone"), records(kAlias, more),
                             records(kAlias, more + "<NextRecordName>w.</NextRecordName>"),
                             records("<ResourceRecordSet/>", kLast), http(200, "")}) {
    TestBench bench(Answers{records(kAlias, more + "<NextRecordName>w.</NextRecordName>"), second});
    EXPECT_FALSE(Route53(bench.client).list_record_sets("Z1")) << second.body;
  }
}

TEST(Route53, puts_nothing_into_a_path_but_a_zone_id) {
  TestBench bench(Answers{http(500, "")});
  EXPECT_FALSE(Route53(bench.client).list_record_sets("../tags/x"));
  EXPECT_FALSE(Route53(bench.client).list_tags({"<x/>"}));
  EXPECT_TRUE(bench.transport.requests.empty());
}

}  // namespace
}  // namespace livesonic::aws
