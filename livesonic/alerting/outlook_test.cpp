// SPDX-License-Identifier: Apache-2.0
#include "livesonic/alerting/outlook.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace livesonic::alerting {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

const Time kStart = Time{1'770'000'000s};

Round round(const std::string& cluster, Time at, int hosts, int unreachable,
            const std::string& balancer = "InService") {
  Round round;
  round.cluster.name = cluster;
  round.at = at;
  for (int i = 0; i < hosts; ++i) {
    Instance instance;
    instance.id = cluster + std::to_string(i);
    instance.balancer_state = balancer;
    round.instances.push_back(instance);
    InstanceReadings readings;
    readings.score.instance = instance.id;
    readings.score.at = at;
    readings.score.outcome = i < unreachable ? Outcome::kUnreachable : Outcome::kOk;
    round.readings.push_back(readings);
  }
  return round;
}

class OutlookTest : public testing::Test {
 protected:
  OutlookTest() {
    for (const char* cluster : {"web", "api", "db"}) outlook_.note(round(cluster, kStart, 10, 0));
  }
  Outlook outlook_{60s};
};

TEST_F(OutlookTest, several_clusters_dark_at_once_are_our_own_path) {
  outlook_.note(round("web", kStart + 60s, 10, 10));
  EXPECT_EQ(outlook_.sight("web", kStart + 60s), Sight::kDoubtful);
  outlook_.note(round("api", kStart + 80s, 10, 9));
  EXPECT_TRUE(outlook_.blind());
  EXPECT_EQ(outlook_.sight("web", kStart + 80s), Sight::kBlind);
  EXPECT_EQ(outlook_.sight("db", kStart + 80s), Sight::kBlind);
  const auto findings = outlook_.findings(kStart + 80s);
  ASSERT_THAT(findings, SizeIs(1));
  EXPECT_EQ(findings[0].cause, "monitor");
  EXPECT_EQ(findings[0].severity, Severity::kCritical);
  EXPECT_THAT(findings[0].summary, HasSubstr("19 hosts of 2 clusters"));
}

TEST_F(OutlookTest, sight_comes_back_when_most_hosts_answer_again) {
  outlook_.note(round("web", kStart + 60s, 10, 10));
  outlook_.note(round("api", kStart + 80s, 10, 10));
  outlook_.note(round("web", kStart + 120s, 10, 6));
  EXPECT_TRUE(outlook_.blind());
  outlook_.note(round("api", kStart + 140s, 10, 0));
  EXPECT_FALSE(outlook_.blind());
  EXPECT_THAT(outlook_.findings(kStart + 140s), IsEmpty());
}

TEST_F(OutlookTest, hosts_that_turn_out_to_be_down_end_the_blindness) {
  outlook_.note(round("web", kStart + 60s, 10, 10));
  outlook_.note(round("api", kStart + 80s, 10, 10));
  EXPECT_TRUE(outlook_.blind());
  // The balancers needed a while to find out.
  outlook_.note(round("web", kStart + 120s, 10, 10, "OutOfService"));
  outlook_.note(round("api", kStart + 140s, 10, 10, "OutOfService"));
  EXPECT_FALSE(outlook_.blind());
  EXPECT_EQ(outlook_.sight("web", kStart + 180s), Sight::kClear);
}

TEST(OutlookAfterAStart, the_first_cluster_that_is_dark_waits_for_the_others) {
  Outlook outlook(60s);
  outlook.resume(kStart, false);
  outlook.note(round("web", kStart + 1s, 10, 10));
  EXPECT_EQ(outlook.sight("web", kStart + 1s), Sight::kDoubtful);
  outlook.note(round("api", kStart + 2s, 10, 10));
  EXPECT_EQ(outlook.sight("api", kStart + 2s), Sight::kBlind);
}

TEST(OutlookAfterAStart, a_cluster_that_is_the_only_one_is_told_of_all_the_same) {
  Outlook outlook(60s);
  outlook.resume(kStart, false);
  outlook.note(round("web", kStart + 1s, 10, 10));
  outlook.note(round("web", kStart + 61s, 10, 10));
  EXPECT_EQ(outlook.sight("web", kStart + 61s), Sight::kDoubtful);
  outlook.note(round("web", kStart + 121s, 10, 10));
  EXPECT_EQ(outlook.sight("web", kStart + 121s), Sight::kClear);
}

TEST(OutlookAfterAStart, it_is_as_blind_as_before_until_the_clusters_are_known_again) {
  Outlook outlook(60s);
  outlook.resume(kStart, true);
  outlook.note(round("web", kStart + 1s, 10, 0));
  EXPECT_TRUE(outlook.blind());
  outlook.note(round("api", kStart + 2s, 10, 10));
  outlook.note(round("db", kStart + 3s, 10, 10));
  outlook.note(round("web", kStart + 121s, 10, 0));
  EXPECT_TRUE(outlook.blind());
  outlook.note(round("api", kStart + 122s, 10, 0));
  EXPECT_FALSE(outlook.blind());
}

TEST(OutlookWithoutAServer, each_look_is_judged_by_itself) {
  Outlook outlook(60s);
  outlook.note(round("web", kStart, 10, 10));
  EXPECT_EQ(outlook.sight("web", kStart), Sight::kClear);
}

TEST_F(OutlookTest, one_dark_cluster_is_told_of_when_another_has_answered) {
  outlook_.note(round("web", kStart + 60s, 10, 10));
  EXPECT_EQ(outlook_.sight("web", kStart + 61s), Sight::kDoubtful);
  outlook_.note(round("api", kStart + 70s, 10, 0));
  EXPECT_EQ(outlook_.sight("web", kStart + 71s), Sight::kClear);
}

TEST_F(OutlookTest, doubt_does_not_last_when_nobody_else_says_anything) {
  outlook_.note(round("web", kStart + 60s, 10, 10));
  EXPECT_EQ(outlook_.sight("web", kStart + 149s), Sight::kDoubtful);
  EXPECT_EQ(outlook_.sight("web", kStart + 151s), Sight::kClear);
}

TEST_F(OutlookTest, hosts_that_their_balancer_calls_down_are_down) {
  outlook_.note(round("web", kStart + 60s, 10, 10, "OutOfService"));
  EXPECT_EQ(outlook_.sight("web", kStart + 61s), Sight::kClear);
  outlook_.note(round("api", kStart + 70s, 10, 10, "OutOfService"));
  EXPECT_FALSE(outlook_.blind());
}

TEST_F(OutlookTest, a_cluster_dark_for_long_is_no_part_of_what_happens_at_once) {
  outlook_.note(round("web", kStart + 60s, 10, 10));
  outlook_.note(round("api", kStart + 70s, 10, 0));
  outlook_.note(round("web", kStart + 3600s, 10, 10));
  outlook_.note(round("api", kStart + 3600s, 10, 10));
  EXPECT_FALSE(outlook_.blind());
}

TEST_F(OutlookTest, a_single_cluster_is_doubted_by_nobody) {
  Outlook alone{60s};
  alone.note(round("web", kStart, 10, 10));
  EXPECT_EQ(alone.sight("web", kStart), Sight::kClear);
}

TEST_F(OutlookTest, aws_failing_three_rounds_in_a_row_is_one_finding_for_the_account) {
  for (int i = 1; i <= 3; ++i) {
    EXPECT_THAT(outlook_.findings(kStart + 60s * i), IsEmpty());
    for (const char* cluster : {"web", "api"}) {
      Round failing = round(cluster, kStart + 60s * i, 10, 0);
      failing.aws_error = "RequestExpired";
      outlook_.note(failing);
    }
  }
  const auto findings = outlook_.findings(kStart + 181s);
  ASSERT_THAT(findings, SizeIs(1));
  EXPECT_EQ(findings[0].cause, "aws:default");
  EXPECT_THAT(findings[0].summary, HasSubstr("2 of its clusters"));
  EXPECT_EQ(findings[0].detail, "RequestExpired");
  outlook_.note(round("web", kStart + 240s, 10, 0));
  outlook_.note(round("api", kStart + 240s, 10, 0));
  EXPECT_THAT(outlook_.findings(kStart + 240s), IsEmpty());
}

TEST_F(OutlookTest, a_cluster_whose_rounds_stay_away_is_overdue_until_it_is_gone) {
  outlook_.note(round("api", kStart + 230s, 10, 0));
  outlook_.note(round("db", kStart + 230s, 10, 0));
  EXPECT_THAT(outlook_.findings(kStart + 240s), IsEmpty());
  const auto findings = outlook_.findings(kStart + 241s);
  ASSERT_THAT(findings, SizeIs(1));
  EXPECT_EQ(findings[0].cause, "overdue:web");
  outlook_.forget("web");
  EXPECT_THAT(outlook_.findings(kStart + 241s), IsEmpty());
}

}  // namespace
}  // namespace livesonic::alerting
