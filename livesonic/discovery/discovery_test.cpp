// SPDX-License-Identifier: Apache-2.0
#include "livesonic/discovery/discovery.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "livesonic/base/text.h"
#include "livesonic/discovery/elb_source.h"
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
  Result<std::vector<Member>> members(const Cluster&, const std::stop_token&) override {
    return membership;
  }
  Result<std::vector<Facts>> describe(const std::vector<std::string>& ids,
                                      const std::stop_token&) override {
    asked = ids;
    return facts;
  }
  Result<std::vector<Member>> membership;
  Result<std::vector<Facts>> facts;
  std::vector<std::string> asked;
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
  Discovery discovery_{source_, *store_, events_, clock_};
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

TEST_F(DiscoveryTest, an_aws_error_is_kept_with_the_cluster_and_deletes_nothing) {
  refresh();
  source_.membership = fail(ErrorKind::kThrottled, "DescribeLoadBalancers: Throttling");
  EXPECT_EQ(refresh().error, "DescribeLoadBalancers: Throttling");
  EXPECT_THAT(watched(), SizeIs(1));
  const DiscoveryStatus status = store_->cluster("web")->discovery;
  EXPECT_EQ(status.error, "DescribeLoadBalancers: Throttling");
  EXPECT_LT(status.last_success, status.last_attempt);
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
  EXPECT_EQ(all[0].gone_reason, "terminated");
  source_.facts->front().ec2_state = "running";
  refresh();
  ASSERT_THAT(watched(), SizeIs(1));
  EXPECT_EQ(watched()[0].first_seen, first_seen);
}

TEST(ElbSource, an_instance_in_only_one_of_the_two_answers_is_a_member) {
  aws::LoadBalancer balancer;
  balancer.instance_ids = {"i-1", "i-2"};
  const auto members = join(
      balancer, {{"i-2", "InService", "N/A", "N/A"}, {"i-3", "OutOfService", "ELB", "starting"}});
  ASSERT_THAT(members, SizeIs(3));
  EXPECT_EQ(members[0].state, "Unknown");
  EXPECT_EQ(members[1].state, "InService");
  EXPECT_EQ(members[2].id, "i-3");
}

TEST(ElbSource, ec2s_words_become_ours) {
  aws::Ec2Instance instance;
  instance.id = "i-1";
  instance.tags = {{"Name", "web\xff"}, {"env", "prod"}};
  instance.lifecycle = "spot";
  const Facts facts = to_facts(instance);
  EXPECT_EQ(facts.name, "web\xEF\xBF\xBD");
  EXPECT_EQ(facts.lifecycle, Lifecycle::kSpot);
  EXPECT_THAT(facts.tags, SizeIs(2));
}

}  // namespace
}  // namespace livesonic::discovery
