// SPDX-License-Identifier: Apache-2.0
// Through bastions that are Debian's OpenSSH servers.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>

#include "livesonic/remote/client_for_test.h"

namespace livesonic::remote {
namespace {

using namespace std::chrono_literals;
using testing::AllOf;
using testing::HasSubstr;

class Jump : public testing::Test {
 protected:
  static std::string at(const SshdForTest& sshd) {
    return fmt::format("{}@127.0.0.1:{}", current_user(), sshd.port());
  }
  // One key for all.
  void let_in(const SshdForTest& other) const {
    std::filesystem::copy_file(bastion_.file("identity.pub"), other.file("authorized_keys"),
                               std::filesystem::copy_options::overwrite_existing);
  }
  SshSettings settings() const {
    SshSettings settings = settings_for(bastion_);
    settings.jump = at(bastion_);
    return settings;
  }
  static int logins(const SshdForTest& sshd) {
    std::ifstream log(sshd.file("log"));
    const std::string text{std::istreambuf_iterator<char>(log), {}};
    int count = 0;
    for (std::size_t i = text.find("Accepted publickey"); i != std::string::npos;
         i = text.find("Accepted publickey", i + 1)) {
      ++count;
    }
    return count;
  }
  SshdForTest bastion_;
  SshdForTest host_;
};

TEST_F(Jump, hosts_behind_a_bastion_share_one_session_to_it) {
  let_in(host_);
  Client client(settings());
  std::vector<std::future<Results>> all;
  for (int i = 0; i < 40; ++i) {
    all.push_back(client.start(host_at(host_.port(), fmt::format("i-{}", i)),
                               {{fmt::format("echo {}", i), Client::kLong}}));
  }
  for (int i = 0; i < 40; ++i) {
    const CommandResult result = all[static_cast<std::size_t>(i)].get().at(0);
    EXPECT_EQ(result.out, fmt::format("{}\n", i)) << result.detail;
  }
  EXPECT_EQ(logins(bastion_), 1);
  EXPECT_EQ(logins(host_), 40);
}

TEST_F(Jump, the_keys_of_bastion_and_host_are_each_checked) {
  let_in(host_);
  Client client(settings());
  ASSERT_EQ(client.run_one(host_at(host_.port()), "true").end, End::kExited);
  const std::string bastion_id = fmt::format("jump:127.0.0.1:{}", bastion_.port());
  EXPECT_EQ(client.keys().pinned("i-1").value(), host_.host_fingerprint());
  EXPECT_EQ(client.keys().pinned(bastion_id).value(), bastion_.host_fingerprint());
  bastion_.kill();
  bastion_.new_host_key();
  bastion_.start();
  const CommandResult result = client.run_one(host_at(host_.port(), "i-2"), "true");
  EXPECT_EQ(result.end, End::kHostKeyChanged);
  EXPECT_THAT(result.detail, AllOf(HasSubstr("the bastion " + at(bastion_)),
                                   HasSubstr("livesonic host-key forget " + bastion_id)));
}

TEST_F(Jump, several_bastions_in_a_row_lead_to_the_host) {
  SshdForTest second;
  let_in(second);
  let_in(host_);
  SshSettings settings = settings_for(bastion_);
  settings.jump = at(bastion_) + "," + at(second);
  Client client(settings);
  const CommandResult result = client.run_one(host_at(host_.port()), "echo there");
  EXPECT_EQ(result.out, "there\n") << result.detail;
  EXPECT_EQ(logins(bastion_), 1);
  EXPECT_EQ(logins(second), 1);
}

TEST_F(Jump, a_host_may_have_bastions_of_its_own_or_none) {
  let_in(host_);
  Client client(settings());
  Host direct = host_at(host_.port(), "i-direct");
  direct.jump = "none";
  EXPECT_EQ(client.run_one(direct, "true").end, End::kExited);
  EXPECT_EQ(logins(bastion_), 0);
  SshSettings without = settings_for(bastion_);
  Client other(without);
  Host through = host_at(host_.port(), "i-through");
  through.jump = at(bastion_);
  EXPECT_EQ(other.run_one(through, "true").end, End::kExited);
  EXPECT_EQ(logins(bastion_), 1);
}

TEST_F(Jump, large_outputs_come_through_whole_and_hold_up_nobody) {
  let_in(host_);
  Client client(settings());
  Command large{"head -c 8000000 /dev/zero | tr '\\0' x", Client::kLong};
  large.output_limit = 8'000'000;
  auto first = client.start(host_at(host_.port(), "i-1"), {large});
  auto second = client.start(host_at(host_.port(), "i-2"), {{"echo small", Client::kLong}});
  EXPECT_EQ(second.get().at(0).out, "small\n");
  const CommandResult result = first.get().at(0);
  EXPECT_EQ(result.out, std::string(8'000'000, 'x'));
  EXPECT_FALSE(result.truncated);
}

TEST_F(Jump, each_trouble_behind_a_bastion_has_its_own_outcome) {
  let_in(host_);
  Client client(settings());
  const CommandResult refused = client.run_one(host_at(unused_port(), "i-refused"), "true");
  EXPECT_EQ(refused.end, End::kConnectionRefused) << refused.detail;
  EXPECT_THAT(refused.detail, HasSubstr("through the bastion " + at(bastion_)));
  Host nowhere = host_at(22, "i-nowhere");
  nowhere.address = "no-such-host.invalid";
  const CommandResult unknown = client.run_one(nowhere, "true");
  EXPECT_NE(unknown.end, End::kExited);
  EXPECT_THAT(unknown.detail, HasSubstr("through the bastion " + at(bastion_)));
  EXPECT_EQ(client.run_one(host_at(host_.port()), "true").end, End::kExited);
}

TEST_F(Jump, a_bastion_that_forbids_forwarding_says_so) {
  SshdForTest strict("AllowTcpForwarding no");
  let_in(strict);
  SshSettings settings = settings_for(bastion_);
  settings.jump = at(strict);
  const CommandResult result = Client(settings).run_one(host_at(host_.port()), "true");
  EXPECT_EQ(result.end, End::kUnreachable);
  EXPECT_THAT(result.detail, HasSubstr("prohibited"));
}

TEST_F(Jump, a_bastion_that_is_down_is_asked_once_for_all_hosts_behind_it) {
  let_in(host_);
  bastion_.kill();
  Client client(settings());
  std::vector<std::future<Results>> all;
  for (int i = 0; i < 100; ++i) {
    all.push_back(
        client.start(host_at(host_.port(), fmt::format("i-{}", i)), {{"true", Client::kLong}}));
  }
  for (auto& one : all) {
    const CommandResult result = one.get().at(0);
    EXPECT_EQ(result.end, End::kConnectionRefused);
    EXPECT_THAT(result.detail, HasSubstr("the bastion " + at(bastion_)));
  }
}

TEST_F(Jump, when_a_bastion_dies_its_hosts_are_reached_again_through_a_new_session) {
  let_in(host_);
  Client client(settings());
  ASSERT_EQ(client.run_one(host_at(host_.port()), "true").end, End::kExited);
  bastion_.kill_sessions();
  const auto give_up = std::chrono::steady_clock::now() + 60s;
  End end = End::kNotTried;
  while (end != End::kExited && std::chrono::steady_clock::now() < give_up) {
    end = client.run_one(host_at(host_.port()), "true").end;
  }
  EXPECT_EQ(end, End::kExited);
  EXPECT_EQ(logins(bastion_), 2);
}

TEST_F(Jump, stopping_ends_what_is_under_way) {
  let_in(host_);
  Client client(settings());
  auto hanging = client.start(host_at(host_.port()), {{"sleep 60", 60s}});
  EXPECT_EQ(client.run_one(host_at(host_.port(), "i-2"), "true").end, End::kExited);
  client.stop();
  EXPECT_EQ(hanging.get().at(0).end, End::kNotTried);
}

}  // namespace
}  // namespace livesonic::remote
