// SPDX-License-Identifier: Apache-2.0
// Against Debian's ssh-agent.
#include "livesonic/remote/agent.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "livesonic/remote/identity.h"
#include "livesonic/remote/sshd_for_test.h"

namespace livesonic::remote {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

TEST(Agent, tells_the_keys_that_it_has) {
  AgentForTest agent;
  const auto none = ask_agent(agent.socket(), identities_request(), 20s);
  ASSERT_TRUE(none) << none.error().message;
  EXPECT_THAT(parse_identities(*none).value(), IsEmpty());
  TempDir dir;
  make_key(dir / "key");
  agent.add(dir / "key");
  const auto one = ask_agent(agent.socket(), identities_request(), 20s);
  ASSERT_TRUE(one) << one.error().message;
  const auto keys = parse_identities(*one);
  ASSERT_TRUE(keys) << keys.error().message;
  ASSERT_THAT(*keys, SizeIs(1));
  EXPECT_EQ(keys->front().blob, load_public_blob(dir / "key.pub").value());
  EXPECT_EQ(identities_answer(*keys), *one);
}

TEST(Agent, one_that_does_not_answer_is_given_up) {
  AgentForTest agent;
  agent.stop();
  const auto answer = ask_agent(agent.socket(), identities_request(), 50ms);
  ASSERT_FALSE(answer);
  EXPECT_THAT(answer.error().message, HasSubstr(agent.socket().string()));
  EXPECT_THAT(answer.error().message, HasSubstr("does not answer"));
}

TEST(Agent, one_that_is_not_there_is_an_error_with_the_remedy) {
  TempDir dir;
  EXPECT_THAT(ask_agent(dir / "none", identities_request(), 1s).error().message,
              HasSubstr("is it running?"));
  EXPECT_THAT(ask_agent("", identities_request(), 1s).error().message, HasSubstr("SSH_AUTH_SOCK"));
}

TEST(Agent, lists_that_make_no_sense_are_refused) {
  for (const std::string& answer :
       {std::string(), std::string("\x05"), std::string("\x0c\0\0\0\1", 5),
        std::string("\x0c\xff\xff\xff\xff", 5), std::string("\x0c\0\0\0\0x", 6)}) {
    EXPECT_FALSE(parse_identities(answer));
  }
}

}  // namespace
}  // namespace livesonic::remote
