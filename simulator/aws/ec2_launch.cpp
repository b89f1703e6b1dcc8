// SPDX-License-Identifier: Apache-2.0
// EC2 (API version 2016-11-15): launching instances, and launch templates.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "livesonic/base/time_text.h"
#include "simulator/aws/ec2_answers.h"

namespace livesonic::simulator {
namespace {

using namespace ec2;

constexpr int kMostAtOnce = 1000;

tl::unexpected<AwsError> no_template(const std::string& named) {
  return named.starts_with("lt-")
             ? refuse(400, "InvalidLaunchTemplateId.NotFound",
                      fmt::format("The specified launch template, with template ID {}, does not "
                                  "exist.",
                                  named))
             : refuse(400, "InvalidLaunchTemplateName.NotFoundException",
                      "At least one of the launch templates specified in the request does not "
                      "exist.");
}

// The template that "PREFIXLaunchTemplateId" or "PREFIXLaunchTemplateName" names; empty for none.
std::string named_template(const AwsCall& call, const std::string& prefix) {
  const std::string id = parameter(call.parameters, prefix + "LaunchTemplateId");
  return id.empty() ? parameter(call.parameters, prefix + "LaunchTemplateName") : id;
}

AwsAnswer run_instances(World& world, Time now, const AwsCall& call) {
  const auto least = number(call.parameters, "MinCount", 1, kMostAtOnce, 0);
  const auto most = number(call.parameters, "MaxCount", 1, kMostAtOnce, 0);
  if (!least || !most || *least == 0 || *most < *least) {
    return refuse(400, "InvalidParameterValue",
                  "MinCount and MaxCount must be from 1 to 1000, and MinCount the smaller");
  }
  LaunchPlan plan;
  plan.cluster = "launched";
  plan.usual_tags = false;
  plan.count = *most;
  if (const std::string named = named_template(call, "LaunchTemplate."); !named.empty()) {
    const LaunchTemplate* found = find_template(world.groups, named);
    const TemplateVersion* version =
        found == nullptr
            ? nullptr
            : find_version(*found, parameter(call.parameters, "LaunchTemplate.Version"));
    if (version == nullptr) return no_template(named);
    plan.image = version->image;
    plan.type = version->type;
    plan.tags = version->tags;
    plan.spot = version->spot;
    plan.launch_template = found->id;
    plan.template_version = version->number;
    plan.tags["aws:ec2launchtemplate:id"] = found->id;
    plan.tags["aws:ec2launchtemplate:version"] = std::to_string(version->number);
  }
  const auto take = [&](std::string& into, const char* name) {
    if (const auto given = parameter(call.parameters, name); !given.empty()) into = given;
  };
  take(plan.image, "ImageId");
  take(plan.type, "InstanceType");
  take(plan.zone, "Placement.AvailabilityZone");
  if (plan.image.empty()) {
    return refuse(400, "MissingParameter", "The request must contain the parameter ImageId");
  }
  if (plan.type.empty()) plan.type = "m1.small";  // AWS's own, of old
  if (plan.zone.empty()) plan.zone = world.region() + "a";
  plan.spot = plan.spot.value_or(false) ||
              parameter(call.parameters, "InstanceMarketOptions.MarketType") == "spot";
  for (const auto& [key, value] : tag_specification(call.parameters, "instance")) {
    plan.tags[key] = value;
  }
  const auto ids = world.launch(plan, now);
  if (!ids) return refuse(500, "InsufficientInstanceCapacity", ids.error().message);
  return response(call, [&](XmlWriter& xml) {
    xml.text("reservationId", world.find(ids->front(), now)->reservation);
    xml.text("ownerId", "123456789012");
    xml.element("groupSet", [] {});
    write_list(
        xml, "instancesSet", *ids,
        [&](const std::string& id) { write_instance(xml, world, *world.find(id, now), now); },
        "item");
  });
}

// --- launch templates ---

void write_template(XmlWriter& xml, const LaunchTemplate& written) {
  xml.text("launchTemplateId", written.id);
  xml.text("launchTemplateName", written.name);
  xml.text("createTime", to_iso8601(written.created));
  xml.text("createdBy", "arn:aws:iam::123456789012:root");
  xml.number("defaultVersionNumber", written.default_version);
  xml.number("latestVersionNumber", written.versions.back().number);
}

void write_version(XmlWriter& xml, const LaunchTemplate& of, const TemplateVersion& version) {
  xml.text("launchTemplateId", of.id);
  xml.text("launchTemplateName", of.name);
  xml.number("versionNumber", version.number);
  xml.text("createTime", to_iso8601(version.created));
  xml.text("createdBy", "arn:aws:iam::123456789012:root");
  xml.flag("defaultVersion", version.number == of.default_version);
  xml.element("launchTemplateData", [&] {
    if (!version.image.empty()) xml.text("imageId", version.image);
    if (!version.type.empty()) xml.text("instanceType", version.type);
    if (version.spot) {
      xml.element("instanceMarketOptions", [&] { xml.text("marketType", "spot"); });
    }
    if (version.tags.empty()) return;
    xml.element("tagSpecificationSet", [&] {
      xml.element("item", [&] {
        xml.text("resourceType", "instance");
        write_tags(xml, version.tags);
      });
    });
  });
}

TemplateVersion read_version(const AwsCall& call, TemplateVersion version) {
  constexpr std::string_view kData = "LaunchTemplateData.";
  Parameters data;
  for (const auto& [name, value] : call.parameters) {
    if (name.starts_with(kData)) data[name.substr(kData.size())] = value;
  }
  if (const auto image = parameter(data, "ImageId"); !image.empty()) version.image = image;
  if (const auto type = parameter(data, "InstanceType"); !type.empty()) version.type = type;
  if (parameter(data, "InstanceMarketOptions.MarketType") == "spot") version.spot = true;
  if (auto tags = tag_specification(data, "instance"); !tags.empty()) {
    version.tags = std::move(tags);
  }
  return version;
}

AwsAnswer create_launch_template(World& world, Time now, const AwsCall& call) {
  const auto id = add_template(world, parameter(call.parameters, "LaunchTemplateName"),
                               read_version(call, {}), now);
  if (!id) {
    return refuse(id.error(), id.error().kind == ErrorKind::kConflict
                                  ? "InvalidLaunchTemplateName.AlreadyExistsException"
                                  : "InvalidLaunchTemplateName.MalformedException");
  }
  return response(call, [&](XmlWriter& xml) {
    xml.element("launchTemplate", [&] { write_template(xml, world.groups.templates.at(*id)); });
  });
}

AwsAnswer create_launch_template_version(World& world, Time now, const AwsCall& call) {
  const std::string named = named_template(call, "");
  const LaunchTemplate* found = find_template(world.groups, named);
  if (found == nullptr) return no_template(named);
  TemplateVersion base;
  if (const auto source = parameter(call.parameters, "SourceVersion"); !source.empty()) {
    const TemplateVersion* version = find_version(*found, source);
    if (version == nullptr) {
      return refuse(400, "InvalidLaunchTemplateId.VersionNotFound",
                    "Could not find the specified version " + source);
    }
    base = *version;
  }
  const std::string id = found->id;
  (void)add_template_version(world, id, read_version(call, base), now);
  return response(call, [&](XmlWriter& xml) {
    const LaunchTemplate& changed = world.groups.templates.at(id);
    xml.element("launchTemplateVersion",
                [&] { write_version(xml, changed, changed.versions.back()); });
  });
}

AwsAnswer describe_launch_templates(const World& world, Time, const AwsCall& call) {
  auto wanted = numbered(call.parameters, "LaunchTemplateId");
  const auto names = numbered(call.parameters, "LaunchTemplateName");
  wanted.insert(wanted.end(), names.begin(), names.end());
  std::vector<const LaunchTemplate*> found;
  for (const std::string& named : wanted) {
    found.push_back(find_template(world.groups, named));
    if (found.back() == nullptr) return no_template(named);
  }
  if (wanted.empty()) {
    for (const auto& [id, launch_template] : world.groups.templates) {
      found.push_back(&launch_template);
    }
  }
  return response(call, [&](XmlWriter& xml) {
    write_list(
        xml, "launchTemplates", found,
        [&](const LaunchTemplate* written) { write_template(xml, *written); }, "item");
  });
}

AwsAnswer describe_launch_template_versions(const World& world, Time, const AwsCall& call) {
  const std::string named = named_template(call, "");
  const LaunchTemplate* found = find_template(world.groups, named);
  if (found == nullptr) return no_template(named);
  std::vector<const TemplateVersion*> versions;
  for (const std::string& asked : numbered(call.parameters, "LaunchTemplateVersion")) {
    const TemplateVersion* version = find_version(*found, asked);
    if (version == nullptr) {
      return refuse(400, "InvalidLaunchTemplateId.VersionNotFound",
                    "Could not find the specified version " + asked);
    }
    versions.push_back(version);
  }
  if (versions.empty()) {
    for (const TemplateVersion& version : found->versions) versions.push_back(&version);
    std::ranges::reverse(versions);
  }
  return response(call, [&](XmlWriter& xml) {
    write_list(
        xml, "launchTemplateVersionSet", versions,
        [&](const TemplateVersion* version) { write_version(xml, *found, *version); }, "item");
  });
}

constexpr std::array<AwsOperation, 5> kOperations{{
    {"RunInstances", run_instances},
    {"CreateLaunchTemplate", create_launch_template},
    {"CreateLaunchTemplateVersion", create_launch_template_version},
    {"DescribeLaunchTemplates", describe_launch_templates},
    {"DescribeLaunchTemplateVersions", describe_launch_template_versions},
}};

}  // namespace

std::span<const AwsOperation> ec2_launch_operations() {
  return kOperations;
}

}  // namespace livesonic::simulator
