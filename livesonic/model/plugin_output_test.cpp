// SPDX-License-Identifier: Apache-2.0
#include "livesonic/model/plugin_output.h"

#include <gtest/gtest.h>

#include "livesonic/model/alert_range.h"

namespace livesonic {
namespace {

TEST(AlertRange, is_written_as_nagios_plugins_take_it) {
  const double infinity = std::numeric_limits<double>::infinity();
  EXPECT_EQ(*parse_alert_range("10"), (AlertRange{0, 10, false}));
  EXPECT_EQ(*parse_alert_range("10:"), (AlertRange{10, infinity, false}));
  EXPECT_EQ(*parse_alert_range("~:10"), (AlertRange{-infinity, 10, false}));
  EXPECT_EQ(*parse_alert_range("-1.5:+2e1"), (AlertRange{-1.5, 20, false}));
  EXPECT_EQ(*parse_alert_range("@10:20"), (AlertRange{10, 20, true}));
  EXPECT_EQ(*parse_alert_range("@~:"), (AlertRange{-infinity, infinity, true}));
}

TEST(AlertRange, alerts_outside_of_it_and_with_an_at_sign_inside) {
  const AlertRange plain = *parse_alert_range("10:20");
  EXPECT_TRUE(plain.alerts(9.99));
  EXPECT_FALSE(plain.alerts(10));
  EXPECT_FALSE(plain.alerts(20));
  EXPECT_TRUE(plain.alerts(20.01));
  const AlertRange inverted = *parse_alert_range("@10:20");
  EXPECT_FALSE(inverted.alerts(9.99));
  EXPECT_TRUE(inverted.alerts(10));
  EXPECT_TRUE(parse_alert_range("10")->alerts(-1));
}

TEST(AlertRange, that_is_none_is_refused_with_how_to_write_it) {
  for (const char* text : {"", "@", ":", "@:", "a", "1,5", "20:10", "10:20:30", "~", "~:x", "inf",
                           "nan:", "1e999", "++1", " 1", "0x10", "10%"}) {
    const auto range = parse_alert_range(text);
    ASSERT_FALSE(range) << text;
    EXPECT_NE(range.error().message.find("@10:20"), std::string::npos);
  }
}

TEST(PluginOutput, is_a_line_for_people_then_more_and_perfdata_on_any_line) {
  // The example of the guidelines.
  const PluginOutput output = split_plugin_output(
      "DISK OK - free space: / 3326 MB (56%); | /=2643MB;5948;5958;0;5968\n"
      "/ 15272 MB (77%);\n/boot 68 MB (69%);\n"
      "/var/log 819 MB (84%); | /boot=68MB;88;93;0;98\n"
      "/home=69357MB;253404;253409;0;253414\n");
  EXPECT_EQ(output.summary, "DISK OK - free space: / 3326 MB (56%);");
  EXPECT_EQ(output.long_text, "/ 15272 MB (77%);\n/boot 68 MB (69%);\n/var/log 819 MB (84%); \n");
  const auto metrics = parse_perfdata(output.perfdata);
  ASSERT_EQ(metrics.size(), 3U);
  EXPECT_EQ(metrics[0], (Metric{"/", 2643, "MB", "5948", "5958", 0, 5968}));
  EXPECT_EQ(metrics[1].label, "/boot");
  EXPECT_EQ(metrics[2], (Metric{"/home", 69357, "MB", "253404", "253409", 0, 253414}));
}

TEST(PluginOutput, without_perfdata_is_all_text) {
  const PluginOutput output = split_plugin_output("  active \n");
  EXPECT_EQ(output.summary, "active");
  EXPECT_EQ(output.long_text + output.perfdata, "");
  EXPECT_EQ(split_plugin_output("").summary, "");
}

TEST(Perfdata, has_labels_with_spaces_and_quotes_and_values_alone) {
  const auto metrics =
      parse_perfdata("'free space'=1.5% 'it''s'=-2 load1=0.010;5.000;~:10;0; a=3c");
  ASSERT_EQ(metrics.size(), 4U);
  EXPECT_EQ(metrics[0], (Metric{"free space", 1.5, "%"}));
  EXPECT_EQ(metrics[1], (Metric{"it's", -2}));
  EXPECT_EQ(metrics[2], (Metric{"load1", 0.01, "", "5.000", "~:10", 0, std::nullopt}));
  EXPECT_EQ(metrics[3], (Metric{"a", 3, "c"}));
}

TEST(Perfdata, that_is_unknown_or_garbage_is_passed_over_and_the_rest_is_kept) {
  const auto metrics = parse_perfdata(
      "a=U;1;2 comma=0,5s;1 word b= =5 c=nan d=inf 'open=1 e=1.2.3 f=1;x;@;y;z good=7");
  ASSERT_EQ(metrics.size(), 0U);  // the quote that is not closed takes all after it
  const auto others = parse_perfdata("a=U comma=0,5s word b= =5 c=nan e=1.2.3 f=1;x;@;y;z good=7");
  ASSERT_EQ(others.size(), 2U);
  EXPECT_EQ(others[0], (Metric{"f", 1}));
  EXPECT_EQ(others[1], (Metric{"good", 7}));
}

TEST(Perfdata, is_bounded_in_number_and_in_the_length_of_labels) {
  std::string text = std::string(kLongestLabel + 1, 'x') + "=1 twice=1 twice=2 ";
  for (int i = 0; i < 1000; ++i) text += "m" + std::to_string(i) + "=1 ";
  const auto metrics = parse_perfdata(text);
  ASSERT_EQ(metrics.size(), kMostMetrics);
  EXPECT_EQ(metrics[0], (Metric{"twice", 1}));
  EXPECT_EQ(metrics[1].label, "m0");
}

}  // namespace
}  // namespace livesonic
