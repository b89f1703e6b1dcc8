// SPDX-License-Identifier: Apache-2.0
#include "livesonic/aws/ec2.h"

#include <algorithm>
#include <cstddef>
#include <set>

#include "livesonic/aws/ec2_calls.h"
#include "livesonic/aws/shapes.h"
#include "livesonic/base/base64.h"

namespace livesonic::aws {
namespace {

// The most that AWS takes in one call, and gives in one page.
constexpr std::size_t kIdsPerCall = 1000;
constexpr std::size_t kStatusIdsPerCall = 100;
constexpr std::size_t kTypesPerCall = 100;
constexpr const char* kPageSize = "1000";

std::string instance_id(const xml::Element& element) {
  std::string id = shaped(element, "instanceId", is_instance_id);
  if (id.empty()) element.complain("instanceId", "is missing or empty");
  return id;
}

Ec2Instance read_instance(const xml::Element& element) {
  Ec2Instance instance;
  instance.id = instance_id(element);
  instance.state = element.required_child("instanceState").required_text("name");
  instance.tags = read_tags(element);
  instance.public_dns = shaped(element, "dnsName", is_host_name);
  instance.private_dns = shaped(element, "privateDnsName", is_host_name);
  instance.public_ip = shaped(element, "ipAddress", is_ip_address);
  instance.private_ip = shaped(element, "privateIpAddress", is_ip_address);
  instance.availability_zone = shaped(element.child("placement"), "availabilityZone", is_word);
  instance.type = element.text("instanceType");
  instance.image_id = shaped(element, "imageId", is_word);
  instance.lifecycle = shaped(element, "instanceLifecycle", is_word);
  instance.launch_time = element.time("launchTime");
  instance.state_reason_code = element.child("stateReason").text("code");
  instance.state_reason = element.child("stateReason").text("message");
  instance.transition_reason = element.text("reason");
  instance.spot_request_id = shaped(element, "spotInstanceRequestId", is_word);
  instance.vpc_id = shaped(element, "vpcId", is_word);
  instance.subnet_id = shaped(element, "subnetId", is_word);
  instance.architecture = element.text("architecture");
  instance.key_name = element.text("keyName");
  instance.platform = element.text("platform");
  return instance;
}

Result<void> read_instances(const Client& client, Fields form, const std::stop_token& stop,
                            std::vector<Ec2Instance>& instances) {
  return ask_pages(client, ec2_query("DescribeInstances", std::move(form)), stop,
                   [&](const xml::Element& root) {
                     for (const auto& reservation : root.required_list("reservationSet", "item")) {
                       for (const auto& item : reservation.required_list("instancesSet", "item")) {
                         instances.push_back(read_instance(item));
                       }
                     }
                   });
}

// By a filter, which unlike InstanceId.N doesn't fail for an id that EC2 doesn't know.
Result<void> filter_instances(const Client& client, const std::vector<std::string>& ids,
                              const std::stop_token& stop, std::vector<Ec2Instance>& instances) {
  return in_batches(ids, kFilterValues, [&](const std::vector<std::string>& part) {
    Fields form = {{"MaxResults", kPageSize}};
    add_filters(form, {{"instance-id", part}});
    return read_instances(client, std::move(form), stop, instances);
  });
}

// Whether EC2 refused the call for ids that it doesn't know, or that it finds malformed.
bool is_about_ids(const Error& error) {
  return error.message.find("InvalidInstanceID") != std::string::npos;
}

ScheduledEvent read_event(const xml::Element& element) {
  ScheduledEvent event;
  event.id = element.text("instanceEventId");
  event.code = element.required_text("code");
  event.description = element.text("description");
  event.not_before = element.time("notBefore");
  event.not_after = element.time("notAfter");
  event.deadline = element.time("notBeforeDeadline");
  return event;
}

Ec2InstanceStatus read_status(const xml::Element& element) {
  Ec2InstanceStatus status;
  status.id = instance_id(element);
  status.state = element.required_child("instanceState").required_text("name");
  status.availability_zone = shaped(element, "availabilityZone", is_word);
  for (const auto& [name, check] : {std::pair("instanceStatus", &status.instance_check),
                                    std::pair("systemStatus", &status.system_check),
                                    std::pair("attachedEbsStatus", &status.ebs_check)}) {
    const xml::Element group = element.child(name);
    *check = group.text("status");
    for (const xml::Element& detail : group.list("details", "item")) {
      const std::optional<Time> since = detail.time("impairedSince");
      if (since && (!status.impaired_since || *since < *status.impaired_since)) {
        status.impaired_since = since;
      }
    }
  }
  for (const xml::Element& event : element.list("eventsSet", "item")) {
    status.events.push_back(read_event(event));
  }
  return status;
}

Result<void> read_statuses(const Client& client, Fields form, const std::stop_token& stop,
                           std::vector<Ec2InstanceStatus>& statuses) {
  return ask_pages(client, ec2_query("DescribeInstanceStatus", std::move(form)), stop,
                   [&](const xml::Element& root) {
                     for (const auto& item : root.required_list("instanceStatusSet", "item")) {
                       statuses.push_back(read_status(item));
                     }
                   });
}

InstanceType read_type(const xml::Element& element) {
  InstanceType type;
  type.name = element.required_text("instanceType");
  type.vcpus = element.child("vCpuInfo").count("defaultVCpus", 0);
  type.memory_mib = element.child("memoryInfo").count("sizeInMiB", 0);
  for (const auto& one : element.child("processorInfo").list("supportedArchitectures", "item")) {
    type.architectures.push_back(one.value());
  }
  for (const auto& one : element.list("supportedUsageClasses", "item")) {
    type.usage_classes.push_back(one.value());
  }
  type.bare_metal = element.boolean("bareMetal", false);
  type.burstable = element.boolean("burstablePerformanceSupported", false);
  type.current_generation = element.boolean("currentGeneration", false);
  type.network_performance = element.child("networkInfo").text("networkPerformance");
  return type;
}

Result<void> read_types(const Client& client, Fields form, const std::stop_token& stop,
                        std::vector<InstanceType>& types) {
  return ask_pages(client, ec2_query("DescribeInstanceTypes", std::move(form)), stop,
                   [&](const xml::Element& root) {
                     for (const auto& item : root.required_list("instanceTypeSet", "item")) {
                       types.push_back(read_type(item));
                     }
                   });
}

Result<Fields> ids_to_change(const char* operation, const std::vector<std::string>& ids) {
  if (ids.empty() || ids.size() > Ec2::kMaxChanged) {
    return fail(ErrorKind::kInvalidInput, fmt::format("{}: it takes 1 to {} instances, not {}",
                                                      operation, Ec2::kMaxChanged, ids.size()));
  }
  Fields form;
  add_list(form, "InstanceId", ids);
  return form;
}

Result<std::vector<StateChange>> change_state(const Client& client, const char* operation,
                                              const std::vector<std::string>& ids,
                                              const std::stop_token& stop) {
  Result<Fields> form = ids_to_change(operation, ids);
  if (!form) return fail(std::move(form.error()));
  return ask(client, ec2_query(operation, std::move(*form)), stop, [](const xml::Element& root) {
    std::vector<StateChange> changes;
    for (const xml::Element& item : root.required_list("instancesSet", "item")) {
      changes.push_back({.id = instance_id(item),
                         .previous = item.child("previousState").text("name"),
                         .current = item.child("currentState").text("name")});
    }
    return changes;
  });
}

}  // namespace

Result<std::vector<Ec2Instance>> Ec2::describe_instances(const std::vector<std::string>& ids,
                                                         const std::stop_token& stop) const {
  std::vector<Ec2Instance> instances;
  const auto asked = in_batches(ids, kIdsPerCall, [&](const std::vector<std::string>& part) {
    // So few are asked for once, whatever EC2 knows of them.
    if (part.size() <= kFilterValues) return filter_instances(*client_, part, stop, instances);
    Fields form;  // without MaxResults, which EC2 takes only with filters
    add_list(form, "InstanceId", part);
    std::vector<Ec2Instance> found;
    Result<void> read = read_instances(*client_, std::move(form), stop, found);
    if (!read && is_about_ids(read.error())) {
      return filter_instances(*client_, part, stop, instances);
    }
    instances.insert(instances.end(), found.begin(), found.end());
    return read;
  });
  if (!asked) return fail(asked.error());
  const std::set<std::string> distinct(ids.begin(), ids.end());
  std::erase_if(instances, [&](const Ec2Instance& one) { return !distinct.contains(one.id); });
  return instances;
}

Result<std::vector<Ec2Instance>> Ec2::find_instances(const Filters& filters,
                                                     const std::stop_token& stop) const {
  Fields form = {{"MaxResults", kPageSize}};
  add_filters(form, filters);
  std::vector<Ec2Instance> instances;
  return read_instances(*client_, std::move(form), stop, instances).map([&] {
    return std::move(instances);
  });
}

Result<std::vector<Ec2InstanceStatus>> Ec2::describe_instance_status(
    const std::vector<std::string>& ids, const std::stop_token& stop) const {
  std::vector<Ec2InstanceStatus> statuses;
  const auto asked = in_batches(ids, kStatusIdsPerCall, [&](std::vector<std::string> part) {
    // EC2 has no filter by id here, but names the ids that it doesn't know.
    while (!part.empty()) {
      Fields form = {{"IncludeAllInstances", "true"}};
      add_list(form, "InstanceId", part);
      std::vector<Ec2InstanceStatus> found;
      Result<void> read = read_statuses(*client_, std::move(form), stop, found);
      if (read) {
        statuses.insert(statuses.end(), found.begin(), found.end());
        return read;
      }
      const std::string& message = read.error().message;
      if (!is_about_ids(read.error()) || std::erase_if(part, [&](const std::string& id) {
                                           return message.find(id) != std::string::npos;
                                         }) == 0) {
        return read;
      }
    }
    return Result<void>();
  });
  return asked.map([&] { return std::move(statuses); });
}

Result<std::vector<Ec2InstanceStatus>> Ec2::find_instance_status(
    const Filters& filters, const std::stop_token& stop) const {
  Fields form = {{"MaxResults", kPageSize}};
  add_filters(form, filters);
  std::vector<Ec2InstanceStatus> statuses;
  return read_statuses(*client_, std::move(form), stop, statuses).map([&] {
    return std::move(statuses);
  });
}

Result<std::vector<InstanceType>> Ec2::describe_instance_types(
    const std::vector<std::string>& names, const std::stop_token& stop) const {
  std::vector<InstanceType> types;
  const auto asked = in_batches(names, kTypesPerCall, [&](const std::vector<std::string>& part) {
    Fields form;
    add_list(form, "InstanceType", part);
    return read_types(*client_, std::move(form), stop, types);
  });
  return asked.map([&] { return std::move(types); });
}

Result<std::vector<InstanceType>> Ec2::find_instance_types(const Filters& filters,
                                                           const std::stop_token& stop) const {
  Fields form = {{"MaxResults", fmt::to_string(kTypesPerCall)}};
  add_filters(form, filters);
  std::vector<InstanceType> types;
  return read_types(*client_, std::move(form), stop, types).map([&] { return std::move(types); });
}

Result<ConsoleOutput> Ec2::get_console_output(const std::string& id, bool latest,
                                              const std::stop_token& stop) const {
  Fields form = {{"InstanceId", id}};
  if (latest) form.emplace_back("Latest", "true");
  return ask(*client_, ec2_query("GetConsoleOutput", std::move(form)), stop,
             [](const xml::Element& root) {
               ConsoleOutput output;
               output.at = root.time("timestamp");
               const std::optional<std::string> text = from_base64(root.long_text("output"));
               if (!text) root.complain("output", "is no base64");
               output.text = text.value_or("");
               return output;
             });
}

Result<std::vector<StateChange>> Ec2::terminate_instances(const std::vector<std::string>& ids,
                                                          const std::stop_token& stop) const {
  return change_state(*client_, "TerminateInstances", ids, stop);
}

Result<std::vector<StateChange>> Ec2::stop_instances(const std::vector<std::string>& ids,
                                                     const std::stop_token& stop) const {
  return change_state(*client_, "StopInstances", ids, stop);
}

Result<std::vector<StateChange>> Ec2::start_instances(const std::vector<std::string>& ids,
                                                      const std::stop_token& stop) const {
  return change_state(*client_, "StartInstances", ids, stop);
}

Result<void> Ec2::reboot_instances(const std::vector<std::string>& ids,
                                   const std::stop_token& stop) const {
  constexpr const char* kOperation = "RebootInstances";
  Result<Fields> form = ids_to_change(kOperation, ids);
  if (!form) return fail(std::move(form.error()));
  return tell(*client_, ec2_query(kOperation, std::move(*form)), stop);
}

}  // namespace livesonic::aws
