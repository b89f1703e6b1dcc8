// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "livesonic/config/config.h"

namespace livesonic::config {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr const char* kChannels =
    "notify:\n"
    "  - { type: webhook, name: hook, url: \"https://hook.example/x\" }\n"
    "  - { type: slack, name: chat, url: \"https://chat.example/x\" }\n"
    "  - { type: pagerduty, name: pager, routing_key: 0123456789abcdef0123456789abcdef }\n";

Result<Config> read(const std::string& report) {
  return parse(kChannels + report, "web.yaml",
               [](const std::string&) { return std::optional<std::string>(); });
}

std::string mistakes(const std::string& report) {
  const auto config = read(report);
  return config ? "(no mistake)" : config.error().message;
}

TEST(CostReportSection, says_when_and_who_is_told) {
  const auto config =
      read("cost_report: { at: \"30 9 * * fri\", tz: Asia/Tokyo, channels: [chat, hook, chat] }");
  ASSERT_TRUE(config) << config.error().message;
  EXPECT_EQ(config->cost_report.at->text(), "30 9 * * fri");
  EXPECT_EQ(config->cost_report.at->zone(), "Asia/Tokyo");
  EXPECT_THAT(config->cost_report.channels, ElementsAre("chat", "hook"));
}

TEST(CostReportSection, is_each_monday_at_eight_unless_it_says_otherwise_and_never_without) {
  EXPECT_EQ(read("cost_report: { channels: [chat] }")->cost_report.at->text(), "0 8 * * mon");
  EXPECT_FALSE(read("")->cost_report.at);
}

TEST(CostReportSection, tells_its_mistakes_with_their_places) {
  EXPECT_THAT(mistakes("cost_report: { at: monday, channels: [chat] }"),
              HasSubstr("web.yaml:5:20"));
  EXPECT_THAT(mistakes("cost_report: { tz: Tokyo, channels: [chat] }"), HasSubstr("Tokyo"));
  EXPECT_THAT(mistakes("cost_report: { channels: [none] }"),
              HasSubstr("there is no channel 'none' in notify"));
  EXPECT_THAT(mistakes("cost_report: { channels: [pager] }"),
              HasSubstr("'pager' is of the type pagerduty, which takes alerts and no reports"));
  EXPECT_THAT(mistakes("cost_report: { at: \"0 8 * * mon\" }"),
              HasSubstr("must be a list of those to be told"));
  EXPECT_THAT(mistakes("cost_report: { channels: [chat], every: week }"),
              HasSubstr("unknown key 'every' in 'cost_report'"));
}

}  // namespace
}  // namespace livesonic::config
