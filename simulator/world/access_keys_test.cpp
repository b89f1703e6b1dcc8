// SPDX-License-Identifier: Apache-2.0
#include "simulator/world/access_keys.h"

#include <gtest/gtest.h>

namespace livesonic::simulator {
namespace {

using std::chrono::seconds;

const Time kNow{std::chrono::hours{500'000}};
const std::string kKey = "AAAAC3NzaC1lZDI1NTE5AAAAIKj7dgKmnb7vHhJ2Jc7Yw1r3qVv5wYv4mX0l8Q9sT1aB";

TEST(AccessKeys, a_pushed_key_opens_one_host_for_one_user_for_a_minute) {
  PushedKeyStore store;
  push_key(store, {"i-1", "ec2-user", kKey, {}}, kNow);
  EXPECT_TRUE(is_pushed(store, "i-1", "ec2-user", kKey, kNow + seconds{59}));
  EXPECT_FALSE(is_pushed(store, "i-1", "ec2-user", kKey, kNow + seconds{60}));
  EXPECT_FALSE(is_pushed(store, "i-2", "ec2-user", kKey, kNow));
  EXPECT_FALSE(is_pushed(store, "i-1", "root", kKey, kNow));
  EXPECT_FALSE(is_pushed(store, "i-1", "ec2-user", kKey + "x", kNow));
}

TEST(AccessKeys, those_that_are_over_are_forgotten) {
  PushedKeyStore store;
  push_key(store, {"i-1", "ec2-user", kKey, {}}, kNow);
  push_key(store, {"i-1", "ec2-user", kKey, {}}, kNow + seconds{60});
  EXPECT_EQ(store.keys.size(), 1u);
}

TEST(AccessKeys, only_a_public_key_is_read_as_one) {
  EXPECT_EQ(read_public_key("ssh-ed25519 " + kKey + " me@here\n"), kKey);
  for (const std::string line :
       {"", "ssh-ed25519", "ssh-ed25519 short", "ssh-ed25519 not*base64"}) {
    EXPECT_EQ(read_public_key(line), "") << line;
  }
  EXPECT_EQ(read_public_key("ssh-dss " + kKey), "");
}

}  // namespace
}  // namespace livesonic::simulator
