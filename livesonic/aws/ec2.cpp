// SPDX-License-Identifier: Apache-2.0
#include "livesonic/aws/ec2.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <set>

#include "livesonic/aws/client.h"
#include "livesonic/aws/paging.h"
#include "livesonic/aws/shapes.h"

namespace livesonic::aws {
namespace {

constexpr const char* kOperation = "DescribeInstances";
constexpr Service kEc2{.id = "ec2", .api_version = "2016-11-15"};
// The most values that AWS takes in one filter.
constexpr std::size_t kIdsPerCall = 200;

// The text of a child that, where it isn't empty, must satisfy `is_valid`.
std::string shaped(const xml::Element& element, const char* name,
                   bool (*is_valid)(std::string_view)) {
  std::string text = element.text(name);
  if (!text.empty() && !is_valid(text)) {
    element.complain(name, fmt::format("'{}' is not what it should be", text));
  }
  return text;
}

Ec2Instance read_instance(const xml::Element& element) {
  Ec2Instance instance;
  instance.id = shaped(element, "instanceId", is_instance_id);
  if (instance.id.empty()) element.complain("instanceId", "is missing or empty");
  instance.state = element.required_child("instanceState").required_text("name");
  for (const xml::Element& tag : element.list("tagSet", "item")) {
    instance.tags.insert_or_assign(tag.required_text("key"), tag.text("value"));
  }
  instance.public_dns = shaped(element, "dnsName", is_host_name);
  instance.private_dns = shaped(element, "privateDnsName", is_host_name);
  instance.public_ip = shaped(element, "ipAddress", is_ip_address);
  instance.private_ip = shaped(element, "privateIpAddress", is_ip_address);
  instance.availability_zone = shaped(element.child("placement"), "availabilityZone", is_word);
  instance.type = element.text("instanceType");
  instance.image_id = shaped(element, "imageId", is_word);
  instance.lifecycle = shaped(element, "instanceLifecycle", is_word);
  instance.launch_time = element.time("launchTime");
  return instance;
}

// Adds a page's instances; the token of the next page, empty at the last.
Result<std::string> read_instances(const Reply& reply, std::vector<Ec2Instance>& instances) {
  const Result<xml::Document> document = read_document(reply, "DescribeInstancesResponse");
  if (!document) return fail(document.error());
  const xml::Element root = document->root();
  for (const xml::Element& reservation : root.required_list("reservationSet", "item")) {
    for (const xml::Element& item : reservation.required_list("instancesSet", "item")) {
      instances.push_back(read_instance(item));
    }
  }
  std::string next = root.text("nextToken");
  return check_read(reply, *document).map([&] { return std::move(next); });
}

}  // namespace

Result<std::vector<Ec2Instance>> Ec2::describe_instances(const std::vector<std::string>& ids,
                                                         const std::stop_token& stop) const {
  // A filter, unlike InstanceId.N, doesn't fail for an id that EC2 doesn't know.
  const std::set<std::string> distinct(ids.begin(), ids.end());
  std::vector<Ec2Instance> instances;
  for (auto id = distinct.begin(); id != distinct.end();) {
    Fields parameters = {{"Filter.1.Name", "instance-id"}, {"MaxResults", "1000"}};
    for (std::size_t n = 1; n <= kIdsPerCall && id != distinct.end(); ++n, ++id) {
      parameters.emplace_back(fmt::format("Filter.1.Value.{}", n), *id);
    }
    const Result<void> read = read_pages(kOperation, [&](const std::string& token) {
      Fields page = parameters;
      if (!token.empty()) page.emplace_back("NextToken", token);
      return client_->query(kEc2, kOperation, page, stop).and_then([&](const Reply& reply) {
        return read_instances(reply, instances);
      });
    });
    if (!read) return fail(read.error());
  }
  std::erase_if(instances, [&](const Ec2Instance& found) { return !distinct.contains(found.id); });
  return instances;
}

}  // namespace livesonic::aws
