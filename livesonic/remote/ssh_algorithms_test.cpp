// SPDX-License-Identifier: Apache-2.0
// What is negotiated with Debian's OpenSSH server, and that a session outlives its keys.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <fstream>
#include <iterator>
#include <mutex>

#include "livesonic/base/text.h"
#include "livesonic/remote/client_for_test.h"
#include "livesonic/remote/session.h"

namespace livesonic::remote {
namespace {

using testing::HasSubstr;
using testing::Not;

std::string log_of(const SshdForTest& sshd) {
  std::ifstream log(sshd.file("log"));
  return {std::istreambuf_iterator<char>(log), {}};
}

TEST(SshAlgorithms, each_modern_one_is_taken_alone) {
  for (const char* line :
       {"KexAlgorithms curve25519-sha256", "KexAlgorithms ecdh-sha2-nistp256",
        "KexAlgorithms diffie-hellman-group16-sha512", "Ciphers chacha20-poly1305@openssh.com",
        "Ciphers aes256-gcm@openssh.com", "Ciphers aes128-ctr\nMACs hmac-sha2-256-etm@openssh.com",
        "Ciphers aes256-ctr\nMACs hmac-sha2-512"}) {
    SshdForTest sshd(line);
    const CommandResult result =
        Client(settings_for(sshd)).run_one(host_at(sshd.port()), "echo in");
    EXPECT_EQ(result.out, "in\n") << line << ": " << result.detail;
  }
}

TEST(SshAlgorithms, none_of_yesterday_is_taken) {
  for (const char* line :
       {"KexAlgorithms diffie-hellman-group14-sha1", "KexAlgorithms diffie-hellman-group1-sha1",
        "KexAlgorithms diffie-hellman-group-exchange-sha256", "Ciphers aes128-cbc",
        "Ciphers aes128-ctr\nMACs hmac-sha1", "Ciphers aes128-ctr\nMACs umac-64@openssh.com"}) {
    SshdForTest sshd(line);
    EXPECT_EQ(Client(settings_for(sshd)).run_one(host_at(sshd.port()), "true").end,
              End::kProtocolError)
        << line;
  }
}

// The first packet of a client, as it is: all that it would agree to.
TEST(SshAlgorithms, nothing_weak_is_even_offered) {
  std::mutex mutex;
  std::string said;
  BadServer server([&](int socket) {
    send_all(socket, "SSH-2.0-OpenSSH_9.2\r\n");
    std::string bytes;
    std::array<char, 4096> chunk{};
    while (bytes.find("hmac-sha2-512") == std::string::npos) {
      const ssize_t got = recv(socket, chunk.data(), chunk.size(), 0);
      if (got <= 0) break;
      bytes.append(chunk.data(), static_cast<std::size_t>(got));
    }
    const std::lock_guard lock(mutex);
    said += bytes;
  });
  TempDir dir;
  make_key(dir / "key");
  SshSettings settings;
  settings.identity_file = dir / "key";
  settings.connect_timeout = std::chrono::seconds{20};
  EXPECT_EQ(Client(settings).run_one(host_at(server.port()), "true").end, End::kProtocolError);
  const std::lock_guard lock(mutex);
  EXPECT_THAT(said, HasSubstr("curve25519-sha256"));
  EXPECT_THAT(said, HasSubstr("rsa-sha2-512"));
  for (const char* weak : {"sha1", "-cbc", "3des", "arcfour", "umac", "md5", "ssh-dss", "ssh-rsa",
                           "group-exchange", "group1-"}) {
    EXPECT_THAT(said, Not(HasSubstr(weak)));
  }
}

// Why there is no `host_keys: ca`. When this fails, there can be.
TEST(SshAlgorithms, libssh_offers_no_host_certificates_even_when_told_to) {
  std::array<int, 2> ends{-1, -1};
  ASSERT_EQ(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, ends.data()), 0);
  ASSERT_TRUE(send_all(ends[1], "SSH-2.0-OpenSSH_9.2\r\n"));
  auto session = Session::adopt(ends[0], "check", "ssh-ed25519-cert-v01@openssh.com,ssh-ed25519");
  ASSERT_TRUE(session);
  std::string said;
  std::array<char, 4096> chunk{};
  for (int i = 0; i < 1000 && said.find("hmac-sha2-512") == std::string::npos; ++i) {
    ASSERT_EQ((*session)->exchange_keys(), Session::Step::kAgain);
    const ssize_t got = recv(ends[1], chunk.data(), chunk.size(), 0);
    if (got > 0) said.append(chunk.data(), static_cast<std::size_t>(got));
  }
  EXPECT_THAT(said, HasSubstr("ssh-ed25519"));
  EXPECT_THAT(said, Not(HasSubstr("cert-v01")));
  session->reset();
  close(ends[1]);
}

class Rekeying : public testing::Test {
 protected:
  static void talk_much(const SshdForTest& sshd, const SshSettings& settings) {
    Client client(settings);
    for (int i = 0; i < 5; ++i) {
      Command much{"head -c 3000000 /dev/zero | tr '\\0' x; echo end >&2", Client::kLong};
      much.output_limit = 3'000'000;
      const Results results =
          client.run(host_at(sshd.port()), {much, {"echo small", Client::kLong}});
      ASSERT_EQ(results[0].out, std::string(3'000'000, 'x')) << results[0].detail;
      ASSERT_EQ(results[0].err, "end\n");
      ASSERT_EQ(results[1].out, "small\n");
    }
    const std::string log = log_of(sshd);
    EXPECT_EQ(log.find("Accepted publickey"), log.rfind("Accepted publickey"))
        << "more than one session";
  }
};

TEST_F(Rekeying, a_server_that_wants_new_keys_all_the_time_gets_them) {
  SshdForTest sshd("RekeyLimit 256K");
  talk_much(sshd, settings_for(sshd));
}

TEST_F(Rekeying, a_server_that_wants_new_keys_every_second_gets_them) {
  SshdForTest sshd("RekeyLimit 1G 1s");
  Client client(settings_for(sshd));
  const CommandResult result =
      client.run_one(host_at(sshd.port()), "for i in 1 2 3 4 5 6; do echo $i; sleep .5; done");
  EXPECT_EQ(result.out, "1\n2\n3\n4\n5\n6\n") << result.detail;
}

TEST_F(Rekeying, we_ask_for_new_keys_ourselves) {
  SshdForTest sshd;
  SshSettings settings = settings_for(sshd);
  settings.rekey_after = std::uint64_t{256} << 10;
  talk_much(sshd, settings);
}

TEST(SshBanner, what_a_host_says_before_the_login_disturbs_no_result) {
  TempDir dir;
  std::ofstream(dir / "banner") << std::string(2000, '*') << "\nAuthorized use only\n";
  SshdForTest sshd("Banner " + (dir / "banner").string() + "\nPrintMotd yes\nPrintLastLog yes");
  const CommandResult result = Client(settings_for(sshd)).run_one(host_at(sshd.port()), "echo in");
  EXPECT_EQ(result.out, "in\n");
  EXPECT_EQ(result.err, "");
}

}  // namespace
}  // namespace livesonic::remote
