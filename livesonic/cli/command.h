// SPDX-License-Identifier: Apache-2.0
// A subcommand as plain data: its name, what it takes, what its help says, and the function that
// does it. Only command_line.cpp knows how arguments are parsed.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "livesonic/cli/session.h"

namespace livesonic::cli {

struct Parameter {
  enum class Kind { kPositional, kOption, kRepeated, kFlag };
  Kind kind = Kind::kOption;
  std::string name;   // "NAME" for a positional (also a repeated one), "--elb" for the others
  std::string value;  // what an option's value is called in the help: "BALANCER"
  std::string help;
  bool required = false;
};

// What was given for a command's parameters, by their names.
class Arguments {
 public:
  void add(const std::string& name, std::string value) { given_[name].push_back(std::move(value)); }
  [[nodiscard]] bool has(const std::string& name) const { return given_.contains(name); }
  [[nodiscard]] std::optional<std::string> value(const std::string& name) const {
    const auto found = given_.find(name);
    return found == given_.end() ? std::nullopt : std::optional(found->second.front());
  }
  [[nodiscard]] std::string text(const std::string& name) const {
    return value(name).value_or(std::string());
  }
  [[nodiscard]] std::vector<std::string> values(const std::string& name) const {
    const auto found = given_.find(name);
    return found == given_.end() ? std::vector<std::string>() : found->second;
  }

 private:
  std::map<std::string, std::vector<std::string>> given_;
};

struct Command {
  std::string name;     // "status"; within a group the last word only
  std::string summary;  // a line for the list of commands
  std::string help;     // what it does and why, in a few lines
  std::vector<std::string> examples;
  std::vector<Parameter> parameters;
  std::function<int(Session&, const Arguments&)> run;  // none: it is only a group
  std::vector<Command> subcommands;
};

}  // namespace livesonic::cli
