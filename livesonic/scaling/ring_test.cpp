// SPDX-License-Identifier: Apache-2.0
#include "livesonic/scaling/ring.h"

#include <gtest/gtest.h>

namespace livesonic::scaling {
namespace {

TEST(Ring, tells_what_was_pushed_so_many_steps_ago) {
  for (std::size_t size = 1; size < 9; ++size) {
    Ring<std::size_t> ring(size);
    for (std::size_t pushed = 1; pushed < 5 * size; ++pushed) {
      ring.push(pushed);
      for (std::size_t steps = 0; steps < size; ++steps) {
        ASSERT_EQ(ring.ago(steps), steps < pushed ? pushed - steps : 0) << size;
      }
    }
  }
}

TEST(Ring, of_no_size_keeps_the_last) {
  Ring<int> ring(0);
  EXPECT_EQ(ring.ago(0), 0);
  ring.push(5);
  ring.push(7);
  EXPECT_EQ(ring.ago(0), 7);
}

}  // namespace
}  // namespace livesonic::scaling
