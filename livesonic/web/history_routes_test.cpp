// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "livesonic/web/api_fixture.h"

namespace livesonic::web {
namespace {

using namespace std::chrono_literals;

class Histories : public ApiTest {
 protected:
  Histories() {
    register_cluster("web");
    put_instances("web", {instance("web", "i-a")});
  }

  // A point each minute, up to now; scores 1, 2, … 100, 1, …
  void fill(int count) {
    std::vector<ScorePoint> scores;
    std::vector<ClusterPoint> points;
    for (int i = 0; i < count; ++i) {
      const Time at = clock.now() - (count - 1 - i) * 1min;
      const int score = i % 100 + 1;
      scores.push_back({at, score});
      points.push_back({at, static_cast<double>(score), score, score, 0, 1, 1});
    }
    ASSERT_TRUE(store->import_scores("web", "i-a", scores));
    ASSERT_TRUE(store->import_cluster_points("web", points));
  }
};

TEST_F(Histories, are_those_of_the_last_day_unless_asked_otherwise) {
  fill(2000);
  const auto day = get("/clusters/web/history").json;
  EXPECT_EQ(day["cluster"], "web");
  EXPECT_EQ(day["points"].size(), 1440U);
  EXPECT_EQ(day["points"].back()["at"], "2026-03-01T08:30:00Z");
  EXPECT_EQ(get("/clusters/web/history?last=1h").json["points"].size(), 60U);
  const auto part =
      get("/clusters/web/history?from=2026-03-01T08:00:00Z&to=2026-03-01T08:10:00Z").json;
  EXPECT_EQ(part["points"].size(), 10U);
  EXPECT_EQ(part["from"], "2026-03-01T08:00:00Z");
  EXPECT_EQ(part["to"], "2026-03-01T08:10:00Z");

  const auto instance = get("/clusters/web/instances/i-a/history?last=2h").json;
  EXPECT_EQ(instance["instance"], "i-a");
  EXPECT_EQ(instance["points"].size(), 120U);
  EXPECT_EQ(instance["points"].back(),
            nlohmann::json::parse(R"({"at": "2026-03-01T08:30:00Z", "score": 100})"));
}

TEST_F(Histories, are_thinned_on_request_and_never_longer_than_ten_thousand_points) {
  fill(12'000);
  EXPECT_LE(get("/clusters/web/history?last=24h&points=100").json["points"].size(), 100U);
  EXPECT_LE(get("/clusters/web/instances/i-a/history?last=24h&points=7").json["points"].size(), 7U);
  const std::size_t all = get("/clusters/web/history?last=30d").json["points"].size();
  EXPECT_LE(all, 10'000U);
  EXPECT_GE(all, 2'000U);
}

TEST_F(Histories, of_impossible_ranges_are_refused) {
  for (const char* query :
       {"last=0s", "last=x", "last=4000d", "from=yesterday", "points=0", "points=10001", "points=x",
        "points=5x", "from=2026-03-01T08:00:00Z&to=2026-03-01T08:00:00Z",
        "from=2026-03-01T08:00:00Z&last=1h", "from=2000-01-01T00:00:00Z",
        "from=2026-03-02T08:00:00Z"}) {
    const std::string with = std::string("?") + query;
    refused(get("/clusters/web/history" + with), 400, "invalid_input");
    refused(get("/clusters/web/instances/i-a/history" + with), 400, "invalid_input");
  }
}

TEST_F(Histories, of_what_is_not_there_are_not_found) {
  refused(get("/clusters/nope/history"), 404, "not_found");
  refused(get("/clusters/nope/instances/i-a/history"), 404, "not_found");
  refused(get("/clusters/web/instances/i-z/history"), 404, "not_found");
}

TEST_F(Histories, can_be_brought_from_elsewhere) {
  const Reply imported = post("/clusters/web/history", R"({
      "instances": {"i-a": [{"at": "2026-03-01T08:00:00Z", "score": 50},
                            {"at": "2026-03-01T08:01:00Z", "score": 51}]},
      "cluster": [{"at": "2026-03-01T08:00:00Z", "mean": 50.5, "min": 50, "max": 51,
                   "spread": 0.5, "count": 2, "members": 3}]})");
  EXPECT_EQ(imported.status, 200);
  EXPECT_EQ(imported.json, nlohmann::json::parse(R"({"imported": 3})"));
  EXPECT_EQ(get("/clusters/web/instances/i-a/history").json["points"].size(), 2U);
  EXPECT_EQ(get("/clusters/web/history").json["points"][0]["spread"], 0.5);
  EXPECT_EQ(post("/clusters/web/history", "{}").json["imported"], 0);
  refused(post("/clusters/nope/history", "{}"), 404, "not_found");
}

TEST_F(Histories, with_a_mistake_are_refused_whole_and_the_place_named) {
  const std::string message = refused(post("/clusters/web/history", R"({
      "instances": {"i-a": [{"at": "2026-03-01T08:00:00Z", "score": 50},
                            {"at": "2026-03-01T08:01:00Z", "score": 101}]}})"),
                                      400, "invalid_input");
  EXPECT_EQ(message, "instances.i-a[1].score: must be a number from 1 to 100");
  EXPECT_TRUE(get("/clusters/web/instances/i-a/history").json["points"].empty());
}

}  // namespace
}  // namespace livesonic::web
