// SPDX-License-Identifier: Apache-2.0
#include "livesonic/aws/elb.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>

#include "livesonic/aws/client.h"
#include "livesonic/aws/paging.h"
#include "livesonic/aws/shapes.h"

namespace livesonic::aws {
namespace {

constexpr Service kElb{.id = "elasticloadbalancing", .api_version = "2012-06-01"};
// Names in one call; AWS documents no limit, and request lines stay short with these.
constexpr std::size_t kNamesPerCall = 100;

std::string instance_id(const xml::Element& element) {
  std::string id = element.required_text("InstanceId");
  if (!id.empty() && !is_instance_id(id)) {
    element.complain("InstanceId", fmt::format("'{}' is no instance id", id));
  }
  return id;
}

LoadBalancer read_balancer(const xml::Element& element) {
  LoadBalancer balancer;
  balancer.name = element.required_text("LoadBalancerName");
  for (const xml::Element& instance : element.required_list("Instances", "member")) {
    balancer.instance_ids.push_back(instance_id(instance));
  }
  return balancer;
}

// Adds a page's balancers; the marker of the next page, empty at the last.
Result<std::string> read_balancers(const Reply& reply, std::vector<LoadBalancer>& balancers) {
  const Result<xml::Document> document = read_document(reply, "DescribeLoadBalancersResponse");
  if (!document) return fail(document.error());
  const xml::Element result = document->root().required_child("DescribeLoadBalancersResult");
  for (const xml::Element& member : result.required_list("LoadBalancerDescriptions", "member")) {
    balancers.push_back(read_balancer(member));
  }
  std::string next = result.text("NextMarker");
  return check_read(reply, *document).map([&] { return std::move(next); });
}

}  // namespace

Result<std::vector<LoadBalancer>> Elb::describe_load_balancers(
    const std::vector<std::string>& names, const std::stop_token& stop) const {
  constexpr const char* kOperation = "DescribeLoadBalancers";
  std::vector<LoadBalancer> balancers;
  std::size_t from = 0;
  do {
    Fields parameters;
    const std::size_t to = std::min(from + kNamesPerCall, names.size());
    for (std::size_t i = from; i < to; ++i) {
      parameters.emplace_back(fmt::format("LoadBalancerNames.member.{}", i - from + 1), names[i]);
    }
    const Result<void> read = read_pages(kOperation, [&](const std::string& marker) {
      Fields page = parameters;
      if (!marker.empty()) page.emplace_back("Marker", marker);
      return client_->query(kElb, kOperation, page, stop).and_then([&](const Reply& reply) {
        return read_balancers(reply, balancers);
      });
    });
    if (!read) return fail(read.error());
    from = to;
  } while (from < names.size());
  return balancers;
}

Result<std::vector<InstanceHealth>> Elb::describe_instance_health(
    const std::string& name, const std::stop_token& stop) const {
  const Result<Reply> reply =
      client_->query(kElb, "DescribeInstanceHealth", {{"LoadBalancerName", name}}, stop);
  if (!reply) return fail(reply.error());
  const Result<xml::Document> document = read_document(*reply, "DescribeInstanceHealthResponse");
  if (!document) return fail(document.error());

  std::vector<InstanceHealth> instances;
  const xml::Element result = document->root().required_child("DescribeInstanceHealthResult");
  for (const xml::Element& member : result.required_list("InstanceStates", "member")) {
    InstanceHealth health;
    health.instance_id = instance_id(member);
    health.state = member.required_text("State");
    health.reason_code = member.text("ReasonCode");
    health.description = member.text("Description");
    if (!health.state.empty() && !is_word(health.state)) {
      member.complain("State", fmt::format("'{}' is no state", health.state));
    }
    instances.push_back(std::move(health));
  }
  return check_read(*reply, *document).map([&] { return std::move(instances); });
}

}  // namespace livesonic::aws
