// SPDX-License-Identifier: Apache-2.0
#include "livesonic/discovery/discovery.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "livesonic/base/text.h"
#include "livesonic/storage/store.h"

namespace livesonic::discovery {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

class ScriptedSource final : public FleetSource {
 public:
  bool holds_back(const Cluster&) override { return held_back; }
  Result<Membership> members(const Cluster&, const std::stop_token&) override {
    if (!membership) return fail(membership.error());
    Membership all;
    all.members = *membership;
    all.wanted = wanted;
    all.release = release;
    return all;
  }
  Result<std::vector<Facts>> describe(const Cluster&, const std::vector<std::string>& ids,
                                      const std::set<std::string>& fresh_ids,
                                      const std::stop_token&) override {
    asked = ids;
    fresh = fresh_ids;
    return facts;
  }
  void investigate(const Cluster&, std::vector<Leaving>& leaving, const std::stop_token&) override {
    for (Leaving& one : leaving) one.evidence.cause = cause;
  }
  Result<std::vector<std::string>> matching(const Cluster&, const std::stop_token&) override {
    return balancers;
  }
  Result<bool> exists(const Cluster&, const std::stop_token&) override { return there; }

  bool held_back = false;
  Result<std::vector<Member>> membership;
  std::optional<int> wanted;
  std::string release;
  Result<std::vector<Facts>> facts;
  std::vector<std::string> asked;
  std::set<std::string> fresh;
  std::string cause;
  Result<std::vector<std::string>> balancers;
  Result<bool> there = true;
};

class StoredClusters final : public ClusterRegister {
 public:
  explicit StoredClusters(storage::Inventory& inventory) : inventory_(inventory) {}
  Result<void> add(const Cluster& cluster) override { return inventory_.put_cluster(cluster); }
  Result<void> remove(const std::string& cluster, const std::string& why) override {
    return inventory_.remove_cluster(cluster, Time{1ms}, why);
  }

 private:
  storage::Inventory& inventory_;
};

class Recorder final : public EventSink {
 public:
  void publish(const Event& event) override { kinds.push_back(event.kind); }
  std::vector<std::string> kinds;
};

Facts running(const std::string& id) {
  Facts facts;
  facts.id = id;
  facts.name = "web";
  facts.ec2_state = "running";
  return facts;
}

class DiscoveryTest : public testing::Test {
 protected:
  DiscoveryTest()
      : dir_(std::filesystem::temp_directory_path() / ("livesonic-" + random_id())),
        store_(storage::open_sqlite(dir_).value()) {
    Cluster web;
    web.name = "web";
    web.resource = "web-elb";
    EXPECT_TRUE(store_->put_cluster(web));
    source_.membership = std::vector<Member>{{"i-1", "InService", "N/A", "N/A"}};
    source_.facts = std::vector<Facts>{running("i-1")};
  }
  ~DiscoveryTest() override {
    store_.reset();
    std::filesystem::remove_all(dir_);
  }

  Discovery::Refreshed refresh() {
    clock_.advance(60s);
    return discovery_.refresh(store_->cluster("web").value()).value();
  }
  std::vector<Instance> watched() {
    return store_->instances("web", storage::Which::kWatched).value();
  }

  FakeClock clock_{Time{1'770'000'000s}};
  std::filesystem::path dir_;
  std::unique_ptr<storage::Store> store_;
  ScriptedSource source_;
  Recorder events_;
  StoredClusters clusters_{*store_};
  Discovery discovery_{source_, *store_, clusters_, events_, clock_};
};

TEST_F(DiscoveryTest, what_stands_behind_the_balancer_is_stored) {
  EXPECT_EQ(refresh().error, "");
  ASSERT_THAT(watched(), SizeIs(1));
  EXPECT_EQ(watched()[0].name, "web");
  EXPECT_EQ(store_->cluster("web")->discovery.last_success, clock_.now());
  EXPECT_THAT(events_.kinds, ElementsAre("instances.changed"));
  refresh();
  EXPECT_THAT(events_.kinds, SizeIs(1));  // nothing changed since
}

TEST_F(DiscoveryTest, the_releases_of_a_service_are_noted_in_the_order_of_their_coming) {
  refresh();
  EXPECT_THAT(store_->releases("web").value(), IsEmpty());
  source_.release = "web:1";
  refresh();
  const Time first = clock_.now();
  refresh();
  source_.release = "web:2";
  refresh();
  const Time second = clock_.now();
  source_.release = "web:1";
  refresh();
  EXPECT_EQ(store_->releases("web").value(),
            (std::vector<Release>{{"web:1", first, clock_.now()}, {"web:2", second, second}}));
  clock_.advance(10min);
  refresh();
  EXPECT_EQ(store_->releases("web").value()[0].last, clock_.now());
}

TEST_F(DiscoveryTest, an_aws_error_is_kept_with_the_cluster_and_deletes_nothing) {
  refresh();
  source_.membership = fail(ErrorKind::kThrottled, "DescribeLoadBalancers: Throttling");
  EXPECT_EQ(refresh().error, "DescribeLoadBalancers: Throttling");
  EXPECT_THAT(watched(), SizeIs(1));
  const DiscoveryStatus status = store_->cluster("web")->discovery;
  EXPECT_EQ(status.error, "DescribeLoadBalancers: Throttling");
  EXPECT_LT(status.last_success, status.last_attempt);
}

TEST_F(DiscoveryTest, a_cluster_that_is_held_back_stays_as_it_is_until_its_turn_comes) {
  refresh();
  const DiscoveryStatus before = store_->cluster("web")->discovery;
  source_.held_back = true;
  source_.membership = std::vector<Member>{};
  EXPECT_THAT(refresh().error, HasSubstr("AWS asks to slow down"));
  EXPECT_THAT(watched(), SizeIs(1));
  EXPECT_EQ(store_->cluster("web")->discovery, before);
  source_.held_back = false;
  source_.membership = fail(ErrorKind::kThrottled, "DescribeLoadBalancers: Throttling");
  refresh();
  source_.held_back = true;
  EXPECT_EQ(refresh().error, "DescribeLoadBalancers: Throttling");
}

TEST_F(DiscoveryTest, an_ec2_error_keeps_the_details_that_were_known) {
  refresh();
  source_.facts = fail(ErrorKind::kUnavailable, "DescribeInstances: 503");
  EXPECT_THAT(refresh().error, HasSubstr("503"));
  EXPECT_EQ(watched()[0].name, "web");
}

TEST_F(DiscoveryTest, an_empty_answer_deletes_nothing_and_says_so) {
  refresh();
  source_.membership = std::vector<Member>{};
  EXPECT_THAT(refresh().retired, IsEmpty());
  EXPECT_THAT(watched(), SizeIs(1));
  EXPECT_THAT(store_->cluster("web")->discovery.warning, HasSubstr("lists no instances"));
  EXPECT_THAT(source_.asked, ElementsAre("i-1"));  // EC2 was asked as the second witness
}

TEST_F(DiscoveryTest, a_retired_instance_keeps_its_record_and_can_come_back) {
  refresh();
  const Time first_seen = watched()[0].first_seen;
  source_.facts->front().ec2_state = "terminated";
  EXPECT_THAT(refresh().retired, ElementsAre("i-1"));
  EXPECT_THAT(watched(), IsEmpty());
  const auto all = store_->instances("web", storage::Which::kAll).value();
  ASSERT_THAT(all, SizeIs(1));
  EXPECT_EQ(all[0].departure->reason, DepartureReason::kTerminatedByUser);
  source_.facts->front().ec2_state = "running";
  refresh();
  ASSERT_THAT(watched(), SizeIs(1));
  EXPECT_EQ(watched()[0].first_seen, first_seen);
}

TEST_F(DiscoveryTest, why_one_left_is_asked_for_only_when_one_has) {
  source_.cause =
      "At 2026-03-01T08:30:00Z an instance was taken out of service in response to a "
      "difference between desired and actual capacity, shrinking the capacity from 3 "
      "to 2.";
  refresh();
  source_.facts->front().ec2_state = "terminated";
  refresh();
  const Departure why = *store_->instances("web", storage::Which::kAll).value()[0].departure;
  EXPECT_EQ(why.reason, DepartureReason::kScaleIn);
  EXPECT_THAT(why.detail, HasSubstr("shrinking the capacity from 3 to 2"));
  EXPECT_EQ(why.at, clock_.now());
  EXPECT_THAT(events_.kinds, testing::Not(testing::Contains("instance.unexplained")));
}

TEST_F(DiscoveryTest, only_what_nothing_accounts_for_is_news) {
  source_.membership->push_back({"i-2", "InService", "N/A", "N/A"});
  source_.facts->push_back(running("i-2"));
  refresh();
  source_.membership->pop_back();
  source_.facts->pop_back();
  EXPECT_THAT(refresh().retired, ElementsAre("i-2"));
  EXPECT_THAT(events_.kinds, testing::Contains("instance.unexplained"));
}

TEST_F(DiscoveryTest, a_member_that_is_as_it_was_needs_no_new_look) {
  source_.membership->push_back({"i-2", "OutOfService", "ELB", "no answer"});
  source_.facts->push_back(running("i-2"));
  refresh();
  EXPECT_THAT(source_.fresh, testing::UnorderedElementsAre("i-1", "i-2"));  // both are new
  refresh();
  EXPECT_THAT(source_.fresh, ElementsAre("i-2"));
  EXPECT_THAT(source_.asked, testing::UnorderedElementsAre("i-1", "i-2"));
}

TEST_F(DiscoveryTest, how_many_there_are_to_be_is_kept_with_the_cluster) {
  source_.wanted = 6;
  refresh();
  EXPECT_EQ(store_->cluster("web")->discovery.wanted, 6);
}

class Registrations : public DiscoveryTest {
 protected:
  Registrations() {
    Cluster prod;
    prod.name = "prod";
    prod.kind = ClusterKind::kAlb;
    prod.resource = "prod-*";
    EXPECT_TRUE(store_->put_cluster(prod));
    source_.balancers = std::vector<std::string>{"prod-api", "prod-web"};
  }
  std::vector<std::string> names() {
    const std::vector<Cluster> all = store_->clusters().value();
    std::vector<std::string> found;
    for (const Cluster& cluster : all) found.push_back(cluster.name);
    return found;
  }
  DiscoveryStatus look() {
    clock_.advance(60s);
    EXPECT_TRUE(discovery_.refresh(store_->cluster("prod").value()));
    return store_->cluster("prod")->discovery;
  }
};

TEST_F(Registrations, bring_a_cluster_for_each_balancer_that_matches) {
  look();
  EXPECT_THAT(names(), ElementsAre("prod", "prod-api", "prod-web", "web"));
  const Cluster child = store_->cluster("prod-api").value();
  EXPECT_EQ(child.origin, Origin::kDiscovered);
  EXPECT_EQ(child.parent, "prod");
  EXPECT_EQ(child.kind, ClusterKind::kAlb);
  look();
  EXPECT_THAT(names(), SizeIs(4));
}

TEST_F(Registrations, take_it_away_when_its_balancer_is_no_more) {
  look();
  source_.balancers->pop_back();
  EXPECT_THAT(look().warning, HasSubstr("'prod-web' matches no more, but it is there"));
  EXPECT_THAT(names(), SizeIs(4));
  source_.there = fail(ErrorKind::kThrottled, "Throttling");
  look();
  EXPECT_THAT(names(), SizeIs(4));
  source_.there = false;
  EXPECT_EQ(look().warning, "");
  EXPECT_THAT(names(), ElementsAre("prod", "prod-api", "web"));
}

TEST_F(Registrations, leave_alone_what_an_operator_has_registered) {
  source_.balancers->push_back("web");
  EXPECT_THAT(look().warning, HasSubstr("'web' matches, but its name is that of another cluster"));
  Cluster own;
  own.name = "mine";
  own.kind = ClusterKind::kAlb;
  own.resource = "web";
  ASSERT_TRUE(store_->put_cluster(own));
  EXPECT_EQ(look().warning, "");
}

TEST_F(Registrations, change_nothing_when_aws_cannot_be_asked) {
  look();
  source_.balancers = fail(ErrorKind::kThrottled, "DescribeLoadBalancers: Throttling");
  EXPECT_EQ(look().error, "DescribeLoadBalancers: Throttling");
  EXPECT_THAT(names(), SizeIs(4));
}

TEST_F(DiscoveryTest, what_was_announced_is_kept_with_the_instance_and_explains_its_departure) {
  Notices notices;
  Discovery listening(source_, *store_, clusters_, events_, clock_, &notices);
  const auto look = [&] { return listening.refresh(store_->cluster("web").value()).value(); };
  look();
  CloudEvent warning;
  warning.kind = CloudEventKind::kSpotInterruption;
  warning.instances = {"i-1"};
  warning.at = clock_.now();
  warning.detail = "terminate";
  notices.note(warning, clock_.now());
  look();
  ASSERT_THAT(watched(), SizeIs(1));
  ASSERT_TRUE(watched()[0].standing.notice);
  EXPECT_EQ(watched()[0].standing.notice->deadline, clock_.now() + 2min);

  // After a restart nobody remembers it but the store.
  clock_.advance(2min);
  source_.facts.value()[0].ec2_state = "shutting-down";
  refresh();
  const Instance gone = store_->instances("web", storage::Which::kAll).value().at(0);
  ASSERT_FALSE(gone.watched());
  EXPECT_EQ(gone.departure->reason, DepartureReason::kSpotInterruption);
}

TEST_F(DiscoveryTest, an_announcement_that_came_to_nothing_is_shown_no_more) {
  Notices notices;
  Discovery listening(source_, *store_, clusters_, events_, clock_, &notices);
  const auto look = [&] { return listening.refresh(store_->cluster("web").value()).value(); };
  CloudEvent advice;
  advice.kind = CloudEventKind::kRebalance;
  advice.instances = {"i-1"};
  notices.note(advice, clock_.now());
  look();
  EXPECT_TRUE(watched().at(0).standing.notice);
  clock_.advance(kNoticeHolds + 1min);
  look();
  EXPECT_FALSE(watched().at(0).standing.notice);
}

}  // namespace
}  // namespace livesonic::discovery
