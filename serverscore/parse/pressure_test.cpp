// SPDX-License-Identifier: Apache-2.0
#include "serverscore/parse/pressure.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace serverscore {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(Pressure, is_the_share_of_the_last_ten_seconds) {
  Notes notes;
  const auto stalled = parse_pressure(
      "some avg10=54.20 avg60=1.09 avg300=0.93 total=12078665\n"
      "full avg10=12.00 avg60=0.00 avg300=0.00 total=0\n",
      "/proc/pressure/io", notes);
  ASSERT_TRUE(stalled);
  EXPECT_DOUBLE_EQ(stalled->recent.some, 0.542);
  EXPECT_DOUBLE_EQ(stalled->recent.full, 0.12);
  ASSERT_TRUE(stalled->totals);
  EXPECT_EQ(stalled->totals->some, 12078665);
  EXPECT_EQ(stalled->totals->full, 0);
  EXPECT_THAT(notes, IsEmpty());
}

TEST(Pressure, of_older_kernels_knows_no_full_for_cpu) {
  Notes notes;
  const auto stalled = parse_pressure("some avg10=7.00 avg60=0.00 avg300=0.00 total=1\n",
                                      "/proc/pressure/cpu", notes);
  ASSERT_TRUE(stalled);
  EXPECT_EQ(stalled->recent.full, 0);
  EXPECT_THAT(notes, IsEmpty());
}

TEST(Pressure, beyond_its_range_is_brought_back_into_it) {
  Notes notes;
  const auto stalled =
      parse_pressure("some avg10=3\nfull avg10=99.99999999\n", "/proc/pressure/io", notes);
  ASSERT_TRUE(stalled);
  EXPECT_LE(stalled->recent.full, 1);
  EXPECT_GE(stalled->recent.some, stalled->recent.full);
}

TEST(Pressure, that_is_garbage_is_noted_with_its_file) {
  for (const char* text : {"", "some", "some avg10=", "some avg10=-3", "some avg10=101",
                           "full avg10=1.0", "some avg60=1.0", "some avg10=nan"}) {
    Notes notes;
    EXPECT_FALSE(parse_pressure(text, "/proc/pressure/memory", notes)) << text;
    EXPECT_THAT(notes, ElementsAre("/proc/pressure/memory: no usable avg10 of 'some'")) << text;
  }
}

TEST(Pressure, without_a_usable_total_still_has_its_share) {
  for (const char* text : {"some avg10=1.00\n", "some avg10=1.00 total=x\n",
                           "some avg10=1.00 total=99999999999999999999999\n"}) {
    Notes notes;
    const auto stalled = parse_pressure(text, "/proc/pressure/io", notes);
    ASSERT_TRUE(stalled) << text;
    EXPECT_FALSE(stalled->totals) << text;
  }
}

}  // namespace
}  // namespace serverscore
