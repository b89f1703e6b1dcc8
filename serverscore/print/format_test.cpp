// SPDX-License-Identifier: Apache-2.0
#include "serverscore/print/format.h"

#include <gtest/gtest.h>

namespace serverscore {
namespace {

TEST(Format, sizes_are_for_people) {
  EXPECT_EQ(size_of(0), "0 B");
  EXPECT_EQ(size_of(1023), "1023 B");
  EXPECT_EQ(size_of(1536), "1.5 KiB");
  EXPECT_EQ(size_of(512.0 * 1024 * 1024), "512 MiB");
  EXPECT_EQ(size_of(23.5 * 1024 * 1024 * 1024), "23.5 GiB");
  EXPECT_EQ(size_of(5e16), "45475 TiB");
}

TEST(Format, what_is_shown_can_harm_no_terminal) {
  EXPECT_EQ(shown("/srv/\x1b[2J\n\xff"), "/srv/?[2J??");
}

TEST(Format, of_long_texts_the_end_is_shown) {
  EXPECT_EQ(shown("/var/lib/docker/volumes", 10), "...volumes");
  EXPECT_EQ(shown("/var", 4), "/var");
}

TEST(Format, is_cut_where_it_gets_too_long) {
  EXPECT_EQ(format("%s", std::string(1000, 'x').c_str()).size(), 511U);
}

}  // namespace
}  // namespace serverscore
