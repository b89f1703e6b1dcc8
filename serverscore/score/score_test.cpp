// SPDX-License-Identifier: Apache-2.0
#include "serverscore/score/score.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "serverscore/testing/fixture.h"

namespace serverscore {
namespace {

using testing::IsEmpty;
using testing::SizeIs;

Verdict judge_host(const Host& host) {
  return judge(interpret(with_pressure(host)));
}
Verdict judge_old_host(const Host& host) {
  return judge(interpret(without_pressure(host)));
}

TEST(Score, of_an_idle_host_is_100_with_and_without_pressure_information) {
  EXPECT_EQ(judge_host({}).score, 100);
  EXPECT_EQ(judge_old_host({}).score, 100);
  EXPECT_THAT(judge_host({}).dangers, IsEmpty());
}

TEST(Score, adds_up_what_a_request_waits_for) {
  Inputs inputs;
  inputs.cpus = 1;
  inputs.run_queue = {3, 3, 3};
  inputs.disk = DiskUse{.busy = 1, .await_ms = 10};
  const Verdict verdict = judge(inputs);
  EXPECT_GT(verdict.cpu.slowdown, 2);
  EXPECT_GT(verdict.io.slowdown, 2);
  EXPECT_NEAR(verdict.slowdown, verdict.cpu.slowdown + verdict.io.slowdown - 1, 1e-9);
  EXPECT_EQ(verdict.score, to_score(verdict.slowdown));
}

TEST(Score, is_capped_when_memory_is_about_to_run_out) {
  const Verdict low = judge_host({.total_kib = 1'000'000, .available_kib = 40'000});
  EXPECT_EQ(low.score, 50);
  ASSERT_THAT(low.dangers, SizeIs(1));
  EXPECT_EQ(low.dangers[0].name, "memory");
  EXPECT_EQ(low.slowdown, 1);
  EXPECT_EQ(judge_host({.available_kib = 0}).score, 1);
}

TEST(Score, of_a_large_host_with_gigabytes_left_is_not_capped) {
  EXPECT_EQ(judge_host({.total_kib = 768L << 20, .available_kib = 8L << 20}).score, 100);
}

TEST(Score, free_swap_puts_the_danger_off_by_half_its_size) {
  const Host host{.total_kib = 1'000'000,
                  .available_kib = 20'000,
                  .swap_total_kib = 40'000,
                  .swap_free_kib = 40'000};
  EXPECT_EQ(judge_host(host).score, 50);
}

TEST(Score, what_nothing_is_known_about_is_left_out) {
  Capture capture;
  capture.io_pressure = with_pressure({.io_some = 80, .io_full = 80}).io_pressure;
  const Verdict verdict = judge(interpret(capture));
  EXPECT_FALSE(verdict.cpu.known);
  EXPECT_FALSE(verdict.memory.known);
  EXPECT_TRUE(verdict.io.known);
  EXPECT_EQ(verdict.score, 60);
}

// Whatever else is the case, more of a bad thing never raises the score.
class MoreNeverHelps : public testing::TestWithParam<int> {
 protected:
  std::mt19937 random_{static_cast<unsigned>(GetParam())};

  double upto(double most) { return std::uniform_real_distribution<>(0, most)(random_); }
  int upto(int most) { return std::uniform_int_distribution<>(0, most)(random_); }

  Inputs any_inputs() {
    Inputs inputs;
    inputs.cpus = upto(3) == 0 ? 1 + upto(127) : 1 + upto(3);
    for (int i = upto(9); i > 0; --i) inputs.run_queue.push_back(upto(4 * inputs.cpus));
    for (int i = upto(2); i > 0; --i) inputs.blocked.push_back(upto(5));
    const double busy = upto(1.0);
    if (upto(3) > 0) inputs.shares = {.busy = busy, .iowait = upto(1 - busy), .steal = 0};
    if (upto(3) > 0) inputs.load = {.one = upto(20.0), .five = 0, .fifteen = 0, .running = {}};
    for (auto* stalled : {&inputs.cpu_pressure, &inputs.io_pressure, &inputs.memory_pressure}) {
      const double some = upto(1.0);
      if (upto(3) > 0) *stalled = {.some = some, .full = upto(some)};
    }
    if (upto(3) > 0) inputs.memory = {.total = 1e6, .available = upto(1e6)};
    return inputs;
  }
};

TEST_P(MoreNeverHelps, a_longer_run_queue) {
  Inputs inputs = any_inputs();
  for (int step = 0; step < 50 && !inputs.run_queue.empty(); ++step) {
    const Verdict before = judge(inputs);
    inputs.run_queue[static_cast<std::size_t>(upto(int(inputs.run_queue.size()) - 1))] += upto(5);
    const Verdict after = judge(inputs);
    EXPECT_LE(after.score, before.score);
    EXPECT_GE(after.slowdown, before.slowdown);
  }
}

TEST_P(MoreNeverHelps, more_pressure_load_or_blocked_tasks) {
  Inputs inputs = any_inputs();
  for (int step = 0; step < 50; ++step) {
    const Verdict before = judge(inputs);
    for (auto* stalled : {&inputs.cpu_pressure, &inputs.io_pressure, &inputs.memory_pressure}) {
      if (!*stalled) continue;
      (*stalled)->some += upto(1 - (*stalled)->some);
      (*stalled)->full += upto((*stalled)->some - (*stalled)->full);
    }
    if (inputs.load) inputs.load->one += upto(3.0);
    for (double& blocked : inputs.blocked) blocked += upto(2);
    EXPECT_LE(judge(inputs).score, before.score);
  }
}

TEST_P(MoreNeverHelps, less_memory) {
  Inputs inputs = any_inputs();
  for (int step = 0; step < 50 && inputs.memory; ++step) {
    const Verdict before = judge(inputs);
    inputs.memory->available = upto(inputs.memory->available);
    EXPECT_LE(judge(inputs).score, before.score);
  }
}

TEST_P(MoreNeverHelps, and_every_score_lies_between_1_and_100) {
  const Verdict verdict = judge(any_inputs());
  for (const int score :
       {verdict.score, verdict.cpu.score, verdict.io.score, verdict.memory.score}) {
    EXPECT_GE(score, 1);
    EXPECT_LE(score, 100);
  }
  EXPECT_LE(verdict.score, std::min({verdict.cpu.score, verdict.io.score, verdict.memory.score}));
}

INSTANTIATE_TEST_SUITE_P(OnAnyHost, MoreNeverHelps, testing::Range(0, 40));

}  // namespace
}  // namespace serverscore
