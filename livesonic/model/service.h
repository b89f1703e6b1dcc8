// SPDX-License-Identifier: Apache-2.0
// A check: a command run on each instance of chosen clusters, and what it must return. Plain value.
#pragma once

#include <algorithm>
#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "livesonic/base/clock.h"
#include "livesonic/base/result.h"
#include "livesonic/model/cluster.h"

namespace livesonic {

// A value within what is printed as JSON.
struct JsonExpectation {
  std::string pointer;  // RFC 6901: "", "/status", "/checks/0/ok"
  // What is there is this: a text, a number of this value, or "true", "false", "null".
  std::optional<std::string> equals = std::nullopt;
  // What is there is a number that this range (see alert_range.h) does not alert of.
  std::optional<std::string> range = std::nullopt;
  friend bool operator==(const JsonExpectation&, const JsonExpectation&) = default;
};

// What must be true of a command's result; each that is set must hold.
struct Expectation {
  std::optional<std::string> exact =
      std::nullopt;  // stdout without white space at its ends is this
  std::optional<std::string> contains = std::nullopt;  // stdout has this in it
  std::optional<std::string> regex = std::nullopt;     // RE2; matches somewhere in stdout
  std::optional<int> exit_status = std::nullopt;       // 0..255; of HTTP, its status
  std::optional<JsonExpectation> json = std::nullopt;

  [[nodiscard]] bool empty() const { return *this == Expectation{}; }
  friend bool operator==(const Expectation&, const Expectation&) = default;
};

// A number's ranges, in the syntax of Nagios plugins: see alert_range.h.
struct Thresholds {
  std::string metric;    // which of its metrics; empty: the number that it prints
  std::string warning;   // empty: none
  std::string critical;  // likewise

  [[nodiscard]] bool empty() const { return warning.empty() && critical.empty(); }
  friend bool operator==(const Thresholds&, const Thresholds&) = default;
};

// Of RFC 6901: empty, or each part begins with '/', and '~' stands in "~0" and "~1" only.
Result<void> check_json_pointer(std::string_view pointer);

struct Service {
  std::string name;     // unique; see check_name
  std::string command;  // as the host's login shell takes it
  Expectation expect = {};
  Expectation forbid = {};  // each that is set must not hold
  Thresholds thresholds = {};
  std::optional<bool> plugin = std::nullopt;  // see is_plugin()
  std::vector<std::string> clusters;          // names; empty: every cluster
  Duration timeout = std::chrono::seconds{10};
  Duration interval{};  // how often it is run, at most; zero: at each poll
  Origin origin = Origin::kOperator;

  // A Nagios plugin: its exit status is its verdict, and its output has perfdata. Unless it is
  // said, a command is one when nothing else tells what it must return.
  [[nodiscard]] bool is_plugin() const {
    return plugin.value_or(expect.empty() && forbid.empty() && thresholds.empty());
  }
  [[nodiscard]] bool applies_to(const std::string& cluster) const {
    return clusters.empty() ||
           std::find(clusters.begin(), clusters.end(), cluster) != clusters.end();
  }
  friend bool operator==(const Service&, const Service&) = default;
};

}  // namespace livesonic
