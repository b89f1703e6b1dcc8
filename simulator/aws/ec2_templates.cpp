// SPDX-License-Identifier: Apache-2.0
// EC2 (API version 2016-11-15): launch templates and their versions.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "livesonic/base/time_text.h"
#include "simulator/aws/ec2_answers.h"

namespace livesonic::simulator {
namespace {

using namespace ec2;

constexpr int kLargestPage = 200;

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
      xml.element("instanceMarketOptions", [&] {
        xml.text("marketType", "spot");
        if (!version.max_price) return;
        xml.element("spotOptions",
                    [&] { xml.text("maxPrice", fmt::format("{:.6f}", *version.max_price)); });
      });
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

tl::expected<TemplateVersion, AwsError> read_version(const AwsCall& call, TemplateVersion version) {
  constexpr std::string_view kData = "LaunchTemplateData.";
  Parameters data;
  for (const auto& [name, value] : call.parameters) {
    if (name.starts_with(kData)) data[name.substr(kData.size())] = value;
  }
  if (const auto image = parameter(data, "ImageId"); !image.empty()) version.image = image;
  if (const auto type = parameter(data, "InstanceType"); !type.empty()) version.type = type;
  if (parameter(data, "InstanceMarketOptions.MarketType") == "spot") version.spot = true;
  const auto max_price = decimal(data, "InstanceMarketOptions.SpotOptions.MaxPrice");
  if (!max_price) return tl::unexpected(max_price.error());
  if (*max_price) version.max_price = *max_price;
  if (auto tags = tag_specification(data, "instance"); !tags.empty()) {
    version.tags = std::move(tags);
  }
  return version;
}

AwsAnswer create_launch_template(World& world, Time now, const AwsCall& call) {
  auto version = read_version(call, {});
  if (!version) return tl::unexpected(version.error());
  const auto id = add_template(world, parameter(call.parameters, "LaunchTemplateName"),
                               std::move(*version), now);
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
  auto made = read_version(call, base);
  if (!made) return tl::unexpected(made.error());
  (void)add_template_version(world, id, std::move(*made), now);
  return response(call, [&](XmlWriter& xml) {
    const LaunchTemplate& changed = world.groups.templates.at(id);
    xml.element("launchTemplateVersion",
                [&] { write_version(xml, changed, changed.versions.back()); });
  });
}

tl::expected<bool, AwsError> passes(const std::vector<Filter>& filters,
                                    const LaunchTemplate& launch_template) {
  for (const Filter& filter : filters) {
    std::vector<std::string> values;
    if (filter.name == "launch-template-name") {
      values = {launch_template.name};
    } else if (filter.name == "create-time") {
      values = {to_iso8601(launch_template.created)};
    } else if (!filter.name.starts_with("tag")) {
      return unknown_filter(filter.name);
    }
    if (!fits(filter, values)) return false;
  }
  return true;
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
  const auto filters = read_filters(call.parameters);
  for (const auto& [id, launch_template] : world.groups.templates) {
    const auto through = passes(filters, launch_template);
    if (!through) return tl::unexpected(through.error());
    if (*through && wanted.empty()) found.push_back(&launch_template);
  }
  std::string more;
  const auto page = cut_page(call, std::move(found), 1, kLargestPage, more);
  if (!page) return tl::unexpected(page.error());
  return response(call, [&](XmlWriter& xml) {
    write_list(
        xml, "launchTemplates", *page,
        [&](const LaunchTemplate* written) { write_template(xml, *written); }, "item");
    if (!more.empty()) xml.text("nextToken", more);
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
  std::string more;
  const auto page = cut_page(call, std::move(versions), 1, kLargestPage, more);
  if (!page) return tl::unexpected(page.error());
  return response(call, [&](XmlWriter& xml) {
    write_list(
        xml, "launchTemplateVersionSet", *page,
        [&](const TemplateVersion* version) { write_version(xml, *found, *version); }, "item");
    if (!more.empty()) xml.text("nextToken", more);
  });
}

constexpr std::array<AwsOperation, 4> kOperations{{
    {"CreateLaunchTemplate", create_launch_template},
    {"CreateLaunchTemplateVersion", create_launch_template_version},
    {"DescribeLaunchTemplates", describe_launch_templates},
    {"DescribeLaunchTemplateVersions", describe_launch_template_versions},
}};

}  // namespace

std::span<const AwsOperation> ec2_template_operations() {
  return kOperations;
}

}  // namespace livesonic::simulator
