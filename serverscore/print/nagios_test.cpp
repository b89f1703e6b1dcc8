// SPDX-License-Identifier: Apache-2.0
#include "serverscore/print/nagios.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "serverscore/testing/fixture.h"

namespace serverscore {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

TEST(Nagios, alerts_when_the_score_is_below_and_not_before) {
  const Thresholds thresholds{.warning = 60, .critical = 30};
  EXPECT_EQ(plugin_status(100, thresholds), PluginStatus::kOk);
  EXPECT_EQ(plugin_status(60, thresholds), PluginStatus::kOk);
  EXPECT_EQ(plugin_status(59, thresholds), PluginStatus::kWarning);
  EXPECT_EQ(plugin_status(30, thresholds), PluginStatus::kWarning);
  EXPECT_EQ(plugin_status(29, thresholds), PluginStatus::kCritical);
  EXPECT_EQ(plugin_status(1, {.warning = 0, .critical = 0}), PluginStatus::kOk);
}

TEST(Nagios, the_line_is_a_plugins) {
  const Inputs inputs = interpret(with_pressure({}));
  EXPECT_EQ(plugin_line(inputs, judge(inputs), {}),
            "SERVERSCORE OK - score 100 (cpu 100, io 100, memory 100) | score=100;60:;30:;1;100 "
            "cpu=100;;;1;100 io=100;;;1;100 memory=100;;;1;100\n");
}

TEST(Nagios, what_is_not_known_is_undetermined) {
  EXPECT_THAT(plugin_line({}, {}, {}), HasSubstr("(cpu ?, io ?, memory ?)"));
  EXPECT_THAT(plugin_line({}, {}, {}), HasSubstr(" io=U;;;1;100"));
}

TEST(Nagios, names_the_dangers_and_what_else_is_said) {
  const Inputs inputs = interpret(with_pressure({.available_kib = 10'000}));
  const std::string line = plugin_line(inputs, judge(inputs), {}, "spot: AWS will terminate it");
  EXPECT_THAT(line, StartsWith("SERVERSCORE CRITICAL - score 3 (cpu 100, io 100, memory"));
  EXPECT_THAT(line, HasSubstr("; memory is about to run out: 9.8 MiB available"));
  EXPECT_THAT(line, HasSubstr("; spot: AWS will terminate it | score=3;60:;30:;1;100"));
}

TEST(Nagios, nothing_but_the_plugin_begins_the_numbers_or_a_line) {
  Verdict verdict;
  verdict.dangers = {{.name = "disk", .cap = 5, .what = "/a|b\nc"}};
  const std::string line = plugin_line({}, verdict, {}, "x|y\nz");
  EXPECT_EQ(std::count(line.begin(), line.end(), '|'), 1);
  EXPECT_EQ(std::count(line.begin(), line.end(), '\n'), 1);
  EXPECT_EQ(plugin_unknown("no|such\nthing"), "SERVERSCORE UNKNOWN - no?such?thing\n");
}

TEST(Nagios, the_line_gets_through_an_old_nrpe) {
  Verdict verdict;
  verdict.dangers.assign(50, {.name = "disk", .cap = 5, .what = std::string(4000, 'x')});
  const std::string line = plugin_line({}, verdict, {}, std::string(5000, 'y'));
  EXPECT_LT(line.size(), 1024U);
  EXPECT_THAT(line, HasSubstr("and 47 more dangers"));
}

}  // namespace
}  // namespace serverscore
