// SPDX-License-Identifier: Apache-2.0
#include "livesonic/cli/help.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace livesonic::cli {
namespace {

using Row = std::pair<std::string, std::string>;

std::string rows_text(const std::vector<Row>& rows) {
  std::size_t width = 0;
  for (const auto& [left, right] : rows) width = std::max(width, left.size());
  std::string text;
  for (const auto& [left, right] : rows) text += fmt::format("  {:<{}}  {}\n", left, width, right);
  return text;
}

std::string section(const std::string& title, const std::string& text) {
  return text.empty() ? std::string() : fmt::format("\n{}\n{}", title, text);
}

std::string shown_name(const Parameter& parameter) {
  return parameter.value.empty() ? parameter.name : parameter.name + " " + parameter.value;
}

std::vector<Row> parameter_rows(const Command& command) {
  std::vector<Row> rows;
  for (const Parameter& parameter : command.parameters) {
    rows.emplace_back(shown_name(parameter), parameter.help);
  }
  return rows;
}

std::vector<Row> subcommand_rows(const Command& command) {
  std::vector<Row> rows;
  for (const Command& sub : command.subcommands) rows.emplace_back(sub.name, sub.summary);
  return rows;
}

const std::vector<Row>& global_rows() {
  static const std::vector<Row> kRows{
      {"--config FILE", "the configuration; else $LIVESONIC_CONFIG, else"},
      {"", "/etc/livesonic/livesonic.yaml where there is one"},
      {"--json", "print the API's JSON"},
      {"--help", "this text"},
      {"--version", "the version"}};
  return kRows;
}

}  // namespace

std::string usage_line(const std::vector<std::string>& words, const Command& command) {
  constexpr std::size_t kWidth = 72;
  std::string usage = fmt::format("{}", fmt::join(words, " "));
  std::size_t line_begin = 0;
  for (const Parameter& parameter : command.parameters) {
    std::string part = shown_name(parameter);
    if (!parameter.required) part = "[" + part + "]";
    if (parameter.kind == Parameter::Kind::kRepeated) part += "...";
    if (usage.size() - line_begin + part.size() > kWidth) {
      line_begin = usage.size();
      usage += "\n          ";
    }
    usage += " " + part;
  }
  return usage;
}

std::string help_text(const std::vector<std::string>& words, const Command& command) {
  std::string text;
  if (command.run) text += "Usage: " + usage_line(words, command) + "\n";
  if (!command.subcommands.empty()) {
    text += fmt::format("{}{} COMMAND ...\n", text.empty() ? "Usage: " : "       ",
                        fmt::join(words, " "));
  }
  text += "\n" + command.help + "\n";
  text += section("Commands:", rows_text(subcommand_rows(command)));
  text += section("Takes:", rows_text(parameter_rows(command)));
  text += section("Always:", rows_text(global_rows()));
  std::string examples;
  for (const std::string& example : command.examples) examples += "  " + example + "\n";
  text += section("Examples:", examples);
  text += section("Exit status:", "  0 done, 1 it failed, 2 wrong use or configuration\n");
  return text;
}

}  // namespace livesonic::cli
