// SPDX-License-Identifier: Apache-2.0
#include "livesonic/cli/command_line.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <algorithm>
#include <map>
#include <memory>

#include "livesonic/base/nearest.h"
#include "livesonic/cli/display.h"
#include "livesonic/cli/help.h"

namespace livesonic::cli {
namespace {

// A command and what the parser puts into it; the parser keeps pointers into it.
struct Node {
  const Command* command = nullptr;
  CLI::App* app = nullptr;
  std::vector<std::string> words;
  std::map<std::string, CLI::Option*> options;
  std::map<std::string, std::string> single;
  std::map<std::string, std::vector<std::string>> repeated;
  std::map<std::string, bool> flags;
  std::vector<std::unique_ptr<Node>> children;
};

void declare(Node& node, const Parameter& parameter) {
  CLI::Option* option = nullptr;
  switch (parameter.kind) {
    case Parameter::Kind::kFlag:
      option = node.app->add_flag(parameter.name, node.flags[parameter.name]);
      break;
    case Parameter::Kind::kRepeated:
      option = node.app->add_option(parameter.name, node.repeated[parameter.name]);
      option->allow_extra_args(!parameter.name.starts_with('-'));
      break;
    case Parameter::Kind::kPositional:
    case Parameter::Kind::kOption:
      option = node.app->add_option(parameter.name, node.single[parameter.name]);
      break;
  }
  node.options[parameter.name] = option;
}

void build(Node& node) {
  node.app->set_help_flag("--help,-h");
  // One command a line: a further word is a value, even when it is a command's name too.
  node.app->require_subcommand(0, 1);
  for (const Parameter& parameter : node.command->parameters) declare(node, parameter);
  for (const Command& sub : node.command->subcommands) {
    auto child = std::make_unique<Node>();
    child->command = &sub;
    child->app = node.app->add_subcommand(sub.name);
    // --json and --config are the program's, and may stand anywhere.
    child->app->fallthrough();
    child->words = node.words;
    child->words.push_back(sub.name);
    build(*child);
    node.children.push_back(std::move(child));
  }
}

const Node& chosen(const Node& node) {
  for (const auto& child : node.children) {
    if (child->app->parsed()) return chosen(*child);
  }
  return node;
}

std::string try_help(const Node& node) {
  return fmt::format("\ntry: {} --help", fmt::join(node.words, " "));
}

std::string did_you_mean(const std::string& word, const std::vector<std::string>& known) {
  const std::string meant = nearest(word, known);
  return meant.empty() ? std::string() : fmt::format("; did you mean '{}'?", meant);
}

std::string unknown_word(const Node& node, const std::string& word) {
  const std::string shown = terminal_text(word);
  if (word.starts_with('-')) {
    std::vector<std::string> known{"--json", "--config", "--help", "--version"};
    for (const auto& [name, option] : node.options) known.push_back(name);
    return fmt::format("{} knows no option '{}'{}", fmt::join(node.words, " "), shown,
                       did_you_mean(word, known));
  }
  if (!node.command->subcommands.empty()) {
    std::vector<std::string> known;
    for (const Command& sub : node.command->subcommands) known.push_back(sub.name);
    return fmt::format("{} has no command '{}'{}", fmt::join(node.words, " "), shown,
                       did_you_mean(word, known));
  }
  return fmt::format("{} does not know what to do with '{}'", fmt::join(node.words, " "), shown);
}

// "--elb: 1 required TEXT missing" in plain words.
std::string how_many(const std::string& message) {
  const std::string option = message.substr(0, message.find(':'));
  const bool none = message.find("missing") != std::string::npos;
  return terminal_text(option) + (none ? " needs a value after it" : " may be given only once");
}

std::optional<std::string> missing(const Node& node) {
  for (const Parameter& parameter : node.command->parameters) {
    if (!parameter.required || node.options.at(parameter.name)->count() > 0) continue;
    return fmt::format("{} needs {}{}{}: {}\nusage: {}", fmt::join(node.words, " "), parameter.name,
                       parameter.value.empty() ? "" : " ", parameter.value, parameter.help,
                       usage_line(node.words, *node.command));
  }
  if (node.command->run) return std::nullopt;
  std::vector<std::string> known;
  for (const Command& sub : node.command->subcommands) known.push_back(sub.name);
  return fmt::format("{} needs a command: {}", fmt::join(node.words, " "), fmt::join(known, ", "));
}

void collect(const Node& node, Arguments& arguments) {
  for (const Parameter& parameter : node.command->parameters) {
    if (node.options.at(parameter.name)->count() == 0) continue;
    switch (parameter.kind) {
      case Parameter::Kind::kFlag:
        arguments.add(parameter.name, "");
        break;
      case Parameter::Kind::kRepeated:
        for (const std::string& value : node.repeated.at(parameter.name)) {
          arguments.add(parameter.name, value);
        }
        break;
      case Parameter::Kind::kPositional:
      case Parameter::Kind::kOption:
        arguments.add(parameter.name, node.single.at(parameter.name));
        break;
    }
  }
}

}  // namespace

Result<CommandLine> parse_command_line(const Command& program,
                                       const std::vector<std::string>& words) {
  CommandLine line;
  CLI::App app;
  Node root;
  root.command = &program;
  root.app = &app;
  root.words = {program.name};
  std::string config_file;
  bool version = false;
  const auto wrong = [](const Node& node, const std::string& what) {
    return fail(ErrorKind::kInvalidInput, what + try_help(node));
  };
  try {
    build(root);
    app.allow_extras();
    CLI::Option* const config = app.add_option("--config", config_file);
    app.add_flag("--json", line.options.json);
    app.add_flag("--version", version);
    // The parser takes the words from the back.
    std::vector<std::string> reversed(words.rbegin(), words.rend());
    app.parse(reversed);
    if (config->count() > 0) line.options.config_file = config_file;
  } catch (const CLI::CallForHelp&) {
    line.wish = CommandLine::Wish::kHelp;
  } catch (const CLI::ArgumentMismatch& error) {
    return wrong(chosen(root), how_many(error.what()));
  } catch (const CLI::ParseError& error) {
    return wrong(chosen(root), terminal_text(error.what()));
  } catch (const std::exception& error) {
    return wrong(root, terminal_text(error.what()));
  }
  const Node& node = chosen(root);
  line.command = node.command;
  line.words = node.words;
  if (line.wish == CommandLine::Wish::kHelp) return line;
  if (version) {
    line.wish = CommandLine::Wish::kVersion;
    return line;
  }
  if (const auto extra = app.remaining(true); !extra.empty()) {
    return wrong(node, unknown_word(node, extra.front()));
  }
  if (const auto what = missing(node)) return wrong(node, *what);
  collect(node, line.arguments);
  return line;
}

}  // namespace livesonic::cli
