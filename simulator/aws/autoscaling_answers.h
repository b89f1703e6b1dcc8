// SPDX-License-Identifier: Apache-2.0
// What both files of Auto Scaling's operations write and refuse alike.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>

#include "livesonic/base/time_text.h"
#include "simulator/aws/operations.h"
#include "simulator/aws/query.h"

namespace livesonic::simulator::autoscaling {

inline constexpr std::string_view kNameSpace = "http://autoscaling.amazonaws.com/doc/2011-01-01/";

template <typename Fill>
std::string response(const AwsCall& call, Fill&& fill) {
  return query_response(kNameSpace, call, std::forward<Fill>(fill));
}

inline std::string done(const AwsCall& call) {
  return response(call, [](XmlWriter&) {});
}

// Nearly all that is wrong is a ValidationError here, also what doesn't exist.
inline tl::unexpected<AwsError> refused(const Error& error) {
  return refuse(error, "ValidationError");
}

inline tl::unexpected<AwsError> no_group(const std::string& name) {
  return refuse(400, "ValidationError", "AutoScalingGroup name not found - no such group: " + name);
}

inline bool is_true(const AwsCall& call, const std::string& name) {
  return parameter(call.parameters, name) == "true";
}

inline void write_activity(XmlWriter& xml, const Group& group, const Activity& activity) {
  xml.text("ActivityId", activity.id);
  xml.text("AutoScalingGroupName", group.name);
  xml.text("Description", activity.description);
  xml.text("Cause", activity.cause);
  xml.text("StartTime", to_iso8601(activity.started));
  if (activity.ended) xml.text("EndTime", to_iso8601(*activity.ended));
  xml.text("StatusCode", activity.status);
  if (!activity.message.empty()) xml.text("StatusMessage", activity.message);
  xml.number("Progress", activity.ended ? 100 : 50);
  xml.text("Details", "{\"Availability Zone\":\"" + activity.zone + "\"}");
  xml.text("AutoScalingGroupARN", group.arn);
}

inline void write_member(XmlWriter& xml, const World& world, Time now, const GroupMember& member) {
  const Instance* instance = world.find(member.id, now);
  const bool healthy = !member.marked_unhealthy && instance != nullptr && !instance->terminated &&
                       !instance->stopped;
  xml.text("InstanceId", member.id);
  if (instance != nullptr) {
    xml.text("InstanceType", instance->type);
    xml.text("AvailabilityZone", instance->availability_zone);
  }
  xml.text("LifecycleState", member.lifecycle);
  xml.text("HealthStatus", healthy ? "Healthy" : "Unhealthy");
  xml.flag("ProtectedFromScaleIn", member.is_protected);
  if (instance == nullptr || instance->launch_template.empty()) return;
  const LaunchTemplate* launch_template = find_template(world.groups, instance->launch_template);
  xml.element("LaunchTemplate", [&] {
    xml.text("LaunchTemplateId", instance->launch_template);
    if (launch_template != nullptr) xml.text("LaunchTemplateName", launch_template->name);
    xml.text("Version", std::to_string(instance->template_version));
  });
}

// The index at which a page begins: its token is "from-N". nullopt: no token of ours.
inline std::optional<std::size_t> page_start(const AwsCall& call) {
  const std::string token = parameter(call.parameters, "NextToken");
  if (token.empty()) return 0;
  if (!token.starts_with("from-")) return std::nullopt;
  const Parameters rest{{"n", token.substr(5)}};
  const auto index = number(rest, "n", 0, 1'000'000'000, 0);
  return index ? std::optional(static_cast<std::size_t>(*index)) : std::nullopt;
}

// Writes the page of `all` under `name`, and the token for the next one.
template <typename Values, typename Fill>
AwsAnswer paged(const AwsCall& call, std::string_view name, const Values& all, int most,
                Fill&& fill) {
  const auto size = number(call.parameters, "MaxRecords", 1, 1'000'000, most);
  const auto start = page_start(call);
  if (!size) return refuse(400, "ValidationError", "MaxRecords must be at least 1");
  if (!start) return refuse(400, "InvalidNextToken", "The NextToken value is not valid.");
  const std::size_t first = std::min(*start, all.size());
  const std::size_t last =
      std::min(all.size(), first + static_cast<std::size_t>(std::min(*size, most)));
  return response(call, [&](XmlWriter& xml) {
    xml.element(name, [&] {
      for (std::size_t i = first; i < last; ++i) {
        xml.element("member", [&] { fill(xml, all[i]); });
      }
    });
    if (last < all.size()) xml.text("NextToken", "from-" + std::to_string(last));
  });
}

}  // namespace livesonic::simulator::autoscaling
