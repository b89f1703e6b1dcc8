// SPDX-License-Identifier: Apache-2.0
#include "livesonic/monitoring/tally.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace livesonic::monitoring {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::Not;

InstanceReadings readings(const std::string& instance, std::optional<int> score) {
  InstanceReadings one;
  one.score.instance = instance;
  one.score.score = score;
  one.score.outcome = score ? Outcome::kOk : Outcome::kUnreachable;
  one.checks.resize(2);
  one.checks[0].outcome = Outcome::kOk;
  one.checks[1].outcome = score ? Outcome::kCheckFailed : Outcome::kUnreachable;
  return one;
}

Round round(const std::string& cluster) {
  Round made;
  made.cluster.name = cluster;
  made.instances.resize(3);
  made.readings = {readings("i-1", 80), readings("i-2", 41), readings("i-3", {})};
  return made;
}

TEST(Tally, counts_readings_by_way_and_outcome) {
  Tally tally;
  tally.polled(readings("i-1", 80), true, 20ms);
  tally.polled(readings("i-2", 40), false, 20ms);  // its score came by a stream
  tally.polled(readings("i-3", {}), true, 20ms);
  tally.streamed(Outcome::kOk);
  const std::string text = tally.prometheus_text();
  EXPECT_THAT(text, HasSubstr("livesonic_score_readings_total{way=\"poll\",outcome=\"ok\"} 1\n"));
  EXPECT_THAT(
      text, HasSubstr("livesonic_score_readings_total{way=\"poll\",outcome=\"unreachable\"} 1\n"));
  EXPECT_THAT(text, HasSubstr("livesonic_score_readings_total{way=\"stream\",outcome=\"ok\"} 1\n"));
  EXPECT_THAT(text, HasSubstr("livesonic_check_readings_total{outcome=\"ok\"} 3\n"));
  EXPECT_THAT(text, HasSubstr("livesonic_check_readings_total{outcome=\"check_failed\"} 2\n"));
}

TEST(Tally, delays_are_a_cumulative_histogram) {
  Tally tally;
  for (const Duration delay : {Duration{50ms}, Duration{90ms}, Duration{700ms}, Duration{2min}}) {
    tally.polled(readings("i-1", 80), true, delay);
  }
  tally.polled(readings("i-1", 80), true, -1s);  // the clock was set back
  const std::string text = tally.prometheus_text();
  EXPECT_THAT(text, HasSubstr("livesonic_poll_delay_seconds_bucket{le=\"0.05\"} 2\n"));
  EXPECT_THAT(text, HasSubstr("livesonic_poll_delay_seconds_bucket{le=\"0.1\"} 3\n"));
  EXPECT_THAT(text, HasSubstr("livesonic_poll_delay_seconds_bucket{le=\"1\"} 4\n"));
  EXPECT_THAT(text, HasSubstr("livesonic_poll_delay_seconds_bucket{le=\"60\"} 4\n"));
  EXPECT_THAT(text, HasSubstr("livesonic_poll_delay_seconds_bucket{le=\"+Inf\"} 5\n"));
  EXPECT_THAT(text, HasSubstr("livesonic_poll_delay_seconds_count 5\n"));
}

TEST(Tally, tells_how_clusters_were_in_their_last_round_as_long_as_they_are_there) {
  Tally tally;
  tally.finished(round("web"));
  tally.finished(round("web"));
  tally.finished(round("api"));
  std::string text = tally.prometheus_text();
  EXPECT_THAT(text, HasSubstr("livesonic_rounds_total{cluster=\"web\"} 2\n"));
  EXPECT_THAT(text, HasSubstr("livesonic_cluster_instances{cluster=\"web\"} 3\n"));
  EXPECT_THAT(text, HasSubstr("livesonic_cluster_score{cluster=\"web\"} 60.5\n"));
  EXPECT_THAT(text, HasSubstr("livesonic_instance_score{cluster=\"web\",instance=\"i-2\"} 41\n"));
  EXPECT_THAT(text, Not(HasSubstr("i-3"))) << "there is no score of it";
  tally.clusters_are({"web"});
  text = tally.prometheus_text();
  EXPECT_THAT(text, HasSubstr("\"web\""));
  EXPECT_THAT(text, Not(HasSubstr("\"api\"")));
}

TEST(Tally, tells_what_the_checks_and_probes_of_the_last_round_found) {
  Round made = round("web");
  InstanceReadings& one = made.readings[0];
  one.checks[0].instance = one.checks[1].instance = "i-1";
  one.checks[0].service = "nginx";
  one.checks[0].status = CheckStatus::kOk;
  one.checks[1].service = "disk \"/\"";
  one.checks[1].status = CheckStatus::kWarning;
  made.readings.resize(1);
  CheckReading front;
  front.service = "front";
  front.at = Time{1'772'353'800'250ms};
  front.took = 120ms;
  front.outcome = Outcome::kCheckFailed;
  front.status = CheckStatus::kCritical;
  front.metrics = {{.label = "time", .value = 0.12, .unit = "s"}};
  CheckReading never;
  never.service = "never";
  made.probes = {front, never};
  Tally tally;
  tally.finished(made);
  const std::string text = tally.prometheus_text();
  for (const char* line :
       {"# TYPE livesonic_check_status gauge\n",
        "livesonic_check_status{cluster=\"web\",instance=\"i-1\",service=\"nginx\"} 0\n",
        "livesonic_check_status{cluster=\"web\",instance=\"i-1\",service=\"disk \\\"/\\\"\"} 1\n",
        "# TYPE livesonic_probe_status gauge\n",
        "livesonic_probe_status{cluster=\"web\",probe=\"front\"} 2\n",
        "livesonic_probe_status{cluster=\"web\",probe=\"never\"} 3\n",
        "livesonic_probe_seconds{cluster=\"web\",probe=\"front\"} 0.12\n",
        "livesonic_probe_value{cluster=\"web\",probe=\"front\",metric=\"time\"} 0.12\n",
        "livesonic_probe_timestamp_seconds{cluster=\"web\",probe=\"front\"} 1772353800.250\n"}) {
    EXPECT_THAT(text, HasSubstr(line));
  }
  EXPECT_THAT(text, Not(HasSubstr("livesonic_probe_seconds{cluster=\"web\",probe=\"never\"}")));
  made.probes.clear();
  made.readings.clear();
  tally.finished(made);
  EXPECT_THAT(tally.prometheus_text(), Not(HasSubstr("front"))) << "it is a probe no more";
}

}  // namespace
}  // namespace livesonic::monitoring
