// SPDX-License-Identifier: Apache-2.0
#include "livesonic/model/probe.h"

#include <gtest/gtest.h>

namespace livesonic {
namespace {

std::string mistake(const Probe& probe) {
  const auto checked = check_probe(probe);
  return checked ? "" : checked.error().message;
}

Probe of(ProbeKind kind, const std::string& target = "") {
  Probe probe;
  probe.kind = kind;
  probe.target = target;
  return probe;
}

TEST(Probes, without_a_target_are_of_the_balancer) {
  EXPECT_EQ(target_of(of(ProbeKind::kHttp), "lb.example"), "http://lb.example/");
  EXPECT_EQ(target_of(of(ProbeKind::kTls), "lb.example"), "lb.example:443");
  EXPECT_EQ(target_of(of(ProbeKind::kHttp, "https://{balancer}:8443/{balancer}"), "a"),
            "https://a:8443/a");
  EXPECT_TRUE(needs_balancer(of(ProbeKind::kDns)));
  EXPECT_FALSE(needs_balancer(of(ProbeKind::kDns, "example.com")));
  for (const ProbeKind kind :
       {ProbeKind::kHttp, ProbeKind::kTcp, ProbeKind::kDns, ProbeKind::kTls}) {
    EXPECT_EQ(mistake(of(kind)), "");
    EXPECT_EQ(parse_probe_kind(to_string(kind)), kind);
  }
  EXPECT_FALSE(parse_probe_kind("icmp"));
}

TEST(Probes, have_targets_of_their_kind) {
  EXPECT_EQ(mistake(of(ProbeKind::kHttp, "https://example.com/a?b=c")), "");
  EXPECT_EQ(mistake(of(ProbeKind::kTcp, "[2001:db8::1]:443")), "");
  EXPECT_EQ(mistake(of(ProbeKind::kTls, "example.com")), "");
  for (const char* target : {"example.com", "ftp://x", "http://", "http://a b", "file:///etc"}) {
    EXPECT_TRUE(mistake(of(ProbeKind::kHttp, target)).starts_with("target: ")) << target;
  }
  for (const char* target : {"example.com", "a:0", "a:65536", ":80", "[::1", "a:b", "http://a:1"}) {
    EXPECT_TRUE(mistake(of(ProbeKind::kTcp, target)).starts_with("target: ")) << target;
  }
  EXPECT_TRUE(mistake(of(ProbeKind::kDns, "a:53")).starts_with("target: "));
}

TEST(Probes, take_only_what_their_kind_can_use) {
  Probe dns = of(ProbeKind::kDns, "example.com");
  dns.expect.contains = "x";
  EXPECT_TRUE(mistake(dns).starts_with("expect: "));
  Probe tcp = of(ProbeKind::kTcp, "a:1");
  tcp.expect.exit_status = 200;
  EXPECT_TRUE(mistake(tcp).starts_with("expect_status: "));
  Probe http = of(ProbeKind::kHttp);
  http.send = "x";
  EXPECT_TRUE(mistake(http).starts_with("send: "));
  http.send.clear();
  http.thresholds.warning = "x";
  EXPECT_TRUE(mistake(http).starts_with("warning: "));
}

TEST(Probes, of_certificates_warn_in_time_unless_told_otherwise) {
  Probe tls = of(ProbeKind::kTls);
  EXPECT_EQ(effective_thresholds(tls), (Thresholds{"days", "14:", "3:"}));
  tls.thresholds.critical = "1:";
  EXPECT_EQ(effective_thresholds(tls), (Thresholds{"days", "", "1:"}));
  EXPECT_EQ(effective_thresholds(of(ProbeKind::kHttp)).metric, "time");
}

}  // namespace
}  // namespace livesonic
