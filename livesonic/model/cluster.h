// SPDX-License-Identifier: Apache-2.0
// What an operator registers: something on AWS that instances stand behind. Plain value.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "livesonic/base/clock.h"
#include "livesonic/base/result.h"

namespace livesonic {

enum class ClusterKind { kElb };  // a classic Elastic Load Balancer

// Who registered it. What the file registered can only be removed there.
enum class Origin { kFile, kOperator };

// How the last looks at AWS for this cluster went.
struct DiscoveryStatus {
  std::optional<Time> last_attempt;
  std::optional<Time> last_success;
  std::string error;  // why the last attempt failed; empty when it didn't
  std::string
      warning;  // what the last answer gave reason to doubt, e.g. instances kept although gone
  friend bool operator==(const DiscoveryStatus&, const DiscoveryStatus&) = default;
};

struct Cluster {
  std::string name;  // unique; see check_name
  ClusterKind kind = ClusterKind::kElb;
  std::string resource;  // the balancer's name on AWS
  Origin origin = Origin::kOperator;
  Time registered_at{};
  DiscoveryStatus discovery;
  friend bool operator==(const Cluster&, const Cluster&) = default;
};

std::string_view to_string(ClusterKind kind);  // "elb", as in the configuration
Result<ClusterKind> parse_cluster_kind(std::string_view text);
std::string_view to_string(Origin origin);  // "file" or "operator"
Result<Origin> parse_origin(std::string_view text);

// Names of clusters, services and notification channels: 1 to 64 letters, digits, '.', '_' and
// '-', beginning with a letter or digit, so that they fit into paths, URLs and shell words
// unquoted.
Result<void> check_name(std::string_view what, std::string_view name);

}  // namespace livesonic
