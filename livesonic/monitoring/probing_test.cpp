// SPDX-License-Identifier: Apache-2.0
#include "livesonic/monitoring/probing.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <condition_variable>
#include <map>
#include <mutex>

namespace livesonic::monitoring {
namespace {

using namespace std::chrono_literals;
using probes::Answer;
using testing::HasSubstr;

const Time kNow = Time{1'770'000'000s};

Probe probe_of(ProbeKind kind, const std::string& target = "") {
  Probe probe;
  probe.name = "front";
  probe.kind = kind;
  probe.target = target;
  probe.clusters = {"web"};
  return probe;
}

Answer answered(int status, const std::string& body = "") {
  Answer answer;
  answer.end = Answer::End::kAnswered;
  answer.status = status;
  answer.body = body;
  answer.took = 250ms;
  return answer;
}

CheckReading judged(const Probe& probe, const Answer& answer) {
  return judge_probe("web", probe, answer, kNow);
}

TEST(ProbeJudgement, of_a_page_that_comes_is_good_and_has_how_long_it_took) {
  const CheckReading reading = judged(probe_of(ProbeKind::kHttp), answered(204, "fine"));
  EXPECT_EQ(reading.outcome, Outcome::kOk);
  EXPECT_EQ(reading.status, CheckStatus::kOk);
  EXPECT_EQ(reading.cluster, "web");
  EXPECT_EQ(reading.instance, "");
  EXPECT_EQ(reading.service, "front");
  EXPECT_EQ(reading.exit_status, 204);
  EXPECT_EQ(reading.out, "fine");
  ASSERT_EQ(reading.metrics.size(), 1U);
  EXPECT_EQ(reading.metrics[0], (Metric{"time", 0.25, "s", "", "", 0}));
}

TEST(ProbeJudgement, of_a_page_goes_by_status_body_and_time) {
  Probe probe = probe_of(ProbeKind::kHttp);
  EXPECT_EQ(judged(probe, answered(503)).detail, "it answered with HTTP status 503");
  EXPECT_EQ(judged(probe, answered(301)).outcome, Outcome::kOk);
  probe.expect.exit_status = 503;
  EXPECT_EQ(judged(probe, answered(503)).outcome, Outcome::kOk);
  EXPECT_EQ(judged(probe, answered(200)).detail, "expected HTTP status 503, got 200");
  probe.expect = {.contains = "ok"};
  EXPECT_EQ(judged(probe, answered(500, "ok")).status, CheckStatus::kCritical);
  EXPECT_THAT(judged(probe, answered(200, "no")).detail, HasSubstr("within the output"));
  probe.expect = {};
  probe.thresholds.warning = "0.2";
  probe.thresholds.critical = "1";
  const CheckReading slow = judged(probe, answered(200));
  EXPECT_EQ(slow.status, CheckStatus::kWarning);
  EXPECT_EQ(slow.outcome, Outcome::kCheckFailed);
  EXPECT_EQ(slow.detail, "warning: time is 0.25s, outside of 0.2");
}

TEST(ProbeJudgement, of_what_does_not_answer_is_a_failed_check) {
  Answer answer;
  answer.detail = "connection refused";
  answer.end = Answer::End::kFailed;
  const Probe probe = probe_of(ProbeKind::kTcp, "db:5432");
  EXPECT_EQ(judged(probe, answer).outcome, Outcome::kCheckFailed);
  EXPECT_EQ(judged(probe, answer).status, CheckStatus::kCritical);
  EXPECT_EQ(judged(probe, answer).detail, "connection refused");
  answer.end = Answer::End::kTimedOut;
  EXPECT_EQ(judged(probe, answer).outcome, Outcome::kTimedOut);
  EXPECT_EQ(judged(probe, answer).status, CheckStatus::kCritical);
  answer.end = Answer::End::kNotTried;
  EXPECT_EQ(judged(probe, answer).outcome, Outcome::kNotRun);
  EXPECT_EQ(judged(probe, answer).status, CheckStatus::kUnknown);
  EXPECT_TRUE(judged(probe, answer).metrics.empty());
}

TEST(ProbeJudgement, of_a_certificate_goes_by_its_days_and_whether_it_is_valid) {
  Probe probe = probe_of(ProbeKind::kTls);
  const auto with = [&](Duration left, const std::string& problem) {
    Answer answer = answered(0);
    answer.status.reset();
    answer.certificate = probes::SeenCertificate{kNow + left, "Test & Co", problem};
    return judged(probe, answer);
  };
  EXPECT_EQ(with(24h * 60, "").status, CheckStatus::kOk);
  EXPECT_EQ(with(24h * 60, "").metrics.at(0).value, 60);
  EXPECT_EQ(with(24h * 10, "").status, CheckStatus::kWarning);
  EXPECT_EQ(with(24h, "").status, CheckStatus::kCritical);
  EXPECT_EQ(with(-24h, "certificate has expired").detail,
            "its certificate is not valid: certificate has expired; critical: days is -1, outside "
            "of 3:");
  probe.verify = false;
  EXPECT_EQ(with(24h * 60, "self-signed").status, CheckStatus::kOk);
}

TEST(ProbeJudgement, of_a_name_that_resolves_elsewhere_is_bad) {
  Probe probe = probe_of(ProbeKind::kDns, "a.example");
  Answer answer = answered(0);
  answer.status.reset();
  answer.addresses = {"192.0.2.1", "2001:db8::1"};
  EXPECT_EQ(judged(probe, answer).outcome, Outcome::kOk);
  EXPECT_EQ(judged(probe, answer).out, "192.0.2.1\n2001:db8::1");
  probe.addresses = {"192.0.2.1", "192.0.2.2"};
  EXPECT_THAT(judged(probe, answer).detail, HasSubstr("2001:db8::1, which is none"));
}

// Answers by target; "hangs" until it is let go.
class ScriptedProber final : public probes::Prober {
 public:
  Answer ask(const Probe&, const std::string& target, const std::stop_token& stop) override {
    std::unique_lock lock(mutex_);
    asked.push_back(target);
    if (target == "hangs") changed_.wait(lock, stop, [] { return false; });
    return answers[target];
  }
  std::map<std::string, Answer> answers;
  std::vector<std::string> asked;

 private:
  std::mutex mutex_;
  std::condition_variable_any changed_;
};

class OneBalancer final : public BalancerNames {
 public:
  Result<std::string> balancer_of(const Cluster& cluster, const std::stop_token&) override {
    ++asked;
    if (cluster.name == "web") return "lb.example";
    return fail(ErrorKind::kNotFound, "it has none");
  }
  int asked = 0;
};

TEST(Probing, asks_all_at_once_and_tells_what_each_found_in_their_order) {
  const auto prober = std::make_shared<ScriptedProber>();
  prober->answers["http://lb.example/"] = answered(200);
  prober->answers["lb.example:443"] = answered(0);
  OneBalancer names;
  const SystemClock clock;
  Probing probing(prober, &names, clock);
  Cluster web;
  web.name = "web";
  Probe hangs = probe_of(ProbeKind::kDns, "hangs");
  hangs.timeout = Duration{1};
  auto batch =
      probing.begin(web, {probe_of(ProbeKind::kHttp), hangs, probe_of(ProbeKind::kTls)}, {});
  const auto readings = batch.wait({});
  ASSERT_EQ(readings.size(), 3U);
  EXPECT_EQ(readings[0].outcome, Outcome::kOk);
  EXPECT_EQ(readings[1].outcome, Outcome::kTimedOut);
  EXPECT_EQ(readings[2].outcome, Outcome::kCheckFailed);  // an answer without a certificate
  EXPECT_EQ(names.asked, 1);
}

TEST(Probing, of_a_cluster_without_a_balancer_says_that_it_needs_a_target) {
  const auto prober = std::make_shared<ScriptedProber>();
  prober->answers["a.example"] = answered(0);
  OneBalancer names;
  const SystemClock clock;
  Probing probing(prober, &names, clock);
  Cluster hosts;
  hosts.name = "hosts";
  const auto readings =
      probing.begin(hosts, {probe_of(ProbeKind::kDns), probe_of(ProbeKind::kDns, "a.example")}, {})
          .wait({});
  ASSERT_EQ(readings.size(), 2U);
  EXPECT_EQ(readings[0].outcome, Outcome::kNotRun);
  EXPECT_EQ(readings[0].detail, "it has none; give the probe a target");
  EXPECT_EQ(readings[1].outcome, Outcome::kOk);
}

TEST(Probing, ends_at_once_when_it_is_stopped) {
  const auto prober = std::make_shared<ScriptedProber>();
  const SystemClock clock;
  Probing probing(prober, nullptr, clock);
  Cluster web;
  web.name = "web";
  std::stop_source stop;
  Probe hangs = probe_of(ProbeKind::kDns, "hangs");
  hangs.timeout = 1h;
  auto batch = probing.begin(web, {hangs}, stop.get_token());
  stop.request_stop();
  EXPECT_TRUE(batch.wait(stop.get_token()).empty());
}

}  // namespace
}  // namespace livesonic::monitoring
