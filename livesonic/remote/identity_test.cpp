// SPDX-License-Identifier: Apache-2.0
#include "livesonic/remote/identity.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "livesonic/remote/sshd_for_test.h"

namespace livesonic::remote {
namespace {

using testing::AllOf;
using testing::HasSubstr;

class Identity : public testing::Test {
 protected:
  TempDir dir_;
  std::filesystem::path file_ = dir_ / "key";

  std::string error(const std::string& passphrase = "") const {
    const auto key = load_identity(file_, Secret(passphrase));
    return key ? "no error" : key.error().message;
  }
  void write(const std::string& content) const {
    std::ofstream(file_) << content;
    std::filesystem::permissions(file_, std::filesystem::perms{0600});
  }
};

TEST_F(Identity, a_key_without_a_passphrase_is_loaded) {
  make_key(file_);
  EXPECT_EQ(error(), "no error");
  EXPECT_EQ(error("not needed"), "no error");
}

TEST_F(Identity, a_passphrase_must_be_there_and_right) {
  make_key(file_, "ed25519", "right");
  EXPECT_EQ(error("right"), "no error");
  EXPECT_THAT(error(), AllOf(HasSubstr(file_.string()), HasSubstr("needs a passphrase")));
  EXPECT_THAT(error("wrong"), AllOf(HasSubstr(file_.string()), HasSubstr("is wrong")));
}

TEST_F(Identity, an_old_style_pem_key_asks_for_its_passphrase_and_not_on_the_terminal) {
  ASSERT_EQ(run_program({"ssh-keygen", "-q", "-t", "rsa", "-m", "PEM", "-N", "right", "-f",
                         file_.string()}),
            0);
  EXPECT_THAT(error(), HasSubstr("needs a passphrase"));
  EXPECT_THAT(error("wrong"), HasSubstr("is wrong"));
  EXPECT_EQ(error("right"), "no error");
}

TEST_F(Identity, a_missing_file_is_named_with_the_remedy) {
  EXPECT_THAT(error(), AllOf(HasSubstr(file_.string()), HasSubstr("ssh-keygen -t ed25519")));
  EXPECT_FALSE(load_identity("", Secret()).has_value());
}

TEST_F(Identity, a_key_that_others_can_read_is_not_used) {
  make_key(file_);
  std::filesystem::permissions(file_, std::filesystem::perms{0640});
  EXPECT_THAT(error(), AllOf(HasSubstr("0640"), HasSubstr("chmod 600 " + file_.string())));
}

TEST_F(Identity, a_public_key_is_told_from_garbage) {
  write("ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIA test\n");
  EXPECT_THAT(error(), HasSubstr("is a public key"));
  write("hello\n");
  EXPECT_THAT(error(), HasSubstr("is no private key"));
  write("-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n-----END OPENSSH PRIVATE KEY-----\n");
  EXPECT_THAT(error(), HasSubstr("is no private key"));
  write("");
  EXPECT_THAT(error(), HasSubstr("is no private key"));
}

TEST_F(Identity, a_directory_is_no_key) {
  std::filesystem::create_directory(file_);
  EXPECT_THAT(error(), HasSubstr("not a regular file"));
}

}  // namespace
}  // namespace livesonic::remote
