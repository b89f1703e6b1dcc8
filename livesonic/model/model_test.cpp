// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "livesonic/base/time_text.h"
#include "livesonic/model/cluster.h"
#include "livesonic/model/departure.h"
#include "livesonic/model/drift.h"
#include "livesonic/model/history.h"
#include "livesonic/model/incident.h"
#include "livesonic/model/instance.h"
#include "livesonic/model/reading.h"
#include "livesonic/model/service.h"

namespace livesonic {
namespace {

TEST(Names, that_fit_paths_urls_and_shells_are_taken) {
  for (const char* name : {"web", "a", "prod-web.2", "9lives", "A_b"}) {
    EXPECT_TRUE(check_name("cluster", name)) << name;
  }
  for (const std::string& name :
       {std::string(), std::string("-x"), std::string("a b"), std::string("a/b"),
        std::string("日本"), std::string("a\n"), std::string(65, 'a')}) {
    EXPECT_FALSE(check_name("cluster", name)) << name;
  }
}

TEST(Words, are_read_back_as_they_are_written) {
  for (int i = 0; i <= static_cast<int>(Outcome::kNotRun); ++i) {
    const auto outcome = static_cast<Outcome>(i);
    EXPECT_EQ(parse_outcome(to_string(outcome)), outcome);
  }
  EXPECT_EQ(parse_lifecycle("spot"), Lifecycle::kSpot);
  EXPECT_EQ(parse_origin("file"), Origin::kFile);
  for (int i = 0; i <= static_cast<int>(ClusterKind::kStatic); ++i) {
    const auto kind = static_cast<ClusterKind>(i);
    EXPECT_EQ(parse_cluster_kind(to_string(kind)), kind);
  }
  for (int i = 0; i <= static_cast<int>(DepartureReason::kUnexplained); ++i) {
    const auto reason = static_cast<DepartureReason>(i);
    EXPECT_EQ(parse_departure_reason(to_string(reason)), reason);
    EXPECT_FALSE(in_words(reason).empty());
  }
  EXPECT_EQ(parse_origin("discovered"), Origin::kDiscovered);
  EXPECT_EQ(parse_delivery_kind("closing"), DeliveryKind::kClosing);
  EXPECT_FALSE(parse_outcome("fine"));
}

Cluster of(ClusterKind kind, const std::string& resource) {
  Cluster cluster;
  cluster.name = "web";
  cluster.kind = kind;
  cluster.resource = resource;
  return cluster;
}

TEST(Resources, that_can_be_are_taken) {
  const std::string arn = "arn:aws:elasticloadbalancing:us-east-1:1:loadbalancer/app/shop/0123";
  EXPECT_TRUE(check_resource(of(ClusterKind::kElb, "web-elb")));
  EXPECT_TRUE(check_resource(of(ClusterKind::kAlb, arn)));
  EXPECT_TRUE(check_resource(of(ClusterKind::kNlb, "tag:team=web")));
  EXPECT_TRUE(check_resource(of(ClusterKind::kTargetGroup, "blue")));
  EXPECT_TRUE(check_resource(of(ClusterKind::kAsg, "web group / 日本")));
  EXPECT_TRUE(check_resource(of(ClusterKind::kEcsService, "prod/web")));
  EXPECT_TRUE(check_resource(of(ClusterKind::kTag, "role=web, env=prod-*")));
  EXPECT_TRUE(check_resource(of(ClusterKind::kStatic, "a.example,10.0.0.7")));
}

TEST(Resources, that_cannot_be_are_refused) {
  EXPECT_FALSE(check_resource(of(ClusterKind::kElb, "")));
  EXPECT_FALSE(check_resource(of(ClusterKind::kElb, "x.elb.amazonaws.com")));
  EXPECT_FALSE(check_resource(of(ClusterKind::kElb, "tag:team")));
  EXPECT_FALSE(check_resource(of(ClusterKind::kAlb, "arn:aws:x y")));
  EXPECT_FALSE(check_resource(of(ClusterKind::kAlb, "tag:team")));
  EXPECT_FALSE(check_resource(of(ClusterKind::kEcsService, "web")));
  EXPECT_FALSE(check_resource(of(ClusterKind::kTag, "web")));
  EXPECT_FALSE(check_resource(of(ClusterKind::kStatic, "-oProxyCommand=x")));
  EXPECT_FALSE(check_resource(of(ClusterKind::kStatic, " , ")));
  Cluster some = of(ClusterKind::kAsg, "web");
  some.target_groups = {"blue"};
  EXPECT_FALSE(check_resource(some));
}

TEST(Resources, with_wildcards_or_a_balancers_tag_stand_for_many) {
  EXPECT_TRUE(is_registration(of(ClusterKind::kElb, "prod-*")));
  EXPECT_TRUE(is_registration(of(ClusterKind::kAlb, "tag:team=web")));
  EXPECT_FALSE(is_registration(of(ClusterKind::kAlb, "prod")));
  EXPECT_FALSE(is_registration(of(ClusterKind::kTag, "env=prod-*")));
}

TEST(Patterns, match_whole_names) {
  EXPECT_TRUE(matches("prod-*", "prod-web"));
  EXPECT_TRUE(matches("*-w?b", "prod-web"));
  EXPECT_TRUE(matches("*", ""));
  EXPECT_TRUE(matches("a*b*c", "aXbYbZc"));
  EXPECT_FALSE(matches("prod-*", "stage-prod-web"));
  EXPECT_FALSE(matches("prod", "prod-web"));
  EXPECT_FALSE(matches("?", ""));
}

TEST(Drift, is_between_what_is_wanted_what_is_there_and_what_answers) {
  Cluster cluster = of(ClusterKind::kElb, "web-elb");
  std::vector<Instance> instances(3);
  std::vector<ScoreReading> scores;
  for (std::size_t i = 0; i < instances.size(); ++i) {
    instances[i].id = "i-" + std::to_string(i);
    instances[i].balancer_state = "InService";
    ScoreReading score;
    score.instance = instances[i].id;
    score.outcome = Outcome::kOk;
    scores.push_back(score);
  }
  EXPECT_EQ(drift_of(cluster, instances, scores), (Drift{std::nullopt, 3, 3, 3, false}));
  cluster.discovery.wanted = 4;
  EXPECT_EQ(drift_of(cluster, instances, scores), (Drift{4, 3, 3, 3, true}));
  cluster.discovery.wanted = 3;
  scores[1].outcome = Outcome::kUnreachable;
  EXPECT_EQ(drift_of(cluster, instances, scores), (Drift{3, 3, 3, 2, true}));
  scores[1].outcome = Outcome::kInvalidOutput;  // it was reached, and said nonsense
  instances[2].balancer_state = "OutOfService";
  EXPECT_EQ(drift_of(cluster, instances, scores), (Drift{3, 3, 2, 3, true}));
  instances[2].departure = Departure{};
  cluster.discovery.wanted = 2;
  EXPECT_FALSE(drift_of(cluster, instances, scores).drifting);
  EXPECT_FALSE(drift_of(cluster, instances, {}).drifting);  // not polled yet
}

TEST(Months, are_those_of_the_calendar_in_utc) {
  const Time newyear = parse_iso8601("2026-01-01T00:00:00Z").value();
  EXPECT_EQ(month_of(newyear), (Month{2026, 1}));
  EXPECT_EQ(month_of(newyear - Duration{1}), (Month{2025, 12}));
  EXPECT_EQ(start_of({2026, 1}), newyear);
  EXPECT_EQ(months_before({2026, 1}, 0), (Month{2026, 1}));
  EXPECT_EQ(months_before({2026, 1}, 13), (Month{2024, 12}));
  EXPECT_LT((Month{2025, 12}), (Month{2026, 1}));
  EXPECT_EQ(to_string(Month{2026, 1}), "2026-01");
}

TEST(Services, without_clusters_apply_to_all) {
  Service service;
  EXPECT_TRUE(service.applies_to("web"));
  service.clusters = {"db"};
  EXPECT_FALSE(service.applies_to("web"));
  EXPECT_TRUE(service.applies_to("db"));
}

}  // namespace
}  // namespace livesonic
