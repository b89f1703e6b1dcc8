// SPDX-License-Identifier: Apache-2.0
// What an operator registers: something on AWS that instances stand behind. Plain value.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "livesonic/base/clock.h"
#include "livesonic/base/result.h"
#include "livesonic/model/access.h"

namespace livesonic {

enum class ClusterKind {
  kElb,          // a classic load balancer
  kAlb,          // an application load balancer: all its target groups, or some
  kNlb,          // a network load balancer, likewise
  kTargetGroup,  // one target group
  kAsg,          // an Auto Scaling group
  kEcsService,   // an ECS service: the hosts of its tasks, or the tasks themselves on Fargate
  kTag,          // the EC2 instances that have certain tags
  kStatic,       // a fixed list of hosts
};

// Who registered it. What the file registered can only be removed there; what was discovered comes
// and goes with the balancer.
enum class Origin { kFile, kOperator, kDiscovered };

// How the scores of its instances come: asked for at each poll, or by themselves each second where
// that is possible.
enum class Mode { kPoll, kStream };

// How the last looks at AWS for this cluster went.
struct DiscoveryStatus {
  std::optional<Time> last_attempt;
  std::optional<Time> last_success;
  std::string error;  // why the last attempt failed; empty when it didn't
  std::string
      warning;  // what the last answer gave reason to doubt, e.g. instances kept although gone
  std::optional<int> wanted;  // how many instances its groups, or its service, are to have
  friend bool operator==(const DiscoveryStatus&, const DiscoveryStatus&) = default;
};

struct Cluster {
  std::string name;  // unique; see check_name
  ClusterKind kind = ClusterKind::kElb;
  std::string resource;                    // what it is on AWS: see check_resource
  std::string account;                     // one of the configuration's; empty: the first
  std::string region;                      // empty: the account's own
  std::vector<std::string> target_groups;  // names: only these of a balancer; empty: all
  Access access;                           // where it differs from the settings
  std::string parent;  // the registration that it was discovered by; empty when it was by none
  Mode mode = Mode::kPoll;
  Origin origin = Origin::kOperator;
  Time registered_at{};
  DiscoveryStatus discovery;
  friend bool operator==(const Cluster&, const Cluster&) = default;
};

std::string_view to_string(ClusterKind kind);  // "elb", as in the configuration
Result<ClusterKind> parse_cluster_kind(std::string_view text);
std::string_view to_string(Origin origin);  // "file", "operator" or "discovered"
Result<Origin> parse_origin(std::string_view text);
std::string_view to_string(Mode mode);  // "poll" or "stream"
Result<Mode> parse_mode(std::string_view text);

// Do both ask for the same thing on AWS, under the same name, reach it and watch it in the same
// way?
bool same_registration(const Cluster& a, const Cluster& b);

// Can there be such a resource of such a kind? The error's message follows the word "resource".
//   elb, alb, nlb   the balancer's name (alb, nlb: or ARN)
//   target_group    its name or ARN
//   asg             the group's name
//   ecs_service     CLUSTER/SERVICE
//   tag             "role=web, env=prod": all of these, on running or stopped instances
//   static          "web1.example, 10.0.0.7": hosts
// A balancer's or group's name with wildcards ("prod-*", '*' and '?') or "tag:team=web", a tag on
// the balancers themselves, is a registration of all that match.
Result<void> check_resource(const Cluster& cluster);
// Does it stand for all balancers or groups that match, of which each is a cluster of its own?
bool is_registration(const Cluster& cluster);
// Does a name match a pattern of '*' (any text) and '?' (any one byte)?
bool matches(std::string_view pattern, std::string_view name);

// The pairs of "role=web, env=prod", in order; an error when it is no such list.
Result<std::vector<std::pair<std::string, std::string>>> parse_tags(std::string_view text);
// The hosts of a static cluster, in order and each once.
std::vector<std::string> hosts_of(std::string_view resource);

// Names of clusters, services and notification channels: 1 to 64 letters, digits, '.', '_' and
// '-', beginning with a letter or digit, so that they fit into paths, URLs and shell words
// unquoted.
Result<void> check_name(std::string_view what, std::string_view name);

}  // namespace livesonic
