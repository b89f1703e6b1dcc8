// SPDX-License-Identifier: Apache-2.0
#include "simulator/batch_shell.h"

#include <gtest/gtest.h>

#include <string>

namespace livesonic::simulator {
namespace {

const std::string kOpening = "_n_=5e;_r_(){ (_c_=$2;shift 2;eval \" $_c_\")</dev/null;};echo\n";

TEST(BatchShell, is_begun_by_the_line_that_reads_and_evaluates) {
  EXPECT_TRUE(BatchShell::is_begun_by("while IFS= read -r _l_; do eval \"$_l_\"; done"));
  EXPECT_FALSE(BatchShell::is_begun_by("serverscore"));
}

TEST(BatchShell, answers_the_opening_and_takes_one_command_after_the_other) {
  BatchShell shell;
  for (const char c : kOpening + "_r_ 1 'echo '\\''it'\\'''\n_r_ 2 'serverscore'\n_r_ 3 'unf") {
    shell.hear(std::string(1, c));
  }
  EXPECT_EQ(shell.next()->mark, "5e 0");
  const auto first = shell.next();
  ASSERT_TRUE(first);
  EXPECT_EQ(first->command, "echo 'it'");
  EXPECT_EQ(first->mark, "5e 1");
  EXPECT_EQ(shell.next()->command, "serverscore");
  EXPECT_FALSE(shell.next());
  shell.hear("inished'\n");
  EXPECT_EQ(shell.next()->command, "unfinished");
}

TEST(BatchShell, passes_over_what_it_does_not_understand) {
  BatchShell shell;
  shell.hear("_r_ 1 'before the opening'\n\nrm -rf /\n_r_\n_r_ 1 2 3\n" +
             std::string(3'000'000, 'x'));
  EXPECT_FALSE(shell.next());
}

}  // namespace
}  // namespace livesonic::simulator
