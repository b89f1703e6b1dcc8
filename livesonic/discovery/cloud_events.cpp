// SPDX-License-Identifier: Apache-2.0
#include "livesonic/discovery/cloud_events.h"

#include <algorithm>
#include <utility>

#include "livesonic/aws/json.h"
#include "livesonic/base/text.h"

namespace livesonic::discovery {
namespace {

using aws::json::Value;
using Kind = CloudEventKind;

bool is_instance_id(std::string_view id) {
  return id.starts_with("i-") && id.size() > 2 && id.size() <= 40 &&
         std::all_of(id.begin() + 2, id.end(),
                     [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z'); });
}

// Names become parts of comparisons and messages, nothing more; AWS has none that is longer.
std::string name_of(const Value& value, const char* key) {
  return shorten(printable(value.text(key)), 512);
}

void add_instance(CloudEvent& event, const std::string& id) {
  const bool known =
      std::find(event.instances.begin(), event.instances.end(), id) != event.instances.end();
  if (!known && is_instance_id(id) && event.instances.size() < kMostInstances) {
    event.instances.push_back(id);
  }
}

void require_instance(CloudEvent& event, const Value& detail, const char* key) {
  add_instance(event, detail.required_text(key));
  if (event.instances.empty()) detail.complain(key, "is no instance");
}

// What follows the last `separator`, or the whole.
std::string after_last(std::string_view text, char separator) {
  return std::string(text.substr(text.rfind(separator) + 1));
}

// "name/id" of "arn:aws:…:targetgroup/name/id" for the prefix ":targetgroup/"; empty when there is
// no such thing.
std::string_view after(std::string_view arn, std::string_view prefix) {
  const auto at = arn.find(prefix);
  return at == std::string_view::npos ? std::string_view() : arn.substr(at + prefix.size());
}

void read_state(CloudEvent& event, const Value& detail) {
  event.kind = Kind::kInstanceState;
  require_instance(event, detail, "instance-id");
  event.detail = shorten(printable(detail.required_text("state")), 100);
}

void read_interruption(CloudEvent& event, const Value& detail) {
  event.kind = Kind::kSpotInterruption;
  require_instance(event, detail, "instance-id");
  event.detail = name_of(detail, "instance-action");
}

void read_rebalance(CloudEvent& event, const Value& detail) {
  event.kind = Kind::kRebalance;
  require_instance(event, detail, "instance-id");
}

// All events of Auto Scaling name their group; those about one instance name that.
void read_group(CloudEvent& event, const Value& detail) {
  event.group = name_of(detail, "AutoScalingGroupName");
  if (event.group.empty()) return;
  event.kind = Kind::kGroup;
  add_instance(event, detail.text("EC2InstanceId"));
  event.detail = shorten(printable(detail.text("Cause")), 1024);
  if (event.detail.empty()) event.detail = name_of(detail, "LifecycleTransition");
}

// ECS's tasks, deployments and services, and the hosts that they run on.
void read_ecs(CloudEvent& event, const Value& root, const Value& detail) {
  const std::string cluster = after_last(name_of(detail, "clusterArn"), '/');
  if (event.type == "ECS Task State Change") {
    event.kind = Kind::kService;
    event.task = after_last(name_of(detail, "taskArn"), '/');
    event.detail = name_of(detail, "lastStatus");
    const std::string group = name_of(detail, "group");
    if (group.starts_with("service:") && !cluster.empty()) {
      event.service = cluster + '/' + group.substr(8);
    }
    return;
  }
  if (event.type == "ECS Container Instance State Change") {
    event.kind = Kind::kService;
    add_instance(event, detail.text("ec2InstanceId"));
    event.detail = name_of(detail, "status");
    return;
  }
  if (event.type != "ECS Service Action" && event.type != "ECS Deployment State Change") return;
  event.kind = Kind::kService;
  event.detail = name_of(detail, "eventName");
  for (const Value& resource : root.list("resources")) {
    const std::string arn = shorten(printable(resource.value()), 512);
    const std::string service(after(arn, ":service/"));
    if (service.empty()) continue;
    // Old ARNs don't name the cluster.
    const bool named = service.find('/') != std::string::npos;
    if (named || !cluster.empty()) event.service = named ? service : cluster + '/' + service;
    break;
  }
}

void read_health(CloudEvent& event, const Value& detail) {
  event.kind = Kind::kHealth;
  event.detail = name_of(detail, "eventTypeCode");
  for (const Value& entity : detail.list("affectedEntities")) {
    const std::string id = entity.text("entityValue");
    // An ARN, or the id alone.
    add_instance(event, after_last(id, '/'));
  }
}

// A call of the balancers' API as CloudTrail tells of it.
void read_call(CloudEvent& event, const Value& detail) {
  if (detail.text("eventSource") != "elasticloadbalancing.amazonaws.com") return;
  const std::string call = name_of(detail, "eventName");
  const bool moves = call == "RegisterTargets" || call == "DeregisterTargets" ||
                     call == "RegisterInstancesWithLoadBalancer" ||
                     call == "DeregisterInstancesFromLoadBalancer";
  if (!moves) return;
  event.kind = Kind::kBalancer;
  event.detail = call;
  const Value parameters = detail.child("requestParameters");
  event.balancer = name_of(parameters, "loadBalancerName");
  const std::string arn = name_of(parameters, "targetGroupArn");
  const std::string_view group = after(arn, ":targetgroup/");
  event.target_group = std::string(group.substr(0, group.find('/')));
  for (const Value& target : parameters.list("targets")) add_instance(event, target.text("id"));
  for (const Value& one : parameters.list("instances")) {
    add_instance(event, one.text("instanceId"));
  }
}

void read(CloudEvent& event, const std::string& source, const Value& root) {
  const Value detail = root.child("detail");
  if (event.type == "EC2 Instance State-change Notification") {
    read_state(event, detail);
  } else if (event.type == "EC2 Spot Instance Interruption Warning") {
    read_interruption(event, detail);
  } else if (event.type == "EC2 Instance Rebalance Recommendation") {
    read_rebalance(event, detail);
  } else if (source == "aws.autoscaling") {
    read_group(event, detail);
  } else if (source == "aws.ecs") {
    read_ecs(event, root, detail);
  } else if (event.type == "AWS Health Event") {
    read_health(event, detail);
  } else if (event.type == "AWS API Call via CloudTrail") {
    read_call(event, detail);
  }
}

Result<CloudEvent> parse_event(const aws::json::Document& document) {
  const Value root = document.root();
  CloudEvent event;
  event.type = shorten(printable(root.required_text("detail-type")), 200);
  const std::string source = root.required_text("source");
  event.id = name_of(root, "id");
  event.account = name_of(root, "account");
  event.region = name_of(root, "region");
  event.at = root.time("time");
  if (!root.required_child("detail")) return fail(ErrorKind::kInvalidInput, *document.complaint());
  // What others say in their events' details is not ours to judge.
  if (source.starts_with("aws.") && !document.complaint()) read(event, source, root);
  if (document.complaint()) return fail(ErrorKind::kInvalidInput, *document.complaint());
  return event;
}

}  // namespace

Result<CloudEvent> parse_cloud_event(std::string_view body) {
  const auto outer = aws::json::Document::parse(body);
  if (!outer) return fail(outer.error());
  if (outer->root().text("Type") != "Notification") return parse_event(*outer);
  const std::string message = outer->root().raw_text("Message");
  if (outer->complaint()) return fail(ErrorKind::kInvalidInput, *outer->complaint());
  const auto inner = aws::json::Document::parse(message);
  if (!inner) return fail(inner.error().context("the message that SNS has wrapped"));
  return parse_event(*inner);
}

}  // namespace livesonic::discovery
