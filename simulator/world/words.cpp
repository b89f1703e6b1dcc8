// SPDX-License-Identifier: Apache-2.0
// The words by which the model's states and faults go on the wire and in scenarios.
#include <fmt/format.h>

#include <array>
#include <utility>

#include "simulator/world/world.h"

namespace livesonic::simulator {
namespace {

constexpr std::array<std::pair<HostFault, std::string_view>, 9> kHostFaults{{
    {HostFault::kNone, "none"},
    {HostFault::kRefuseConnections, "refuse_connections"},
    {HostFault::kIgnoreEverything, "ignore_everything"},
    {HostFault::kRefuseKeys, "refuse_keys"},
    {HostFault::kChangedHostKey, "changed_host_key"},
    {HostFault::kHangCommands, "hang_commands"},
    {HostFault::kGarbage, "garbage"},
    {HostFault::kFlood, "flood"},
    {HostFault::kCloseMidCommand, "close_mid_command"},
}};

constexpr std::array<std::pair<AwsFaultKind, std::string_view>, 6> kAwsFaults{{
    {AwsFaultKind::kThrottle, "throttle"},
    {AwsFaultKind::kServerError, "server_error"},
    {AwsFaultKind::kTruncate, "truncate"},
    {AwsFaultKind::kHang, "hang"},
    {AwsFaultKind::kEmptyBalancer, "empty_balancer"},
    {AwsFaultKind::kDeny, "deny"},
}};

template <typename Table, typename Value>
std::string_view word_for(const Table& table, Value value) {
  for (const auto& [candidate, word] : table) {
    if (candidate == value) return word;
  }
  return "unknown";
}

template <typename Value, std::size_t N>
Result<Value> value_for(const std::array<std::pair<Value, std::string_view>, N>& table,
                        std::string_view word, std::string_view what) {
  std::string known;
  for (const auto& [value, candidate] : table) {
    if (candidate == word) return value;
    known += (known.empty() ? "" : ", ") + std::string(candidate);
  }
  return fail(ErrorKind::kInvalidInput,
              fmt::format("'{}' is no {}; there are {}", word.substr(0, 64), what, known));
}

}  // namespace

std::string_view to_string(InstanceState state) {
  switch (state) {
    case InstanceState::kPending:
      return "pending";
    case InstanceState::kRunning:
      return "running";
    case InstanceState::kShuttingDown:
      return "shutting-down";
    case InstanceState::kTerminated:
      return "terminated";
    case InstanceState::kStopping:
      return "stopping";
    case InstanceState::kStopped:
      return "stopped";
  }
  return "unknown";
}

std::string_view to_string(HostFault fault) {
  return word_for(kHostFaults, fault);
}

Result<HostFault> parse_host_fault(std::string_view text) {
  return value_for(kHostFaults, text, "fault of a host");
}

std::string_view to_string(AwsFaultKind kind) {
  return word_for(kAwsFaults, kind);
}

Result<AwsFaultKind> parse_aws_fault(std::string_view text) {
  return value_for(kAwsFaults, text, "fault of AWS");
}

}  // namespace livesonic::simulator
