// SPDX-License-Identifier: Apache-2.0
#include "livesonic/remote/known_hosts.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "livesonic/remote/sshd_for_test.h"

namespace livesonic::remote {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::StartsWith;

class KnownHostsFile : public testing::Test {
 protected:
  KnownHostsFile() {
    make_key(dir_ / "key");
    std::ifstream file(dir_ / "key.pub");
    std::string type;
    std::string base64;
    file >> type >> base64;
    key_ = type + " " + base64;
    known_ = {"ssh-ed25519", fingerprint_of_file(dir_ / "key.pub")};
  }
  TempDir dir_;
  std::string key_;
  KnownKey known_;
};

TEST_F(KnownHostsFile, hosts_are_found_by_name_alias_and_pattern_in_any_case) {
  const std::string content =
      "# comment\n\n" + ("web,10.0.0.1 " + key_) + "\n*.example " + key_ + "\r\n";
  EXPECT_THAT(parse_known_hosts(content, "web", 22), ElementsAre(known_));
  EXPECT_THAT(parse_known_hosts(content, "10.0.0.1", 22), ElementsAre(known_));
  EXPECT_THAT(parse_known_hosts(content, "Db.Example", 22), ElementsAre(known_));
  EXPECT_THAT(parse_known_hosts(content, "other", 22), IsEmpty());
}

TEST_F(KnownHostsFile, another_port_is_another_host) {
  const std::string content = "[web]:2222 " + key_;
  EXPECT_THAT(parse_known_hosts(content, "web", 2222), ElementsAre(known_));
  EXPECT_THAT(parse_known_hosts(content, "web", 22), IsEmpty());
  EXPECT_THAT(parse_known_hosts("web " + key_, "web", 2222), IsEmpty());
}

TEST_F(KnownHostsFile, lines_that_cannot_be_read_are_skipped) {
  const std::string content = "web ssh-ed25519 !!!\nweb\nweb no-such-type AAAA\n@revoked web " +
                              key_ + "\n" + std::string(100'000, 'x') + "\nweb " + key_;
  KnownKey revoked = known_;
  revoked.revoked = true;
  EXPECT_THAT(parse_known_hosts(content, "web", 22), ElementsAre(revoked, known_));
}

TEST_F(KnownHostsFile, a_missing_file_knows_nobody) {
  EXPECT_THAT(read_known_hosts(dir_ / "none", "web", 22).value(), IsEmpty());
}

TEST(HostKeyAlgorithms, those_that_can_be_checked_come_first) {
  EXPECT_THAT(host_key_algorithms({}), StartsWith("ssh-ed25519,ecdsa-sha2-nistp256,"));
  EXPECT_THAT(host_key_algorithms({{"ssh-rsa", "SHA256:x"}}),
              StartsWith("rsa-sha2-512,rsa-sha2-256,ssh-ed25519,"));
}

}  // namespace
}  // namespace livesonic::remote
