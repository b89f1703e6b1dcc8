// SPDX-License-Identifier: Apache-2.0
// EC2 (API version 2016-11-15): instances and their status.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "livesonic/base/time_text.h"
#include "simulator/aws/ec2_answers.h"

namespace livesonic::simulator {
namespace {

using namespace ec2;

const char* system_check(bool runs) {
  return runs ? "ok" : "not-applicable";
}

const char* instance_check(const Instance& instance, bool runs) {
  if (!runs) return "not-applicable";
  return instance.impaired ? "impaired" : "ok";
}

// What the instance has for a filter's name, any of which may fit; nullopt for an unknown filter.
std::optional<std::vector<std::string>> values_for(const std::string& filter, const World& world,
                                                   const Instance& instance, Time now) {
  const InstanceState state = world.state(instance, now);
  if (filter == "instance-id") return {{instance.id}};
  if (filter == "instance-state-name") return {{std::string(to_string(state))}};
  if (filter == "instance-state-code") return {{std::to_string(state_code(state))}};
  if (filter == "availability-zone") return {{instance.availability_zone}};
  if (filter == "instance-type") return {{instance.type}};
  if (filter == "image-id") return {{instance.image_id}};
  if (filter == "reservation-id") return {{instance.reservation}};
  if (filter == "private-ip-address" || filter == "ip-address" || filter == "dns-name" ||
      filter == "private-dns-name") {
    return {{instance.terminated ? std::string() : instance.address}};
  }
  if (filter == "spot-instance-request-id") return {{instance.spot ? instance.spot->id : ""}};
  if (filter == "instance-lifecycle") return {{instance.spot ? "spot" : ""}};
  if (filter.starts_with("tag:")) {
    const auto tag = instance.tags.find(filter.substr(4));
    return tag == instance.tags.end() ? std::vector<std::string>{} : std::vector{tag->second};
  }
  // Those of DescribeInstanceStatus.
  const bool runs = state == InstanceState::kRunning;
  if (filter == "system-status.status") return {{system_check(runs)}};
  if (filter == "instance-status.status") return {{instance_check(instance, runs)}};
  std::vector<std::string> values;
  if (filter == "event.code") {
    for (const ScheduledEvent& event : instance.events) values.push_back(event.code);
    return values;
  }
  if (filter == "tag-key") {
    for (const auto& [key, value] : instance.tags) values.push_back(key);
    return values;
  }
  return std::nullopt;
}

// Whether all filters let the instance through, or the error for a filter that does not exist.
tl::expected<bool, AwsError> passes(const std::vector<Filter>& filters, const World& world,
                                    const Instance& instance, Time now) {
  for (const Filter& filter : filters) {
    const auto values = values_for(filter.name, world, instance, now);
    if (!values) return unknown_filter(filter.name);
    if (!fits(filter, *values)) return false;
  }
  return true;
}

void write_reservations(XmlWriter& xml, const World& world,
                        const std::vector<const Instance*>& instances, Time now) {
  for (auto first = instances.begin(); first != instances.end();) {
    const std::string& reservation = (*first)->reservation;
    const auto last = std::find_if(first, instances.end(), [&](const Instance* instance) {
      return instance->reservation != reservation;
    });
    xml.element("item", [&] {
      xml.text("reservationId", reservation);
      xml.text("ownerId", "123456789012");
      xml.element("groupSet", [] {});
      xml.element("instancesSet", [&] {
        std::for_each(first, last, [&](const Instance* instance) {
          xml.element("item", [&] { write_instance(xml, world, *instance, now); });
        });
      });
    });
    first = last;
  }
}

// The instances that a describing call means, by ids, filters and page; `more` when others follow.
// `include` tells which of them count at all.
template <typename Include>
tl::expected<std::vector<const Instance*>, AwsError> select(const World& world, Time now,
                                                            const AwsCall& call, bool& more,
                                                            Include&& include) {
  const auto ids = numbered(call.parameters, "InstanceId");
  if (call.parameters.contains("MaxResults") && !ids.empty()) {
    return refuse(400, "InvalidParameterCombination",
                  "The parameter instancesSet cannot be used with the parameter maxResults");
  }
  const auto page = read_page(call);
  if (!page) return tl::unexpected(page.error());
  const auto candidates =
      ids.empty() ? tl::expected<std::vector<const Instance*>, AwsError>(world.instances(now))
                  : by_id(world, now, ids);
  if (!candidates) return tl::unexpected(candidates.error());

  const auto filters = read_filters(call.parameters);
  std::vector<const Instance*> listed;
  for (const Instance* instance : *candidates) {
    if ((page->after && instance->ordinal <= *page->after) || !world.is_listed(*instance, now) ||
        !include(*instance)) {
      continue;
    }
    const auto through = passes(filters, world, *instance, now);
    if (!through) return tl::unexpected(through.error());
    if (!*through) continue;
    if (ids.empty() && listed.size() == page->limit) {
      more = true;
      break;
    }
    listed.push_back(instance);
  }
  return listed;
}

AwsAnswer describe_instances(const World& world, Time now, const AwsCall& call) {
  bool more = false;
  const auto listed = select(world, now, call, more, [](const Instance&) { return true; });
  if (!listed) return tl::unexpected(listed.error());
  return response(call, [&](XmlWriter& xml) {
    xml.element("reservationSet", [&] { write_reservations(xml, world, *listed, now); });
    if (more) xml.text("nextToken", page_token(*listed->back()));
  });
}

void write_check(XmlWriter& xml, const char* name, const char* status, bool passed) {
  xml.element(name, [&] {
    xml.text("status", status);
    xml.element("details", [&] {
      xml.element("item", [&] {
        xml.text("name", "reachability");
        xml.text("status", passed ? "passed" : "failed");
      });
    });
  });
}

AwsAnswer describe_instance_status(const World& world, Time now, const AwsCall& call) {
  const bool all = parameter(call.parameters, "IncludeAllInstances") == "true";
  bool more = false;
  const auto listed = select(world, now, call, more, [&](const Instance& instance) {
    return all || world.state(instance, now) == InstanceState::kRunning;
  });
  if (!listed) return tl::unexpected(listed.error());
  return response(call, [&](XmlWriter& xml) {
    const auto write = [&](const Instance* instance) {
      const InstanceState state = world.state(*instance, now);
      const bool runs = state == InstanceState::kRunning;
      xml.text("instanceId", instance->id);
      xml.text("availabilityZone", instance->availability_zone);
      write_list(
          xml, "eventsSet", instance->events,
          [&](const ScheduledEvent& event) {
            xml.text("instanceEventId", event.id);
            xml.text("code", event.code);
            xml.text("description", event.description);
            xml.text("notBefore", to_iso8601(event.not_before));
          },
          "item");
      write_state(xml, "instanceState", state);
      write_check(xml, "systemStatus", system_check(runs), runs);
      write_check(xml, "instanceStatus", instance_check(*instance, runs),
                  runs && !instance->impaired);
    };
    write_list(xml, "instanceStatusSet", *listed, write, "item");
    if (more) xml.text("nextToken", page_token(*listed->back()));
  });
}

// --- changes of state ---

using Change = Result<void> (*)(World& world, const std::string& id, Time now);

AwsAnswer change_states(World& world, Time now, const AwsCall& call, Change change) {
  const auto found = by_id(world, now, numbered(call.parameters, "InstanceId"));
  if (!found) return tl::unexpected(found.error());
  std::vector<std::pair<const Instance*, InstanceState>> before;
  for (const Instance* instance : *found) {
    before.emplace_back(instance, world.state(*instance, now));
  }
  for (const auto& [instance, state] : before) {
    // Terminating again is no error; anything else that has ended can't be changed.
    if (instance->terminated && call.operation == "TerminateInstances") continue;
    if (!change(world, instance->id, now)) {
      return refuse(400, "IncorrectInstanceState",
                    fmt::format("The instance '{}' is not in a state from which it can be changed.",
                                instance->id));
    }
  }
  return response(call, [&](XmlWriter& xml) {
    write_list(
        xml, "instancesSet", before,
        [&](const auto& entry) {
          xml.text("instanceId", entry.first->id);
          write_state(xml, "currentState", world.state(*entry.first, now));
          write_state(xml, "previousState", entry.second);
        },
        "item");
  });
}

AwsAnswer terminate_instances(World& world, Time now, const AwsCall& call) {
  return change_states(world, now, call, [](World& w, const std::string& id, Time at) {
    return w.terminate(id, at);
  });
}

AwsAnswer stop_instances(World& world, Time now, const AwsCall& call) {
  return change_states(world, now, call,
                       [](World& w, const std::string& id, Time at) { return w.stop(id, at); });
}

AwsAnswer start_instances(World& world, Time now, const AwsCall& call) {
  return change_states(world, now, call,
                       [](World& w, const std::string& id, Time at) { return w.start(id, at); });
}

AwsAnswer reboot_instances(World& world, Time now, const AwsCall& call) {
  const auto found = by_id(world, now, numbered(call.parameters, "InstanceId"));
  if (!found) return tl::unexpected(found.error());
  for (const Instance* instance : *found) (void)world.reboot(instance->id, now);
  return response(call, [](XmlWriter& xml) { xml.flag("return", true); });
}

AwsAnswer create_tags(World& world, Time now, const AwsCall& call) {
  const auto found = by_id(world, now, numbered(call.parameters, "ResourceId"));
  if (!found) return tl::unexpected(found.error());
  for (const Instance* instance : *found) {
    for (const auto& [key, value] : read_tags(call.parameters, "Tag")) {
      (void)world.tag(instance->id, key, value, now);
    }
  }
  return response(call, [](XmlWriter& xml) { xml.flag("return", true); });
}

constexpr std::array<AwsOperation, 7> kOperations{{
    {"DescribeInstances", describe_instances},
    {"DescribeInstanceStatus", describe_instance_status},
    {"TerminateInstances", terminate_instances},
    {"StopInstances", stop_instances},
    {"StartInstances", start_instances},
    {"RebootInstances", reboot_instances},
    {"CreateTags", create_tags},
}};

}  // namespace

std::span<const AwsOperation> ec2_instance_operations() {
  return kOperations;
}

}  // namespace livesonic::simulator
