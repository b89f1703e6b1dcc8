// SPDX-License-Identifier: Apache-2.0
#include "livesonic/alerting/alerting.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>
#include <memory>

#include "livesonic/alerting/memory_incidents.h"
#include "livesonic/alerting/rules_for_test.h"
#include "livesonic/base/text.h"
#include "livesonic/storage/store.h"

namespace livesonic::alerting {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

const Time kStart = Time{1'770'000'000s};

class Events final : public EventSink {
 public:
  void publish(const Event& event) override { kinds.push_back(event.kind); }
  std::vector<std::string> kinds;
};

class FindingsTest : public testing::Test {
 protected:
  ~FindingsTest() override {
    store_.reset();
    std::error_code ignored;
    std::filesystem::remove_all(directory_, ignored);
  }

  static Finding finding(const Cause& cause, const std::string& name) {
    return {cause, name, name + " expires", "soon"};
  }
  void judge(const std::vector<Finding>& findings, Time at) {
    ASSERT_TRUE(alerting_.judge(findings, {kDomainCause, kCertificateCause}, at));
  }
  std::vector<Incident> open() {
    return store_->incidents({.cluster = std::nullopt, .open = true, .limit = 100}).value();
  }

  const std::filesystem::path directory_ =
      std::filesystem::path(testing::TempDir()) / ("livesonic-alerting-" + random_id());
  std::unique_ptr<storage::Store> store_ = storage::open_sqlite(directory_).value();
  Events events_;
  Alerting alerting_{{*store_, *store_, events_}, basic_rules(), {"ops"}};
};

TEST_F(FindingsTest, are_told_of_once_when_they_begin_and_once_when_they_end) {
  const Finding domain = finding(domain_cause("a.example"), "a.example");
  const Finding certificate = finding(certificate_cause("a.example"), "a.example");
  judge({domain, certificate}, kStart);
  judge({domain, certificate}, kStart + 1h);
  EXPECT_THAT(open(), SizeIs(2));
  EXPECT_THAT(store_->undelivered().value(), SizeIs(2));
  EXPECT_THAT(events_.kinds, ElementsAre("incident.opened", "incident.opened"));

  judge({certificate}, kStart + 2h);
  ASSERT_THAT(open(), SizeIs(1));
  EXPECT_EQ(open().front().cause, certificate.cause);
  EXPECT_EQ(open().front().cluster, "");
  const auto messages = store_->undelivered().value();
  ASSERT_THAT(messages, SizeIs(3));
  EXPECT_EQ(messages.back().kind, DeliveryKind::kClosing);
  EXPECT_EQ(messages.back().channel, "ops");
}

TEST_F(FindingsTest, leave_incidents_of_other_kinds_alone) {
  storage::RoundOutcome outcome;
  outcome.cluster_removed = true;
  Incident other;
  other.id = "other";
  other.cause = "weather";
  other.opened_at = kStart;
  outcome.incidents = {other};
  ASSERT_TRUE(store_->commit_round(outcome));
  judge({}, kStart + 1h);
  EXPECT_THAT(open(), SizeIs(1));
  EXPECT_THAT(events_.kinds, IsEmpty());
}

TEST(RemovedRule, is_told_of_to_nobody_who_did_not_know_of_its_incident) {
  MemoryIncidents store;
  store.clusters = {"web"};
  MemoryHistory history;
  Events events;
  Rule rule;
  rule.name = "slow";
  rule.below = 60;
  rule.channels = {"chat"};
  Rules rules;
  rules.rules = {rule};
  Round round;
  round.cluster.name = "web";
  round.at = kStart;
  round.readings = {{{"web", "i-1", kStart, {}, Outcome::kOk, 30, ""}, {}}};
  ASSERT_TRUE(Alerting({store, history, events}, rules, {"chat", "mail"}).finish(round));
  ASSERT_THAT(store.deliveries, SizeIs(1));

  Alerting without({store, history, events}, basic_rules(), {"chat", "mail"});
  ASSERT_TRUE(without.tick(kStart + 1s));
  EXPECT_THAT(store.deliveries, SizeIs(1));
  round.at = kStart + 60s;
  ASSERT_TRUE(without.finish(round));
  ASSERT_THAT(store.deliveries, SizeIs(2));
  EXPECT_EQ(store.deliveries.back().channel, "chat");
  EXPECT_EQ(store.deliveries.back().kind, DeliveryKind::kClosing);
}

}  // namespace
}  // namespace livesonic::alerting
