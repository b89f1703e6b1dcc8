// SPDX-License-Identifier: Apache-2.0
#include "livesonic/base/destination.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace livesonic {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(Jump, names_bastions_as_ssh_does) {
  EXPECT_THAT(parse_jump("bastion").value(), ElementsAre(Destination{"", "bastion", 0}));
  EXPECT_THAT(parse_jump("ops@b1.example:2222, ssh://b2/,[2001:db8::1]:22").value(),
              ElementsAre(Destination{"ops", "b1.example", 2222}, Destination{"", "b2", 0},
                          Destination{"", "2001:db8::1", 22}));
  EXPECT_THAT(parse_jump("a@b@host").value(), ElementsAre(Destination{"a@b", "host", 0}));
  EXPECT_THAT(parse_jump("none").value(), IsEmpty());
}

TEST(Jump, what_is_no_bastion_is_refused) {
  for (const char* text : {"", "a,", "host:0", "host:70000", "host:22x", "::1", "[::1", "[::1]22",
                           "-oProxyCommand=x", "a b", "@host", "host/path", "a,b,c,d,e,f,g,h,i"}) {
    EXPECT_FALSE(parse_jump(text)) << text;
  }
}

}  // namespace
}  // namespace livesonic
