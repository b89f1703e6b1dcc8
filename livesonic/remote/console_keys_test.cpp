// SPDX-License-Identifier: Apache-2.0
#include "livesonic/remote/console_keys.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>

#include "livesonic/remote/sshd_for_test.h"

namespace livesonic::remote {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

const std::string kOne = "SHA256:0123456789abcdefghijklmnopqrstuvwxyzABCDEFG";
const std::string kOther = "SHA256:9876543210abcdefghijklmnopqrstuvwxyzABCDEFG";

std::string block(const std::string& lines) {
  return "ec2: -----BEGIN SSH HOST KEY FINGERPRINTS-----\r\n" + lines +
         "ec2: -----END SSH HOST KEY FINGERPRINTS-----\r\n";
}

TEST(ConsoleKeys, fingerprints_are_found_as_amazon_linux_and_ubuntu_print_them) {
  EXPECT_THAT(
      console_fingerprints("[    9.1] systemd[1]: Started sshd\r\nec2: \r\nec2: ########\r\n" +
                           block("ec2: 256 " + kOne + " no comment (ECDSA)\r\nec2: 256 " + kOther +
                                 " root@ip-10-0-0-1 (ED25519)\r\n")),
      ElementsAre(kOne, kOther));
  EXPECT_THAT(console_fingerprints(
                  "<14>Mar  1 08:30:00 cloud-init: -----BEGIN SSH HOST KEY FINGERPRINTS-----\n"
                  "<14>Mar  1 08:30:00 cloud-init: 3072 " +
                  kOne +
                  " root@ip-10-0-0-1 (RSA)\n"
                  "<14>Mar  1 08:30:00 cloud-init: -----END SSH HOST KEY FINGERPRINTS-----\n"),
              ElementsAre(kOne));
}

TEST(ConsoleKeys, whole_keys_count_as_their_fingerprints) {
  TempDir dir;
  make_key(dir / "key");
  std::ifstream file(dir / "key.pub");
  const std::string key{std::istreambuf_iterator<char>(file), {}};
  EXPECT_THAT(console_fingerprints("-----BEGIN SSH HOST KEY KEYS-----\r\n" + key +
                                   "ssh-ed25519 nonsense\r\n-----END SSH HOST KEY KEYS-----\r\n"),
              ElementsAre(fingerprint_of_file(dir / "key.pub")));
}

TEST(ConsoleKeys, what_is_printed_after_the_first_block_is_not_believed) {
  EXPECT_THAT(console_fingerprints(block("ec2: 256 " + kOne + " (ED25519)\r\n") +
                                   block("ec2: 256 " + kOther + " (ED25519)\r\n")),
              ElementsAre(kOne));
}

TEST(ConsoleKeys, half_a_block_and_old_md5_fingerprints_are_none) {
  EXPECT_THAT(console_fingerprints(""), IsEmpty());
  EXPECT_THAT(console_fingerprints("-----BEGIN SSH HOST KEY FINGERPRINTS-----\n256 " + kOne),
              IsEmpty());
  EXPECT_THAT(console_fingerprints("256 " + kOne), IsEmpty());
  EXPECT_THAT(console_fingerprints(block("ec2: 2048 MD5:aa:bb:cc root@host (RSA)\r\n")), IsEmpty());
}

}  // namespace
}  // namespace livesonic::remote
