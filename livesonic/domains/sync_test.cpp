// SPDX-License-Identifier: Apache-2.0
#include "livesonic/domains/sync.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "livesonic/domains/fake_shelf.h"

namespace livesonic::domains {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::SizeIs;

const Time kNow = Time{1'770'000'000s};

Domain zone(const std::string& id, std::int64_t records = 2) {
  Domain domain;
  domain.zone_id = id;
  domain.name = id + ".example.";
  domain.record_count = records;
  return domain;
}

class Events final : public EventSink {
 public:
  void publish(const Event& event) override { kinds.push_back(event.kind); }
  std::vector<std::string> kinds;
};

class KnownBalancers final : public Balancers {
 public:
  Result<std::vector<Balancer>> balancers(const std::stop_token&) override { return answer; }
  Result<std::vector<Balancer>> answer;
};

class SyncTest : public testing::Test {
 protected:
  const Domain& kept(const std::string& id) {
    return *std::find_if(shelf_.kept.begin(), shelf_.kept.end(),
                         [&](const Domain& domain) { return domain.zone_id == id; });
  }

  FakeSource source_;
  KnownBalancers balancers_;
  FakeShelf shelf_;
  Events events_;
  FakeClock clock_{kNow};
  Sync sync_{{&source_}, balancers_, shelf_, events_, clock_};
};

TEST_F(SyncTest, what_vanished_is_marked_and_what_comes_back_is_revived) {
  source_.listed = std::vector<Domain>{zone("A"), zone("B")};
  EXPECT_EQ(sync_.run()->added, 2);

  clock_.advance(1h);
  source_.listed = std::vector<Domain>{zone("A")};
  const Changes gone = sync_.run().value();
  EXPECT_EQ(gone.gone, 1);
  EXPECT_EQ(gone.live, 1);
  ASSERT_THAT(shelf_.kept, SizeIs(2));

  clock_.advance(1h);
  source_.listed = std::vector<Domain>{zone("A"), zone("B")};
  EXPECT_EQ(sync_.run()->added, 1);
  for (const Domain& domain : shelf_.kept) {
    EXPECT_FALSE(domain.gone_at);
    EXPECT_EQ(domain.first_seen, kNow);
  }
}

TEST_F(SyncTest, a_quiet_account_is_no_news) {
  source_.listed = std::vector<Domain>{zone("A")};
  ASSERT_TRUE(sync_.run());
  EXPECT_THAT(events_.kinds, SizeIs(1));
  const Changes again = sync_.run().value();
  EXPECT_EQ(again.added + again.changed + again.gone, 0);
  EXPECT_THAT(events_.kinds, SizeIs(1));
  source_.listed->front().record_count = 3;
  EXPECT_EQ(sync_.run()->changed, 1);
}

TEST_F(SyncTest, an_error_or_a_suddenly_empty_account_changes_nothing) {
  source_.listed = std::vector<Domain>{zone("A"), zone("B")};
  ASSERT_TRUE(sync_.run());
  source_.listed = fail(ErrorKind::kThrottled, "ListHostedZones: Throttling");
  EXPECT_EQ(sync_.run().error().kind, ErrorKind::kThrottled);
  source_.listed = std::vector<Domain>{};
  EXPECT_EQ(sync_.run().error().kind, ErrorKind::kConflict);
  for (const Domain& domain : shelf_.kept) EXPECT_FALSE(domain.gone_at);
}

TEST_F(SyncTest, the_last_zone_may_go) {
  source_.listed = std::vector<Domain>{zone("A")};
  ASSERT_TRUE(sync_.run());
  source_.listed = std::vector<Domain>{};
  EXPECT_EQ(sync_.run()->gone, 1);
}

TEST_F(SyncTest, zones_have_their_tags_and_the_clusters_that_they_lead_to) {
  source_.listed = std::vector<Domain>{zone("A")};
  source_.tagged->emplace("A", Tags{{"team", "web"}});
  source_.recorded["A"] = {
      {"A.example.", "A", "dualstack.web-1.ap-northeast-1.elb.amazonaws.com.", {}}};
  balancers_.answer = std::vector<Balancer>{{"web", "web-1.ap-northeast-1.elb.amazonaws.com"}};
  ASSERT_TRUE(sync_.run());
  EXPECT_EQ(kept("A").tags, (Tags{{"team", "web"}}));
  EXPECT_TRUE(kept("A").apex_has_address);
  ASSERT_THAT(kept("A").aliases, SizeIs(1));
  EXPECT_THAT(kept("A").aliases[0].clusters, ElementsAre("web"));

  // What can't be found out any more stays as it was, and is said.
  source_.tagged = fail(ErrorKind::kPermission, "AccessDenied");
  source_.records_failure = Error{ErrorKind::kPermission, "AccessDenied"};
  balancers_.answer = fail(ErrorKind::kThrottled, "Throttling");
  source_.registered = fail(ErrorKind::kPermission, "AccessDenied");
  const Changes changes = sync_.run().value();
  EXPECT_EQ(changes.changed, 0);
  EXPECT_THAT(changes.problems, SizeIs(4));
  EXPECT_EQ(kept("A").tags, (Tags{{"team", "web"}}));
  EXPECT_THAT(kept("A").aliases[0].clusters, ElementsAre("web"));
}

TEST_F(SyncTest, without_the_balancers_new_records_still_lead_where_old_ones_led) {
  source_.listed = std::vector<Domain>{zone("A")};
  source_.recorded["A"] = {{"A.example.", "A", "web-1.ap-northeast-1.elb.amazonaws.com.", {}}};
  balancers_.answer = std::vector<Balancer>{{"web", "web-1.ap-northeast-1.elb.amazonaws.com"}};
  ASSERT_TRUE(sync_.run());
  balancers_.answer = fail(ErrorKind::kThrottled, "Throttling");
  source_.recorded["A"].push_back(
      {"www.A.example.", "A", "web-1.ap-northeast-1.elb.amazonaws.com.", {}});
  ASSERT_TRUE(sync_.run());
  ASSERT_THAT(kept("A").aliases, SizeIs(2));
  EXPECT_THAT(kept("A").aliases[1].clusters, ElementsAre("web"));
}

TEST_F(SyncTest, each_account_has_its_own_zones_and_its_own_failures) {
  FakeSource other("other");
  Sync sync({&source_, &other}, balancers_, shelf_, events_, clock_);
  source_.listed = std::vector<Domain>{zone("A"), zone("B")};
  other.listed = std::vector<Domain>{zone("C"), zone("B")};
  EXPECT_EQ(sync.run()->live, 3);
  EXPECT_EQ(kept("B").account, "default");
  EXPECT_EQ(kept("C").account, "other");

  source_.listed = fail(ErrorKind::kThrottled, "Throttling");
  other.listed = std::vector<Domain>{zone("D"), zone("B")};
  const Changes changes = sync.run().value();
  EXPECT_EQ(changes.gone, 1);
  EXPECT_EQ(changes.added, 1);
  EXPECT_THAT(changes.problems, ElementsAre("account default: Throttling"));
  EXPECT_FALSE(kept("A").gone_at);
  EXPECT_EQ(kept("B").account, "default");
  EXPECT_TRUE(kept("C").gone_at);

  other.listed = fail(ErrorKind::kPermission, "AccessDenied");
  EXPECT_EQ(sync.run().error().kind, ErrorKind::kThrottled);
}

TEST_F(SyncTest, zones_of_an_account_that_is_no_longer_configured_are_gone) {
  Domain left = zone("A");
  left.account = "former";
  shelf_.kept = {left};
  EXPECT_EQ(sync_.run()->gone, 1);
  EXPECT_TRUE(kept("A").gone_at);
}

TEST_F(SyncTest, registered_names_come_go_and_come_back) {
  RegisteredDomain a;
  a.name = "a.example";
  a.expires_at = kNow + 24h;
  source_.registered = std::vector<RegisteredDomain>{a};
  ASSERT_TRUE(sync_.run());
  clock_.advance(1h);
  source_.registered = std::vector<RegisteredDomain>{};
  ASSERT_TRUE(sync_.run());
  EXPECT_EQ(shelf_.registered.at("a.example").gone_at, kNow + 1h);
  source_.registered = std::vector<RegisteredDomain>{a};
  ASSERT_TRUE(sync_.run());
  EXPECT_FALSE(shelf_.registered.at("a.example").gone_at);
  EXPECT_EQ(shelf_.registered.at("a.example").first_seen, kNow);
}

TEST_F(SyncTest, registered_names_that_all_vanish_at_once_are_not_believed) {
  RegisteredDomain a;
  a.name = "a.example";
  RegisteredDomain b;
  b.name = "b.example";
  source_.registered = std::vector<RegisteredDomain>{a, b};
  ASSERT_TRUE(sync_.run());
  source_.registered = std::vector<RegisteredDomain>{};
  EXPECT_THAT(sync_.run()->problems, SizeIs(1));
  EXPECT_FALSE(shelf_.registered.at("a.example").gone_at);
}

}  // namespace
}  // namespace livesonic::domains
