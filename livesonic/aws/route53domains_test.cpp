// SPDX-License-Identifier: Apache-2.0
#include "livesonic/aws/route53domains.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "livesonic/aws/fake_transport.h"

namespace livesonic::aws {
namespace {

using testing::ElementsAre;

using Answers = std::vector<Result<HttpResponse>>;

ClientSettings virginia() {
  return {.region = kRoute53DomainsRegion, .max_attempts = 4};
}

TEST(Route53Domains, lists_domains_with_their_expiry_page_by_page) {
  TestBench bench(Answers{http(200, R"({"Domains": [{"DomainName": "example.com", "AutoRenew": true,
                  "TransferLock": true, "Expiry": 1772353800}], "NextPageMarker": "m1"})"),
                          http(200, R"({"Domains": [{"DomainName": "example.jp", "AutoRenew": false,
                  "TransferLock": false}]})")},
                  virginia());
  const auto found = Route53Domains(bench.client).list_domains();
  ASSERT_TRUE(found) << found.error().message;
  EXPECT_THAT(*found,
              ElementsAre(RegisteredDomain{.name = "example.com",
                                           .auto_renew = true,
                                           .transfer_lock = true,
                                           .expires_at = *parse_iso8601("2026-03-01T08:30:00Z")},
                          RegisteredDomain{.name = "example.jp", .expires_at = std::nullopt}));
  const HttpRequest& request = bench.transport.requests.at(1);
  EXPECT_EQ(request.url, "https://route53domains.us-east-1.amazonaws.com/");
  EXPECT_EQ(request.body, R"({"Marker":"m1","MaxItems":100})");
  EXPECT_THAT(request.headers, testing::Contains(std::pair<std::string, std::string>(
                                   "X-Amz-Target", "Route53Domains_v20140515.ListDomains")));
}

TEST(Route53Domains, asks_no_other_region) {
  TestBench bench(Answers{http(200, R"({"Domains": []})")});
  const auto found = Route53Domains(bench.client).list_domains();
  ASSERT_FALSE(found);
  EXPECT_THAT(found.error().message, testing::HasSubstr("us-east-1"));
  EXPECT_TRUE(bench.transport.requests.empty());
}

TEST(Route53Domains, gives_no_part_of_a_list) {
  for (const char* second :
       {"", "{}", R"({"Domains": [{}]})", R"({"Domains": [{"DomainName": "-oProxyCommand=x"}]})",
        R"({"Domains": [{"DomainName": "a.com", "Expiry": "soon"}]})",
        R"({"Domains": [], "NextPageMarker": "m1"})"}) {
    TestBench bench(
        Answers{http(200, R"({"Domains": [], "NextPageMarker": "m1"})"), http(200, second)},
        virginia());
    EXPECT_FALSE(Route53Domains(bench.client).list_domains()) << second;
  }
}

}  // namespace
}  // namespace livesonic::aws
