// SPDX-License-Identifier: Apache-2.0
#include "livesonic/scaling/report.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "livesonic/base/time_text.h"

namespace livesonic::scaling {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;

BacktestSetup small() {
  BacktestSetup setup;
  setup.trace.begin = parse_iso8601("2026-03-01T00:00:00Z").value();
  setup.trace.step = 1min;
  setup.trace.load = {10, 20, 40, 20, 10, 10};
  setup.trace.filled = 1;
  setup.policy.warmup = 0s;
  setup.policy.scale_in.drain = 0s;
  setup.capacity = 10;
  setup.on_demand_price = 0.6;
  setup.judge_from = 2;
  return setup;
}

TEST(Report, has_the_trace_the_fleet_and_a_result_for_each_way) {
  const BacktestSetup setup = small();
  const Json json = to_json(setup, run_report(setup, {"static"}));
  EXPECT_EQ(json["trace"]["begin"], "2026-03-01T00:00:00Z");
  EXPECT_EQ(json["trace"]["minutes"], 6);
  EXPECT_EQ(json["trace"]["judged_minutes"], 4);
  EXPECT_EQ(json["trace"]["step_s"], 60);
  EXPECT_EQ(json["trace"]["filled_steps"], 1);
  EXPECT_EQ(json["trace"]["requests"], 80);
  EXPECT_EQ(json["trace"]["peak_per_minute"], 40);
  EXPECT_EQ(json["fleet"]["requests_per_instance"], 10);
  EXPECT_EQ(json["fleet"]["boot_s"], 0);
  EXPECT_EQ(json["fleet"]["spot_pools"], 0);
  EXPECT_EQ(json["fleet"]["slow_at_most"], 0.01);
  EXPECT_EQ(json["clairvoyant"]["instance_hours"], 8.0 / 60);
  EXPECT_NEAR(json["clairvoyant"]["cost"].get<double>(), 0.08, 1e-12);
  ASSERT_EQ(json["results"].size(), 2U);
  EXPECT_EQ(json["results"][0]["name"], "livesonic");
  const Json& fixed = json["results"][1];
  EXPECT_EQ(fixed["name"], "static");
  EXPECT_EQ(fixed["settings"], "4 instances");
  EXPECT_NEAR(fixed["cost"].get<double>(), 16 * 0.01, 1e-12);
  EXPECT_NEAR(fixed["cost_over_clairvoyant"].get<double>(), 2, 1e-12);
  EXPECT_EQ(fixed["slow_share"], 0);
  EXPECT_EQ(fixed["peak_instances"], 4);
  EXPECT_EQ(fixed["launches"], 0);  // before it was judged
  EXPECT_TRUE(json["never_within_objective"].empty());
}

TEST(Report, the_parts_of_the_cost_add_up) {
  const BacktestSetup setup = small();
  const Json report = to_json(setup, run_report(setup, {"asg", "hpa", "static"}));
  for (const Json& result : report["results"]) {
    double parts = 0;
    for (const char* part : {"cost_on_demand", "cost_spot", "cost_booting", "cost_draining"}) {
      parts += result[part].get<double>();
    }
    EXPECT_NEAR(result["cost"].get<double>(), parts, 1e-12);
  }
}

TEST(Report, who_keeps_the_objective_nowhere_is_named) {
  BacktestSetup setup = small();
  setup.judge_from = 0;
  setup.trace.load.assign(100, 1000);
  setup.policy.max = 2;
  const Report report = run_report(setup, {"asg", "static", "hpa"});
  EXPECT_THAT(report.never, ElementsAre("asg", "hpa"));
  EXPECT_EQ(report.outcomes.size(), 2U);
  EXPECT_EQ(to_json(setup, report)["never_within_objective"], Json::array({"asg", "hpa"}));
}

TEST(Report, every_figure_is_a_number_even_where_nothing_came) {
  BacktestSetup setup = small();
  setup.policy.min = 0;
  setup.trace.load = {10, 10, 0, 0};
  const std::string text = to_json(setup, run_report(setup, {"static"})).dump();
  EXPECT_EQ(text.find("null"), std::string::npos) << text;
}

}  // namespace
}  // namespace livesonic::scaling
