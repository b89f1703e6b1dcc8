// SPDX-License-Identifier: Apache-2.0
// What looking costs, for every kind of cluster: large accounts on a transport that counts.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <ostream>
#include <set>
#include <string>
#include <vector>

#include "livesonic/aws/fake_transport.h"
#include "livesonic/discovery/asg_source.h"
#include "livesonic/discovery/cost_account_test.h"
#include "livesonic/discovery/ecs_source.h"
#include "livesonic/discovery/elb_source.h"
#include "livesonic/discovery/elbv2_source.h"
#include "livesonic/discovery/region.h"
#include "livesonic/discovery/tag_source.h"

namespace livesonic::discovery {
namespace {

using namespace std::chrono_literals;
using cost::Shape;

constexpr Duration kInterval = 60s;
constexpr int kQuietCycles = LIVESONIC_SANITIZED ? 2 : 12;

// An account, and the clusters' looks at it.
class Looks {
 public:
  explicit Looks(Shape shape) : account(shape), shape_(shape) {
    for (int i = 0; i < shape.clusters; ++i) {
      resources_.insert(account.cluster(i).resource);
      known_.emplace_back();
    }
  }

  // Every cluster once, spread over the interval; the number of calls.
  int cycle() {
    account.calls.clear();
    for (int i = 0; i < shape_.clusters; ++i) {
      look(i);
      bench.clock.advance(kInterval / shape_.clusters);
    }
    int sum = 0;
    for (const auto& [operation, count] : account.calls) sum += count;
    return sum;
  }

  void look(int index) {
    const Cluster cluster = account.cluster(index);
    const auto membership = members(cluster);
    ASSERT_TRUE(membership) << membership.error().message;
    ASSERT_EQ(membership->members.size(), static_cast<std::size_t>(shape_.each));
    std::set<std::string>& known = known_.at(static_cast<std::size_t>(index));
    std::vector<std::string> ids;
    std::set<std::string> fresh;
    for (const Member& member : membership->members) {
      if (!is_ec2_id(member.id)) continue;
      ids.push_back(member.id);
      if (known.insert(member.id).second) fresh.insert(member.id);
    }
    const auto facts = region.describe(cluster.name, ids, fresh, {});
    ASSERT_TRUE(facts) << facts.error().message;
    ASSERT_EQ(facts->size(), ids.size());
  }

  cost::Account account;
  aws::TestBench bench{aws::FakeTransport::Answer([this](const aws::HttpRequest& request) {
    bench.transport.requests.clear();
    return account.answer(request);
  })};
  Region region{bench.client, bench.clock, kInterval};

 private:
  Result<Membership> members(const Cluster& cluster) {
    switch (cluster.kind) {
      case ClusterKind::kElb: {
        std::set<std::string> others = resources_;
        others.erase(cluster.resource);
        return elb_members(region, cluster, others, {});
      }
      case ClusterKind::kAlb:
      case ClusterKind::kNlb:
      case ClusterKind::kTargetGroup:
        return elbv2_members(region, cluster, {});
      case ClusterKind::kAsg:
        return asg_members(region, cluster, {});
      case ClusterKind::kEcsService:
        return ecs_members(region, cluster, resources_, {});
      case ClusterKind::kTag:
        return tag_members(region, cluster, {});
      case ClusterKind::kStatic:
        break;
    }
    return Membership{};
  }

  const Shape shape_;
  std::set<std::string> resources_;
  std::vector<std::set<std::string>> known_;  // by cluster
};

struct Bound {
  const char* name;
  Shape shape;
  int full;
  int quiet;
};

void PrintTo(const Bound& bound, std::ostream* out) {
  *out << bound.name;
}

class Cost : public testing::TestWithParam<Bound> {};

TEST_P(Cost, of_ten_thousand_instances_in_fifty_clusters_is_bounded) {
  Looks looks(GetParam().shape);
  const int full = looks.cycle();
  RecordProperty("full", full);
  EXPECT_LE(full, GetParam().full);
  int most = 0;
  for (int i = 0; i < kQuietCycles; ++i) {
    most = std::max(most, looks.cycle());
    ASSERT_LE(most, GetParam().quiet) << i << ": " << testing::PrintToString(looks.account.calls);
  }
  RecordProperty("quiet", most);
}

using Kind = ClusterKind;

// ECS lists and describes tasks, and describes hosts, a hundred in a call: where there are 10,000
// of each these alone are 300 calls.
INSTANTIATE_TEST_SUITE_P(
    Kinds, Cost,
    testing::Values(
        Bound{"elb", {.kind = Kind::kElb}, 120, 60}, Bound{"alb", {.kind = Kind::kAlb}, 120, 60},
        Bound{"nlb", {.kind = Kind::kNlb}, 120, 60},
        Bound{"target_group", {.kind = Kind::kTargetGroup}, 120, 60},
        Bound{"asg", {.kind = Kind::kAsg}, 60, 60}, Bound{"tag", {.kind = Kind::kTag}, 60, 60},
        Bound{"ecs_hosts", {.kind = Kind::kEcsService}, 325, 60},
        Bound{"ecs_hosts_apart", {.kind = Kind::kEcsService, .one_ecs_cluster = false}, 410, 60},
        Bound{"ecs_fargate", {.kind = Kind::kEcsService, .fargate = true}, 220, 60},
        Bound{"ecs_2500_hosts", {.kind = Kind::kEcsService, .each = 50}, 120, 60},
        Bound{
            "ecs_5000_tasks", {.kind = Kind::kEcsService, .each = 100, .fargate = true}, 120, 60}),
    [](const auto& one) { return std::string(one.param.name); });

TEST(CostOfClassic, first_cycle_is_less_when_it_is_known_who_will_be_asked_for) {
  Looks looks({.kind = Kind::kElb});
  std::vector<std::string> ids;
  for (int i = 0; i < 50; ++i) {
    for (int j = 0; j < 200; ++j) ids.push_back(looks.account.instance_id(i, j));
  }
  looks.region.expect(ids);
  EXPECT_LE(looks.cycle(), 75);
}

TEST(CostOfClassic, rotation_leaves_no_instance_unseen_for_long) {
  Looks looks({.kind = Kind::kElb});
  looks.cycle();
  looks.account.seen.clear();
  for (int i = 0; i < 6; ++i) looks.cycle();
  EXPECT_EQ(looks.account.seen.size(), 10'000U);
}

TEST(CostOfEcs, rotation_leaves_no_task_unseen_for_long) {
  Looks looks({.kind = Kind::kEcsService, .fargate = true});
  looks.cycle();
  looks.account.seen.clear();
  for (int i = 0; i < 14; ++i) looks.cycle();
  EXPECT_EQ(looks.account.seen.size(), 10'000U);
}

TEST(CostOfEcs, small_services_are_looked_into_in_every_cycle_and_share_their_calls) {
  Looks looks({.kind = Kind::kEcsService, .clusters = 10, .each = 4});
  looks.cycle();
  for (int i = 0; i < 3; ++i) {
    looks.account.seen.clear();
    // One for the services, one for all tasks, one for all hosts, and a list for each service.
    EXPECT_LE(looks.cycle(), 20) << testing::PrintToString(looks.account.calls);
    EXPECT_GE(looks.account.seen.size(), 40U);
  }
}

TEST(CostOfEcs, a_service_that_has_something_to_tell_is_looked_into_at_once) {
  Looks looks({.kind = Kind::kEcsService, .one_ecs_cluster = false});
  for (int i = 0; i < 3; ++i) looks.cycle();
  looks.account.changed = {17, 31};
  looks.account.seen.clear();
  looks.cycle();
  for (const int index : looks.account.changed) {
    for (int i = 0; i < 200; ++i) {
      EXPECT_TRUE(looks.account.seen.contains(fmt::format("{}-{}", index, i)));
    }
  }
}

}  // namespace
}  // namespace livesonic::discovery
