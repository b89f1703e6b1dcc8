// SPDX-License-Identifier: Apache-2.0
// What every Remote keeps, whichever way it goes: over SSH, through a bastion, through Systems
// Manager, on this machine; and behind the choice between them.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>
#include <memory>

#include "livesonic/remote/choice.h"
#include "livesonic/remote/client_for_test.h"
#include "livesonic/remote/local.h"
#include "livesonic/remote/run_command_for_test.h"
#include "livesonic/remote/ssm.h"

namespace livesonic::remote {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

// A way to this very machine.
class WayThere {
 public:
  virtual ~WayThere() = default;
  virtual Remote& remote() = 0;
  virtual Host host() = 0;
  virtual void stop() = 0;
};

class OverSsh : public WayThere {
 public:
  Remote& remote() override { return client_.remote(); }
  Host host() override { return host_at(sshd_.port()); }
  void stop() override { client_.stop(); }

 private:
  SshdForTest sshd_;
  Client client_{settings_for(sshd_)};
};

class ThroughABastion : public WayThere {
 public:
  Remote& remote() override { return client_.remote(); }
  Host host() override { return host_at(sshd_.port()); }
  void stop() override { client_.stop(); }

 private:
  SshdForTest sshd_;
  SshdForTest bastion_;
  Client client_{[&] {
    std::filesystem::copy_file(sshd_.file("identity.pub"), bastion_.file("authorized_keys"),
                               std::filesystem::copy_options::overwrite_existing);
    SshSettings settings = settings_for(sshd_);
    settings.jump = fmt::format("127.0.0.1:{}", bastion_.port());
    return settings;
  }()};
};

class OverSsm : public WayThere {
 public:
  Remote& remote() override { return *remote_; }
  Host host() override {
    Host host{"i-1", {}};
    host.way = Way::kSsm;
    return host;
  }
  void stop() override { remote_.reset(); }

 private:
  RunCommandForTest aws_;
  std::unique_ptr<Remote> remote_ = make_ssm(
      aws_, {.begin_within = 30s, .first_look = 5ms, .longest_pause = 20ms, .gather = 1ms});
};

class OnThisMachine : public WayThere {
 public:
  Remote& remote() override { return *remote_; }
  Host host() override {
    Host host{"localhost", {}};
    host.way = Way::kLocal;
    return host;
  }
  void stop() override { remote_.reset(); }

 private:
  std::unique_ptr<Remote> remote_ = make_choice({.local = make_local()});
};

using MakeWay = std::unique_ptr<WayThere> (*)();
template <typename T>
std::unique_ptr<WayThere> make() {
  return std::make_unique<T>();
}

struct Named {
  const char* name;
  MakeWay make;
};

class RemoteContract : public testing::TestWithParam<Named> {
 protected:
  std::future<Results> start(std::vector<Command> commands) {
    auto promise = std::make_shared<std::promise<Results>>();
    way_->remote().run(way_->host(), std::move(commands),
                       [promise](Results results) { promise->set_value(std::move(results)); });
    return promise->get_future();
  }
  Results run(std::vector<Command> commands) {
    auto future = start(std::move(commands));
    if (future.wait_for(90s) != std::future_status::ready) {
      throw std::runtime_error("run() never called done");
    }
    return future.get();
  }
  CommandResult run_one(const std::string& line) { return run({{line, 30s}}).at(0); }
  std::unique_ptr<WayThere> way_ = GetParam().make();
};

TEST_P(RemoteContract, outputs_and_exit_status_come_back_apart) {
  const CommandResult result = run_one("echo out; echo err >&2; exit 3");
  EXPECT_EQ(result.end, End::kExited) << result.detail;
  EXPECT_EQ(result.exit_status, 3);
  EXPECT_EQ(result.out, "out\n");
  EXPECT_EQ(result.err, "err\n");
  EXPECT_FALSE(result.truncated);
}

TEST_P(RemoteContract, results_come_in_the_order_of_the_commands) {
  const Results results = run({{"echo 1", 30s}, {"exit 7", 30s}, {"echo 3", 30s}});
  ASSERT_EQ(results.size(), 3u);
  EXPECT_EQ(results[0].out, "1\n");
  EXPECT_EQ(results[1].exit_status, 7);
  EXPECT_EQ(results[2].out, "3\n");
}

TEST_P(RemoteContract, a_command_is_whatever_a_shell_takes) {
  EXPECT_EQ(run_one("x='a  b'; for i in 1 2; do\necho \"$x $i\" | tr a-z A-Z; done").out,
            "A  B 1\nA  B 2\n");
  EXPECT_NE(run_one("if").exit_status, 0);
}

TEST_P(RemoteContract, standard_input_is_empty) {
  EXPECT_EQ(run_one("wc -c").out, "0\n");
}

TEST_P(RemoteContract, a_program_that_is_not_there_is_status_127) {
  const CommandResult result = run_one("no-such-program-anywhere");
  EXPECT_EQ(result.end, End::kExited);
  EXPECT_EQ(result.exit_status, 127);
}

TEST_P(RemoteContract, one_that_takes_too_long_times_out_and_the_others_do_not) {
  const Results results = run({{"echo before", 30s}, {"sleep 60", 1s}, {"echo after", 30s}});
  EXPECT_EQ(results[0].out, "before\n");
  EXPECT_EQ(results[1].end, End::kTimedOut) << results[1].detail;
  EXPECT_EQ(results[1].exit_status, std::nullopt);
  EXPECT_EQ(results[2].out, "after\n");
}

TEST_P(RemoteContract, more_output_than_is_wanted_is_cut_and_the_status_still_right) {
  Command command{"head -c 10000 /dev/zero | tr '\\0' x; exit 4", 30s};
  command.output_limit = 1000;
  const CommandResult result = run({command}).at(0);
  EXPECT_EQ(result.out, std::string(1000, 'x'));
  EXPECT_TRUE(result.truncated);
  EXPECT_EQ(result.exit_status, 4);
}

TEST_P(RemoteContract, a_killed_command_has_not_succeeded) {
  const CommandResult result = run_one("kill -9 $$");
  if (result.end == End::kExited) {
    EXPECT_EQ(result.exit_status, 137);
  } else {
    EXPECT_EQ(result.end, End::kKilled);
    EXPECT_THAT(result.detail, HasSubstr("SIGKILL"));
  }
}

TEST_P(RemoteContract, many_may_ask_at_the_same_time) {
  std::vector<std::future<Results>> all;
  for (int i = 0; i < 30; ++i) all.push_back(start({{fmt::format("echo {}", i), 60s}}));
  for (int i = 0; i < 30; ++i) {
    EXPECT_EQ(all[static_cast<std::size_t>(i)].get().at(0).out, fmt::format("{}\n", i));
  }
}

TEST_P(RemoteContract, nothing_to_do_is_done_at_once) {
  EXPECT_TRUE(run({}).empty());
}

TEST_P(RemoteContract, a_host_that_is_forgotten_can_be_asked_again) {
  EXPECT_EQ(run_one("echo 1").out, "1\n");
  way_->remote().forget(way_->host().id);
  way_->remote().forget("nobody");
  EXPECT_EQ(run_one("echo 2").out, "2\n");
}

TEST_P(RemoteContract, whoever_is_asked_when_it_all_ends_is_answered) {
  auto hanging = start({{"sleep 60", 60s}, {"true", 60s}});
  way_->stop();
  ASSERT_EQ(hanging.wait_for(30s), std::future_status::ready);
  for (const CommandResult& result : hanging.get()) EXPECT_EQ(result.end, End::kNotTried);
}

INSTANTIATE_TEST_SUITE_P(AllWays, RemoteContract,
                         testing::Values(Named{"ssh", make<OverSsh>},
                                         Named{"jump", make<ThroughABastion>},
                                         Named{"ssm", make<OverSsm>},
                                         Named{"local", make<OnThisMachine>}),
                         [](const auto& named) { return std::string(named.param.name); });

}  // namespace
}  // namespace livesonic::remote
