// SPDX-License-Identifier: Apache-2.0
#include "serverscore/options.h"

#include <gtest/gtest.h>

#include <vector>

namespace serverscore {
namespace {

Options parse(std::vector<const char*> arguments) {
  return parse_options(arguments);
}

TEST(Options, without_any_the_answer_is_the_number_of_this_host) {
  const Options options = parse({});
  EXPECT_EQ(options.format, Format::kNumber);
  EXPECT_EQ(options.root, "");
  EXPECT_EQ(options.error, "");
}

TEST(Options, name_the_format_and_the_root_in_either_spelling) {
  EXPECT_EQ(parse({"--json"}).format, Format::kJson);
  EXPECT_EQ(parse({"--explain"}).format, Format::kExplain);
  EXPECT_EQ(parse({"--version"}).format, Format::kVersion);
  EXPECT_EQ(parse({"--help"}).format, Format::kHelp);
  EXPECT_EQ(parse({"--root", "/host", "--json"}).root, "/host");
  EXPECT_EQ(parse({"--json", "--root=/host"}).root, "/host");
}

TEST(Options, what_is_unknown_is_named) {
  EXPECT_EQ(parse({"--jsn"}).error, "unknown argument '--jsn'; try --help");
  EXPECT_EQ(parse({"web"}).error, "unknown argument 'web'; try --help");
  EXPECT_NE(parse({""}).error, "");
}

TEST(Options, a_root_without_a_path_is_refused) {
  for (const auto& arguments : std::vector<std::vector<const char*>>{
           {"--root"}, {"--root="}, {"--root", ""}, {"--json", "--root"}}) {
    EXPECT_NE(parse(arguments).error.find("--root needs"), std::string::npos);
  }
}

}  // namespace
}  // namespace serverscore
