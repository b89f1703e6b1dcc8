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

CheckReading check(const Service& service, const CommandResult& result) {
  return judge_check(instance(), service, result, kNow);
}

TEST(Plugin, tells_its_verdict_by_its_exit_status_and_why_in_its_first_line) {
  const std::vector<std::pair<int, CheckStatus>> cases{{0, CheckStatus::kOk},
                                                       {1, CheckStatus::kWarning},
                                                       {2, CheckStatus::kCritical},
                                                       {3, CheckStatus::kUnknown},
                                                       {4, CheckStatus::kCritical}};
  for (const auto& [status, expected] : cases) {
    const CheckReading reading =
        check(Expectation{}, exited(status, "LOAD - high | load1=5.5;5;10;0;\nmore\n"));
    EXPECT_EQ(reading.status, expected) << status;
    EXPECT_EQ(reading.outcome, status == 0 ? Outcome::kOk : Outcome::kCheckFailed);
    EXPECT_EQ(reading.detail, status == 0   ? ""
                              : status <= 3 ? "LOAD - high"
                                            : "expected exit status 0, got 4");
    EXPECT_EQ(reading.metrics, (std::vector<Metric>{{"load1", 5.5, "", "5", "10", 0}}));
  }
}

TEST(Plugin, may_be_said_not_to_be_one_and_may_have_more_to_return) {
  Service service;
  service.plugin = false;
  const CheckReading plain = check(service, exited(1, "x | a=1"));
  EXPECT_EQ(plain.status, CheckStatus::kCritical);
  EXPECT_TRUE(plain.metrics.empty());
  service.plugin = true;
  service.expect.contains = "OK";
  EXPECT_EQ(check(service, exited(1, "OK")).status, CheckStatus::kWarning);
  const CheckReading both = check(service, exited(1, "hm"));
  EXPECT_EQ(both.status, CheckStatus::kCritical);
  EXPECT_EQ(both.detail, "hm; expected 'OK' within the output, got 'hm'");
}

TEST(Check, must_not_be_what_is_forbidden) {
  const auto status = [](const Expectation& forbid, const CommandResult& result) {
    Service service;
    service.forbid = forbid;
    return check(service, result);
  };
  EXPECT_EQ(status({.exact = "down"}, exited(0, "up")).outcome, Outcome::kOk);
  EXPECT_EQ(status({.exact = "down"}, exited(0, "down\n")).detail,
            "expected anything but 'down', got 'down'");
  EXPECT_EQ(status({.contains = "ERROR"}, exited(0, "all ERROR")).detail,
            "expected no 'ERROR' within the output, got 'all ERROR'");
  EXPECT_EQ(status({.regex = "^E"}, exited(0, "E1")).detail, "expected no match of /^E/, got 'E1'");
  EXPECT_EQ(status({.exit_status = 3}, exited(3, "")).detail,
            "expected exit status other than 3, got 3");
  EXPECT_EQ(status({.exit_status = 3}, exited(4, "")).outcome, Outcome::kOk);
  EXPECT_EQ(status({.json = JsonExpectation{"/a", "1"}}, exited(0, "{}")).outcome, Outcome::kOk);
  EXPECT_NE(status({.json = JsonExpectation{"/a", "1"}}, exited(0, "{\"a\":1}")).detail, "");
  EXPECT_THAT(status({.json = JsonExpectation{"/a", "1"}}, exited(0, "oops")).detail,
              HasSubstr("no JSON"));
}

TEST(Check, looks_into_json) {
  const std::string out = R"({"status":"ok","n":1.0,"list":[{"a/b":true}],"none":null})";
  const auto verdict = [&](JsonExpectation json) {
    return check({.json = std::move(json)}, exited(0, out)).detail;
  };
  EXPECT_EQ(verdict({"/status", "ok"}), "");
  EXPECT_EQ(verdict({"/n", "1"}), "");
  EXPECT_EQ(verdict({"/list/0/a~1b", "true"}), "");
  EXPECT_EQ(verdict({"/none", "null"}), "");
  EXPECT_EQ(verdict({"/n", std::nullopt, "1:2"}), "");
  EXPECT_EQ(verdict({"/list"}), "");
  EXPECT_EQ(verdict({"/status", "down"}), "expected /status to be 'down', got 'ok'");
  EXPECT_EQ(verdict({"/n", std::nullopt, "2:3"}), "expected /n within 2:3, got '1.0'");
  EXPECT_EQ(verdict({"/list/1", "x"}), "expected /list/1 to be 'x', but it is not there");
  EXPECT_EQ(verdict({"/list/00"}), "expected /list/00 to be there, but it is not there");
  EXPECT_THAT(verdict({"/status", std::nullopt, "0:1"}), HasSubstr("within 0:1, got 'ok'"));
  // As deep as a host likes.
  EXPECT_EQ(check({.json = JsonExpectation{""}}, exited(0, std::string(60'000, '['))).outcome,
            Outcome::kCheckFailed);
  EXPECT_EQ(check({.json = JsonExpectation{"", "a list"}},
                  exited(0, std::string(30'000, '[') + std::string(30'000, ']')))
                .outcome,
            Outcome::kOk);
}

TEST(Thresholds, are_compared_with_the_number_that_a_command_prints) {
  Service service;
  service.thresholds = {"", "10", "20"};
  EXPECT_EQ(check(service, exited(1, " 9.5\n")).status, CheckStatus::kOk);
  const CheckReading warning = check(service, exited(0, "12 ms\n"));
  EXPECT_EQ(warning.status, CheckStatus::kWarning);
  EXPECT_EQ(warning.outcome, Outcome::kCheckFailed);
  EXPECT_EQ(warning.detail, "warning: value is 12ms, outside of 10");
  EXPECT_EQ(warning.metrics, (std::vector<Metric>{{"value", 12, "ms", "10", "20"}}));
  EXPECT_EQ(check(service, exited(0, "21")).status, CheckStatus::kCritical);
  const CheckReading none = check(service, exited(1, "1,5", "no such file"));
  EXPECT_EQ(none.status, CheckStatus::kUnknown);
  EXPECT_EQ(none.outcome, Outcome::kCheckFailed);
  EXPECT_EQ(none.detail, "expected a number, got '1,5' (no such file)");
  EXPECT_EQ(check(service, exited(127, "", "sh: x: not found")).outcome, Outcome::kCommandNotFound);
}

TEST(Thresholds, are_compared_with_one_of_a_plugins_metrics) {
  Service service;
  service.thresholds = {"load5", "", "@5:10"};
  const CommandResult result = exited(2, "LOAD CRITICAL | load1=50;;;; load5=7;1;2;0");
  const CheckReading reading = check(service, result);
  EXPECT_EQ(reading.detail, "critical: load5 is 7, within 5:10");
  EXPECT_EQ(reading.metrics.at(1).critical, "@5:10");
  service.thresholds.critical = "@5:6";
  EXPECT_EQ(check(service, result).status, CheckStatus::kOk);  // its exit status was not asked for
  service.plugin = true;
  EXPECT_EQ(check(service, result).status, CheckStatus::kCritical);
  service.thresholds.metric = "load15";
  service.plugin = std::nullopt;
  EXPECT_EQ(check(service, result).detail, "it gave no metric 'load15'");
}

TEST(Status, of_what_could_not_be_found_out_is_unknown_and_of_what_did_not_end_critical) {
  EXPECT_EQ(check(Expectation{}, ended(End::kUnreachable)).status, CheckStatus::kUnknown);
  EXPECT_EQ(check(Expectation{}, ended(End::kTimedOut)).status, CheckStatus::kCritical);
  EXPECT_EQ(check(Expectation{}, exited(127, "")).status, CheckStatus::kCritical);
  EXPECT_EQ(worse(CheckStatus::kUnknown, CheckStatus::kWarning), CheckStatus::kWarning);
  EXPECT_EQ(worse(CheckStatus::kUnknown, CheckStatus::kOk), CheckStatus::kUnknown);
}

TEST(Plan, runs_a_service_again_when_its_interval_has_passed_or_nothing_is_known_of_it) {
  Service each;
  each.name = "each";
  Service hourly;
  hourly.name = "hourly";
  hourly.interval = 1h;
  CheckReading last;
  last.service = "hourly";
  last.outcome = Outcome::kCheckFailed;
  using testing::ElementsAre;
  const auto due = [&](Duration ago) {
    last.at = kNow - ago;
    return due_services({each, hourly}, {last}, kNow);
  };
  EXPECT_THAT(due_services({each, hourly}, {}, kNow), ElementsAre(0, 1));
  EXPECT_THAT(due(10min), ElementsAre(0));
  EXPECT_THAT(due(59min), ElementsAre(0));
  EXPECT_THAT(due(1h - 20s), ElementsAre(0, 1));
  EXPECT_THAT(due(-1min), ElementsAre(0, 1));  // the clock was set back
  last.outcome = Outcome::kUnreachable;
  EXPECT_THAT(due(10min), ElementsAre(0, 1));
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
