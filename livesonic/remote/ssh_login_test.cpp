// SPDX-License-Identifier: Apache-2.0
// Against Debian's OpenSSH server, agent and key generator: who we are to the hosts.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <mutex>

#include "livesonic/remote/client_for_test.h"

// A list of keys within libssh, some 150 bytes a login; agent_login.h tells. By the library, as its
// functions have no names where no symboliser runs.
extern "C" const char* __lsan_default_suppressions();
extern "C" const char* __lsan_default_suppressions() {
  return "leak:libssh.so";
}

namespace livesonic::remote {
namespace {

using namespace std::chrono_literals;
using testing::AllOf;
using testing::HasSubstr;

void allow(const SshdForTest& sshd, const std::filesystem::path& public_key) {
  std::filesystem::copy_file(public_key, sshd.file("authorized_keys"),
                             std::filesystem::copy_options::overwrite_existing);
}

class WithAgent : public testing::Test {
 protected:
  SshSettings settings() const {
    SshSettings settings = settings_for(sshd_);
    settings.identity = IdentityKind::kAgent;
    settings.identity_file = sshd_.file("none");
    settings.agent_socket = agent_.socket();
    return settings;
  }
  // Into the agent, and from there only; the public half stays as FILE.pub.
  void give_agent(const std::string& name, const std::string& type = "ed25519") const {
    make_key(sshd_.file(name), type);
    agent_.add(sshd_.file(name));
    std::filesystem::remove(sshd_.file(name));
  }
  SshdForTest sshd_;
  AgentForTest agent_;
};

TEST_F(WithAgent, all_kinds_of_keys_log_in) {
  for (const std::string type : {"ed25519", "ecdsa", "rsa"}) {
    give_agent("key-" + type, type);
    allow(sshd_, sshd_.file("key-" + type + ".pub"));
    const CommandResult result = Client(settings()).run_one(host_at(sshd_.port()), "echo in");
    EXPECT_EQ(result.out, "in\n") << type << ": " << result.detail;
  }
}

TEST_F(WithAgent, a_certificate_that_it_holds_logs_in) {
  make_key(sshd_.file("authority"));
  make_key(sshd_.file("key"));
  certify(sshd_.file("key"), sshd_.file("authority"), current_user());
  std::ifstream authority(sshd_.file("authority.pub"));
  std::ofstream(sshd_.file("authorized_keys")) << "cert-authority " << authority.rdbuf();
  agent_.add(sshd_.file("key"));
  const CommandResult result = Client(settings()).run_one(host_at(sshd_.port()), "echo in");
  EXPECT_EQ(result.out, "in\n") << result.detail;
}

TEST_F(WithAgent, the_key_that_is_named_is_the_only_one_offered) {
  for (const std::string name : {"a", "b", "c", "d", "e", "f", "mine"}) give_agent(name);
  allow(sshd_, sshd_.file("mine.pub"));
  // sshd hangs up after six attempts: all of the agent's keys would be too many.
  EXPECT_NE(Client(settings()).run_one(host_at(sshd_.port()), "true").end, End::kExited);
  SshSettings named = settings();
  named.agent_key = sshd_.file("mine.pub");
  const CommandResult result = Client(named).run_one(host_at(sshd_.port()), "echo in");
  EXPECT_EQ(result.out, "in\n") << result.detail;
}

TEST_F(WithAgent, keys_that_the_host_does_not_know_are_refused) {
  give_agent("stranger");
  EXPECT_EQ(Client(settings()).run_one(host_at(sshd_.port()), "true").end,
            End::kAuthenticationRefused);
}

TEST_F(WithAgent, an_agent_without_keys_or_without_itself_is_our_own_trouble) {
  const CommandResult empty = Client(settings()).run_one(host_at(sshd_.port()), "true");
  EXPECT_EQ(empty.end, End::kNotTried);
  EXPECT_THAT(empty.detail, HasSubstr("ssh-add"));
  SshSettings nowhere = settings();
  nowhere.agent_socket = sshd_.file("nowhere");
  const CommandResult none = Client(nowhere).run_one(host_at(sshd_.port()), "true");
  EXPECT_EQ(none.end, End::kNotTried);
  EXPECT_THAT(none.detail, HasSubstr(sshd_.file("nowhere").string()));
}

TEST_F(WithAgent, one_that_hangs_harms_no_session_that_is_open) {
  give_agent("key");
  allow(sshd_, sshd_.file("key.pub"));
  SshSettings patient = settings();
  patient.connect_timeout = 60s;
  Client client(patient);
  ASSERT_EQ(client.run_one(host_at(sshd_.port(), "i-1"), "true").end, End::kExited);
  agent_.stop();
  auto waiting = client.start(host_at(sshd_.port(), "i-2"), {{"echo late", Client::kLong}});
  EXPECT_EQ(client.run_one(host_at(sshd_.port(), "i-1"), "true").end, End::kExited);
  agent_.go_on();
  EXPECT_EQ(waiting.get().at(0).out, "late\n");
}

TEST(SshCertificate, beside_the_key_it_opens_hosts_that_know_only_the_authority) {
  SshdForTest sshd;
  for (const std::string type : {"ed25519", "ecdsa", "rsa"}) {
    make_key(sshd.file("authority"));
    make_key(sshd.file("key"), type);
    certify(sshd.file("key"), sshd.file("authority"), current_user());
    std::ifstream authority(sshd.file("authority.pub"));
    std::ofstream(sshd.file("authorized_keys")) << "cert-authority " << authority.rdbuf();
    SshSettings settings = settings_for(sshd);
    settings.identity_file = sshd.file("key");
    const CommandResult result = Client(settings).run_one(host_at(sshd.port()), "echo in");
    EXPECT_EQ(result.out, "in\n") << type << ": " << result.detail;
  }
}

TEST(SshCertificate, where_the_host_takes_none_the_key_alone_will_do) {
  SshdForTest sshd;
  make_key(sshd.file("authority"));
  certify(sshd.identity(), sshd.file("authority"), current_user());
  const CommandResult result = Client(settings_for(sshd)).run_one(host_at(sshd.port()), "echo in");
  EXPECT_EQ(result.out, "in\n") << result.detail;
}

TEST(SshCertificate, a_renewed_one_is_taken_without_a_restart) {
  SshdForTest sshd;
  make_key(sshd.file("authority"));
  make_key(sshd.file("key"));
  certify(sshd.file("key"), sshd.file("authority"), current_user(), "-2h:-1h");  // has expired
  std::ifstream authority(sshd.file("authority.pub"));
  std::ofstream(sshd.file("authorized_keys")) << "cert-authority " << authority.rdbuf();
  SshSettings settings = settings_for(sshd);
  settings.identity_file = sshd.file("key");
  Client client(settings);
  EXPECT_EQ(client.run_one(host_at(sshd.port()), "true").end, End::kAuthenticationRefused);
  certify(sshd.file("key"), sshd.file("authority"), current_user());
  const auto give_up = std::chrono::steady_clock::now() + 30s;
  End end = End::kNotTried;
  while (end != End::kExited && std::chrono::steady_clock::now() < give_up) {
    end = client.run_one(host_at(sshd.port()), "true").end;
  }
  EXPECT_EQ(end, End::kExited);
}

class PusherForTest final : public KeyPusher {
 public:
  explicit PusherForTest(const SshdForTest& sshd) : sshd_(sshd) {}
  Result<void> push(const std::string& host_id, const std::string& user,
                    const std::string& public_key, const std::stop_token&) override {
    const std::lock_guard lock(mutex_);
    if (host_id == "i-refused") return fail(ErrorKind::kPermission, "AWS says no");
    pushed_.push_back(host_id + " " + user);
    keys_.push_back(public_key);
    std::ofstream(sshd_.file("authorized_keys")) << public_key << "\n";
    return {};
  }
  std::vector<std::string> pushed() const {
    const std::lock_guard lock(mutex_);
    return pushed_;
  }
  std::vector<std::string> keys() const {
    const std::lock_guard lock(mutex_);
    return keys_;
  }

 private:
  const SshdForTest& sshd_;
  mutable std::mutex mutex_;
  std::vector<std::string> pushed_;
  std::vector<std::string> keys_;
};

TEST(SshInstanceConnect, a_fresh_key_is_pushed_for_each_login) {
  SshdForTest sshd;
  PusherForTest pusher(sshd);
  SshSettings settings = settings_for(sshd);
  settings.identity = IdentityKind::kInstanceConnect;
  settings.identity_file = sshd.file("none");
  Client client(settings, {nullptr, &pusher});
  EXPECT_EQ(client.run_one(host_at(sshd.port()), "true").end, End::kExited);
  EXPECT_EQ(client.run_one(host_at(sshd.port()), "true").end, End::kExited);
  EXPECT_THAT(pusher.pushed(), testing::ElementsAre("i-1 " + current_user()));
  sshd.kill_sessions();
  EXPECT_EQ(client.run_one(host_at(sshd.port()), "true").end, End::kExited);
  ASSERT_THAT(pusher.keys(), testing::SizeIs(2));
  EXPECT_NE(pusher.keys()[0], pusher.keys()[1]);
  const CommandResult refused = client.run_one(host_at(sshd.port(), "i-refused"), "true");
  EXPECT_EQ(refused.end, End::kNotTried);
  EXPECT_THAT(refused.detail, AllOf(HasSubstr("EC2 Instance Connect"), HasSubstr("AWS says no")));
}

}  // namespace
}  // namespace livesonic::remote
