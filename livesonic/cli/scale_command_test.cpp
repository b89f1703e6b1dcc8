// SPDX-License-Identifier: Apache-2.0
// Backtests from the command line.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "livesonic/cli/fake_program_test.h"

namespace livesonic::cli {
namespace {

using testing::HasSubstr;

class ScaleCommand : public CommandTest {
 protected:
  ScaleCommand() {
    std::string pattern = testing::TempDir() + "scale-XXXXXX";
    folder_ = mkdtemp(pattern.data());
  }
  ~ScaleCommand() override { std::filesystem::remove_all(folder_); }

  std::string write(const std::string& name, const std::string& text) {
    const auto file = folder_ / name;
    std::ofstream(file) << text;
    return file;
  }

  // Five hours, of which every other one is busy.
  std::string trace() {
    std::string csv = "time,requests\n";
    for (int minute = 0; minute < 300; ++minute) {
      csv += fmt::format("{},{}\n", minute * 60, minute / 60 % 2 == 0 ? 100 : 400);
    }
    return write("requests.csv", csv);
  }

  std::filesystem::path folder_;
};

TEST_F(ScaleCommand, a_backtest_tells_each_way_with_its_cost) {
  EXPECT_EQ(run({"scale", "backtest", "--trace", trace(), "--requests-per-instance", "10",
                 "--on-demand-price", "0.1", "--compare", "asg,hpa,static"}),
            0)
      << err;
  for (const char* part : {"5h 0m from 1970-01-01T00:00:00Z in steps of 1m", "serves 10 requests",
                           "boots in 3m", "0.1000 USD an hour", "livesonic", "static",
                           "clairvoyant", "40 instances", "x BEST", "INSTABILITY"}) {
    EXPECT_THAT(out, HasSubstr(part));
  }
}

TEST_F(ScaleCommand, a_backtest_as_json_has_the_figures) {
  ASSERT_EQ(run({"scale", "backtest", "--json", "--trace", trace(), "--requests-per-instance", "10",
                 "--on-demand-price", "0.6", "--boot", "0s", "--learn", "20%", "--slow-at-most",
                 "5%", "--compare", "static"}),
            0)
      << err;
  const auto json = nlohmann::json::parse(out);
  EXPECT_EQ(json["trace"]["minutes"], 300);
  EXPECT_EQ(json["trace"]["judged_minutes"], 240);
  EXPECT_EQ(json["fleet"]["slow_at_most"], 0.05);
  EXPECT_EQ(json["fleet"]["boot_s"], 0);
  ASSERT_EQ(json["results"].size(), 2U);
  EXPECT_EQ(json["results"][0]["name"], "livesonic");
  EXPECT_EQ(json["results"][1]["peak_instances"], 40);
  EXPECT_NEAR(json["results"][1]["cost"].get<double>(), 40 * 4 * 0.6, 1e-9);
}

TEST_F(ScaleCommand, the_policy_is_read_from_a_file) {
  const auto policy = write("policy.yaml", "scaling: { max: 30, requests_per_instance: 10 }");
  ASSERT_EQ(run({"scale", "backtest", "--json", "--trace", trace(), "--policy", policy}), 0) << err;
  const auto json = nlohmann::json::parse(out);
  EXPECT_EQ(json["fleet"]["max"], 30);
  EXPECT_EQ(json["fleet"]["requests_per_instance"], 10);
  EXPECT_EQ(json["results"][0]["peak_instances"], 30);

  EXPECT_EQ(
      run({"scale", "backtest", "--trace", trace(), "--policy", write("wrong.yaml", "mx: 30")}), 2);
  EXPECT_THAT(err, HasSubstr("wrong.yaml:1:1: unknown key 'mx'"));
}

TEST_F(ScaleCommand, spot_prices_and_their_availability_are_read_from_files) {
  const auto policy =
      write("policy.yaml", "{ requests_per_instance: 10, spot: { types: [m6i.large] } }");
  const auto prices = write("prices.tsv", "use1-az1\tm6i.large\tLinux/UNIX\t0.03\t2026-03-01\n");
  const auto had = write("had.json", R"({"metadata": {"gap_seconds": 60}, "data": [1, 1, 1]})");
  ASSERT_EQ(run({"scale", "backtest", "--json", "--trace", trace(), "--policy", policy,
                 "--spot-prices", prices, "--spot-availability", had}),
            0)
      << err;
  const auto json = nlohmann::json::parse(out);
  EXPECT_EQ(json["fleet"]["spot_pools"], 1);
  EXPECT_GT(json["results"][0]["cost_spot"].get<double>(), 0);

  EXPECT_EQ(run({"scale", "backtest", "--trace", trace(), "--policy", policy, "--spot-prices",
                 prices, "--region", "eu-west-1"}),
            2);
  EXPECT_THAT(err, HasSubstr("0 pools of the policy's types in eu-west-1"));
  EXPECT_EQ(run({"scale", "backtest", "--trace", trace(), "--policy", policy, "--spot-prices",
                 prices, "--spot-availability", prices}),
            2);
  EXPECT_THAT(err, HasSubstr("is no JSON object"));
}

TEST_F(ScaleCommand, a_load_is_a_trace_or_a_history_and_not_both) {
  for (const char* command : {"backtest", "tune"}) {
    EXPECT_EQ(run({"scale", command}), 2);
    EXPECT_THAT(err, HasSubstr("give either --trace FILE or --history CLUSTER"));
    EXPECT_EQ(run({"scale", command, "--trace", trace(), "--history", "web"}), 2);
    EXPECT_THAT(err, HasSubstr("give either --trace FILE or --history CLUSTER"));
  }
}

TEST_F(ScaleCommand, what_cannot_be_compared_with_is_told) {
  EXPECT_EQ(run({"scale", "backtest", "--trace", trace(), "--compare", "asg,magic"}), 2);
  EXPECT_THAT(err, HasSubstr("'magic' is none of asg, hpa and static"));
  EXPECT_EQ(out, "");
}

TEST_F(ScaleCommand, options_out_of_their_ranges_are_told) {
  const std::pair<const char*, const char*> wrong[] = {
      {"--boot", "2h"},          {"--boot", "soon"}, {"--slow-at-most", "60%"},
      {"--slow-at-most", "few"}, {"--learn", "95%"}, {"--requests-per-instance", "0"},
      {"--learn", "nan"},        {"--learn", "-1"},  {"--on-demand-price", "free"},
  };
  for (const auto& [option, value] : wrong) {
    EXPECT_EQ(run({"scale", "backtest", "--trace", trace(), option, value}), 2) << option << value;
    EXPECT_THAT(err, HasSubstr(option));
  }
}

TEST_F(ScaleCommand, a_trace_that_is_none_is_told) {
  EXPECT_EQ(run({"scale", "backtest", "--trace", write("bad.csv", "0,1\n60,x\n")}), 2);
  EXPECT_THAT(err, HasSubstr("bad.csv:2: 'x' is no load"));
  EXPECT_EQ(run({"scale", "backtest", "--trace", write("idle.csv", "0,0\n60,0\n")}), 2);
  EXPECT_THAT(err, HasSubstr("the trace has no load at all"));
  EXPECT_NE(run({"scale", "backtest", "--trace", (folder_ / "none.csv").string()}), 0);
  EXPECT_THAT(err, HasSubstr("none.csv"));
}

TEST_F(ScaleCommand, a_history_is_the_instances_that_its_scores_tell_of) {
  nlohmann::json points = nlohmann::json::array();
  for (int hour = 0; hour < 48; ++hour) {
    // Of ten members half is in use, which five would be at full speed and ten at a score of 50.
    points.push_back({{"at", fmt::format("2026-02-{:02}T{:02}:00:00Z", 1 + hour / 24, hour % 24)},
                      {"mean", 50},
                      {"members", 10}});
  }
  program.answer("GET /api/v1/clusters/web/history", nlohmann::json{{"points", points}}.dump());
  ASSERT_EQ(run({"scale", "backtest", "--json", "--history", "web", "--compare", "static"}), 0)
      << err;
  EXPECT_EQ(program.requests[0].parameter("last"), "30d");
  const auto json = nlohmann::json::parse(out);
  EXPECT_NEAR(json["trace"]["peak_per_minute"].get<double>(), 10, 1e-9);
  EXPECT_EQ(json["results"][1]["peak_instances"], 10);

  EXPECT_EQ(run({"scale", "backtest", "--history", "none"}), 1);
  EXPECT_THAT(err, HasSubstr("there is no such thing"));
}

TEST_F(ScaleCommand, a_history_is_judged_by_the_clusters_own_policy) {
  nlohmann::json points = nlohmann::json::array();
  for (int hour = 0; hour < 10; ++hour) {
    points.push_back(
        {{"at", fmt::format("2026-02-01T{:02}:00:00Z", hour)}, {"mean", 50}, {"members", 10}});
  }
  program.answer("GET /api/v1/clusters/web/history", nlohmann::json{{"points", points}}.dump());
  const auto config = write("web.yaml", "scaling: [{ name: web, max: 8, target_score: 75 }]");
  ASSERT_EQ(run({"scale", "backtest", "--json", "--history", "web", "--config", config}), 0) << err;
  const auto json = nlohmann::json::parse(out);
  EXPECT_EQ(json["fleet"]["max"], 8);
  EXPECT_NEAR(json["trace"]["peak_per_minute"].get<double>(), 20, 1e-9);
}

TEST_F(ScaleCommand, tune_has_a_point_for_each_objective) {
  ASSERT_EQ(run({"scale", "tune", "--json", "--trace", trace()}), 0) << err;
  const auto json = nlohmann::json::parse(out);
  ASSERT_EQ(json["policies"].size(), 9U);
  EXPECT_EQ(json["policies"][0]["slow_at_most"], 0.0005);
  EXPECT_EQ(json["policies"][8]["slow_at_most"], 0.1);
  for (const auto& point : json["policies"]) EXPECT_GT(point["cost"].get<double>(), 0);
  ASSERT_EQ(run({"scale", "tune", "--trace", trace()}), 0);
  EXPECT_THAT(out, HasSubstr("SLOW AT MOST"));
  EXPECT_THAT(out, HasSubstr("########"));
}

}  // namespace
}  // namespace livesonic::cli
