// SPDX-License-Identifier: Apache-2.0
#include "livesonic/remote/fake_remote.h"

#include <gtest/gtest.h>

#include <atomic>

namespace livesonic::remote {
namespace {

TEST(FakeRemote, answers_what_the_script_says_inline_or_from_another_thread) {
  for (const auto calling : {FakeRemote::Calling::kInline, FakeRemote::Calling::kOtherThread}) {
    std::atomic<bool> answered = false;
    {
      FakeRemote remote(
          [](const std::string& host, const std::string& line) {
            return host == "i-1" ? exited(0, line) : ended(End::kUnreachable, "no route");
          },
          calling);
      remote.run({"i-1", "", 22, ""}, {{"a"}, {"b"}}, [&](std::vector<CommandResult> results) {
        answered = results.size() == 2 && results[1].out == "b";
      });
      remote.forget("i-2");
      EXPECT_EQ(remote.calls().at(0).host.id, "i-1");
      EXPECT_EQ(remote.forgotten(), std::vector<std::string>{"i-2"});
    }
    EXPECT_TRUE(answered);
  }
}

}  // namespace
}  // namespace livesonic::remote
