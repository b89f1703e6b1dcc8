// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>
#include <re2/re2.h>

#include "livesonic/base/text.h"
#include "livesonic/config/sections.h"
#include "livesonic/config/unique_names.h"

namespace livesonic::config {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t kLongestCommand = std::size_t{16} * 1024;

std::optional<std::string> read_regex(MapReader& map) {
  auto given = map.text("expect_regex");
  if (!given) return std::nullopt;
  RE2::Options options;
  options.set_log_errors(false);
  const RE2 pattern(given->text, options);
  if (pattern.ok()) return std::move(given->text);
  map.mistake(given->at, "expect_regex",
              fmt::format("is not a regular expression that RE2 takes: {}",
                          printable(shorten(pattern.error(), 200))));
  return std::nullopt;
}

Expectation read_expectation(MapReader& map) {
  Expectation expect;
  if (auto exact = map.literal("expect")) {
    if (trim(exact->text) != exact->text) {
      map.mistake(exact->at, "expect",
                  "begins or ends with white space; what the command prints is compared without");
    }
    expect.exact = std::move(exact->text);
  }
  if (auto contains = map.literal("expect_contains")) {
    if (contains->text.empty()) {
      map.mistake(contains->at, "expect_contains", "is empty, and would hold for any output");
    }
    expect.contains = std::move(contains->text);
  }
  expect.regex = read_regex(map);
  if (map.has("expect_exit")) {
    int status = 0;
    map.integer("expect_exit", status, 0, 255);
    expect.exit_status = status;
  }
  return expect;
}

void read_cluster_names(MapReader& map, Service& service, Reading& reading) {
  for (const Located& name : map.texts("clusters")) {
    if (const auto checked = check_name("cluster", name.text); !checked) {
      reading.mistakes.add(name.at, checked.error().message);
    } else if (service.applies_to(name.text) && !service.clusters.empty()) {
      reading.mistakes.add(name.at, fmt::format("'{}' is in this list already", name.text));
    } else {
      service.clusters.push_back(name.text);
    }
  }
  // A list that is there but empty would mean "every cluster", which is hardly what it says.
  const YamlNode& list = map.section("clusters");
  if (list.kind == YamlNode::Kind::kList && list.items.empty()) {
    map.mistake(list.at, "clusters",
                "is empty; name clusters, or take the line out for the service to be checked on "
                "all");
  }
}

}  // namespace

void read_services(MapReader& top, std::vector<Service>& services, Reading& reading) {
  UniqueNames names("service", reading);
  for (const YamlNode* node : top.maps("services")) {
    MapReader map(*node, "services", reading);
    Service service;
    service.origin = Origin::kFile;
    service.name = names.read(map);
    if (auto command = map.text("command")) {
      if (command->text.size() > kLongestCommand || command->text.find('\0') != std::string::npos) {
        map.mistake(command->at, "command",
                    fmt::format("must be at most {} bytes without a zero byte", kLongestCommand));
      }
      service.command = std::move(command->text);
    } else if (!map.has("command")) {
      map.mistake(node->at, "command", "is missing: what to run on each instance");
    }
    service.expect = read_expectation(map);
    read_cluster_names(map, service, reading);
    map.duration("timeout", service.timeout, 100ms, 10min);
    map.refuse_unknown_keys();
    services.push_back(std::move(service));
  }
}

}  // namespace livesonic::config
