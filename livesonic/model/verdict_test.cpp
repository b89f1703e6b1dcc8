// SPDX-License-Identifier: Apache-2.0
#include "livesonic/model/verdict.h"

#include <gtest/gtest.h>

#include <chrono>

namespace livesonic {
namespace {

using namespace std::chrono_literals;

const Time kNow = Time{1'770'000'000s};

Instance instance(const std::string& balancer) {
  Instance one;
  one.balancer_state = balancer;
  one.ec2_state = "running";
  one.launched_at = kNow - 24h;
  return one;
}

ScoreReading score(int value) {
  return {"web", "i-1", kNow, {}, Outcome::kOk, value, ""};
}
ScoreReading unreachable() {
  return {"web", "i-1", kNow, {}, Outcome::kUnreachable, {}, "no route"};
}

VerdictKind kind(const Instance& one, const ScoreReading& reading) {
  return verdict_of(one, &reading, {}, kNow).kind;
}

TEST(Verdict, puts_three_witnesses_together) {
  EXPECT_EQ(kind(instance("InService"), score(90)), VerdictKind::kSound);
  EXPECT_EQ(kind(instance("InService"), score(10)), VerdictKind::kDying);
  EXPECT_EQ(kind(instance("OutOfService"), score(90)), VerdictKind::kOutOfRotation);
  EXPECT_EQ(kind(instance("OutOfService"), score(10)), VerdictKind::kFailing);
  EXPECT_EQ(kind(instance("InService"), unreachable()), VerdictKind::kPathBroken);
  EXPECT_EQ(kind(instance("OutOfService"), unreachable()), VerdictKind::kUnreachable);
  EXPECT_EQ(verdict_of(instance("InService"), nullptr, {}, kNow).kind, VerdictKind::kUnknown);
}

TEST(Verdict, ec2_and_the_group_have_their_say_first) {
  Instance impaired = instance("InService");
  impaired.standing.status_checks = "impaired";
  EXPECT_EQ(kind(impaired, score(90)), VerdictKind::kEc2Fault);
  Instance leaving = instance("InService");
  leaving.standing.group_state = "Terminating:Wait";
  EXPECT_EQ(kind(leaving, unreachable()), VerdictKind::kBeingReplaced);
  Instance draining = instance("draining");
  EXPECT_EQ(kind(draining, score(90)), VerdictKind::kBeingReplaced);
}

TEST(Verdict, a_young_host_boots_until_it_is_sound) {
  Instance young = instance("OutOfService");
  young.launched_at = kNow - 1min;
  EXPECT_EQ(kind(young, unreachable()), VerdictKind::kBooting);
  young.balancer_state = "InService";
  EXPECT_EQ(kind(young, score(90)), VerdictKind::kSound);
  young.launched_at = kNow - 10min;
  EXPECT_EQ(kind(young, score(10)), VerdictKind::kDying);
}

TEST(Verdict, a_failed_check_is_suffering_and_is_named) {
  const Instance one = instance("InService");
  const ScoreReading reading = score(90);
  CheckReading check;
  check.service = "nginx";
  check.outcome = Outcome::kCheckFailed;
  check.detail = "expected 'active'";
  const Verdict verdict = verdict_of(one, &reading, {&check}, kNow);
  EXPECT_EQ(verdict.kind, VerdictKind::kDying);
  EXPECT_NE(verdict.words.find("nginx"), std::string::npos);
}

}  // namespace
}  // namespace livesonic
