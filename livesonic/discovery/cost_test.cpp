// SPDX-License-Identifier: Apache-2.0
// What looking costs: a large account on a transport that counts.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <map>
#include <set>
#include <string>
#include <vector>

#include "livesonic/aws/fake_transport.h"
#include "livesonic/base/text.h"
#include "livesonic/discovery/elb_source.h"
#include "livesonic/discovery/region.h"

namespace livesonic::discovery {
namespace {

using namespace std::chrono_literals;

constexpr int kClusters = 50;
constexpr int kInstancesEach = 200;
constexpr Duration kInterval = 60s;

std::string instance_id(int cluster, int i) {
  return fmt::format("i-{:017x}", cluster * kInstancesEach + i);
}

std::string balancer_name(int cluster) {
  return fmt::format("elb-{:02}", cluster);
}

// The values of the form's keys that begin so.
std::vector<std::string> values(const std::string& form, const std::string& prefix) {
  std::vector<std::string> found;
  for (const std::string_view pair : split(form, '&')) {
    if (!pair.starts_with(prefix)) continue;
    found.emplace_back(pair.substr(pair.find('=') + 1));
  }
  return found;
}

std::string balancers() {
  std::string list;
  for (int cluster = 0; cluster < kClusters; ++cluster) {
    list +=
        "<member><LoadBalancerName>" + balancer_name(cluster) + "</LoadBalancerName><Instances>";
    for (int i = 0; i < kInstancesEach; ++i) {
      list += "<member><InstanceId>" + instance_id(cluster, i) + "</InstanceId></member>";
    }
    list += "</Instances></member>";
  }
  return "<DescribeLoadBalancersResponse><DescribeLoadBalancersResult><LoadBalancerDescriptions>" +
         list +
         "</LoadBalancerDescriptions></DescribeLoadBalancersResult></"
         "DescribeLoadBalancersResponse>";
}

std::string health(int cluster) {
  std::string list;
  for (int i = 0; i < kInstancesEach; ++i) {
    list += "<member><InstanceId>" + instance_id(cluster, i) +
            "</InstanceId><State>InService</State><ReasonCode>N/A</ReasonCode><Description>N/A"
            "</Description></member>";
  }
  return "<DescribeInstanceHealthResponse><DescribeInstanceHealthResult><InstanceStates>" + list +
         "</InstanceStates></DescribeInstanceHealthResult></DescribeInstanceHealthResponse>";
}

std::string instances(const std::vector<std::string>& ids) {
  std::string list;
  for (const std::string& id : ids) {
    list += "<item><instanceId>" + id +
            "</instanceId><instanceState><name>running</name></instanceState></item>";
  }
  return "<DescribeInstancesResponse><reservationSet><item><instancesSet>" + list +
         "</instancesSet></item></reservationSet></DescribeInstancesResponse>";
}

class Cost : public testing::Test {
 protected:
  Result<aws::HttpResponse> answer(const aws::HttpRequest& request) {
    const std::string operation = values(request.body, "Action=").at(0);
    ++calls_[operation];
    if (operation == "DescribeLoadBalancers") return aws::http(200, balancers());
    if (operation == "DescribeInstanceHealth") {
      const std::string name = values(request.body, "LoadBalancerName=").at(0);
      return aws::http(200, health(std::stoi(name.substr(name.size() - 2))));
    }
    if (operation == "DescribeInstances") {
      std::vector<std::string> ids = values(request.body, "InstanceId.");
      for (std::string& id : values(request.body, "Filter.1.Value.")) ids.push_back(std::move(id));
      return aws::http(200, instances(ids));
    }
    if (operation == "DescribeAutoScalingGroups") {
      return aws::http(200,
                       "<DescribeAutoScalingGroupsResponse><DescribeAutoScalingGroupsResult>"
                       "<AutoScalingGroups/></DescribeAutoScalingGroupsResult>"
                       "</DescribeAutoScalingGroupsResponse>");
    }
    if (operation == "DescribeInstanceStatus") {
      return aws::http(200,
                       "<DescribeInstanceStatusResponse><instanceStatusSet/>"
                       "</DescribeInstanceStatusResponse>");
    }
    return aws::refusal(400, "InvalidAction");
  }

  // Every cluster once, spread over the interval; the number of calls.
  int cycle(bool all_new) {
    calls_.clear();
    for (int i = 0; i < kClusters; ++i) {
      Cluster cluster;
      cluster.name = cluster.resource = balancer_name(i);
      std::set<std::string> others;
      for (int j = 0; j < kClusters; ++j) {
        if (j != i) others.insert(balancer_name(j));
      }
      const auto membership = elb_members(region_, cluster, others, {});
      EXPECT_TRUE(membership) << membership.error().message;
      std::vector<std::string> ids;
      for (const Member& member : membership->members) ids.push_back(member.id);
      EXPECT_EQ(ids.size(), std::size_t{kInstancesEach});
      const std::set<std::string> fresh =
          all_new ? std::set<std::string>(ids.begin(), ids.end()) : std::set<std::string>();
      const auto facts = region_.describe(cluster.name, ids, fresh, {});
      EXPECT_TRUE(facts) << facts.error().message;
      EXPECT_EQ(facts->size(), std::size_t{kInstancesEach});
      bench_.clock.advance(kInterval / kClusters);
    }
    int sum = 0;
    for (const auto& [operation, count] : calls_) {
      sum += count;
      RecordProperty(operation, count);
    }
    return sum;
  }

  std::map<std::string, int> calls_;
  aws::TestBench bench_{aws::FakeTransport::Answer(
      [this](const aws::HttpRequest& request) { return answer(request); })};
  Region region_{bench_.client, bench_.clock, kInterval};
};

TEST_F(Cost, of_ten_thousand_instances_in_fifty_clusters_is_bounded) {
  EXPECT_LE(cycle(/*all_new=*/true), 120);
  for (int i = 0; i < 12; ++i) EXPECT_LE(cycle(/*all_new=*/false), 60) << i;
}

TEST_F(Cost, of_the_first_cycle_is_less_when_it_is_known_who_will_be_asked_for) {
  std::vector<std::string> ids;
  for (int i = 0; i < kClusters * kInstancesEach; ++i) ids.push_back(instance_id(0, i));
  region_.expect(ids);
  EXPECT_LE(cycle(/*all_new=*/false), 75);
}

TEST_F(Cost, rotation_leaves_no_instance_unseen_for_long) {
  cycle(/*all_new=*/true);
  std::set<std::string> seen;
  bench_.transport.requests.clear();
  for (int i = 0; i < 6; ++i) cycle(/*all_new=*/false);
  for (const aws::HttpRequest& request : bench_.transport.requests) {
    for (const char* prefix : {"InstanceId.", "Filter.1.Value."}) {
      for (const std::string& value : values(request.body, prefix)) {
        if (value.starts_with("i-")) seen.insert(value);
      }
    }
  }
  EXPECT_EQ(seen.size(), std::size_t{kClusters * kInstancesEach});
}

}  // namespace
}  // namespace livesonic::discovery
