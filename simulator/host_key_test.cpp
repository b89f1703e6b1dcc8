// SPDX-License-Identifier: Apache-2.0
#include "simulator/host_key.h"

#include <gtest/gtest.h>

#include "livesonic/base/text.h"

namespace livesonic::simulator {
namespace {

TEST(HostKey, what_others_are_told_is_of_the_key_that_the_server_shows) {
  const auto key = make_host_key(host_key_seed(7));
  const auto told = make_public_host_key(host_key_seed(7));
  ASSERT_TRUE(key && told);

  char* exported = nullptr;
  ASSERT_EQ(ssh_pki_export_pubkey_base64(key->get(), &exported), SSH_OK);
  EXPECT_EQ(told->line, "ssh-ed25519 " + std::string(exported));
  ssh_string_free_char(exported);

  unsigned char* hash = nullptr;
  std::size_t size = 0;
  ASSERT_EQ(ssh_get_publickey_hash(key->get(), SSH_PUBLICKEY_HASH_SHA256, &hash, &size), 0);
  char* print = ssh_get_fingerprint_hash(SSH_PUBLICKEY_HASH_SHA256, hash, size);
  EXPECT_EQ(told->fingerprint, print);
  ssh_string_free_char(print);
  ssh_clean_pubkey_hash(&hash);
}

TEST(HostKey, hosts_have_different_ones) {
  EXPECT_NE(make_public_host_key(host_key_seed(7))->line,
            make_public_host_key(host_key_seed(8))->line);
}

}  // namespace
}  // namespace livesonic::simulator
