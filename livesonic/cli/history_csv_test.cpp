// SPDX-License-Identifier: Apache-2.0
#include "livesonic/cli/history_csv.h"

#include <gtest/gtest.h>

#include <sstream>

namespace livesonic::cli {
namespace {

Result<std::vector<ClusterImport>> read(const std::string& text) {
  std::istringstream csv(text);
  return read_history_csv(csv, "scores.csv");
}

std::string mistake(const std::string& text) {
  const auto imports = read(text);
  return imports ? "(no mistake)" : imports.error().message;
}

std::vector<Json> batches(const ClusterImport& import, std::size_t batch) {
  std::vector<Json> bodies;
  EXPECT_TRUE(send_in_batches(import, batch, [&](const Json& body) {
    bodies.push_back(body);
    return Result<void>();
  }));
  return bodies;
}

TEST(HistoryCsv, times_may_be_written_in_several_ways) {
  const auto imports = read(
      "time,cluster,instance,score\n"
      "# by hand\n"
      "\n"
      "2026-03-01T08:30:00Z,web,i-1,90\r\n"
      "1772353800,web,i-2,70\n"
      "1772353800.000, web , i-3 , 80\n"
      "2026-03-01T17:30:00+09:00,db,i-1,5");
  ASSERT_TRUE(imports) << imports.error().message;
  ASSERT_EQ(imports->size(), 2U);
  EXPECT_EQ((*imports)[0].cluster, "db");
  EXPECT_EQ((*imports)[1].instances, (std::vector<std::string>{"i-1", "i-2", "i-3"}));
  const auto bodies = batches((*imports)[1], 100);
  ASSERT_EQ(bodies.size(), 1U);
  EXPECT_EQ(bodies[0]["cluster"].size(), 1U);
}

TEST(HistoryCsv, scores_of_one_time_make_a_point_of_the_cluster) {
  const auto imports = read("100,web,i-1,40\n100,web,i-2,60\n");
  ASSERT_TRUE(imports);
  EXPECT_EQ(batches(imports->front(), 100)[0],
            Json::parse(R"({"instances":{"i-1":[{"at":"1970-01-01T00:01:40Z","score":40}],
                            "i-2":[{"at":"1970-01-01T00:01:40Z","score":60}]},
                            "cluster":[{"at":"1970-01-01T00:01:40Z","mean":50.0,"min":40,"max":60,
                            "spread":10.0,"count":2,"members":2}]})"));
}

TEST(HistoryCsv, batches_never_part_the_scores_of_one_time) {
  const auto imports = read("3,web,i-1,1\n1,web,i-1,1\n2,web,i-1,1\n1,web,i-2,1\n2,web,i-2,1\n");
  ASSERT_TRUE(imports);
  const auto bodies = batches(imports->front(), 1);
  ASSERT_EQ(bodies.size(), 3U);
  EXPECT_EQ(bodies[0]["cluster"][0]["at"], "1970-01-01T00:00:01Z");
  EXPECT_EQ(bodies[0]["instances"].size(), 2U);
  EXPECT_EQ(bodies[1]["instances"].size(), 2U);
  EXPECT_EQ(bodies[2]["instances"].size(), 1U);
  EXPECT_EQ(batches(imports->front(), 2).size(), 3U);
  EXPECT_EQ(batches(imports->front(), 3).size(), 2U);
}

TEST(HistoryCsv, sending_stops_at_the_first_error) {
  const auto imports = read("1,web,i-1,1\n2,web,i-1,1\n");
  ASSERT_TRUE(imports);
  int calls = 0;
  const auto sent = send_in_batches(imports->front(), 1, [&](const Json&) -> Result<void> {
    ++calls;
    return fail(ErrorKind::kUnavailable, "gone");
  });
  EXPECT_FALSE(sent);
  EXPECT_EQ(calls, 1);
}

TEST(HistoryCsv, mistakes_are_told_with_their_line) {
  EXPECT_EQ(mistake("1,web,i-1,1\n1,web,i-1\n"),
            "scores.csv:2: there must be four fields, time,cluster,instance,score, not 3");
  EXPECT_EQ(mistake("yesterday,web,i-1,1"),
            "scores.csv:1: 'yesterday' is not a time such as 2026-03-01T08:30:00Z");
  EXPECT_EQ(mistake("1.2.3,web,i-1,1"),
            "scores.csv:1: '1.2.3' is neither a time such as 2026-03-01T08:30:00Z nor seconds "
            "since 1970");
  EXPECT_NE(mistake("1,a b,i-1,1").find("cannot be the name of a cluster"), std::string::npos);
  EXPECT_EQ(mistake("1,web,a/b,1"), "scores.csv:1: 'a/b' is not the id of an instance");
  for (const char* score : {"0", "101", "1.5", "", "-1", "1e1"}) {
    EXPECT_NE(mistake(std::string("1,web,i-1,") + score).find("is not a score"), std::string::npos)
        << score;
  }
  EXPECT_NE(mistake(std::string(5000, 'x')).find("a line of more than 1023"), std::string::npos);
  EXPECT_EQ(mistake(""), "(no mistake)");
}

}  // namespace
}  // namespace livesonic::cli
