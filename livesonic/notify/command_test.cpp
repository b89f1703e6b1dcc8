// SPDX-License-Identifier: Apache-2.0
#include "livesonic/notify/command.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>

#include "livesonic/base/file.h"
#include "livesonic/base/text.h"
#include "livesonic/notify/message_for_test.h"

namespace livesonic::notify {
namespace {

using namespace std::chrono_literals;

class CommandTest : public testing::Test {
 protected:
  ~CommandTest() override { std::filesystem::remove(file_); }

  Accepted run(const std::string& script, const Message& message = a_message(),
               Duration timeout = 20s) {
    return make_command("run", {"/bin/sh", "-c", script, "sh", file_.string(), "$(touch /no)"},
                        timeout)
        ->deliver({}, message, {});
  }
  std::string written() { return read_file(file_, std::size_t{1} << 24U).value_or("(nothing)"); }

  const std::filesystem::path file_ =
      std::filesystem::temp_directory_path() / ("livesonic-" + random_id());
};

TEST_F(CommandTest, a_program_reads_the_message_and_accepts_it_with_0) {
  EXPECT_TRUE(run("cat > \"$1\""));
  EXPECT_EQ(written(), message_json(a_message()));
}

TEST_F(CommandTest, its_words_are_its_words) {
  EXPECT_TRUE(run("printf %s \"$2\" > \"$1\""));
  EXPECT_EQ(written(), "$(touch /no)");
}

TEST_F(CommandTest, it_finds_the_most_important_in_its_environment_and_nothing_of_ours) {
  ASSERT_EQ(setenv("LIVESONIC_AWS_SECRET_ACCESS_KEY", "hunter2", 1), 0);
  EXPECT_TRUE(run("env > \"$1\"", a_hostile_message()));
  unsetenv("LIVESONIC_AWS_SECRET_ACCESS_KEY");
  const std::string environment = written();
  EXPECT_NE(environment.find("LIVESONIC_CHANNEL=run\n"), std::string::npos);
  EXPECT_NE(environment.find("LIVESONIC_KIND=opening\n"), std::string::npos);
  EXPECT_NE(environment.find("LIVESONIC_SEVERITY=critical\n"), std::string::npos);
  EXPECT_EQ(environment.find("hunter2"), std::string::npos);
}

TEST_F(CommandTest, what_it_complains_of_is_told) {
  EXPECT_EQ(run("echo no such room >&2; exit 3").error().why,
            "the command ended with status 3: no such room");
  EXPECT_EQ(make_command("run", {"/no/such/program"}, 1s)->deliver({}, a_message(), {}).error().why,
            "cannot run '/no/such/program': No such file or directory");
}

TEST_F(CommandTest, one_that_does_not_read_is_no_trouble) {
  Message large = a_message();
  large.incident.members.resize(20'000, large.incident.members[0]);
  EXPECT_TRUE(run("exit 0", large));
  EXPECT_TRUE(run("cat > \"$1\"", large));
  EXPECT_EQ(written().size(), message_json(large).size());
}

TEST_F(CommandTest, all_that_it_started_ends_with_its_deadline) {
  const auto begin = std::chrono::steady_clock::now();
  EXPECT_EQ(run("sleep 100 & sleep 100", a_message(), 1s).error().why,
            "'/bin/sh' did not end within 1 s");
  EXPECT_LT(std::chrono::steady_clock::now() - begin, 30s);
}

}  // namespace
}  // namespace livesonic::notify
