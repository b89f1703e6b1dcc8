// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "livesonic/base/time_text.h"
#include "livesonic/model/cluster.h"
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
  EXPECT_EQ(parse_cluster_kind("elb"), ClusterKind::kElb);
  EXPECT_EQ(parse_delivery_kind("closing"), DeliveryKind::kClosing);
  EXPECT_FALSE(parse_outcome("fine"));
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
