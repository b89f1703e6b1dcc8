// SPDX-License-Identifier: Apache-2.0
#include "livesonic/aws/process_credentials.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

#include "livesonic/aws/shell_words.h"

namespace livesonic::aws {
namespace {

using namespace std::chrono_literals;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using Words = std::vector<std::string>;

std::string error_of(const std::string& command, const RunLimits& limits = {}) {
  const auto found = process_credentials(command, {}, limits);
  return found ? "none" : found.error().message;
}

TEST(ProcessCredentials, are_what_the_program_prints) {
  const auto found = process_credentials(
      R"(printf '{"Version": 1, "AccessKeyId": "AKIA1", "SecretAccessKey": "%s"}' "a b")", {});
  ASSERT_FALSE(found) << "a blank is in no key";
  const auto good = process_credentials(
      R"(printf '{"Version": 1, "AccessKeyId": "AKIA1", "SecretAccessKey": "%s"}' "$HOME;x")", {});
  ASSERT_TRUE(good) << good.error().message;
  EXPECT_EQ(good->secret_access_key.reveal(), "$HOME;x") << "no shell has seen it";
}

TEST(ProcessCredentials, of_a_program_that_fails_are_an_error_without_its_arguments) {
  EXPECT_THAT(error_of("sh -c 'echo no luck >&2; echo more >&2; exit 3' s3cret"),
              AllOf(HasSubstr("'sh' ended with status 3: no luck"), Not(HasSubstr("more")),
                    Not(HasSubstr("s3cret"))));
  EXPECT_THAT(error_of("/nonexistent/program s3cret"),
              AllOf(HasSubstr("cannot run '/nonexistent/program'"), Not(HasSubstr("s3cret"))));
  EXPECT_THAT(error_of("sh -c 'kill -9 $$'"), HasSubstr("status 137"));
  EXPECT_THAT(error_of("true"), HasSubstr("it is empty"));
  EXPECT_THAT(error_of("  "), HasSubstr("no command line"));
}

TEST(ProcessCredentials, of_a_program_that_never_ends_are_given_up_with_all_it_started) {
  EXPECT_THAT(error_of("sh -c 'sleep 1000 & sleep 1000'", {.time = 50ms}),
              HasSubstr("'sh' did not end within"));
  EXPECT_THAT(error_of("sh -c 'exec >&- 2>&-; sleep 1000'", {.time = 50ms}),
              HasSubstr("did not end within"));
}

TEST(ProcessCredentials, of_a_program_that_prints_without_end_are_refused) {
  EXPECT_THAT(error_of("cat /dev/zero"), HasSubstr("printed more than 65536 bytes"));
}

TEST(ProcessCredentials, are_given_up_when_a_stop_is_requested) {
  std::stop_source stop;
  const std::jthread stopper([&] {
    std::this_thread::sleep_for(20ms);
    stop.request_stop();
  });
  const auto found = process_credentials("sleep 1000", stop.get_token());
  ASSERT_FALSE(found);
  EXPECT_THAT(found.error().message, HasSubstr("stopped"));
}

TEST(ShellWords, are_split_as_python_does_it) {
  EXPECT_EQ(split_shell_words(" a  b\tc "), (Words{"a", "b", "c"}));
  EXPECT_EQ(split_shell_words(R"(a 'b "c' "d 'e" f\ g "\"h\\i\j" '')"),
            (Words{"a", "b \"c", "d 'e", "f g", R"("h\i\j)", ""}));
  EXPECT_EQ(split_shell_words("a'b'c#d $x *"), (Words{"abc#d", "$x", "*"}));
  EXPECT_EQ(split_shell_words(""), Words{});
  for (const char* line : {"'a", "a\"b", "a\\"}) EXPECT_FALSE(split_shell_words(line)) << line;
}

}  // namespace
}  // namespace livesonic::aws
