// SPDX-License-Identifier: Apache-2.0
#include "livesonic/aws/ec2_launch.h"

#include <cstddef>
#include <utility>

#include "livesonic/aws/ec2_calls.h"
#include "livesonic/aws/shapes.h"

namespace livesonic::aws {
namespace {

constexpr std::size_t kTemplatesPerCall = 200;
constexpr std::size_t kVersionsPerCall = 200;
constexpr const char* kPageSize = "200";  // the largest

LaunchTemplate read_template(const xml::Element& element) {
  LaunchTemplate found;
  found.id = element.required_text("launchTemplateId");
  found.name = element.text("launchTemplateName");
  found.default_version = element.count("defaultVersionNumber", 0);
  found.latest_version = element.count("latestVersionNumber", 0);
  found.tags = read_tags(element);
  found.created_at = element.time("createTime");
  return found;
}

LaunchTemplateVersion read_version(const xml::Element& element) {
  LaunchTemplateVersion version;
  version.template_id = element.required_text("launchTemplateId");
  version.template_name = element.text("launchTemplateName");
  static_cast<void>(element.required_text("versionNumber"));
  version.version = element.count("versionNumber", 0);
  version.is_default = element.boolean("defaultVersion", false);
  version.description = element.text("versionDescription");
  version.image_id = element.child("launchTemplateData").text("imageId");
  version.instance_type = element.child("launchTemplateData").text("instanceType");
  version.created_at = element.time("createTime");
  return version;
}

Result<void> read_templates(const Client& client, Fields form, const std::stop_token& stop,
                            std::vector<LaunchTemplate>& templates) {
  return ask_pages(client, ec2_query("DescribeLaunchTemplates", std::move(form)), stop,
                   [&](const xml::Element& root) {
                     for (const auto& item : root.required_list("launchTemplates", "item")) {
                       templates.push_back(read_template(item));
                     }
                   });
}

Result<void> read_versions(const Client& client, Fields form, const std::stop_token& stop,
                           std::vector<LaunchTemplateVersion>& found) {
  return ask_pages(
      client, ec2_query("DescribeLaunchTemplateVersions", std::move(form)), stop,
      [&](const xml::Element& root) {
        for (const auto& item : root.required_list("launchTemplateVersionSet", "item")) {
          found.push_back(read_version(item));
        }
      });
}

void add_override(Fields& form, const std::string& prefix, const FleetOverride& one) {
  const auto text = [&](const char* name, const std::string& value) {
    if (!value.empty()) form.emplace_back(prefix + name, value);
  };
  const auto number = [&](const char* name, const std::optional<double>& value) {
    if (value) form.emplace_back(prefix + name, fmt::format("{}", *value));
  };
  text("InstanceType", one.instance_type);
  text("SubnetId", one.subnet_id);
  text("AvailabilityZone", one.availability_zone);
  number("MaxPrice", one.max_price);
  number("Priority", one.priority);
  number("WeightedCapacity", one.weight);
}

Fields fleet_form(const FleetRequest& request) {
  Fields form = {{"Type", "instant"}, {"ClientToken", request.client_token}};
  const std::string config = "LaunchTemplateConfigs.1.";
  form.emplace_back(config + "LaunchTemplateSpecification.LaunchTemplateId",
                    request.launch_template_id);
  form.emplace_back(config + "LaunchTemplateSpecification.Version",
                    request.launch_template_version);
  for (std::size_t i = 0; i < request.overrides.size(); ++i) {
    add_override(form, fmt::format("{}Overrides.{}.", config, i + 1), request.overrides[i]);
  }
  const std::string target = "TargetCapacitySpecification.";
  form.emplace_back(target + "TotalTargetCapacity",
                    fmt::to_string(request.spot_capacity + request.on_demand_capacity));
  form.emplace_back(target + "SpotTargetCapacity", fmt::to_string(request.spot_capacity));
  form.emplace_back(target + "OnDemandTargetCapacity", fmt::to_string(request.on_demand_capacity));
  form.emplace_back(target + "DefaultTargetCapacityType",
                    request.spot_capacity > 0 ? "spot" : "on-demand");
  const auto option = [&](const char* name, const std::string& value) {
    if (!value.empty()) form.emplace_back(name, value);
  };
  const auto price = [&](const char* name, const std::optional<double>& value) {
    if (value) form.emplace_back(name, fmt::format("{}", *value));
  };
  option("SpotOptions.AllocationStrategy", request.spot_strategy);
  price("SpotOptions.MaxTotalPrice", request.spot_max_total_price);
  option("OnDemandOptions.AllocationStrategy", request.on_demand_strategy);
  price("OnDemandOptions.MaxTotalPrice", request.on_demand_max_total_price);
  if (!request.instance_tags.empty()) {
    form.emplace_back("TagSpecification.1.ResourceType", "instance");
    std::size_t n = 0;
    for (const auto& [key, value] : request.instance_tags) {
      const std::string tag = fmt::format("TagSpecification.1.Tag.{}.", ++n);
      form.emplace_back(tag + "Key", key);
      form.emplace_back(tag + "Value", value);
    }
  }
  return form;
}

FleetInstances read_launched(const xml::Element& element) {
  const xml::Element used = element.child("launchTemplateAndOverrides").child("overrides");
  FleetInstances launched;
  for (const xml::Element& id : element.required_list("instanceIds", "item")) {
    launched.ids.push_back(id.value());
    if (!is_instance_id(launched.ids.back())) {
      element.complain("instanceIds", fmt::format("'{}' is no instance id", launched.ids.back()));
    }
  }
  launched.instance_type = element.text("instanceType");
  if (launched.instance_type.empty()) launched.instance_type = used.text("instanceType");
  launched.availability_zone = element.text("availabilityZone");
  if (launched.availability_zone.empty()) {
    launched.availability_zone = used.text("availabilityZone");
  }
  launched.lifecycle = element.text("lifecycle");
  return launched;
}

FleetError read_error(const xml::Element& element) {
  const xml::Element used = element.child("launchTemplateAndOverrides").child("overrides");
  return {.code = element.required_text("errorCode"),
          .message = element.text("errorMessage"),
          .instance_type = used.text("instanceType"),
          .availability_zone = used.text("availabilityZone"),
          .lifecycle = element.text("lifecycle")};
}

FleetResult read_fleet(const xml::Element& root) {
  FleetResult result;
  result.id = root.required_text("fleetId");
  for (const xml::Element& item : root.list("fleetInstanceSet", "item")) {
    result.instances.push_back(read_launched(item));
  }
  for (const xml::Element& item : root.list("errorSet", "item")) {
    result.errors.push_back(read_error(item));
  }
  return result;
}

}  // namespace

Result<std::vector<LaunchTemplate>> Ec2Launch::describe_templates(
    const std::vector<std::string>& ids, const std::stop_token& stop) const {
  std::vector<LaunchTemplate> templates;
  const auto asked = in_batches(ids, kTemplatesPerCall, [&](const std::vector<std::string>& part) {
    Fields form;
    add_list(form, "LaunchTemplateId", part);
    return read_templates(*client_, std::move(form), stop, templates);
  });
  return asked.map([&] { return std::move(templates); });
}

Result<std::vector<LaunchTemplate>> Ec2Launch::find_templates(const Filters& filters,
                                                              const std::stop_token& stop) const {
  Fields form = {{"MaxResults", kPageSize}};
  add_filters(form, filters);
  std::vector<LaunchTemplate> templates;
  return read_templates(*client_, std::move(form), stop, templates).map([&] {
    return std::move(templates);
  });
}

Result<std::vector<LaunchTemplateVersion>> Ec2Launch::describe_versions(
    const std::string& template_id, const std::vector<std::string>& versions,
    const std::stop_token& stop) const {
  const Fields of_template = {{"LaunchTemplateId", template_id}};
  std::vector<LaunchTemplateVersion> found;
  Result<void> asked;
  if (versions.empty()) {
    Fields form = of_template;
    form.emplace_back("MaxResults", kPageSize);
    asked = read_versions(*client_, std::move(form), stop, found);
  } else {
    asked = in_batches(versions, kVersionsPerCall, [&](const std::vector<std::string>& part) {
      Fields form = of_template;
      add_list(form, "LaunchTemplateVersion", part);
      return read_versions(*client_, std::move(form), stop, found);
    });
  }
  return asked.map([&] { return std::move(found); });
}

Result<FleetResult> Ec2Launch::create_fleet(const FleetRequest& request,
                                            const std::stop_token& stop) const {
  constexpr const char* kOperation = "CreateFleet";
  if (request.client_token.empty()) {
    return fail(
        ErrorKind::kInvalidInput,
        fmt::format("{}: without a client token a repeated call would launch twice", kOperation));
  }
  if (request.spot_capacity < 0 || request.on_demand_capacity < 0 ||
      request.spot_capacity + request.on_demand_capacity == 0) {
    return fail(ErrorKind::kInvalidInput, fmt::format("{}: no capacity is asked for", kOperation));
  }
  return ask(*client_, ec2_query(kOperation, fleet_form(request)), stop, read_fleet);
}

}  // namespace livesonic::aws
