// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "livesonic/config/config.h"

namespace livesonic::config {
namespace {

using namespace std::chrono_literals;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;

Result<ScalingPolicy> policy_of(std::string_view yaml) {
  return parse_scaling_policy(yaml, "policy.yaml", [](const std::string&) { return std::nullopt; });
}

Result<Config> config_of(std::string_view yaml) {
  return parse(yaml, "web.yaml", [](const std::string&) { return std::nullopt; });
}

std::string mistakes(std::string_view yaml) {
  const auto policy = policy_of(yaml);
  return policy ? "(no mistake)" : policy.error().message;
}

constexpr const char* kWhole = R"(
min: 2
max: 40
requests_per_instance: 1200.5
target_score: 60
slow_at_most: 0.5%
warmup: 90s
timetable:
  - { at: "0 8 * * mon-fri", tz: Asia/Tokyo, min: 10, max: 60, target_score: 70 }
  - at: "0 20 * * *"
    min: 0
    spot: { max_price: 0.05, max_price_percent: 60% }
predict: { mode: forecast_only }
on_demand: { base: 2, percent: 25% }
spot:
  types: [m6i.large, c6i.large]
  max_price: 0.08
  max_price_percent: 70
  pools_at_least: 4
  pool_share_at_most: 40%
  wait: 10m
budget: { per_hour: 12, per_month: 5000.5 }
scale_in: { stable: 15m, at_most: 20%, drain: 3m }
through: fleet
dry_run: false
)";

TEST(ScalingPolicyFile, every_key_arrives) {
  const auto policy = policy_of(kWhole);
  ASSERT_TRUE(policy) << policy.error().message;
  EXPECT_EQ(policy->min, 2);
  EXPECT_EQ(policy->max, 40);
  EXPECT_EQ(policy->requests_per_instance, 1200.5);
  EXPECT_EQ(policy->target_score, 60);
  EXPECT_DOUBLE_EQ(policy->slow_at_most, 0.005);
  EXPECT_EQ(policy->warmup, 90s);
  ASSERT_EQ(policy->timetable.size(), 2U);
  const TimetableEntry& morning = policy->timetable[0];
  EXPECT_EQ(morning.at.text(), "0 8 * * mon-fri");
  EXPECT_EQ(morning.at.zone(), "Asia/Tokyo");
  EXPECT_EQ(morning.min, 10);
  EXPECT_EQ(morning.max, 60);
  EXPECT_EQ(morning.target_score, 70);
  EXPECT_FALSE(morning.spot_max_price || morning.spot_max_price_percent);
  const TimetableEntry& evening = policy->timetable[1];
  EXPECT_EQ(evening.min, 0);
  EXPECT_FALSE(evening.max || evening.target_score);
  EXPECT_EQ(evening.spot_max_price, 0.05);
  EXPECT_EQ(evening.spot_max_price_percent, 60);
  EXPECT_EQ(policy->predict, PredictMode::kForecastOnly);
  EXPECT_EQ(policy->on_demand.base, 2);
  EXPECT_EQ(policy->on_demand.percent, 25);
  EXPECT_THAT(policy->spot.types, ElementsAre("m6i.large", "c6i.large"));
  EXPECT_EQ(policy->spot.max_price, 0.08);
  EXPECT_EQ(policy->spot.max_price_percent, 70);
  EXPECT_EQ(policy->spot.pools_at_least, 4);
  EXPECT_DOUBLE_EQ(policy->spot.pool_share_at_most, 0.4);
  EXPECT_EQ(policy->spot.wait, 10min);
  EXPECT_EQ(policy->budget.per_hour, 12);
  EXPECT_EQ(policy->budget.per_month, 5000.5);
  EXPECT_EQ(policy->scale_in.stable, 15min);
  EXPECT_DOUBLE_EQ(policy->scale_in.at_most, 0.2);
  EXPECT_EQ(policy->scale_in.drain, 3min);
  EXPECT_EQ(policy->through, ScaleThrough::kFleet);
  EXPECT_FALSE(policy->dry_run);
}

TEST(ScalingPolicyFile, what_is_not_said_is_as_the_model_has_it_and_not_in_earnest) {
  for (const char* yaml : {"", "scaling:", "scaling: {}", "min: 1"}) {
    const auto policy = policy_of(yaml);
    ASSERT_TRUE(policy) << yaml << ": " << policy.error().message;
    const ScalingPolicy usual;
    EXPECT_EQ(policy->min, usual.min);
    EXPECT_EQ(policy->max, usual.max);
    EXPECT_FALSE(policy->requests_per_instance);
    EXPECT_DOUBLE_EQ(policy->slow_at_most, usual.slow_at_most);
    EXPECT_DOUBLE_EQ(policy->spot.pool_share_at_most, 1);
    EXPECT_DOUBLE_EQ(policy->scale_in.at_most, 1);
    EXPECT_EQ(policy->predict, PredictMode::kOn);
    EXPECT_EQ(policy->through, ScaleThrough::kAsg);
    EXPECT_TRUE(policy->timetable.empty());
    EXPECT_TRUE(policy->dry_run);
  }
}

TEST(ScalingPolicyFile, requests_may_be_told_by_the_second_the_minute_or_the_hour) {
  const std::pair<const char*, double> told[] = {
      {"1000", 1000}, {"1000/min", 1000}, {"20/s", 1200}, {"60000/h", 1000}, {"0.5/s", 30}};
  for (const auto& [text, a_minute] : told) {
    const auto policy = policy_of(std::string("requests_per_instance: ") + text);
    ASSERT_TRUE(policy) << policy.error().message;
    EXPECT_DOUBLE_EQ(policy->requests_per_instance.value_or(0), a_minute) << text;
  }
}

TEST(ScalingPolicyFile, the_scores_decide_beside_requests_where_they_have_a_target) {
  EXPECT_TRUE(policy_of("min: 1")->by_score);
  EXPECT_FALSE(policy_of("requests_per_instance: 10")->by_score);
  EXPECT_TRUE(policy_of("{ requests_per_instance: 10, target_score: 70 }")->by_score);
  EXPECT_TRUE(policy_of("{ requests_per_instance: 10, timetable: "
                        "[{ at: 0 8 * * *, target_score: 60 }] }")
                  ->by_score);
}

TEST(ScalingPolicyFile, it_may_stand_under_its_key_or_alone_and_with_a_name) {
  EXPECT_EQ(policy_of("scaling: { min: 7 }").value().min, 7);
  EXPECT_EQ(policy_of("min: 7").value().min, 7);
  EXPECT_EQ(policy_of("{ name: web, min: 7 }").value().min, 7);
  EXPECT_EQ(policy_of("scaling: { name: web, min: 7 }").value().min, 7);
  EXPECT_THAT(mistakes("scaling: { min: 7 }\nmax: 9\n"),
              HasSubstr("policy.yaml:2:1: unknown key 'max'"));
  EXPECT_THAT(mistakes("scaling:\n  - name: web\n    min: 7\n"),
              HasSubstr("'scaling' must be a map"));
}

TEST(ScalingPolicyFile, each_mistake_is_told_with_its_place_and_what_may_stand_there) {
  const std::pair<const char*, std::pair<const char*, const char*>> wrong[] = {
      {"min: -1", {"1:6: 'min'", "from 0 to 10000"}},
      {"min: some", {"1:6: 'min'", "must be a whole number, not 'some'"}},
      {"max: 10001", {"1:6: 'max'", "from 0 to 10000"}},
      {"min: 5\nmax: 4", {"2:1: 'max'", "is 4, less than min, 5"}},
      {"min: 200", {"'max'", "is 100, less than min, 200"}},
      {"requests_per_instance: 0", {"1:24: 'requests_per_instance'", "from 1e-06 to"}},
      {"requests_per_instance: 10/d", {"1:24: 'requests_per_instance'", "20/s or 60000/h"}},
      {"requests_per_instance: inf", {"1:24: 'requests_per_instance'", "1000/min"}},
      {"requests_per_instance: 1e12/s", {"1:24: 'requests_per_instance'", "to 1e+12 a minute"}},
      {"target_score: 100", {"1:15: 'target_score'", "must be from 1 to 99"}},
      {"slow_at_most: 60%", {"1:15: 'slow_at_most'", "must be a percentage from 0.01 to 50"}},
      {"slow_at_most: few", {"1:15: 'slow_at_most'", "such as 50%"}},
      {"slow_at_most: nan", {"1:15: 'slow_at_most'", "must be a percentage"}},
      {"warmup: 2h", {"1:9: 'warmup'", "to 1h"}},
      {"warmup: 90", {"1:9: 'warmup'", "needs a unit"}},
      {"timetable: [{ min: 1 }]", {"1:13: 'scaling.timetable.at'", "\"0 8 * * mon-fri\""}},
      {"timetable: [{ at: noon }]", {"1:19: 'scaling.timetable.at'", "noon"}},
      {"timetable: [{ at: 0 25 * * *, min: 1 }]", {"1:19: 'scaling.timetable.at'", "hour"}},
      {"timetable: [{ at: 0 8 * * *, tz: Mars/Sea }]", {"'scaling.timetable.at'", "Mars/Sea"}},
      {"timetable: [{ at: 0 8 * * *, min: 9, max: 8 }]",
       {"1:38: 'scaling.timetable.max'", "is less than min, 9"}},
      {"timetable: [{ at: 0 8 * * *, min: 10001 }]", {"1:35: 'scaling.timetable.min'", "10000"}},
      {"timetable: [{ at: 0 8 * * *, target_score: 0 }]",
       {"'scaling.timetable.target_score'", "from 1 to 99"}},
      {"timetable: [{ at: 0 8 * * *, spot: { max_price_percent: 91% } }]",
       {"'scaling.timetable.spot.max_price_percent'", "from 1 to 90"}},
      {"timetable: [{ at: 0 8 * * *, spot: { max_price: 0 } }]",
       {"'scaling.timetable.spot.max_price'", "must be from"}},
      {"timetable: { at: 0 8 * * * }", {"1:12: 'timetable'", "must be a list"}},
      {"predict: { mode: maybe }", {"1:18: 'predict.mode'", "off, forecast_only, on"}},
      {"predict: on", {"'predict'", "must be a map"}},
      {"on_demand: { base: 1.5 }", {"'on_demand.base'", "whole number"}},
      {"on_demand: { percent: 101 }", {"'on_demand.percent'", "from 0 to 100"}},
      {"spot: { types: [large] }", {"1:17: 'spot.types'", "such as c6i.large"}},
      {"spot: { types: m6i.large }", {"'spot.types'", "must be a list"}},
      {"spot: { max_price: -1 }", {"'spot.max_price'", "must be from"}},
      {"spot: { max_price_percent: 95% }", {"'spot.max_price_percent'", "from 1 to 90"}},
      {"spot: { pools_at_least: 0 }", {"'spot.pools_at_least'", "from 1 to 100"}},
      {"spot: { pool_share_at_most: 0% }", {"'spot.pool_share_at_most'", "from 1 to 100"}},
      {"spot: { wait: 25h }", {"'spot.wait'", "to 1d"}},
      {"budget: { per_hour: 0 }", {"'budget.per_hour'", "must be from"}},
      {"budget: { per_month: lots }", {"'budget.per_month'", "must be a number, not 'lots'"}},
      {"scale_in: { stable: 25h }", {"'scale_in.stable'", "to 1d"}},
      {"scale_in: { at_most: 0 }", {"'scale_in.at_most'", "from 1 to 100"}},
      {"scale_in: { drain: 2h }", {"'scale_in.drain'", "to 1h"}},
      {"through: hand", {"1:10: 'through'", "asg, fleet"}},
      {"dry_run: perhaps", {"1:10: 'dry_run'", "must be true or false"}},
      {"min:", {"'min'", "has no value"}},
      {"min: 1\n  max: 2", {"policy.yaml:", ""}},
  };
  for (const auto& [yaml, parts] : wrong) {
    EXPECT_THAT(mistakes(yaml),
                AllOf(HasSubstr("policy.yaml:"), HasSubstr(parts.first), HasSubstr(parts.second)))
        << yaml;
  }
}

TEST(ScalingPolicyFile, unknown_keys_are_refused_wherever_they_stand) {
  const std::pair<const char*, const char*> wrong[] = {
      {"mn: 1", "1:1: unknown key 'mn'; did you mean 'min'?"},
      {"predict: { modes: on }", "unknown key 'modes' in 'predict'; did you mean 'mode'?"},
      {"on_demand: { bas: 1 }", "did you mean 'base'?"},
      {"spot: { typs: [] }", "did you mean 'types'?"},
      {"budget: { per_day: 1 }", "unknown key 'per_day' in 'budget'"},
      {"scale_in: { stabel: 1m }", "did you mean 'stable'?"},
      {"timetable: [{ at: 0 8 * * *, mni: 1 }]", "unknown key 'mni' in 'scaling.timetable'"},
      {"timetable: [{ at: 0 8 * * *, spot: { types: [] } }]",
       "unknown key 'types' in 'scaling.timetable.spot'"},
  };
  for (const auto& [yaml, message] : wrong) EXPECT_THAT(mistakes(yaml), HasSubstr(message)) << yaml;
}

TEST(ScalingPolicyFile, all_mistakes_are_told_at_once) {
  const std::string all = mistakes("min: x\nmax: y\ndry_run: z\nspot: { wait: 1 }\n");
  for (const char* line :
       {"policy.yaml:1:", "policy.yaml:2:", "policy.yaml:3:", "policy.yaml:4:"}) {
    EXPECT_THAT(all, HasSubstr(line));
  }
}

TEST(ScalingPolicyFile, one_that_is_too_large_is_not_read) {
  EXPECT_THAT(mistakes("# " + std::string(2 << 20, 'x')), HasSubstr("larger than 1048576 bytes"));
}

TEST(ScalingSection, has_a_policy_for_each_cluster) {
  const auto config = config_of("scaling:\n  - { name: web, min: 3 }\n  - { name: api, max: 5 }\n");
  ASSERT_TRUE(config) << config.error().message;
  ASSERT_EQ(config->scaling.size(), 2U);
  EXPECT_EQ(config->scaling.at("web").min, 3);
  EXPECT_EQ(config->scaling.at("api").max, 5);
  EXPECT_TRUE(config->scaling.at("web").dry_run);
}

std::string section_mistakes(std::string_view yaml) {
  const auto config = config_of(yaml);
  return config ? "(no mistake)" : config.error().message;
}

TEST(ScalingSection, warns_of_what_a_server_does_not_keep) {
  const auto none = [](const std::string&) { return std::optional<std::string>(); };
  const auto warnings = [&](const std::string& more) {
    return parse("scaling:\n  - name: web\n" + more, "web.yaml", none)->warnings;
  };
  EXPECT_THAT(warnings("    budget: { per_hour: 3 }\n"), testing::IsEmpty());
  EXPECT_THAT(warnings("    budget: { per_month: 300 }\n"), testing::IsEmpty());
  EXPECT_THAT(warnings("    on_demand: { base: 2 }\n"),
              ElementsAre(HasSubstr("scaling of web: through asg it is left to the group")));
  EXPECT_THAT(warnings("    spot: { types: [m6i.large] }\n"), testing::SizeIs(1));
}

TEST(ScalingSection, a_fleet_needs_to_know_what_to_launch) {
  EXPECT_THAT(section_mistakes("scaling:\n  - name: web\n    through: fleet\n"),
              AllOf(HasSubstr("'scaling.launch.template' is missing"),
                    HasSubstr("'scaling.launch.zones' is missing"),
                    HasSubstr("'scaling.launch.types' is missing")));
  EXPECT_THAT(section_mistakes("scaling:\n  - name: web\n    through: fleet\n"
                               "    launch: { template: web, zones: [us-east-1a] }\n"
                               "    spot: { types: [c6i.large], pools_at_least: 3 }\n"),
              HasSubstr("'scaling.spot.pools_at_least' is 3, and the types and zones make 1"));
  EXPECT_THAT(section_mistakes("scaling:\n  - name: web\n"
                               "    launch: { zones: [us-east-1a], subnets: { us-east-1b: s } }\n"
                               "    replace: { hours: [never], tz: Nowhere }\n"),
              AllOf(HasSubstr("us-east-1b"), HasSubstr("replace.hours"), HasSubstr("Nowhere")));
  const auto config = config_of(
      "scaling:\n  - name: web\n    through: fleet\n"
      "    launch:\n"
      "      template: web\n      version: \"3\"\n      zones: [us-east-1a, us-east-1b]\n"
      "      subnets: { us-east-1b: subnet-1 }\n      types: [m6i.large]\n"
      "    replace: { at_most: 20%, saving_at_least: 10%, hours: [\"01:00-05:00\"] }\n");
  ASSERT_TRUE(config) << config.error().message;
  const ScalingPolicy& policy = config->scaling.at("web");
  EXPECT_EQ(policy.launch.launch_template, "web");
  EXPECT_EQ(policy.launch.version, "3");
  EXPECT_EQ(policy.launch.zones.size(), 2U);
  EXPECT_EQ(policy.launch.subnets.at("us-east-1b"), "subnet-1");
  EXPECT_EQ(policy.launch.types.front(), "m6i.large");
  EXPECT_NEAR(policy.replace.at_most, 0.2, 1e-9);
  EXPECT_NEAR(policy.replace.saving_at_least, 0.1, 1e-9);
  EXPECT_EQ(policy.replace.hours.size(), 1U);
  EXPECT_TRUE(config_of("scaling: [{ name: web, through: asg }]"));
}

TEST(ScalingSection, a_cluster_has_a_name_and_one_policy) {
  EXPECT_THAT(section_mistakes("scaling: [{ min: 1 }]"), HasSubstr("'scaling.name' is missing"));
  EXPECT_THAT(section_mistakes("scaling:\n  - { name: web }\n  - { name: web }\n"),
              HasSubstr("web.yaml:3:13: the cluster 'web' is also on line 2"));
  EXPECT_THAT(section_mistakes("scaling: { name: web }"), HasSubstr("must be a list"));
}

TEST(ScalingSection, its_mistakes_are_told_in_the_configurations_own_way) {
  EXPECT_THAT(section_mistakes("scaling:\n  - name: web\n    min: 9\n    max: 8\n    mni: 1\n"),
              AllOf(HasSubstr("web.yaml:4:5: 'scaling.max' is 8, less than min, 9"),
                    HasSubstr("web.yaml:5:5: unknown key 'mni' in 'scaling'")));
}

}  // namespace
}  // namespace livesonic::config
