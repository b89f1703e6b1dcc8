// SPDX-License-Identifier: Apache-2.0
#include "livesonic/model/cluster.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <tuple>

#include "livesonic/base/text.h"

namespace livesonic {

namespace {

constexpr std::array<std::pair<ClusterKind, std::string_view>, 8> kKinds{
    {{ClusterKind::kElb, "elb"},
     {ClusterKind::kAlb, "alb"},
     {ClusterKind::kNlb, "nlb"},
     {ClusterKind::kTargetGroup, "target_group"},
     {ClusterKind::kAsg, "asg"},
     {ClusterKind::kEcsService, "ecs_service"},
     {ClusterKind::kTag, "tag"},
     {ClusterKind::kStatic, "static"}}};

constexpr std::size_t kLongest = 1024;

bool letters_digits_or(std::string_view others, std::string_view text) {
  return std::all_of(text.begin(), text.end(), [&](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           others.find(c) != std::string_view::npos;
  });
}

tl::unexpected<Error> unfit(std::string message) {
  return fail(ErrorKind::kInvalidInput, std::move(message));
}

bool is_arn(std::string_view text) {
  return text.starts_with("arn:") && letters_digits_or("-_:/.", text);
}

Result<void> check_balancer(std::string_view name) {
  if (name.find('.') != std::string_view::npos) {
    return unfit("must be the load balancer's name, not its DNS name");
  }
  if (name.size() <= 255 && letters_digits_or("-_*?", name)) return {};
  return unfit("must be a load balancer's name: letters, digits and '-'");
}

}  // namespace

std::string_view to_string(ClusterKind kind) {
  for (const auto& [known, word] : kKinds) {
    if (known == kind) return word;
  }
  return "?";
}

Result<ClusterKind> parse_cluster_kind(std::string_view text) {
  std::string known;
  for (const auto& [kind, word] : kKinds) {
    if (word == text) return kind;
    known += (known.empty() ? "" : ", ") + std::string(word);
  }
  return fail(ErrorKind::kInvalidInput, fmt::format("'{}' is not a kind of cluster; known: {}",
                                                    printable(shorten(text, 32)), known));
}

std::string_view to_string(Origin origin) {
  switch (origin) {
    case Origin::kFile:
      return "file";
    case Origin::kOperator:
      return "operator";
    case Origin::kDiscovered:
      return "discovered";
  }
  return "?";
}

Result<Origin> parse_origin(std::string_view text) {
  for (const Origin origin : {Origin::kFile, Origin::kOperator, Origin::kDiscovered}) {
    if (text == to_string(origin)) return origin;
  }
  return fail(ErrorKind::kInvalidInput, fmt::format("'{}' is no origin", printable(text)));
}

std::string_view to_string(Mode mode) {
  return mode == Mode::kStream ? "stream" : "poll";
}

Result<Mode> parse_mode(std::string_view text) {
  for (const Mode mode : {Mode::kPoll, Mode::kStream}) {
    if (text == to_string(mode)) return mode;
  }
  return fail(ErrorKind::kInvalidInput,
              fmt::format("must be poll or stream, not '{}'", printable(shorten(text, 40))));
}

bool same_registration(const Cluster& a, const Cluster& b) {
  return std::tie(a.name, a.kind, a.resource, a.account, a.region, a.target_groups, a.access,
                  a.mode) == std::tie(b.name, b.kind, b.resource, b.account, b.region,
                                      b.target_groups, b.access, b.mode);
}

bool matches(std::string_view pattern, std::string_view name) {
  std::size_t star = std::string_view::npos;
  std::size_t resume = 0;
  std::size_t p = 0;
  std::size_t n = 0;
  while (n < name.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      resume = n;
    } else if (p < pattern.size() && (pattern[p] == '?' || pattern[p] == name[n])) {
      ++p;
      ++n;
    } else if (star != std::string_view::npos) {
      p = star + 1;
      n = ++resume;
    } else {
      return false;
    }
  }
  return pattern.find_first_not_of('*', p) == std::string_view::npos;
}

Result<std::vector<std::pair<std::string, std::string>>> parse_tags(std::string_view text) {
  std::vector<std::pair<std::string, std::string>> tags;
  for (const std::string_view pair : split(text, ',')) {
    const std::size_t equals = pair.find('=');
    const std::string_view key = trim(pair.substr(0, equals));
    if (equals == std::string_view::npos || key.empty() || key.size() > 128 || pair.size() > 512) {
      return unfit("must be tags such as role=web, env=prod");
    }
    tags.emplace_back(key, trim(pair.substr(equals + 1)));
  }
  return tags;
}

std::vector<std::string> hosts_of(std::string_view resource) {
  std::vector<std::string> hosts;
  for (const std::string_view part : split(resource, ',')) {
    std::string host(trim(part));
    if (!host.empty() && std::find(hosts.begin(), hosts.end(), host) == hosts.end()) {
      hosts.push_back(std::move(host));
    }
  }
  return hosts;
}

bool is_registration(const Cluster& cluster) {
  switch (cluster.kind) {
    case ClusterKind::kElb:
    case ClusterKind::kAlb:
    case ClusterKind::kNlb:
    case ClusterKind::kAsg:
      return cluster.resource.starts_with("tag:") ||
             cluster.resource.find_first_of("*?") != std::string::npos;
    case ClusterKind::kTargetGroup:
    case ClusterKind::kEcsService:
    case ClusterKind::kTag:
    case ClusterKind::kStatic:
      break;
  }
  return false;
}

Result<void> check_resource(const Cluster& cluster) {
  const std::string_view resource = cluster.resource;
  if (resource.empty()) return unfit("is missing");
  if (resource.size() > (cluster.kind == ClusterKind::kStatic ? 64 * kLongest : kLongest)) {
    return unfit("is too long");
  }
  const bool balancer = cluster.kind == ClusterKind::kAlb || cluster.kind == ClusterKind::kNlb;
  if (!cluster.target_groups.empty() && !balancer) {
    return unfit("has no target_groups to choose from: only alb and nlb have");
  }
  if (is_registration(cluster) && resource.starts_with("tag:")) {
    const auto tags = parse_tags(resource.substr(4));
    if (!tags) return fail(tags.error());
    return {};
  }
  switch (cluster.kind) {
    case ClusterKind::kElb:
      return check_balancer(resource);
    case ClusterKind::kAlb:
    case ClusterKind::kNlb:
      return is_arn(resource) ? Result<void>() : check_balancer(resource);
    case ClusterKind::kTargetGroup:
      if (is_arn(resource) || letters_digits_or("-", resource)) return {};
      return unfit("must be a target group's name or ARN");
    case ClusterKind::kAsg:  // AWS takes any text but ':' and control characters
      if (resource.find(':') == std::string_view::npos && printable(resource) == resource)
        return {};
      return unfit("must be an Auto Scaling group's name");
    case ClusterKind::kEcsService: {
      const std::size_t slash = resource.find('/');
      if (slash != std::string_view::npos && slash > 0 && slash + 1 < resource.size() &&
          letters_digits_or("-_", resource.substr(0, slash)) &&
          letters_digits_or("-_", resource.substr(slash + 1))) {
        return {};
      }
      return unfit("must be CLUSTER/SERVICE, the names of the ECS cluster and of the service");
    }
    case ClusterKind::kTag: {
      const auto tags = parse_tags(resource);
      if (!tags) return fail(tags.error());
      return {};
    }
    case ClusterKind::kStatic:
      break;
  }
  const std::vector<std::string> hosts = hosts_of(resource);
  const auto is_host = [](const std::string& host) {
    return host.size() <= 253 && host.front() != '-' && letters_digits_or(".-_", host);
  };
  if (!hosts.empty() && std::all_of(hosts.begin(), hosts.end(), is_host)) return {};
  return unfit("must be host names or IPv4 addresses, separated by commas");
}

Result<void> check_name(std::string_view what, std::string_view name) {
  const auto letter_or_digit = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
  };
  const bool fits = !name.empty() && name.size() <= 64 && letter_or_digit(name.front()) &&
                    std::all_of(name.begin(), name.end(), [&](char c) {
                      return letter_or_digit(c) || c == '.' || c == '_' || c == '-';
                    });
  if (fits) return {};
  return fail(
      ErrorKind::kInvalidInput,
      fmt::format("'{}' cannot be the name of a {}: use 1 to 64 letters, digits, '.', '_' or "
                  "'-', beginning with a letter or digit",
                  printable(shorten(name, 80)), what));
}

}  // namespace livesonic
