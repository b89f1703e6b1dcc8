// SPDX-License-Identifier: Apache-2.0
// Systems Manager's commands and parameters. What a command does is decided when it is sent; what
// AWS says of it follows from the time. Plain values and functions of them.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "livesonic/base/clock.h"

namespace livesonic::simulator {

// A command on one instance.
struct CommandRun {
  std::string instance;
  std::string out, err;
  int exit_status = 0;
  bool delivered = true;          // the agent there takes it
  std::optional<Duration> takes;  // from its beginning; empty: it never ends by itself
  std::optional<Time> cancelled;
};

struct SentCommand {
  std::string id, comment, document;
  std::map<std::string, std::vector<std::string>> parameters;
  std::vector<std::string> instances;  // those that were named
  Time requested{};
  Duration begin_within = std::chrono::hours{1};
  Duration run_within = std::chrono::hours{1};
  std::vector<CommandRun> runs;
};

struct ParameterVersion {
  std::string type, value;  // "String", "StringList" or "SecureString"
  Time modified{};
};

struct RunCommandStore {
  std::map<std::string, SentCommand> commands;  // by id
  std::map<std::string, std::vector<ParameterVersion>> parameters;
};

// What AWS says at `now`.
struct RunState {
  std::string status;   // "Pending", "InProgress", "Success", "Failed", "TimedOut", "Cancelled"
  std::string details;  // the same, or "DeliveryTimedOut", "ExecutionTimedOut"
  std::optional<Time> began, ended;

  [[nodiscard]] bool is_over() const { return status != "Pending" && status != "InProgress"; }
};

RunState state_of(const SentCommand& command, const CommandRun& run, Time now);

// Of all its runs together.
RunState state_of(const SentCommand& command, Time now);

// At most `size` characters of UTF-8, whole ones.
std::string first_characters(const std::string& text, std::size_t size);

}  // namespace livesonic::simulator
