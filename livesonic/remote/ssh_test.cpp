// SPDX-License-Identifier: Apache-2.0
// Against Debian's OpenSSH server: what commands do, and how they end.
#include "livesonic/remote/ssh.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <time.h>

#include <atomic>
#include <fstream>
#include <thread>

#include "livesonic/base/file.h"
#include "livesonic/remote/client_for_test.h"

namespace livesonic::remote {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::HasSubstr;

Duration cpu_used() {
  timespec time{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
  return seconds{time.tv_sec} +
         std::chrono::duration_cast<Duration>(std::chrono::nanoseconds{time.tv_nsec});
}

class Ssh : public testing::Test {
 protected:
  SshdForTest sshd_;
  Client client_{settings_for(sshd_)};
  Host host_ = host_at(sshd_.port());

  int logins() {
    std::ifstream log(sshd_.file("log"));
    int count = 0;
    for (std::string line; std::getline(log, line);) {
      if (line.find("Accepted publickey") != std::string::npos) ++count;
    }
    return count;
  }
};

TEST_F(Ssh, a_command_answers_with_its_output_and_status) {
  const CommandResult result = client_.run_one(host_, "echo hello");
  EXPECT_EQ(result.end, End::kExited) << result.detail;
  EXPECT_EQ(result.exit_status, 0);
  EXPECT_EQ(result.out, "hello\n");
  EXPECT_EQ(result.err, "");
  EXPECT_FALSE(result.truncated);
}

TEST_F(Ssh, stderr_and_exit_status_are_kept_apart_from_stdout) {
  const CommandResult result = client_.run_one(host_, "echo out; echo err >&2; exit 42");
  EXPECT_EQ(result.end, End::kExited);
  EXPECT_EQ(result.exit_status, 42);
  EXPECT_EQ(result.out, "out\n");
  EXPECT_EQ(result.err, "err\n");
}

TEST_F(Ssh, commands_of_a_run_go_one_after_the_other_over_one_login) {
  const std::string file = sshd_.file("order").string();
  const auto results = client_.run(host_, {{"sleep 0.1; echo 1 >> " + file, seconds{20}},
                                           {"echo 2 >> " + file, seconds{20}},
                                           {"cat " + file, seconds{20}}});
  ASSERT_EQ(results.size(), 3U);
  EXPECT_EQ(results[2].out, "1\n2\n");
  EXPECT_GE(results[0].took, milliseconds{100});
  client_.run_one(host_, "true");
  EXPECT_EQ(logins(), 1);
}

TEST_F(Ssh, no_commands_are_answered_with_no_results) {
  EXPECT_TRUE(client_.run(host_, {}).empty());
}

TEST_F(Ssh, a_command_that_reads_its_input_finds_none) {
  const CommandResult result = client_.run_one(host_, "cat; echo done");
  EXPECT_EQ(result.out, "done\n");
}

TEST_F(Ssh, binary_output_comes_through_unchanged) {
  const CommandResult result =
      client_.run_one(host_, R"(printf '\000\001\377\376\r\n\033[2J'; head -c 20000 /dev/urandom)");
  EXPECT_EQ(result.end, End::kExited);
  EXPECT_EQ(result.out.size(), 20010U);
  EXPECT_EQ(result.out.substr(0, 10), std::string("\0\1\377\376\r\n\33[2J", 10));
}

TEST_F(Ssh, ten_megabytes_are_cut_at_the_limit_and_the_status_is_still_right) {
  const CommandResult result =
      client_.run_one(host_, "head -c 10000000 /dev/zero; head -c 100 /dev/zero >&2; exit 7");
  EXPECT_EQ(result.end, End::kExited) << result.detail;
  EXPECT_EQ(result.exit_status, 7);
  EXPECT_EQ(result.out.size(), 65536U);
  EXPECT_EQ(result.err.size(), 100U);
  EXPECT_TRUE(result.truncated);
}

TEST_F(Ssh, endless_output_is_stopped_at_the_deadline) {
  const auto results =
      client_.run(host_, {{"yes", milliseconds{700}, 100}, {"echo on", seconds{20}}});
  EXPECT_EQ(results[0].end, End::kTimedOut);
  EXPECT_EQ(results[0].out.size(), 100U);
  EXPECT_TRUE(results[0].truncated);
  EXPECT_EQ(results[1].out, "on\n");
}

TEST_F(Ssh, a_hanging_command_ends_at_its_deadline_and_the_next_one_runs) {
  const auto results = client_.run(
      host_, {{"echo begun; sleep 1000", milliseconds{500}}, {"echo next", seconds{20}}});
  EXPECT_EQ(results[0].end, End::kTimedOut);
  EXPECT_EQ(results[0].out, "begun\n");
  EXPECT_GE(results[0].took, milliseconds{500});
  EXPECT_LT(results[0].took, seconds{5});
  EXPECT_EQ(results[1].end, End::kExited) << results[1].detail;
  EXPECT_EQ(results[1].out, "next\n");
  EXPECT_EQ(logins(), 1);
}

TEST_F(Ssh, a_command_ended_by_a_signal_says_which) {
  const CommandResult result = client_.run_one(host_, "kill -KILL $$");
  EXPECT_EQ(result.end, End::kKilled);
  EXPECT_FALSE(result.exit_status.has_value());
  EXPECT_THAT(result.detail, HasSubstr("SIGKILL"));
}

TEST_F(Ssh, a_child_left_behind_that_keeps_stdout_does_not_hold_up_the_result) {
  const CommandResult result = client_.run_one(host_, "sleep 30 & echo started; exit 3");
  EXPECT_EQ(result.end, End::kExited) << result.detail;
  EXPECT_EQ(result.exit_status, 3);
  EXPECT_EQ(result.out, "started\n");
  EXPECT_LT(result.took, seconds{15});
}

TEST_F(Ssh, an_unknown_command_is_a_status_of_the_shell) {
  EXPECT_EQ(client_.run_one(host_, "no-such-command-here").exit_status, 127);
}

TEST_F(Ssh, fifty_runs_at_once_share_one_session) {
  std::vector<std::future<Results>> runs;
  for (int i = 0; i < 50; ++i) {
    runs.push_back(client_.start(host_, {{"echo " + std::to_string(i), Client::kLong}}));
  }
  for (int i = 0; i < 50; ++i) {
    const Results results = runs[static_cast<std::size_t>(i)].get();
    EXPECT_EQ(results.at(0).end, End::kExited) << results.at(0).detail;
    EXPECT_EQ(results.at(0).out, std::to_string(i) + "\n");
  }
  EXPECT_EQ(logins(), 1);
}

TEST_F(Ssh, an_idle_session_and_a_hung_command_cost_no_cpu) {
  client_.run_one(host_, "true");
  auto hung = client_.start(host_, {{"sleep 1000", milliseconds{1500}}});
  const Duration before = cpu_used();
  EXPECT_EQ(hung.wait_for(milliseconds{1200}), std::future_status::timeout);
  EXPECT_LT(cpu_used() - before, milliseconds{60});
  EXPECT_EQ(hung.get().at(0).end, End::kTimedOut);
}

TEST_F(Ssh, dying_in_the_middle_of_a_command_is_a_lost_connection_and_nothing_is_run_twice) {
  const std::string file = sshd_.file("runs").string();
  auto run = client_.start(
      host_, {{"echo x >> " + file + "; sleep 1000", seconds{30}}, {"echo after", seconds{20}}});
  while (read_file(file).value_or("") != "x\n") std::this_thread::sleep_for(milliseconds{5});
  sshd_.kill_sessions();
  const Results results = run.get();
  EXPECT_EQ(results[0].end, End::kConnectionLost);
  EXPECT_FALSE(results[0].detail.empty());
  EXPECT_EQ(results[1].end, End::kExited) << results[1].detail;  // over a new session
  EXPECT_EQ(results[1].out, "after\n");
  EXPECT_EQ(client_.run_one(host_, "wc -l < " + file).out, "1\n");
}

TEST_F(Ssh, a_server_restarted_between_two_runs_goes_unnoticed) {
  EXPECT_EQ(client_.run_one(host_, "echo 1").out, "1\n");
  sshd_.kill();
  sshd_.start();
  EXPECT_EQ(client_.run_one(host_, "echo 2").out, "2\n");
}

TEST_F(Ssh, a_host_that_is_gone_between_two_runs_is_refused) {
  EXPECT_EQ(client_.run_one(host_, "echo 1").out, "1\n");
  sshd_.kill();
  const CommandResult result = client_.run_one(host_, "echo 2");
  EXPECT_EQ(result.end, End::kConnectionRefused) << result.detail;
}

TEST_F(Ssh, a_forgotten_host_is_disconnected) {
  client_.run_one(host_, "true");
  client_.remote().forget(host_.id);
  // Waits until nobody else is logged in through this sshd: its log tells of each end.
  for (int i = 0; i < 2000; ++i) {
    std::ifstream log(sshd_.file("log"));
    const std::string text{std::istreambuf_iterator<char>(log), {}};
    if (text.find("Disconnected from user") != std::string::npos) break;
    std::this_thread::sleep_for(milliseconds{5});
  }
  client_.run_one(host_, "true");
  EXPECT_EQ(logins(), 2);
}

TEST_F(Ssh, one_id_with_a_new_address_gets_a_new_session) {
  client_.run_one(host_, "true");
  Host moved = host_;
  moved.address = "localhost";
  EXPECT_EQ(client_.run_one(moved, "echo there").out, "there\n");
  EXPECT_EQ(logins(), 2);
}

TEST_F(Ssh, many_hosts_are_served_while_one_hangs) {
  auto hung = client_.start(host_at(sshd_.port(), "hung"), {{"sleep 1000", seconds{30}}});
  std::vector<std::future<Results>> runs;
  for (int i = 0; i < 20; ++i) {
    runs.push_back(client_.start(host_at(sshd_.port(), "i-" + std::to_string(i + 10)),
                                 {{"echo ok", Client::kLong}}));
  }
  for (auto& run : runs) EXPECT_EQ(run.get().at(0).out, "ok\n");
  EXPECT_EQ(hung.wait_for(seconds{0}), std::future_status::timeout);
  const auto begin = std::chrono::steady_clock::now();
  client_.stop();
  EXPECT_LT(std::chrono::steady_clock::now() - begin, seconds{1});
  EXPECT_EQ(hung.get().at(0).end, End::kNotTried);
}

TEST_F(Ssh, done_may_ask_again_even_while_stopping) {
  std::atomic<int> ends = 0;
  Remote& remote = client_.remote();
  remote.run(host_, {{"sleep 1000", seconds{30}}}, [&](Results) {
    ++ends;
    remote.run(host_, {{"true", seconds{1}}}, [&](Results results) {
      EXPECT_EQ(results.at(0).end, End::kNotTried);
      ++ends;
    });
  });
  client_.stop();
  EXPECT_EQ(ends, 2);
}

TEST(SshLimits, a_server_that_takes_one_channel_at_a_time_serves_all_in_turn) {
  SshdForTest sshd("MaxSessions 1");
  Client client(settings_for(sshd));
  std::vector<std::future<Results>> runs;
  for (int i = 0; i < 12; ++i) {
    runs.push_back(
        client.start(host_at(sshd.port()), {{"echo a", Client::kLong}, {"echo b", Client::kLong}}));
  }
  for (auto& run : runs) {
    const Results results = run.get();
    EXPECT_EQ(results.at(0).out, "a\n") << results.at(0).detail;
    EXPECT_EQ(results.at(1).out, "b\n") << results.at(1).detail;
  }
}

TEST(SshLimits, a_server_without_channels_refuses_the_command_not_the_host) {
  SshdForTest sshd("MaxSessions 0");
  Client client(settings_for(sshd));
  const CommandResult result = client.run_one(host_at(sshd.port()), "true");
  EXPECT_EQ(result.end, End::kChannelRefused);
  EXPECT_THAT(result.detail, HasSubstr("MaxSessions"));
}

TEST(SshLimits, a_command_at_its_deadline_is_asked_to_stop_and_then_killed) {
  SshdForTest sshd("LogLevel DEBUG");
  Client client(settings_for(sshd));
  // Outlives its deadline, but not the test by long.
  const std::string hang = "trap '' TERM HUP PIPE; for i in $(seq 100); do sleep 0.1; done";
  EXPECT_EQ(client.run_one(host_at(sshd.port()), hang, milliseconds{100}).end, End::kTimedOut);
  // sshd obeys only where it separates privileges, so not for root: its log must do.
  const auto signals = [&] {
    std::ifstream log(sshd.file("log"));
    int count = 0;
    for (std::string line; std::getline(log, line);) {
      if (line.find("req signal") != std::string::npos) ++count;
    }
    return count;
  };
  for (int i = 0; i < 2000 && signals() < 2; ++i) std::this_thread::sleep_for(milliseconds{5});
  EXPECT_EQ(signals(), 2);
}

TEST(SshLimits, commands_that_will_not_die_do_not_hold_the_host_for_ever) {
  SshdForTest sshd("MaxSessions 2");
  Client client(settings_for(sshd));
  const Command hang{"trap '' TERM HUP PIPE; sleep 5; sleep 5", milliseconds{100}};
  for (int i = 0; i < 4; ++i) {
    const Results results = client.run(host_at(sshd.port()), {hang, {"echo on", Client::kLong}});
    EXPECT_EQ(results[0].end, End::kTimedOut) << results[0].detail;
    EXPECT_EQ(results[1].out, "on\n") << results[1].detail;
  }
}

TEST(SshLimits, many_hosts_behind_one_address_never_overrun_its_max_startups) {
  SshdForTest sshd("MaxStartups 10:100:10");  // from the tenth on every login is dropped
  Client client(settings_for(sshd));
  std::vector<std::future<Results>> runs;
  for (int i = 0; i < 40; ++i) {
    runs.push_back(
        client.start(host_at(sshd.port(), "i-" + std::to_string(i)), {{"echo ok", Client::kLong}}));
  }
  for (auto& run : runs) {
    const Results results = run.get();
    EXPECT_EQ(results.at(0).out, "ok\n") << results.at(0).detail;
  }
}

TEST(SshLimits, rekeying_disturbs_nothing) {
  SshdForTest sshd("RekeyLimit 200K");
  Client client(settings_for(sshd));
  const Command big{"head -c 3000000 /dev/zero; echo end >&2", Client::kLong, 4'000'000};
  const Results results = client.run(host_at(sshd.port()), {big, big});
  for (const CommandResult& result : results) {
    EXPECT_EQ(result.end, End::kExited) << result.detail;
    EXPECT_EQ(result.out.size(), 3'000'000U);
    EXPECT_EQ(result.err, "end\n");
  }
}

TEST(SshLimits, a_banner_and_a_chatty_login_disturb_nothing) {
  SshdForTest sshd("ClientAliveInterval 1\nBanner /etc/os-release");
  Client client(settings_for(sshd));
  const CommandResult result = client.run_one(host_at(sshd.port()), "sleep 2.2; echo hi");
  EXPECT_EQ(result.out, "hi\n") << result.detail;
}

}  // namespace
}  // namespace livesonic::remote
