// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "livesonic/storage/contract.h"

namespace livesonic::storage {
namespace {

using namespace std::chrono_literals;

class HistoryContract : public ContractTest {
 protected:
  void put_service(const std::string& name, std::vector<std::string> clusters = {}) {
    Service service;
    service.name = name;
    service.command = "true";
    service.clusters = std::move(clusters);
    ASSERT_TRUE(store().put_service(service));
  }

  std::vector<ScorePoint> scores(const std::string& cluster, const std::string& instance,
                                 std::string_view from, std::string_view to) {
    return store().instance_history(cluster, instance, {at(from), at(to)}).value();
  }
};
INSTANTIATE_TEST_SUITE_P(Stores, HistoryContract, testing::ValuesIn(backends()), backend_name);

const TimeRange kEver{Time::min(), Time::max()};

InstanceReadings scored(const std::string& cluster, const std::string& instance, Time time,
                        int score) {
  InstanceReadings readings;
  readings.score = {cluster, instance, time, 12ms, Outcome::kOk, score, ""};
  return readings;
}

CheckReading checked(const std::string& cluster, const std::string& instance,
                     const std::string& service, Time time) {
  return {cluster, instance, service, time, 34ms, Outcome::kCheckFailed, 3, "out", "err", "why"};
}

TEST_P(HistoryContract, the_latest_readings_are_read_back_whole_also_after_a_restart) {
  register_cluster("web");
  put_service("nginx");
  std::vector<InstanceReadings> readings;
  std::vector<ScoreReading> expected_scores;
  std::vector<CheckReading> expected_checks;
  for (const std::string& text : hostile_texts()) {
    const std::string instance = "i-" + std::to_string(readings.size());
    InstanceReadings reading;
    reading.score = {"web", instance, Time{1ms}, 2ms, Outcome::kTimedOut, std::nullopt, text};
    reading.checks = {{"web", instance, "nginx", Time{3ms}, 4ms, Outcome::kNotRun, std::nullopt,
                       text + "o", text + "e", text + "d"}};
    expected_scores.push_back(reading.score);
    expected_checks.push_back(reading.checks.front());
    readings.push_back(reading);
  }
  ASSERT_TRUE(store().record(readings));
  reopen();
  EXPECT_EQ(store().latest_scores("web"), expected_scores);
  EXPECT_EQ(store().latest_checks("web"), expected_checks);
}

TEST_P(HistoryContract, the_parts_of_a_score_are_kept_as_far_as_they_are_known) {
  register_cluster("web");
  InstanceReadings reading = scored("web", "i-1", Time{1ms}, 12);
  for (const std::optional<ScoreParts>& parts :
       {std::optional(ScoreParts{40, 100, 98, 12}), std::optional(ScoreParts{0, 0, 12, 100}),
        std::optional<ScoreParts>()}) {
    reading.score.parts = parts;
    ASSERT_TRUE(store().record({reading}));
    reopen();
    EXPECT_EQ(store().latest_scores("web").value().at(0), reading.score);
  }
}

TEST_P(HistoryContract, every_outcome_can_be_stored) {
  register_cluster("web");
  for (int i = 0; i <= static_cast<int>(Outcome::kNotRun); ++i) {
    InstanceReadings reading = scored("web", "i-1", Time{1ms}, 50);
    reading.score.outcome = static_cast<Outcome>(i);
    ASSERT_TRUE(store().record({reading}));
    EXPECT_EQ(store().latest_scores("web").value().at(0), reading.score);
  }
}

TEST_P(HistoryContract, a_newer_reading_replaces_the_latest_and_joins_the_history) {
  register_cluster("web");
  const Time first = at("2026-03-01T08:30:00.250Z");
  ASSERT_TRUE(store().record({scored("web", "i-1", first, 90), scored("web", "i-2", first, 80)}));
  ASSERT_TRUE(store().record({scored("web", "i-1", first + 60s, 20)}));
  const std::vector<ScoreReading> latest = store().latest_scores("web").value();
  ASSERT_EQ(latest.size(), 2U);
  EXPECT_EQ(latest[0].score, 20);
  EXPECT_EQ(latest[1].score, 80);
  EXPECT_EQ(store().instance_history("web", "i-1", kEver),
            (std::vector<ScorePoint>{{first, 90}, {first + 60s, 20}}));
}

TEST_P(HistoryContract, a_poll_without_a_score_leaves_no_point) {
  register_cluster("web");
  InstanceReadings reading = scored("web", "i-1", at("2026-03-01T00:00:00Z"), 1);
  reading.score.score.reset();
  reading.score.outcome = Outcome::kUnreachable;
  ASSERT_TRUE(store().record({reading}));
  EXPECT_TRUE(store().instance_history("web", "i-1", kEver).value().empty());
  EXPECT_TRUE(store().months().value().empty());
}

TEST_P(HistoryContract, readings_of_clusters_that_are_not_registered_are_left_out) {
  register_cluster("web");
  register_cluster("old");
  const Time time = at("2026-03-01T00:00:00Z");
  ASSERT_TRUE(store().record({scored("old", "i-1", time, 70)}));
  ASSERT_TRUE(store().remove_cluster("old", time, "cluster removed"));
  ASSERT_TRUE(store().record({scored("old", "i-1", time + 60s, 60), scored("never", "i-1", time, 5),
                              scored("web", "i-1", time, 50)}));
  EXPECT_EQ(store().instance_history("web", "i-1", kEver).value().size(), 1U);
  EXPECT_TRUE(store().instance_history("never", "i-1", kEver).value().empty());
  // What was there before the removal can still be read.
  EXPECT_EQ(store().instance_history("old", "i-1", kEver), (std::vector<ScorePoint>{{time, 70}}));
  EXPECT_EQ(store().latest_scores("old").value().at(0).score, 70);
}

TEST_P(HistoryContract, a_cluster_that_was_removed_and_registered_again_continues_its_history) {
  register_cluster("web");
  const Time time = at("2026-03-01T00:00:00Z");
  ASSERT_TRUE(store().record({scored("web", "i-1", time, 70)}));
  ASSERT_TRUE(store().remove_cluster("web", time, "cluster removed"));
  register_cluster("web");
  ASSERT_TRUE(store().record({scored("web", "i-1", time + 60s, 71)}));
  EXPECT_EQ(store().instance_history("web", "i-1", kEver).value().size(), 2U);
}

TEST_P(HistoryContract, checks_of_services_that_do_not_apply_any_more_are_not_shown) {
  register_cluster("web");
  register_cluster("db");
  put_service("nginx");
  put_service("disk");
  const Time time = at("2026-03-01T00:00:00Z");
  const auto record = [&](const std::string& cluster) {
    InstanceReadings reading = scored(cluster, "i-1", time, 50);
    reading.checks = {checked(cluster, "i-1", "disk", time), checked(cluster, "i-1", "nginx", time),
                      checked(cluster, "i-1", "no-such-service", time)};
    return store().record({reading});
  };
  ASSERT_TRUE(record("web"));
  ASSERT_TRUE(record("db"));
  EXPECT_EQ(store().latest_checks("web").value().size(), 2U);

  put_service("nginx", {"web"});
  EXPECT_EQ(store().latest_checks("web").value().size(), 2U);
  EXPECT_EQ(store().latest_checks("db"), std::vector{checked("db", "i-1", "disk", time)});

  ASSERT_TRUE(store().remove_service("disk"));
  EXPECT_EQ(store().latest_checks("web"), std::vector{checked("web", "i-1", "nginx", time)});
  EXPECT_TRUE(store().latest_checks("db").value().empty());

  // A poll that began before all this brings nothing back.
  ASSERT_TRUE(record("db"));
  EXPECT_TRUE(store().latest_checks("db").value().empty());
}

TEST_P(HistoryContract, ranges_begin_with_their_start_and_end_before_their_end) {
  register_cluster("web");
  for (const char* time : {"2026-02-28T23:59:59.999Z", "2026-03-01T00:00:00Z",
                           "2026-03-01T00:59:59.999Z", "2026-03-01T01:00:00Z"}) {
    ASSERT_TRUE(store().record({scored("web", "i-1", at(time), 50)}));
  }
  EXPECT_EQ(scores("web", "i-1", "2026-03-01T00:00:00Z", "2026-03-01T01:00:00Z").size(), 2U);
  EXPECT_EQ(scores("web", "i-1", "2026-02-28T23:59:59.999Z", "2026-03-01T00:00:00Z").size(), 1U);
  EXPECT_EQ(scores("web", "i-1", "2026-03-01T00:00:00.001Z", "2026-03-01T00:59:59.999Z").size(),
            0U);
  EXPECT_EQ(scores("web", "i-1", "2026-03-02T00:00:00Z", "2026-03-01T00:00:00Z").size(), 0U);
  EXPECT_EQ(store().instance_history("web", "i-1", kEver).value().size(), 4U);
}

TEST_P(HistoryContract, months_are_read_across_in_order_and_dropped_as_a_whole) {
  register_cluster("web");
  for (const char* time : {"2026-03-01T00:00:00Z", "2025-12-31T23:59:59.999Z",
                           "2026-01-01T00:00:00Z", "2026-01-31T23:59:59.999Z"}) {
    ASSERT_TRUE(store().record({scored("web", "i-1", at(time), 50)}));
    ASSERT_TRUE(store().import_cluster_points("web", {{at(time), 50, 50, 50, 0, 1, 1}}));
  }
  EXPECT_EQ(store().months(), (std::vector<Month>{{2025, 12}, {2026, 1}, {2026, 3}}));
  EXPECT_EQ(store().drop_months_before({2025, 12}), std::vector<Month>{});
  EXPECT_EQ(store().drop_months_before({2026, 2}), (std::vector<Month>{{2025, 12}, {2026, 1}}));
  EXPECT_EQ(store().months(), (std::vector<Month>{{2026, 3}}));
  EXPECT_EQ(store().instance_history("web", "i-1", kEver).value().size(), 1U);
  EXPECT_EQ(store().cluster_history("web", kEver).value().size(), 1U);
  // A month that was dropped can begin anew.
  ASSERT_TRUE(store().record({scored("web", "i-1", at("2026-01-05T00:00:00Z"), 7)}));
  const std::vector<ScorePoint> points = store().instance_history("web", "i-1", kEver).value();
  ASSERT_EQ(points.size(), 2U);
  EXPECT_EQ(points[0].score, 7);
}

TEST_P(HistoryContract, imported_points_do_not_replace_what_is_there) {
  register_cluster("web");
  const Time time = at("2026-03-01T00:00:00Z");
  ASSERT_TRUE(store().record({scored("web", "i-1", time, 50)}));
  ASSERT_TRUE(store().import_scores("web", "i-1", {{time, 1}, {time - 1h, 60}, {time + 1h, 70}}));
  EXPECT_EQ(store().instance_history("web", "i-1", kEver),
            (std::vector<ScorePoint>{{time - 1h, 60}, {time, 50}, {time + 1h, 70}}));
  const ClusterPoint first{time, 50.5, 1, 100, 12.25, 3, 4};
  ClusterPoint second = first;
  second.mean = 1;
  ASSERT_TRUE(store().import_cluster_points("web", {first}));
  ASSERT_TRUE(store().import_cluster_points("web", {second}));
  EXPECT_EQ(store().cluster_history("web", kEver), std::vector{first});
}

TEST_P(HistoryContract, an_import_that_cannot_be_right_adds_nothing) {
  register_cluster("web");
  const Time time = at("2026-03-01T00:00:00Z");
  for (const ScorePoint& bad : {ScorePoint{time, 0}, ScorePoint{time, 101},
                                ScorePoint{Time{-1ms}, 50}, ScorePoint{Time::max(), 50}}) {
    const Result<void> done = store().import_scores("web", "i-1", {{time - 1h, 60}, bad});
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().kind, ErrorKind::kInvalidInput);
  }
  EXPECT_EQ(store().import_scores("never", "i-1", {}).error().kind, ErrorKind::kNotFound);
  EXPECT_EQ(store().import_cluster_points("never", {}).error().kind, ErrorKind::kNotFound);
  EXPECT_TRUE(store().instance_history("web", "i-1", kEver).value().empty());
  EXPECT_TRUE(store().months().value().empty());
}

CheckReading measured(const std::string& instance, Time time, std::vector<Metric> metrics) {
  CheckReading reading{"web", instance, "disk", time, 34ms, Outcome::kOk, 0, "", "", ""};
  reading.status = CheckStatus::kOk;
  reading.metrics = std::move(metrics);
  return reading;
}

InstanceReadings with_check(CheckReading check) {
  InstanceReadings readings = scored(check.cluster, check.instance, check.at, 50);
  readings.checks.push_back(std::move(check));
  return readings;
}

TEST_P(HistoryContract, metrics_are_kept_over_time_with_what_was_said_of_them_last) {
  register_cluster("web");
  put_service("disk");
  const Time first = at("2026-03-31T23:59:30.250Z");
  ASSERT_TRUE(store().record(
      {with_check(measured("i-1", first, {{"/", 10.5, "MB", "80", "90", 0, 100}, {"b", -1}})),
       with_check(measured("i-2", first, {{"/", 99}}))}));
  ASSERT_TRUE(store().record({with_check(
      measured("i-1", first + 60s, {{"/", 12.5, "MB", "70", "90", 0, std::nullopt}}))}));
  reopen();
  EXPECT_EQ(store().metric_history("web", "i-1", "disk", kEver),
            (std::vector<MetricSeries>{{{"/", 12.5, "MB", "70", "90", 0, std::nullopt},
                                        {{first, 10.5}, {first + 60s, 12.5}}},
                                       {{"b", -1}, {{first, -1}}}}));
  const auto later = store().metric_history("web", "i-1", "disk", {first + 1ms, Time::max()});
  ASSERT_TRUE(later);
  EXPECT_EQ(later->at(0).points.size(), 1U);
  EXPECT_TRUE(later->at(1).points.empty());
  EXPECT_TRUE(store().metric_history("web", "i-1", "other", kEver).value().empty());
  EXPECT_TRUE(store().metric_history("web", "i-9", "disk", kEver).value().empty());
  EXPECT_TRUE(store().latest_checks("web").value().at(0).metrics.empty());
}

TEST_P(HistoryContract, metrics_go_with_their_months_and_those_that_came_no_more_with_them) {
  register_cluster("web");
  put_service("disk");
  const Time march = at("2026-03-10T00:00:00Z");
  ASSERT_TRUE(store().record({with_check(measured("i-1", march, {{"old", 1}, {"both", 1}}))}));
  ASSERT_TRUE(
      store().record({with_check(measured("i-1", at("2026-04-10T00:00:00Z"), {{"both", 2}}))}));
  ASSERT_EQ(store().drop_months_before({2026, 4}), (std::vector<Month>{{2026, 3}}));
  const auto left = store().metric_history("web", "i-1", "disk", kEver).value();
  ASSERT_EQ(left.size(), 1U);
  EXPECT_EQ(left[0].metric.label, "both");
  EXPECT_EQ(left[0].points.size(), 1U);
}

TEST_P(HistoryContract, a_host_that_thinks_of_new_metrics_each_time_fills_no_disk) {
  register_cluster("web");
  put_service("disk");
  const Time time = at("2026-03-10T00:00:00Z");
  for (int round = 0; round < 3; ++round) {
    std::vector<Metric> metrics{{"steady", 1.0 * round}};
    for (int i = 0; i < 60; ++i) {
      metrics.push_back({"m" + std::to_string(round) + "-" + std::to_string(i), 1});
    }
    ASSERT_TRUE(store().record({with_check(measured("i-1", time + round * 60s, metrics))}));
  }
  const auto series = store().metric_history("web", "i-1", "disk", kEver).value();
  EXPECT_EQ(series.size(), kMostMetrics);
  const auto steady = std::find_if(series.begin(), series.end(), [](const MetricSeries& one) {
    return one.metric.label == "steady";
  });
  ASSERT_NE(steady, series.end());
  EXPECT_EQ(steady->points.size(), 3U);
}

TEST_P(HistoryContract, a_check_that_stands_for_an_earlier_one_is_not_stored_again) {
  register_cluster("web");
  put_service("disk");
  const Time time = at("2026-03-10T00:00:00Z");
  ASSERT_TRUE(store().record({with_check(measured("i-1", time, {{"a", 1}}))}));
  CheckReading again = measured("i-1", time + 60s, {{"a", 2}});
  again.kept = true;
  ASSERT_TRUE(store().record({with_check(again)}));
  EXPECT_EQ(store().latest_checks("web").value().at(0).at, time);
  EXPECT_EQ(store().metric_history("web", "i-1", "disk", kEver).value().at(0).points.size(), 1U);
}

TEST_P(HistoryContract, instances_of_the_same_id_behind_two_balancers_have_two_histories) {
  register_cluster("web");
  register_cluster("api");
  const Time time = at("2026-03-01T00:00:00Z");
  ASSERT_TRUE(store().record({scored("web", "i-1", time, 10), scored("api", "i-1", time, 20)}));
  EXPECT_EQ(store().instance_history("web", "i-1", kEver).value().at(0).score, 10);
  EXPECT_EQ(store().instance_history("api", "i-1", kEver).value().at(0).score, 20);
}

}  // namespace
}  // namespace livesonic::storage
