// SPDX-License-Identifier: Apache-2.0
// A check: a command run on each instance of chosen clusters, and what it must return. Plain value.
#pragma once

#include <algorithm>
#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "livesonic/base/clock.h"
#include "livesonic/model/cluster.h"

namespace livesonic {

// What must be true of a command's result; each that is set must hold. With none set, the command
// must exit with 0.
struct Expectation {
  std::optional<std::string> exact =
      std::nullopt;  // stdout without white space at its ends is this
  std::optional<std::string> contains = std::nullopt;  // stdout has this in it
  std::optional<std::string> regex = std::nullopt;     // RE2; matches somewhere in stdout
  std::optional<int> exit_status = std::nullopt;       // 0..255
  friend bool operator==(const Expectation&, const Expectation&) = default;
};

struct Service {
  std::string name;     // unique; see check_name
  std::string command;  // as the host's login shell takes it
  Expectation expect;
  std::vector<std::string> clusters;  // names; empty: every cluster
  Duration timeout = std::chrono::seconds{10};
  Origin origin = Origin::kOperator;

  [[nodiscard]] bool applies_to(const std::string& cluster) const {
    return clusters.empty() ||
           std::find(clusters.begin(), clusters.end(), cluster) != clusters.end();
  }
  friend bool operator==(const Service&, const Service&) = default;
};

}  // namespace livesonic
