// SPDX-License-Identifier: Apache-2.0
#include "serverscore/print/prometheus.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>
#include <regex>
#include <set>
#include <sstream>

#include "serverscore/print/notices.h"
#include "serverscore/testing/fixture.h"

namespace serverscore {
namespace {

using testing::HasSubstr;
using testing::Not;

// What the text format allows, and what node_exporter insists on: a family's lines together, its
// HELP and TYPE first and once, no series twice. Empty when all is well.
std::string complaint(const std::string& text) {
  static const std::regex help("# HELP ([a-zA-Z_:][a-zA-Z0-9_:]*) [ -~]+");
  static const std::regex type("# TYPE ([a-zA-Z_:][a-zA-Z0-9_:]*) gauge");
  static const std::regex sample(
      "(([a-zA-Z_:][a-zA-Z0-9_:]*)(\\{(([a-zA-Z_][a-zA-Z0-9_]*)=\"([ !#-\\[\\]-~]|\\\\[\\\\\"n])*\""
      "(,|(?=\\})))+\\})?) -?[0-9]+(\\.[0-9]+)?(e[+-][0-9]+)?");
  if (!text.empty() && text.back() != '\n') return "no newline at the end";
  std::set<std::string> helped;
  std::set<std::string> typed;
  std::set<std::string> series;
  std::string family;
  std::istringstream lines(text);
  std::smatch match;
  for (std::string line; std::getline(lines, line);) {
    if (std::regex_match(line, match, help)) {
      if (!helped.insert(match[1]).second) return "HELP twice: " + line;
      family = match[1];
    } else if (std::regex_match(line, match, type)) {
      if (match[1] != family || !typed.insert(family).second) return "TYPE astray: " + line;
    } else if (std::regex_match(line, match, sample)) {
      if (match[2] != family || !typed.contains(family)) return "sample astray: " + line;
      if (!series.insert(match[1]).second) return "series twice: " + line;
    } else {
      return "no line of the format: " + line;
    }
  }
  return {};
}

std::string metrics_of(const Inputs& inputs, const Verdict& verdict) {
  MetricsWriter metrics;
  write_metrics(metrics, inputs, verdict);
  return metrics.finish();
}

TEST(Prometheus, the_checker_of_these_tests_is_strict) {
  EXPECT_EQ(complaint("# HELP a b\n# TYPE a gauge\na 1\na{x=\"\\\\\"} 2.5\n"), "");
  EXPECT_NE(complaint("a 1\n"), "");
  EXPECT_NE(complaint("# HELP a b\n# TYPE a gauge\na 1\na 1\n"), "");
  EXPECT_NE(complaint("# HELP a b\n# TYPE a gauge\na{x=\"\"\"} 1\n"), "");
  EXPECT_NE(complaint("# HELP a b\n# TYPE a gauge\na{x=\"\\\"} 1\n"), "");
  EXPECT_NE(complaint("# HELP a b\n# TYPE a gauge\na{} 1\n"), "");
  EXPECT_NE(complaint("# HELP a b\n# TYPE a gauge\na nan"), "");
}

TEST(Prometheus, has_the_score_and_where_it_comes_from) {
  const Inputs inputs = interpret(with_pressure({.others = 4, .cpu_some = 100}));
  const Verdict verdict = judge(inputs);
  const std::string text = metrics_of(inputs, verdict);
  EXPECT_EQ(complaint(text), "");
  EXPECT_THAT(text, HasSubstr("\nserverscore_score " + std::to_string(verdict.score) + "\n"));
  EXPECT_THAT(text, HasSubstr("serverscore_part_score{part=\"io\"} 100\n"));
  EXPECT_THAT(text, HasSubstr("serverscore_pressure_ratio{resource=\"cpu\",stalled=\"some\"} 1\n"));
  EXPECT_THAT(text, HasSubstr("serverscore_memory_bytes 4096000000\n"));
  EXPECT_THAT(text, HasSubstr("serverscore_info{version=\"" LIVESONIC_VERSION "\""));
  EXPECT_THAT(text, Not(HasSubstr("serverscore_danger_cap")));
}

TEST(Prometheus, leaves_out_what_is_not_known) {
  const std::string text = metrics_of({}, {});
  EXPECT_EQ(complaint(text), "");
  EXPECT_THAT(text, Not(HasSubstr("serverscore_part_score")));
  EXPECT_THAT(text, Not(HasSubstr("serverscore_run_queue")));
}

TEST(Prometheus, no_label_breaks_out) {
  Inputs inputs;
  inputs.kernel = "6.1\"} 1\nevil{x=\"\\";
  Verdict verdict;
  verdict.dangers = {{.name = "disk", .cap = 5, .what = "/a\\\"b\n\xff"},
                     {.name = "disk", .cap = 7, .what = "/a\\\"b?\xfe"}};
  const std::string text = metrics_of(inputs, verdict);
  EXPECT_EQ(complaint(text), "");
  EXPECT_THAT(text,
              HasSubstr("serverscore_danger_cap{danger=\"disk\",what=\"/a\\\\\\\"b??\"} 5\n"));
}

TEST(Prometheus, has_no_sample_that_is_no_number) {
  Verdict verdict;
  verdict.slowdown = std::numeric_limits<double>::infinity();
  EXPECT_EQ(complaint(metrics_of({}, verdict)), "");
}

TEST(Prometheus, tells_what_aws_announced) {
  Notices notices;
  notices.spot_action = SpotAction{.action = "terminate", .time = "2026-03-01T12:00:00Z"};
  notices.maintenance.assign(2, {.code = "system-reboot",
                                 .state = "active",
                                 .not_before = "21 Jan 2026 09:00:43 GMT",
                                 .not_after = {},
                                 .description = {},
                                 .event_id = {}});
  MetricsWriter metrics;
  write_notices(metrics, notices);
  const std::string text = metrics.finish();
  EXPECT_EQ(complaint(text), "");
  EXPECT_THAT(text, HasSubstr("serverscore_cloud_notice{kind=\"spot\",what=\"terminate\","
                              "time=\"2026-03-01T12:00:00Z\"} 1\n"));
}

}  // namespace
}  // namespace serverscore
