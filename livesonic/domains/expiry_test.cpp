// SPDX-License-Identifier: Apache-2.0
#include "livesonic/domains/expiry.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "livesonic/base/time_text.h"

namespace livesonic::domains {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

constexpr Duration kDay = 24h;
const Time kNow = parse_iso8601("2026-03-01T08:30:00Z").value();

RegisteredDomain registered(const std::string& name, Duration left) {
  RegisteredDomain domain;
  domain.name = name;
  domain.expires_at = kNow + left;
  return domain;
}

Domain zone(const std::string& name) {
  Domain domain;
  domain.name = name + ".";
  domain.apex_has_address = true;
  return domain;
}

ServedCertificate certificate(const std::string& host, Duration left) {
  ServedCertificate one;
  one.host = host;
  one.checked_at = kNow;
  one.seen_at = kNow;
  one.expires_at = kNow + left;
  one.issuer = "Let's Encrypt";
  return one;
}

std::vector<std::string> causes(const std::vector<Finding>& findings) {
  std::vector<std::string> all;
  for (const Finding& finding : findings) all.push_back(finding.cause);
  return all;
}

TEST(Expiry, of_a_registration_is_told_in_time_and_after_it) {
  RegisteredDomain gone = registered("gone.example", 1h);
  gone.gone_at = kNow;
  const auto findings =
      expiring({},
               {registered("late.example", -kDay), registered("soon.example", 30 * kDay),
                registered("later.example", 30 * kDay + 1ms), gone},
               {}, {}, kNow);
  ASSERT_EQ(causes(findings),
            (std::vector<std::string>{"domain:late.example", "domain:soon.example"}));
  EXPECT_EQ(findings[0].summary, "late.example: the domain's registration expired on 2026-02-28");
  EXPECT_EQ(findings[1].summary, "soon.example: the domain's registration expires on 2026-03-31");
  EXPECT_THAT(findings[1].detail, HasSubstr("auto-renew is off"));
}

TEST(Expiry, of_a_certificate_counts_where_the_host_is_still_ours) {
  Domain private_one = zone("c.example");
  private_one.private_zone = true;
  Domain gone = zone("d.example");
  gone.gone_at = kNow;
  Domain bare = zone("e.example");
  bare.apex_has_address = false;
  std::vector<ServedCertificate> all;
  for (const char* host : {"a.example", "c.example", "d.example", "e.example", "f.example"}) {
    all.push_back(certificate(host, 14 * kDay));
  }
  all.push_back(certificate("b.example", 15 * kDay));
  const auto findings =
      expiring({zone("a.example"), zone("b.example"), private_one, gone, bare}, {}, all, {}, kNow);
  ASSERT_EQ(causes(findings), std::vector<std::string>{"certificate:a.example"});
  EXPECT_EQ(findings[0].summary, "a.example: the certificate expires on 2026-03-15");
  EXPECT_THAT(findings[0].detail, HasSubstr("Let's Encrypt"));
}

TEST(Expiry, of_a_certificate_outlives_a_failed_look_but_not_for_ever) {
  ServedCertificate one = certificate("a.example", kDay);
  one.error = "connection refused";
  one.seen_at = kNow - kCertificateMemory;
  EXPECT_THAT(expiring({zone("a.example")}, {}, {one}, {}, kNow), SizeIs(1));
  one.seen_at = kNow - kCertificateMemory - 1ms;
  EXPECT_THAT(expiring({zone("a.example")}, {}, {one}, {}, kNow), IsEmpty());
  EXPECT_THAT(expiring({zone("a.example")}, {},
                       {ServedCertificate{"a.example", kNow, "", {}, {}, "", ""}}, {}, kNow),
              IsEmpty());
}

TEST(Expiry, is_no_concern_where_its_threshold_is_zero) {
  EXPECT_THAT(expiring({zone("a.example")}, {registered("a.example", -kDay)},
                       {certificate("a.example", -kDay)}, {0ms, 0ms}, kNow),
              IsEmpty());
}

TEST(Expiry, only_asks_names_that_can_be_hosts) {
  EXPECT_EQ(apex_host(zone("example.com")), "example.com");
  EXPECT_EQ(apex_host(zone("a\\052b.example")), "");
  EXPECT_EQ(apex_host(zone("")), "");
}

}  // namespace
}  // namespace livesonic::domains
