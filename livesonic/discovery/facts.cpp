// SPDX-License-Identifier: Apache-2.0
#include "livesonic/discovery/facts.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "livesonic/base/text.h"
#include "livesonic/base/time_text.h"

namespace livesonic::discovery {
namespace {

// The worst of an instance's checks; "ok" when all pass or don't apply.
std::string worst_check(const aws::Ec2InstanceStatus& status) {
  const std::array<const std::string*, 3> checks{&status.system_check, &status.instance_check,
                                                 &status.ebs_check};
  for (const char* word : {"impaired", "insufficient-data", "initializing"}) {
    if (std::any_of(checks.begin(), checks.end(), [&](const auto* one) { return *one == word; })) {
      return word;
    }
  }
  return "ok";
}

bool is_over(const aws::ScheduledEvent& event) {
  return event.description.starts_with("[Completed]") ||
         event.description.starts_with("[Canceled]");
}

std::string in_words(const aws::ScheduledEvent& event) {
  std::string words = event.code;
  if (event.not_before) words += " from " + to_iso8601(*event.not_before);
  if (!event.description.empty()) words += ": " + to_valid_utf8(event.description);
  return words;
}

std::string template_words(const aws::AutoScalingInstance& instance) {
  if (!instance.launch_template) return instance.launch_configuration_name;
  const aws::LaunchTemplateRef& from = *instance.launch_template;
  // By the id, as in the tags that EC2 itself gives to instances: they must compare.
  const std::string& name = from.id.empty() ? from.name : from.id;
  return from.version.empty() ? name : fmt::format("{} version {}", name, from.version);
}

}  // namespace

const aws::AutoScalingGroup* Groups::named(const std::string& name) const {
  const auto found =
      std::find_if(all.begin(), all.end(), [&](const auto& group) { return group.name == name; });
  return found == all.end() ? nullptr : &*found;
}

Groups to_groups(std::vector<aws::AutoScalingGroup> groups) {
  Groups made;
  made.all = std::move(groups);
  for (const aws::AutoScalingGroup& group : made.all) {
    for (const aws::AutoScalingInstance& instance : group.instances) {
      aws::AutoScalingInstance& of = made.instances[instance.id];
      of = instance;
      of.group_name = group.name;
    }
  }
  return made;
}

Facts to_facts(const aws::Ec2Instance& instance) {
  Facts facts;
  facts.id = instance.id;
  for (const auto& [key, value] : instance.tags) {
    facts.tags[to_valid_utf8(key)] = to_valid_utf8(value);
  }
  if (const auto name = facts.tags.find("Name"); name != facts.tags.end()) {
    facts.name = name->second;
  }
  facts.ec2_state = instance.state;
  facts.public_dns = instance.public_dns;
  facts.private_dns = instance.private_dns;
  facts.public_ip = instance.public_ip;
  facts.private_ip = instance.private_ip;
  facts.availability_zone = instance.availability_zone;
  facts.type = instance.type;
  facts.image_id = instance.image_id;
  facts.lifecycle = instance.lifecycle.empty()
                        ? Lifecycle::kOnDemand
                        : parse_lifecycle(instance.lifecycle).value_or(Lifecycle::kOnDemand);
  facts.launched_at = instance.launch_time;
  facts.standing.group = to_valid_utf8(instance.auto_scaling_group());
  if (const std::string id = instance.launch_template_id(); !id.empty()) {
    facts.standing.launch_template =
        to_valid_utf8(fmt::format("{} version {}", id, instance.launch_template_version()));
  }
  facts.state_reason_code = instance.state_reason_code;
  facts.state_reason = instance.state_reason;
  facts.transition_reason = instance.transition_reason;
  facts.spot_request = instance.spot_request_id;
  return facts;
}

Facts join(const aws::Ec2Instance& instance, const Groups* groups, const Troubles* troubles) {
  Facts facts = to_facts(instance);
  Standing& standing = facts.standing;
  if (troubles != nullptr && instance.state == "running") {
    const auto trouble = troubles->find(instance.id);
    standing.status_checks = trouble == troubles->end() ? "ok" : worst_check(trouble->second);
    if (trouble != troubles->end()) {
      for (const aws::ScheduledEvent& event : trouble->second.events) {
        if (!is_over(event)) standing.events.push_back(in_words(event));
      }
    }
  }
  if (groups != nullptr) {
    if (const auto found = groups->instances.find(instance.id); found != groups->instances.end()) {
      const aws::AutoScalingInstance& of = found->second;
      standing.group = to_valid_utf8(of.group_name);
      standing.group_state = of.lifecycle_state;
      standing.group_health = of.health_status;
      standing.protected_from_scale_in = of.protected_from_scale_in;
      if (std::string from = template_words(of); !from.empty()) {
        standing.launch_template = to_valid_utf8(from);
      }
    }
  }
  return facts;
}

}  // namespace livesonic::discovery
