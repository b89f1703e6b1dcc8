// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "livesonic/cli/fake_program_test.h"

namespace livesonic::cli {
namespace {

using testing::HasSubstr;

constexpr const char* kAnswer = R"({
  "from": "2026-02-22T12:00:00Z", "to": "2026-03-01T12:00:00Z",
  "clusters": [{"cluster": "web", "usd": 12.5, "instance_hours": 130, "unpriced_hours": 10,
    "lines": [
      {"lifecycle": "on-demand", "type": "m6i.large", "instance_hours": 120, "unpriced_hours": 0,
       "usd": 12.5},
      {"lifecycle": "spot", "type": "odd.large", "instance_hours": 10, "unpriced_hours": 10,
       "usd": null}],
    "savings": [{"what": "spot", "usd": 7.25, "how": "120.0 hours as spot"}]}]})";

class ScaleCosts : public CommandTest {};

TEST_F(ScaleCosts, are_told_by_lifecycle_and_type_with_what_would_have_saved) {
  program.answer("GET /api/v1/costs", kAnswer);
  ASSERT_EQ(run({"scale", "costs"}), 0) << err;
  EXPECT_EQ(program.requests[0].parameter("last"), "7d");
  EXPECT_EQ(program.requests[0].parameter("cluster"), std::nullopt);
  for (const char* part : {"2026-02-22 12:00:00 to 2026-03-01 12:00:00 UTC", "m6i.large", "120.0",
                           "unknown", "12.50", "130.0", "all", "7.25", "120.0 hours as spot"}) {
    EXPECT_THAT(out, HasSubstr(part));
  }
}

TEST_F(ScaleCosts, are_of_the_cluster_and_time_that_are_asked_for) {
  program.answer("GET /api/v1/costs", kAnswer);
  ASSERT_EQ(run({"scale", "costs", "web", "--last", "30d", "--json"}), 0) << err;
  EXPECT_EQ(program.requests[0].parameter("last"), "30d");
  EXPECT_EQ(program.requests[0].parameter("cluster"), "web");
  EXPECT_EQ(nlohmann::json::parse(out), nlohmann::json::parse(kAnswer));
}

TEST_F(ScaleCosts, none_are_said_to_be_none) {
  program.answer("GET /api/v1/costs", R"({"clusters": []})");
  ASSERT_EQ(run({"scale", "costs"}), 0) << err;
  EXPECT_THAT(out, HasSubstr("Nothing was billed in this time"));
}

}  // namespace
}  // namespace livesonic::cli
