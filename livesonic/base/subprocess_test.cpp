// SPDX-License-Identifier: Apache-2.0
#include "livesonic/base/subprocess.h"

#include <gtest/gtest.h>

#include <cstdlib>

namespace livesonic {
namespace {

using namespace std::chrono_literals;

const RunLimits kLimits{20s, std::size_t{4} << 20U, 4096};

Result<Output> shell(const std::string& script, const RunInput& input = {}) {
  return run_program({"/bin/sh", "-c", script}, kLimits, {}, input);
}

TEST(Subprocess, a_program_is_given_something_to_read) {
  const std::string text(std::size_t{3} << 20U, 'x');
  EXPECT_EQ(shell("cat", {.text = text, .environment = {}}).value().out, text);
  EXPECT_EQ(shell("cat").value().out, "") << "nothing to read is the end at once";
}

TEST(Subprocess, one_that_stops_reading_is_no_trouble) {
  const std::string text(std::size_t{3} << 20U, 'x');
  const auto output = shell("head -c 1; exit 4", {.text = text, .environment = {}});
  ASSERT_TRUE(output) << output.error().message;
  EXPECT_EQ(output->status, 4);
  EXPECT_EQ(output->out, "x");
}

TEST(Subprocess, variables_are_added_to_ours_or_stand_alone) {
  ASSERT_EQ(setenv("LIVESONIC_TEST_OURS", "ours", 1), 0);
  RunInput input{"", {{"THEIRS", "a b\n$c"}, {"LIVESONIC_TEST_OURS", "theirs"}}};
  const std::string print = "printf '%s|%s' \"$THEIRS\" \"$LIVESONIC_TEST_OURS\"";
  EXPECT_EQ(shell(print, input).value().out, "a b\n$c|theirs");
  input.environment.pop_back();
  EXPECT_EQ(shell(print, input).value().out, "a b\n$c|ours");
  input.ours_too = false;
  EXPECT_EQ(shell(print, input).value().out, "a b\n$c|");
  unsetenv("LIVESONIC_TEST_OURS");
}

}  // namespace
}  // namespace livesonic
