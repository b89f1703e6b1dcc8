// SPDX-License-Identifier: Apache-2.0
// Against Debian's OpenSSH server: whom we trust, and who trusts us.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <fstream>

#include "livesonic/remote/client_for_test.h"

namespace livesonic::remote {
namespace {

using testing::HasSubstr;

TEST(SshTrust, the_first_host_key_is_pinned_as_ssh_keygen_prints_it) {
  SshdForTest sshd;
  Client client(settings_for(sshd));
  EXPECT_EQ(client.run_one(host_at(sshd.port()), "true").end, End::kExited);
  EXPECT_EQ(client.keys().pinned("i-1").value(), sshd.host_fingerprint());
}

TEST(SshTrust, a_changed_host_key_stops_everything_before_we_log_in) {
  SshdForTest sshd;
  Client client(settings_for(sshd));
  client.keys().set("i-1", "SHA256:another");
  const Results results =
      client.run(host_at(sshd.port()), {{"true", Client::kLong}, {"true", Client::kLong}});
  for (const CommandResult& result : results) {
    EXPECT_EQ(result.end, End::kHostKeyChanged);
    EXPECT_THAT(result.detail, HasSubstr("SHA256:another"));
    EXPECT_THAT(result.detail, HasSubstr(sshd.host_fingerprint()));
    EXPECT_THAT(result.detail, HasSubstr("livesonic host-key forget i-1"));
  }
  std::ifstream log(sshd.file("log"));
  const std::string text{std::istreambuf_iterator<char>(log), {}};
  EXPECT_EQ(text.find("Accepted"), std::string::npos);
}

TEST(SshTrust, a_key_changed_between_two_sessions_is_noticed) {
  SshdForTest sshd;
  Client client(settings_for(sshd));
  EXPECT_EQ(client.run_one(host_at(sshd.port()), "true").end, End::kExited);
  sshd.kill();
  sshd.new_host_key();
  sshd.start();
  EXPECT_EQ(client.run_one(host_at(sshd.port()), "true").end, End::kHostKeyChanged);
}

TEST(SshTrust, another_host_at_the_same_address_has_its_own_pin) {
  SshdForTest sshd;
  Client client(settings_for(sshd));
  client.keys().set("i-old", "SHA256:another");
  EXPECT_EQ(client.run_one(host_at(sshd.port(), "i-new"), "true").end, End::kExited);
}

TEST(SshTrust, a_recycled_address_raises_no_alarm_and_inherits_no_trust) {
  SshdForTest sshd;
  Client client(settings_for(sshd));
  ASSERT_EQ(client.run_one(host_at(sshd.port(), "i-old"), "true").end, End::kExited);
  const std::string old_key = sshd.host_fingerprint();
  // AWS gives the address to another instance, while the session with the old one is still open.
  sshd.kill();
  sshd.new_host_key();
  sshd.start();
  EXPECT_EQ(client.run_one(host_at(sshd.port(), "i-new"), "true").end, End::kExited);
  EXPECT_EQ(client.keys().pinned("i-new").value(), sshd.host_fingerprint());
  // Who asks there for the old one doesn't get an answer from the new one.
  EXPECT_EQ(client.run_one(host_at(sshd.port(), "i-old"), "true").end, End::kHostKeyChanged);
  EXPECT_EQ(client.keys().pinned("i-old").value(), old_key);
}

TEST(SshTrust, after_its_key_is_forgotten_a_host_is_believed_again) {
  SshdForTest sshd;
  Client client(settings_for(sshd));
  client.keys().set("i-1", "SHA256:another");
  ASSERT_EQ(client.run_one(host_at(sshd.port()), "true").end, End::kHostKeyChanged);
  client.keys().forget("i-1");
  EXPECT_EQ(client.run_one(host_at(sshd.port()), "true").end, End::kExited);
}

TEST(SshTrust, a_memory_that_fails_lets_nobody_in) {
  SshdForTest sshd;
  Client client(settings_for(sshd));
  client.keys().break_it();
  const CommandResult result = client.run_one(host_at(sshd.port()), "true");
  EXPECT_EQ(result.end, End::kNotTried);  // our fault is no sign of a changed host
  EXPECT_THAT(result.detail, HasSubstr("the database is locked"));
}

class KnownHosts : public testing::Test {
 protected:
  SshdForTest sshd_;
  CommandResult run_with(const std::string& line) {
    std::ofstream(sshd_.file("known_hosts")) << line << "\n";
    SshSettings settings = settings_for(sshd_);
    settings.host_keys = HostKeyPolicy::kKnownHosts;
    settings.known_hosts = sshd_.file("known_hosts");
    return Client(settings).run_one(host_at(sshd_.port()), "true");
  }
  std::string entry() const {
    return "[127.0.0.1]:" + std::to_string(sshd_.port()) + " " + sshd_.host_public_key();
  }
};

TEST_F(KnownHosts, a_known_host_is_trusted) {
  EXPECT_EQ(run_with(entry()).end, End::kExited);
}

TEST_F(KnownHosts, a_hashed_entry_will_do) {
  std::ofstream(sshd_.file("plain")) << entry() << "\n";
  ASSERT_EQ(run_program({"ssh-keygen", "-q", "-H", "-f", sshd_.file("plain").string()}), 0);
  std::ifstream hashed(sshd_.file("plain"));
  std::string line;
  std::getline(hashed, line);
  ASSERT_EQ(line.substr(0, 3), "|1|");
  EXPECT_EQ(run_with(line).end, End::kExited);
}

TEST_F(KnownHosts, an_unknown_host_is_refused_with_its_fingerprint) {
  const CommandResult result = run_with("# nobody");
  EXPECT_EQ(result.end, End::kHostKeyUnknown);
  EXPECT_THAT(result.detail, HasSubstr(sshd_.host_fingerprint()));
}

TEST_F(KnownHosts, another_key_than_the_known_one_is_a_change) {
  const std::string line = entry();
  sshd_.kill();
  sshd_.new_host_key();
  sshd_.start();
  EXPECT_EQ(run_with(line).end, End::kHostKeyChanged);
}

TEST_F(KnownHosts, a_revoked_key_is_refused_whatever_else_is_said_of_it) {
  const std::string revoked = "@revoked * " + sshd_.host_public_key();
  for (const std::string& content : {revoked + "\n" + entry(), entry() + "\n" + revoked}) {
    const CommandResult result = run_with(content);
    EXPECT_EQ(result.end, End::kHostKeyChanged);
    EXPECT_THAT(result.detail, HasSubstr("revoked"));
  }
}

TEST_F(KnownHosts, the_authority_of_certificates_vouches_for_no_plain_key) {
  EXPECT_EQ(run_with("@cert-authority * " + sshd_.host_public_key()).end, End::kHostKeyUnknown);
}

class ConsoleForTest final : public Consoles {
 public:
  Result<std::string> read(const std::string& host_id, const std::stop_token&) override {
    ++reads;
    if (host_id != "i-1") return fail(ErrorKind::kNotFound, "no such instance");
    return text;
  }
  std::atomic<int> reads{0};
  std::string text;  // not to be changed while somebody may read it
};

class OnConsole : public testing::Test {
 protected:
  std::string printed() const {
    return "[   11.3] cloud-init[822]: done\r\nec2: -----BEGIN SSH HOST KEY FINGERPRINTS-----\r\n"
           "ec2: 256 " +
           sshd_.host_fingerprint() +
           " root@ip-10-0-0-1 (ED25519)\r\nec2: -----END SSH HOST KEY FINGERPRINTS-----\r\n";
  }
  SshdForTest sshd_;
  SshSettings settings() const {
    SshSettings settings = settings_for(sshd_);
    settings.host_keys = HostKeyPolicy::kConsole;
    return settings;
  }
  ConsoleForTest console_;
  Client client_{settings(), {&console_, nullptr}};
};

TEST_F(OnConsole, a_key_that_the_console_shows_is_pinned_and_the_console_not_asked_again) {
  console_.text = printed();
  EXPECT_EQ(client_.run_one(host_at(sshd_.port()), "true").end, End::kExited);
  EXPECT_EQ(client_.keys().pinned("i-1").value(), sshd_.host_fingerprint());
  sshd_.kill_sessions();
  EXPECT_EQ(client_.run_one(host_at(sshd_.port()), "true").end, End::kExited);
  EXPECT_EQ(console_.reads, 1);
}

TEST_F(OnConsole, a_console_with_nothing_on_it_yet_means_waiting_and_no_alarm) {
  const CommandResult result = client_.run_one(host_at(sshd_.port()), "true");
  EXPECT_EQ(result.end, End::kHostKeyUnknown);
  EXPECT_THAT(result.detail, HasSubstr("shows no host keys yet"));
  EXPECT_EQ(client_.keys().pinned("i-1").value(), std::nullopt);
  console_.text = printed();
  EXPECT_EQ(client_.run_one(host_at(sshd_.port()), "true").end, End::kExited);
}

TEST_F(OnConsole, another_key_than_the_console_shows_is_an_alarm) {
  console_.text = printed();
  sshd_.kill();
  sshd_.new_host_key();
  sshd_.start();
  const CommandResult result = client_.run_one(host_at(sshd_.port()), "true");
  EXPECT_EQ(result.end, End::kHostKeyChanged);
  EXPECT_THAT(result.detail, HasSubstr(sshd_.host_fingerprint()));
  EXPECT_EQ(client_.keys().pinned("i-1").value(), std::nullopt);
}

TEST_F(OnConsole, what_has_no_console_is_not_believed) {
  EXPECT_EQ(client_.run_one(host_at(sshd_.port(), "ip-10.0.0.1"), "true").end,
            End::kHostKeyUnknown);
}

TEST(SshTrust, insecure_takes_any_host_and_asks_nobody) {
  SshdForTest sshd;
  SshSettings settings = settings_for(sshd);
  settings.host_keys = HostKeyPolicy::kInsecure;
  Client client(settings);
  EXPECT_EQ(client.run_one(host_at(sshd.port()), "true").end, End::kExited);
  EXPECT_EQ(client.keys().asked(), 0);
}

TEST(SshTrust, a_key_that_the_host_does_not_know_is_refused) {
  SshdForTest sshd;
  make_key(sshd.file("stranger"));
  SshSettings settings = settings_for(sshd);
  settings.identity_file = sshd.file("stranger");
  const CommandResult result = Client(settings).run_one(host_at(sshd.port()), "true");
  EXPECT_EQ(result.end, End::kAuthenticationRefused);
  EXPECT_THAT(result.detail, HasSubstr(current_user()));
}

TEST(SshTrust, a_user_that_the_host_does_not_know_is_refused) {
  SshdForTest sshd;
  Host host = host_at(sshd.port());
  host.user = "nobody-of-this-name";
  EXPECT_EQ(Client(settings_for(sshd)).run_one(host, "true").end, End::kAuthenticationRefused);
}

TEST(SshTrust, all_kinds_of_keys_log_in) {
  SshdForTest sshd;
  for (const std::string type : {"ed25519", "ecdsa", "rsa"}) {
    make_key(sshd.file("key"), type, "open sesame");
    std::filesystem::copy_file(sshd.file("key.pub"), sshd.file("authorized_keys"),
                               std::filesystem::copy_options::overwrite_existing);
    SshSettings settings = settings_for(sshd);
    settings.identity_file = sshd.file("key");
    settings.passphrase = Secret("open sesame");
    const CommandResult result = Client(settings).run_one(host_at(sshd.port()), "echo in");
    EXPECT_EQ(result.out, "in\n") << type << ": " << result.detail;
  }
}

TEST(SshTrust, a_server_of_old_algorithms_only_is_a_protocol_error) {
  SshdForTest sshd("KexAlgorithms diffie-hellman-group14-sha1");
  const CommandResult result = Client(settings_for(sshd)).run_one(host_at(sshd.port()), "true");
  EXPECT_EQ(result.end, End::kProtocolError);
  EXPECT_FALSE(result.detail.empty());
}

}  // namespace
}  // namespace livesonic::remote
