// SPDX-License-Identifier: Apache-2.0
#include "serverscore/print/brief.h"

#include <gtest/gtest.h>

namespace serverscore {
namespace {

Verdict verdict() {
  Verdict verdict;
  verdict.score = 40;
  verdict.cpu = make_part(2.5, false);
  verdict.memory = make_part(1.02, false);
  return verdict;
}

TEST(Brief, the_score_comes_first_and_what_is_not_known_is_left_out) {
  EXPECT_EQ(to_brief_line(verdict()), "40 cpu=40 memory=98\n");
  EXPECT_EQ(to_brief_line(Verdict{}), "100\n");
}

TEST(Brief, the_worst_danger_is_a_word) {
  Verdict found = verdict();
  found.score = 12;
  found.dangers = {{"memory", 30, ""}, {"disk", 12, "/var"}, {"files", 60, ""}};
  EXPECT_EQ(to_brief_line(found), "12 cpu=40 memory=98 danger=12\n");
}

TEST(Brief, what_AWS_announces_is_a_word_each_whatever_it_wrote) {
  Notices notices;
  EXPECT_EQ(to_brief_line(verdict(), &notices), "40 cpu=40 memory=98\n");
  notices.rebalance_time = "2017-09-18T08:20:00Z";
  EXPECT_EQ(to_brief_line(verdict(), &notices),
            "40 cpu=40 memory=98 rebalance=2017-09-18T08:20:00Z\n");
  notices.spot_action = SpotAction{"ter minate", "2017-09-18T08:22:00Z"};
  EXPECT_EQ(to_brief_line(verdict(), &notices),
            "40 cpu=40 memory=98 spot=ter_minate@2017-09-18T08:22:00Z "
            "rebalance=2017-09-18T08:20:00Z\n");
}

}  // namespace
}  // namespace serverscore
