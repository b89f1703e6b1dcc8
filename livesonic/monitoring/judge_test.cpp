// SPDX-License-Identifier: Apache-2.0
#include "livesonic/monitoring/judge.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "livesonic/monitoring/plan.h"
#include "livesonic/remote/fake_remote.h"

namespace livesonic::monitoring {
namespace {

using namespace std::chrono_literals;
using remote::CommandResult;
using remote::End;
using remote::ended;
using remote::exited;
using testing::HasSubstr;

const Time kNow = Time{1'770'000'000s};

Instance instance() {
  Instance one;
  one.cluster = "web";
  one.id = "i-1";
  return one;
}

CheckReading check(const Expectation& expect, const CommandResult& result) {
  Service service;
  service.name = "nginx";
  service.expect = expect;
  return judge_check(instance(), service, result, kNow);
}

Outcome outcome(const Expectation& expect, const CommandResult& result) {
  return check(expect, result).outcome;
}

TEST(Score, is_a_number_from_1_to_100_alone_on_its_line) {
  EXPECT_EQ(parse_score("1\n"), 1);
  EXPECT_EQ(parse_score(" 100 \r\n"), 100);
  for (const std::string& text :
       {std::string(""), std::string("0"), std::string("101"), std::string("50.5"),
        std::string("50\n51"), std::string("+5"), std::string("-5"), std::string("5x"),
        std::string("5\0", 2), std::string("99999999999999999999")}) {
    EXPECT_FALSE(parse_score(text)) << text;
  }
}

TEST(Score, is_kept_with_when_and_how_long) {
  CommandResult result = exited(0, "73\n");
  result.took = 12ms;
  const ScoreReading reading = judge_score(instance(), result, kNow);
  EXPECT_EQ(reading.score, 73);
  EXPECT_EQ(reading.outcome, Outcome::kOk);
  EXPECT_EQ(reading.took, 12ms);
  EXPECT_EQ(reading.at, kNow);
  EXPECT_EQ(reading.detail, "");
}

TEST(Score, is_missing_with_a_reason_when_serverscore_is_missing_or_broken) {
  EXPECT_EQ(judge_score(instance(), exited(127, "", "sh: serverscore: not found"), kNow).outcome,
            Outcome::kCommandNotFound);
  for (const CommandResult& result :
       {exited(0, "Welcome!\n73\n"), exited(0, std::string("\xff\x00\x01", 3)),
        exited(1, "73\n")}) {
    const ScoreReading reading = judge_score(instance(), result, kNow);
    EXPECT_EQ(reading.outcome, Outcome::kInvalidOutput);
    EXPECT_FALSE(reading.score);
    EXPECT_NE(reading.detail, "");
  }
}

TEST(Transport, failures_are_told_apart_and_are_never_failed_checks) {
  const std::vector<std::pair<End, Outcome>> cases{
      {End::kNoAddress, Outcome::kUnreachable},
      {End::kConnectionRefused, Outcome::kUnreachable},
      {End::kConnectTimedOut, Outcome::kUnreachable},
      {End::kLoginTimedOut, Outcome::kUnreachable},
      {End::kAuthenticationRefused, Outcome::kAuthRefused},
      {End::kHostKeyChanged, Outcome::kHostKeyChanged},
      {End::kTimedOut, Outcome::kTimedOut},
      {End::kConnectionLost, Outcome::kConnectionLost},
      {End::kChannelRefused, Outcome::kNotRun},
  };
  for (const auto& [end, expected] : cases) {
    EXPECT_EQ(judge_score(instance(), ended(end), kNow).outcome, expected);
    // Even where an empty output would satisfy the expectation.
    EXPECT_EQ(outcome({.exact = ""}, ended(end)), expected);
    EXPECT_NE(check({}, ended(end, "why")).detail, "");
  }
}

TEST(Check, compares_trimmed_output_exactly) {
  EXPECT_EQ(outcome({.exact = "active"}, exited(0, "active\n")), Outcome::kOk);
  const CheckReading failed = check({.exact = "active"}, exited(3, "inactive\n"));
  EXPECT_EQ(failed.outcome, Outcome::kCheckFailed);
  EXPECT_EQ(failed.detail, "expected 'active', got 'inactive'");
  EXPECT_EQ(failed.exit_status, 3);
  EXPECT_EQ(failed.out, "inactive\n");
}

TEST(Check, finds_texts_and_patterns_within_the_output) {
  EXPECT_EQ(outcome({.contains = "load"}, exited(0, "OK - load average")), Outcome::kOk);
  EXPECT_EQ(outcome({.contains = "Load"}, exited(0, "OK - load average")), Outcome::kCheckFailed);
  EXPECT_EQ(outcome({.regex = "^OK - \\w+"}, exited(0, "OK - load average")), Outcome::kOk);
  EXPECT_EQ(outcome({.regex = "^load"}, exited(0, "OK - load average")), Outcome::kCheckFailed);
  EXPECT_THAT(check({.regex = "("}, exited(0, "x")).detail, HasSubstr("not valid"));
}

TEST(Check, without_an_expectation_wants_exit_status_0) {
  EXPECT_EQ(outcome({}, exited(0, "anything")), Outcome::kOk);
  EXPECT_EQ(outcome({}, exited(2, "CRITICAL")), Outcome::kCheckFailed);
  EXPECT_EQ(outcome({.exit_status = 2}, exited(2, "")), Outcome::kOk);
  EXPECT_EQ(outcome({.exit_status = 127}, exited(127, "")), Outcome::kOk);
}

TEST(Check, with_several_expectations_wants_all_of_them) {
  const Expectation both{.contains = "OK", .exit_status = 0};
  EXPECT_EQ(outcome(both, exited(0, "OK")), Outcome::kOk);
  EXPECT_EQ(outcome(both, exited(1, "OK")), Outcome::kCheckFailed);
}

TEST(Check, whose_command_is_missing_says_so) {
  const CheckReading reading =
      check({.exact = "active"}, exited(127, "", "bash: line 1: check_x: command not found\n"));
  EXPECT_EQ(reading.outcome, Outcome::kCommandNotFound);
  EXPECT_THAT(reading.detail, HasSubstr("check_x"));
}

TEST(Check, that_is_killed_has_failed) {
  EXPECT_EQ(outcome({.exact = ""}, ended(End::kKilled, "SIGKILL")), Outcome::kCheckFailed);
}

TEST(Check, may_expect_the_status_by_which_a_shell_tells_of_a_signal) {
  auto killed = exited(143, "");
  killed.end = End::kKilled;
  killed.detail = "killed by SIGTERM";
  EXPECT_EQ(check({.exit_status = 143}, killed).outcome, Outcome::kOk);
  EXPECT_EQ(check({.exit_status = 0}, killed).outcome, Outcome::kCheckFailed);
}

TEST(Check, says_when_it_failed_on_output_that_was_cut) {
  auto cut = exited(0, "aaa");
  cut.truncated = true;
  EXPECT_THAT(check({.contains = "b"}, cut).detail, testing::HasSubstr("cut"));
  EXPECT_EQ(check({.contains = "a"}, cut).outcome, Outcome::kOk);
}

TEST(Check, keeps_a_bounded_and_valid_part_of_what_the_host_sent) {
  const CheckReading reading =
      check({.exact = "x"}, exited(0, std::string(100'000, '\xff'), std::string(1000, '\0')));
  EXPECT_LE(reading.out.size(), 3 * 4200u);
  EXPECT_LE(reading.detail.size(), 1000u);
  EXPECT_EQ(reading.detail.find('\xff'), std::string::npos);
}

TEST(Plan, reaches_the_host_where_it_was_told_to_and_asks_for_each_service) {
  HostAccess access;
  access.user = "check";
  Instance one = instance();
  EXPECT_FALSE(host_of(one, {}, access));
  one.public_dns = "ec2-1.example";
  one.private_ip = "10.0.0.1";
  EXPECT_EQ(host_of(one, {}, access)->address, "ec2-1.example");
  access.address = AddressKind::kPrivateIp;
  EXPECT_EQ(host_of(one, {}, access)->address, "10.0.0.1");
  EXPECT_EQ(host_of(one, {}, access)->id, "i-1");
  EXPECT_EQ(host_of(one, {}, access)->user, "check");

  Service service;
  service.command = "uptime";
  const auto commands = commands_for({service});
  ASSERT_EQ(commands.size(), 1u);
  EXPECT_EQ(commands[0].line, "uptime");
}

TEST(Plan, a_cluster_may_say_itself_how_its_hosts_are_reached) {
  HostAccess access;
  access.user = "check";
  access.port = 22;
  Instance one = instance();
  one.public_dns = "ec2-1.example";
  const auto host = host_of(one, {Reach::kSsh, "ops", 2222, "bastion"}, access);
  EXPECT_EQ(*host, (remote::Host{"i-1", "ec2-1.example", 2222, "ops", "bastion"}));
  one.public_dns.clear();  // no address is needed
  EXPECT_EQ(host_of(one, {Reach::kSsm}, access)->way, remote::Way::kSsm);
  EXPECT_EQ(host_of(one, {Reach::kLocal}, access)->way, remote::Way::kLocal);
  EXPECT_FALSE(host_of(one, {Reach::kSsh}, access));
}

}  // namespace
}  // namespace livesonic::monitoring
