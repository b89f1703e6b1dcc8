// SPDX-License-Identifier: Apache-2.0
// Several commands in one channel, against Debian's OpenSSH server and whatever shell there is.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <fstream>
#include <thread>

#include "livesonic/base/file.h"
#include "livesonic/remote/client_for_test.h"

namespace livesonic::remote {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::HasSubstr;
using testing::Not;

constexpr const char* kTwo = "echo $$";  // the shell's number: the same in one channel

// How many channels were asked for; sshd tells with LogLevel DEBUG.
int channels(const SshdForTest& sshd) {
  std::ifstream log(sshd.file("log"));
  int count = 0;
  for (std::string line; std::getline(log, line);) {
    if (line.find("server_input_channel_open: confirm session") != std::string::npos) ++count;
  }
  return count;
}

class Batch : public testing::Test {
 protected:
  SshdForTest sshd_{"LogLevel DEBUG"};
  Client client_{settings_for(sshd_)};
  Host host_ = host_at(sshd_.port());

  Results run(const std::vector<std::string>& lines, Duration timeout = Client::kLong) {
    std::vector<Command> commands;
    for (const std::string& line : lines) commands.push_back({line, timeout});
    return client_.run(host_, commands);
  }
};

TEST_F(Batch, the_commands_of_a_run_share_one_login_shell) {
  const Results results = run({kTwo, kTwo, kTwo, kTwo});
  EXPECT_FALSE(results[0].out.empty());
  for (const CommandResult& result : results) EXPECT_EQ(result.out, results[0].out);
  run({kTwo, kTwo, kTwo, kTwo});
  EXPECT_EQ(channels(sshd_), 2);
}

TEST_F(Batch, each_command_has_its_own_output_and_status) {
  const Results results = run({"echo out; echo err >&2; exit 3", "printf 'no newline'", "exit 0",
                               "no-such-command-here", "echo; echo"});
  EXPECT_EQ(results[0].out, "out\n");
  EXPECT_EQ(results[0].err, "err\n");
  EXPECT_EQ(results[0].exit_status, 3);
  EXPECT_EQ(results[1].out, "no newline");
  EXPECT_EQ(results[1].err, "");
  EXPECT_EQ(results[2].out, "");
  EXPECT_EQ(results[2].exit_status, 0);
  EXPECT_EQ(results[3].exit_status, 127);
  EXPECT_THAT(results[3].err, HasSubstr("not found"));
  EXPECT_EQ(results[4].out, "\n\n");
  for (const CommandResult& result : results) EXPECT_EQ(result.end, End::kExited);
}

TEST_F(Batch, what_a_command_does_to_its_shell_it_does_to_itself) {
  const Results results = run({"cd /; V=1; trap 'echo trapped' EXIT; set -e; false", "echo $V; pwd",
                               "_r_() { echo mine; }; exec echo gone", "exec >&- 2>&-", "f( {",
                               "echo '$(' \"'\" \\\\; echo `echo x`", kTwo});
  EXPECT_EQ(results[0].out, "trapped\n");
  EXPECT_EQ(results[0].exit_status, 1);
  EXPECT_THAT(results[1].out, Not(HasSubstr("1\n")));
  EXPECT_EQ(results[2].out, "gone\n");
  EXPECT_EQ(results[3].exit_status, 0);
  EXPECT_NE(results[4].exit_status, 0);  // a syntax error
  EXPECT_EQ(results[5].out, "$( ' \\\nx\n");
  EXPECT_EQ(results[6].end, End::kExited);
}

TEST_F(Batch, a_command_finds_no_input_and_takes_nobody_elses) {
  const Results results = run({"cat; read x; echo \"$x\"", "echo two"});
  EXPECT_EQ(results[0].out, "\n");
  EXPECT_EQ(results[1].out, "two\n");
}

TEST_F(Batch, no_process_shows_the_text_of_a_check_to_another) {
  const Results results =
      run({"for f in /proc/[0-9]*/cmdline /proc/[0-9]*/environ; do tr '\\0' ' ' <$f; done "
           "2>/dev/null | grep -c 'some[-]process' || true",
           "echo some-process"});
  EXPECT_EQ(results[0].out, "0\n") << results[0].err;
  EXPECT_EQ(results[1].out, "some-process\n");
}

TEST_F(Batch, binary_output_and_ten_megabytes_come_through_up_to_the_limit) {
  const Results results =
      run({R"(printf '\000\001\377\376\r\n\033[2J')",
           "head -c 10000000 /dev/zero; head -c 100 /dev/zero >&2; exit 7", "echo next"});
  EXPECT_EQ(results[0].out, std::string("\0\1\377\376\r\n\33[2J", 10));
  EXPECT_EQ(results[1].exit_status, 7);
  EXPECT_EQ(results[1].out.size(), 65536U);
  EXPECT_EQ(results[1].err.size(), 100U);
  EXPECT_TRUE(results[1].truncated);
  EXPECT_EQ(results[2].out, "next\n");
  EXPECT_FALSE(results[2].truncated);
  EXPECT_EQ(channels(sshd_), 1);
}

TEST_F(Batch, a_command_that_hangs_costs_the_others_nothing) {
  const auto begin = std::chrono::steady_clock::now();
  const Results results = client_.run(host_, {{"echo begun; sleep 1000", seconds{4}},
                                              {"sleep 1000", seconds{5}},
                                              {"echo three", seconds{20}},
                                              {"echo four", seconds{20}}});
  EXPECT_EQ(results[0].end, End::kTimedOut);
  EXPECT_EQ(results[0].out, "begun\n");
  EXPECT_EQ(results[1].end, End::kTimedOut);
  EXPECT_EQ(results[2].out, "three\n");
  EXPECT_EQ(results[3].out, "four\n");
  // One after the other they would have taken nine seconds.
  EXPECT_LT(std::chrono::steady_clock::now() - begin, milliseconds{8500});
}

TEST_F(Batch, a_command_at_its_deadline_leaves_the_rest_to_another_channel) {
  const Results results = client_.run(
      host_, {{"sleep 1000", milliseconds{300}}, {"echo two", seconds{20}}, {kTwo, seconds{20}}});
  EXPECT_EQ(results[0].end, End::kTimedOut);
  EXPECT_EQ(results[1].out, "two\n");
  EXPECT_EQ(results[2].end, End::kExited);
  EXPECT_EQ(channels(sshd_), 2);
}

TEST_F(Batch, a_command_that_kills_the_shell_costs_the_others_nothing) {
  const Results results = run({"echo one", "echo dying; kill -KILL $$", "echo three", "echo four"});
  EXPECT_EQ(results[0].out, "one\n");
  EXPECT_EQ(results[1].end, End::kKilled);
  EXPECT_EQ(results[1].out, "dying\n");
  EXPECT_THAT(results[1].detail, HasSubstr("SIGKILL"));
  EXPECT_EQ(results[2].out, "three\n");
  EXPECT_EQ(results[3].out, "four\n");
  EXPECT_EQ(channels(sshd_), 2);
}

TEST_F(Batch, a_program_that_a_signal_ended_says_which) {
  const Results results = run({"sh -c 'kill -SEGV $$'", "exit 143", "echo on"});
  EXPECT_EQ(results[0].end, End::kKilled);
  EXPECT_EQ(results[0].exit_status, 139);
  EXPECT_THAT(results[0].detail, HasSubstr("SIGSEGV"));
  EXPECT_EQ(results[1].exit_status, 143);  // told from the former by nobody
  EXPECT_EQ(results[2].out, "on\n");
}

TEST_F(Batch, a_child_left_behind_holds_nobody_up_and_is_kept_apart_from_then_on) {
  const auto begin = std::chrono::steady_clock::now();
  const Results results = run({"sleep 30 & echo started", "echo two", "echo three"});
  EXPECT_EQ(results[0].out, "started\n");
  EXPECT_EQ(results[1].out, "two\n");
  EXPECT_EQ(results[2].out, "three\n");
  EXPECT_LT(std::chrono::steady_clock::now() - begin, seconds{15});
  // Such output could be taken for another command's: a channel for each.
  int took = 0;
  for (int i = 0; i < 1000 && took != 2; ++i) {
    const int before = channels(sshd_);
    run({"echo a", "echo b"});
    took = channels(sshd_) - before;
  }
  EXPECT_EQ(took, 2);
}

TEST_F(Batch, commands_of_several_lines_have_a_channel_of_their_own) {
  const Results results = run({"echo one", "echo a\necho b", "cat <<X\nhere\nX", "echo four"});
  EXPECT_EQ(results[0].out, "one\n");
  EXPECT_EQ(results[1].out, "a\nb\n");
  EXPECT_EQ(results[2].out, "here\n");
  EXPECT_EQ(results[3].out, "four\n");
}

TEST_F(Batch, commands_that_went_different_ways_and_die_together_end_their_run_once) {
  // The first is slow, so that the second runs beside it, and takes the session of both with it.
  const Results results = run({"sleep 1000", "kill -KILL $PPID; sleep 1000"});
  ASSERT_EQ(results.size(), 2U);
  EXPECT_EQ(results[0].end, End::kConnectionLost);
  EXPECT_EQ(results[1].end, End::kConnectionLost);
  EXPECT_EQ(run({"echo on"}).at(0).out, "on\n");
}

TEST_F(Batch, dying_in_the_middle_runs_nothing_twice_and_leaves_nothing_out) {
  const std::string file = sshd_.file("runs").string();
  auto run = client_.start(host_, {{"echo a >> " + file, seconds{30}},
                                   {"echo b >> " + file + "; exec sleep 1", seconds{30}},
                                   {"echo c >> " + file, seconds{30}}});
  while (read_file(file).value_or("") != "a\nb\n") std::this_thread::sleep_for(milliseconds{5});
  sshd_.kill_sessions();
  const Results results = run.get();
  EXPECT_EQ(results[0].end, End::kExited);
  EXPECT_EQ(results[1].end, End::kConnectionLost);
  EXPECT_EQ(results[2].end, End::kExited) << results[2].detail;
  EXPECT_EQ(read_file(file).value_or(""), "a\nb\nc\n");
}

// What another login shell makes of it: sshd gives it the line as sshd's own would be given it.
class Shells : public testing::Test {
 protected:
  struct Outcome {
    Results results;
    int channels = 0;
  };
  static Outcome through(const std::string& forced, const std::vector<std::string>& lines) {
    SshdForTest sshd("LogLevel DEBUG\nForceCommand " + forced);
    Client client(settings_for(sshd));
    std::vector<Command> commands;
    for (const std::string& line : lines) commands.push_back({line, Client::kLong});
    Outcome outcome;
    outcome.results = client.run(host_at(sshd.port()), commands);
    outcome.channels = channels(sshd);
    return outcome;
  }
  static bool is_there(const std::string& shell) { return access(shell.c_str(), X_OK) == 0; }
};

TEST_F(Shells, dash_bash_and_busybox_take_batches) {
  const std::vector<std::string> shells{"/bin/dash", "/bin/bash", "/bin/busybox sh", "/bin/mksh",
                                        "/bin/zsh"};
  int tried = 0;
  for (const std::string& shell : shells) {
    if (!is_there(shell.substr(0, shell.find(' ')))) continue;
    ++tried;
    const Outcome outcome =
        through("exec " + shell + " -c \"$SSH_ORIGINAL_COMMAND\"",
                {"echo \"it's\"; exit 3", "echo err >&2; echo $((1+1))", "exit 0", kTwo, kTwo});
    EXPECT_EQ(outcome.results[0].out, "it's\n") << shell;
    EXPECT_EQ(outcome.results[0].exit_status, 3) << shell;
    EXPECT_EQ(outcome.results[1].out, "2\n") << shell;
    EXPECT_EQ(outcome.results[1].err, "err\n") << shell;
    EXPECT_EQ(outcome.results[2].exit_status, 0) << shell;
    EXPECT_EQ(outcome.results[3].out, outcome.results[4].out) << shell;
    EXPECT_EQ(outcome.channels, 1) << shell;
  }
  EXPECT_GE(tried, 2);
}

TEST_F(Shells, a_shell_that_is_not_posix_gets_a_channel_for_each_command) {
  int tried = 0;
  for (const std::string shell : {"/usr/bin/fish", "/bin/tcsh", "/usr/bin/tcsh", "/bin/csh"}) {
    if (!is_there(shell)) continue;
    ++tried;
    const Outcome outcome =
        through("exec " + shell + " -c \"$SSH_ORIGINAL_COMMAND\"", {"echo one", "echo two"});
    EXPECT_EQ(outcome.results[0].out, "one\n") << shell << ": " << outcome.results[0].err;
    EXPECT_THAT(outcome.results[0].err, Not(HasSubstr("while"))) << shell;
    EXPECT_EQ(outcome.results[1].out, "two\n") << shell;
    EXPECT_EQ(outcome.channels, 3) << shell;
  }
  if (tried == 0) GTEST_SKIP() << "neither fish nor csh is installed";
}

TEST_F(Shells, a_forced_command_answers_each_as_before) {
  const Outcome outcome = through("echo \"forced: $SSH_ORIGINAL_COMMAND\"", {"one", "two"});
  EXPECT_EQ(outcome.results[0].out, "forced: one\n");
  EXPECT_EQ(outcome.results[1].out, "forced: two\n");
  EXPECT_EQ(outcome.channels, 3);
}

TEST_F(Shells, a_forced_command_that_waits_for_input_is_not_waited_for) {
  const Outcome outcome = through("cat >/dev/null; echo 93", {"one", "two"});
  EXPECT_EQ(outcome.results[0].out, "93\n") << outcome.results[0].detail;
  EXPECT_EQ(outcome.results[1].out, "93\n");
}

TEST_F(Shells, a_chatty_login_shell_disturbs_no_result) {
  const Outcome outcome =
      through("echo welcome; echo oops >&2; exec sh -c \"$SSH_ORIGINAL_COMMAND\"",
              {"echo one", "echo two"});
  EXPECT_EQ(outcome.results[0].out, "one\n");
  EXPECT_EQ(outcome.results[0].err, "");
  EXPECT_EQ(outcome.results[1].out, "two\n");
}

}  // namespace
}  // namespace livesonic::remote
