// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "serverscore/score/part.h"

namespace serverscore {
namespace {

Inputs stalled(double available) {
  Inputs inputs;
  inputs.memory_pressure = Pressure{.some = 0.9, .full = 0.9};
  inputs.memory = Memory{.total = 1000, .available = available, .swap_total = 0, .swap_free = 0};
  return inputs;
}

TEST(MemoryPart, stalls_weigh_fully_only_when_the_host_itself_is_short) {
  EXPECT_NEAR(judge_memory(stalled(900)).slowdown, 1 / 0.55, 0.05);
  EXPECT_GT(judge_memory(stalled(80)).slowdown, 3);
}

TEST(MemoryPart, that_is_merely_short_slows_nobody_down) {
  Inputs inputs = stalled(10);
  inputs.memory_pressure.reset();
  EXPECT_EQ(judge_memory(inputs).score, 100);
  EXPECT_TRUE(judge_memory(inputs).estimated);
}

TEST(MemoryPart, is_unknown_when_nothing_spoke_of_it) {
  EXPECT_FALSE(judge_memory({}).known);
}

}  // namespace
}  // namespace serverscore
