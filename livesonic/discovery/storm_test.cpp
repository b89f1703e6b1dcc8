// SPDX-License-Identifier: Apache-2.0
// Ten thousand random changes of a fleet, and an AWS that fails, lies and lags meanwhile: whatever
// discovery does in between, nothing is retired that is there, and in the end it knows the truth.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <array>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "livesonic/aws/fake_transport.h"
#include "livesonic/discovery/discovery.h"
#include "livesonic/discovery/elb_source.h"
#include "livesonic/discovery/region.h"
#include "livesonic/discovery/storm_account_test.h"
#include "livesonic/storage/inventory.h"

namespace livesonic::discovery {
namespace {

using namespace std::chrono_literals;
using namespace storm;

constexpr unsigned kSeed = 1;
constexpr int kEvents = LIVESONIC_SANITIZED ? 1'500 : 10'000;
constexpr Duration kInterval = 60s;

// What is kept, in memory: thousands of transactions would take most of the test's time.
class Memory final : public storage::Inventory {
 public:
  Result<void> put_cluster(const Cluster& cluster) override {
    clusters_.insert_or_assign(cluster.name, cluster);
    return {};
  }
  Result<void> remove_cluster(const std::string&, Time, const std::string&) override { return {}; }
  Result<std::vector<Cluster>> clusters() override {
    std::vector<Cluster> all;
    for (const auto& [name, cluster] : clusters_) all.push_back(cluster);
    return all;
  }
  Result<Cluster> cluster(const std::string& name) override { return clusters_.at(name); }
  Result<void> update_membership(const std::string& cluster, const DiscoveryStatus& status,
                                 const std::vector<Instance>& changed) override {
    clusters_.at(cluster).discovery = status;
    for (const Instance& one : changed) instances_[cluster].insert_or_assign(one.id, one);
    return {};
  }
  Result<std::vector<Instance>> instances(const std::string& cluster,
                                          storage::Which which) override {
    std::vector<Instance> found;
    for (const auto& [id, one] : instances_[cluster]) {
      if (which == storage::Which::kAll || one.watched()) found.push_back(one);
    }
    return found;
  }
  Result<void> note_release(const std::string&, const std::string&, Time) override { return {}; }
  Result<std::vector<Release>> releases(const std::string&) override {
    return std::vector<Release>{};
  }
  Result<MemberTags> tags_of(const std::string&, const std::vector<std::string>&) override {
    return MemberTags{};
  }
  Result<std::vector<Instance>> vanished_since(const std::string&, Time) override {
    return std::vector<Instance>{};
  }
  Result<std::int64_t> retired_count(const std::string&) override { return 0; }
  Result<void> put_service(const Service&) override { return {}; }
  Result<void> remove_service(const std::string&) override { return {}; }
  Result<std::vector<Service>> services() override { return std::vector<Service>{}; }
  Result<void> put_probe(const Probe&) override { return {}; }
  Result<void> remove_probe(const std::string&) override { return {}; }
  Result<std::vector<Probe>> probes() override { return std::vector<Probe>{}; }

 private:
  std::map<std::string, Cluster> clusters_;
  std::map<std::string, std::map<std::string, Instance>> instances_;
};

class Wire final : public FleetSource {
 public:
  explicit Wire(Region& region) : region_(region) {}
  Result<Membership> members(const Cluster& cluster, const std::stop_token& stop) override {
    std::set<std::string> others;
    for (std::size_t i = 0; i < kBalancers; ++i) others.insert(balancer_name(i));
    others.erase(cluster.resource);
    return elb_members(region_, cluster, others, stop);
  }
  Result<std::vector<Facts>> describe(const Cluster& cluster, const std::vector<std::string>& ids,
                                      const std::set<std::string>& fresh,
                                      const std::stop_token& stop) override {
    return region_.describe(cluster.name, ids, fresh, stop);
  }
  void investigate(const Cluster&, std::vector<Leaving>& leaving,
                   const std::stop_token& stop) override {
    region_.investigate(leaving, stop);
  }
  Result<std::vector<std::string>> matching(const Cluster&, const std::stop_token&) override {
    return std::vector<std::string>{};
  }
  Result<bool> exists(const Cluster&, const std::stop_token&) override { return true; }

 private:
  Region& region_;
};

class NoRegister final : public ClusterRegister {
 public:
  Result<void> add(const Cluster&) override { return {}; }
  Result<void> remove(const std::string&, const std::string&) override { return {}; }
};

class NoEvents final : public EventSink {
 public:
  void publish(const Event&) override {}
};

class Storm : public testing::Test {
 protected:
  Storm() {
    for (std::size_t i = 0; i < kBalancers; ++i) {
      Cluster cluster;
      cluster.name = cluster.resource = balancer_name(i);
      EXPECT_TRUE(store_.put_cluster(cluster));
      for (int j = 0; j < 15; ++j) account_.launch(i, bench_.clock.now());
    }
  }

  // One look at a cluster; whoever is retired by it must have been gone a moment ago.
  void look(const std::string& name) {
    const auto refreshed = discovery_.refresh(store_.cluster(name).value());
    ASSERT_TRUE(refreshed) << refreshed.error().message;
    failed_looks_ += refreshed->error.empty() ? 0 : 1;
    retired_ += refreshed->retired.size();
    const Time now = bench_.clock.now();
    for (const std::string& id : refreshed->retired) {
      const Host& host = account_.hosts.at(id);
      EXPECT_TRUE(!host.is_there() || now - host.last_not_there <= 2 * kInterval)
          << id << " is there, and was retired";
    }
    const auto watched = store_.instances(name, storage::Which::kWatched).value();
    for (const Instance& one : watched) {
      ever_watched_.insert(one.id);
    }
  }

  Account account_{kSeed};
  aws::TestBench bench_{aws::FakeTransport::Answer([this](const aws::HttpRequest& request) {
    bench_.transport.requests.clear();
    return account_.answer(request, bench_.clock.now());
  })};
  Region region_{bench_.client, bench_.clock, kInterval};
  Memory store_;
  Wire wire_{region_};
  NoRegister clusters_;
  NoEvents events_;
  Discovery discovery_{wire_, store_, clusters_, events_, bench_.clock};
  std::set<std::string> ever_watched_;
  std::size_t retired_ = 0;
  int failed_looks_ = 0;
};

TEST_F(Storm, retires_nothing_that_is_there_and_ends_in_the_truth) {
  std::array<Time, kBalancers> due{};
  for (int event = 0; event < kEvents && !HasFatalFailure(); ++event) {
    bench_.clock.advance(std::chrono::seconds{account_.below(12)});
    account_.fail(bench_.clock.now());
    account_.happen(bench_.clock.now());
    for (std::size_t i = 0; i < kBalancers; ++i) {
      if (bench_.clock.now() < due.at(i)) continue;
      due.at(i) = bench_.clock.now() + kInterval;
      look(balancer_name(i));
    }
  }
  EXPECT_GT(failed_looks_, kEvents / 100);
  EXPECT_GT(retired_, kEvents / 10U);

  account_.end_of_trouble();
  for (int minute = 0; minute < 20; ++minute) {
    for (std::size_t i = 0; i < kBalancers; ++i) {
      if (minute == 0) account_.launch(i, bench_.clock.now());  // no balancer is empty
      look(balancer_name(i));
    }
    bench_.clock.advance(kInterval);
  }
  std::map<std::string, std::string> truth;
  for (const auto& [id, host] : account_.hosts) {
    if (host.is_there()) truth[balancer_name(host.balancer) + "/" + id] = host.address;
  }
  std::map<std::string, std::string> known;
  std::size_t records = 0;
  for (std::size_t i = 0; i < kBalancers; ++i) {
    const auto all = store_.instances(balancer_name(i), storage::Which::kAll).value();
    for (const Instance& one : all) {
      ++records;
      if (one.watched()) {
        known[one.cluster + "/" + one.id] = one.private_ip;
      } else if (one.departure->reason == DepartureReason::kUnexplained) {
        // Only where EC2 had nothing to say any more.
        EXPECT_EQ(account_.hosts.at(one.id).state, "terminated") << one.id;
      }
    }
  }
  EXPECT_EQ(known, truth);
  EXPECT_GE(records, ever_watched_.size()) << "history outlives the instance";
}

}  // namespace
}  // namespace livesonic::discovery
