// SPDX-License-Identifier: Apache-2.0
#include "livesonic/domains/aliases.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace livesonic::domains {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr const char* kWeb = "web-1.ap-northeast-1.elb.amazonaws.com";

Domain zone_of(const std::vector<Record>& records) {
  Domain zone;
  zone.name = "example.com.";
  read_records(records, zone);
  return zone;
}

TEST(Aliases, are_the_records_that_lead_to_a_balancer) {
  const Domain zone = zone_of({
      {"example.com.", "NS", "", {"ns-1.awsdns.example."}},
      {"example.com.", "A", "dualstack.Web-1.ap-northeast-1.elb.amazonaws.com.", {}},
      {"www.example.com.", "CNAME", "", {kWeb}},
      {"\\052.example.com.", "AAAA", "net-1.elb.eu-west-1.amazonaws.com.", {}},
      {"cdn.example.com.", "A", "d1.cloudfront.net.", {}},
      {"old.example.com.", "A", "", {"192.0.2.1"}},
      {"www.example.com.", "CNAME", "", {kWeb}},
  });
  EXPECT_TRUE(zone.apex_has_address);
  EXPECT_THAT(
      zone.aliases,
      ElementsAre(
          DomainAlias{"*.example.com.", "AAAA", "net-1.elb.eu-west-1.amazonaws.com."},
          DomainAlias{"example.com.", "A", "dualstack.Web-1.ap-northeast-1.elb.amazonaws.com."},
          DomainAlias{"www.example.com.", "CNAME", kWeb}));
}

TEST(Aliases, an_apex_without_an_address_serves_nothing) {
  EXPECT_FALSE(zone_of({{"example.com.", "MX", "", {"10 mail"}},
                        {"www.example.com.", "A", "", {"192.0.2.1"}}})
                   .apex_has_address);
  EXPECT_TRUE(zone_of({{"Example.com", "AAAA", "", {"2001:db8::1"}}}).apex_has_address);
}

TEST(Aliases, belong_to_every_cluster_behind_their_balancer) {
  std::vector<DomainAlias> aliases{{"a.", "A", "dualstack.WEB-1.elb.amazonaws.com."},
                                   {"b.", "A", "other.elb.amazonaws.com.", {"was"}}};
  resolve(aliases, {{"web", "web-1.elb.amazonaws.com"},
                    {"api", "Web-1.elb.amazonaws.com"},
                    {"db", "db.elb.amazonaws.com"}});
  EXPECT_THAT(aliases[0].clusters, ElementsAre("api", "web"));
  EXPECT_THAT(aliases[1].clusters, IsEmpty());
}

TEST(Aliases, know_balancers_by_their_names) {
  EXPECT_TRUE(is_balancer_name("x.cn-north-1.elb.amazonaws.com.cn."));
  EXPECT_FALSE(is_balancer_name("elb.example.com."));
  EXPECT_FALSE(is_balancer_name("x.elb.example.com"));
  EXPECT_FALSE(is_balancer_name(""));
}

}  // namespace
}  // namespace livesonic::domains
