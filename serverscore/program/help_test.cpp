// SPDX-License-Identifier: Apache-2.0
// What serverscore takes stands in --help, in the manual page and in docs/serverscore.md alike.
#include "serverscore/program/help.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <regex>
#include <set>
#include <sstream>
#include <string>

#include "serverscore/program/options.h"

namespace serverscore {
namespace {

using testing::HasSubstr;
using testing::Not;
using Names = std::set<std::string>;

std::string source(const std::string& path) {
  std::ifstream file(LIVESONIC_SOURCE_DIR "/" + path);
  EXPECT_TRUE(file) << path;
  return {std::istreambuf_iterator<char>(file), {}};
}

// The first group of each match.
Names all(const std::string& text, const std::string& pattern) {
  const std::regex expression(pattern);
  Names found;
  for (std::sregex_iterator at(text.begin(), text.end(), expression), end; at != end; ++at) {
    found.insert((*at)[1]);
  }
  return found;
}

// "--json", "-w".
Names in_help() {
  return all(std::string(kHelpText), R"((?:^|[\s,])(--?[A-Za-z]+))");
}

TEST(Help, names_what_the_program_takes_and_nothing_else) {
  EXPECT_EQ(in_help(),
            all(source("serverscore/program/options.cpp"), R"re("(--?[A-Za-z]+)"[,) ])re"));
  for (const std::string& name : in_help()) {
    const char* const arguments[] = {name.c_str(), "60"};
    EXPECT_THAT(parse_options(arguments).error, Not(HasSubstr("unknown argument '" + name)));
  }
}

TEST(Help, has_lines_for_80_columns) {
  std::istringstream lines{std::string(kHelpText)};
  for (std::string line; std::getline(lines, line);) EXPECT_LE(line.size(), 80U) << line;
}

TEST(Help, and_the_manual_page_name_the_same_options) {
  Names in_manual;
  for (const std::string& name : all(source("serverscore/serverscore.1"), R"(Fl (-?[A-Za-z]+))")) {
    in_manual.insert("-" + name);
  }
  EXPECT_EQ(in_help(), in_manual);
}

TEST(Help, and_the_table_of_the_documentation_name_the_same_options) {
  Names in_table;
  for (const std::string& row : all(source("docs/serverscore.md"), R"(\n\| (`--?[^|]*)\|)")) {
    in_table.merge(all(row, R"((?:^|[`\s])(--?[A-Za-z]+))"));
  }
  EXPECT_EQ(in_help(), in_table);
}

}  // namespace
}  // namespace serverscore
