// SPDX-License-Identifier: Apache-2.0
#include "livesonic/domains/certificates.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <mutex>
#include <set>

#include "livesonic/domains/fake_shelf.h"
#include "livesonic/domains/watch.h"

namespace livesonic::domains {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;
using testing::UnorderedElementsAre;

const Time kNow = Time{1'770'000'000s};

Domain zone(const std::string& name, bool served = true) {
  Domain domain;
  domain.zone_id = "Z-" + name;
  domain.name = name + ".";
  domain.apex_has_address = served;
  return domain;
}

class Hosts final : public probes::CertificateSource {
 public:
  Result<probes::SeenCertificate> fetch(const std::string& host, const std::stop_token&) override {
    const std::lock_guard lock(mutex_);
    asked.insert(host);
    if (dead.contains(host)) return fail(ErrorKind::kUnavailable, host + ": refused");
    return probes::SeenCertificate{kNow + left, "Test & Co", ""};
  }
  std::set<std::string> asked;
  std::set<std::string> dead;
  Duration left = 24h * 90;

 private:
  std::mutex mutex_;
};

class CertificatesTest : public testing::Test {
 protected:
  Hosts hosts_;
  FakeShelf shelf_;
  FakeClock clock_{kNow};
  CertificateCheck check_{hosts_, shelf_, clock_};
};

TEST_F(CertificatesTest, are_asked_of_every_apex_that_has_an_address) {
  shelf_.kept = {zone("a.example"), zone("b.example"), zone("bare.example", false)};
  shelf_.kept.push_back(shelf_.kept.front());  // a second zone of the same name
  hosts_.dead = {"b.example"};
  EXPECT_EQ(check_.run(), true);
  EXPECT_THAT(hosts_.asked, UnorderedElementsAre("a.example", "b.example"));
  ASSERT_THAT(shelf_.served, SizeIs(2));
  EXPECT_EQ(shelf_.served.at("a.example").expires_at, kNow + 24h * 90);
  EXPECT_EQ(shelf_.served.at("b.example").error, "b.example: refused");
  clock_.advance(1h);
  EXPECT_EQ(check_.run(), false);
}

TEST_F(CertificatesTest, stay_known_when_the_host_fails_to_answer) {
  shelf_.kept = {zone("a.example")};
  ASSERT_TRUE(check_.run());
  clock_.advance(1h);
  hosts_.dead = {"a.example"};
  EXPECT_EQ(check_.run(), true);
  const ServedCertificate& known = shelf_.served.at("a.example");
  EXPECT_EQ(known.expires_at, kNow + 24h * 90);
  EXPECT_EQ(known.seen_at, kNow);
  EXPECT_EQ(known.checked_at, kNow + 1h);
  hosts_.dead.clear();
  EXPECT_EQ(check_.run(), true);
  EXPECT_EQ(shelf_.served.at("a.example").error, "");
}

TEST_F(CertificatesTest, nobody_is_asked_after_a_stop) {
  shelf_.kept = {zone("a.example")};
  std::stop_source stop;
  stop.request_stop();
  EXPECT_EQ(check_.run(stop.get_token()), false);
  EXPECT_THAT(shelf_.served, IsEmpty());
}

class Told final : public Alarm {
 public:
  Result<void> tell(const std::vector<Finding>& findings, Time) override {
    causes.clear();
    for (const Finding& finding : findings) causes.push_back(finding.cause);
    ++times;
    return {};
  }
  std::vector<std::string> causes;
  int times = 0;
};

class NoEvents final : public EventSink {
 public:
  void publish(const Event& event) override { kinds.push_back(event.kind); }
  std::vector<std::string> kinds;
};

class NoBalancers final : public Balancers {
 public:
  Result<std::vector<Balancer>> balancers(const std::stop_token&) override {
    return std::vector<Balancer>{};
  }
};

TEST_F(CertificatesTest, about_to_expire_are_told_also_while_aws_cannot_be_asked) {
  FakeSource source;
  NoBalancers balancers;
  NoEvents events;
  Told told;
  Sync sync({&source}, balancers, shelf_, events, clock_);
  Watch watch(sync, &check_, told, shelf_, events, {}, clock_);
  source.listed = std::vector<Domain>{zone("a.example")};
  source.recorded["Z-a.example"] = {{"a.example.", "A", "", {"192.0.2.1"}}};
  ASSERT_TRUE(watch.run());
  EXPECT_EQ(told.times, 1);
  EXPECT_THAT(told.causes, IsEmpty());

  source.listed = fail(ErrorKind::kThrottled, "Throttling");
  hosts_.left = 24h * 3;
  EXPECT_FALSE(watch.run());
  EXPECT_THAT(told.causes, ElementsAre("certificate:a.example"));
  EXPECT_THAT(events.kinds, ElementsAre("domains.changed", "domains.changed", "domains.changed"));
}

}  // namespace
}  // namespace livesonic::domains
