// SPDX-License-Identifier: Apache-2.0
#include "livesonic/alerting/timetable.h"

#include <gtest/gtest.h>

#include "livesonic/base/time_text.h"

namespace livesonic::alerting {
namespace {

using namespace std::chrono_literals;

Maintenance nightly() {
  return {"backup", {"db-*"}, Cron::parse("0 3 * * *", "").value(), 30min, "nightly backup"};
}

TEST(Timetable, is_in_effect_from_its_moment_on_for_as_long_as_it_says) {
  const Time begin = parse_iso8601("2026-03-01T03:00:00Z").value();
  EXPECT_TRUE(in_effect({nightly()}, begin - 1ms).empty());
  const auto silences = in_effect({nightly()}, begin);
  ASSERT_EQ(silences.size(), 1u);
  EXPECT_EQ(silences[0].id, "timetable:backup");
  EXPECT_EQ(silences[0].kind, SilenceKind::kMaintenance);
  EXPECT_EQ(silences[0].ends_at, begin + 30min);
  ASSERT_EQ(silences[0].matchers.size(), 1u);
  EXPECT_EQ(to_string(silences[0].matchers[0]), "cluster=~\"db\\-.*\"");
  EXPECT_TRUE(in_effect({nightly()}, begin + 30min).empty());
}

TEST(Timetable, may_be_about_some_instances_only) {
  Maintenance batch = nightly();
  batch.only = {parse_matcher("tag:role=batch").value()};
  const auto silences = in_effect({batch}, parse_iso8601("2026-03-01T03:10:00Z").value());
  ASSERT_EQ(silences.size(), 1u);
  ASSERT_EQ(silences[0].matchers.size(), 2u);
  EXPECT_EQ(silences[0].matchers[1], batch.only[0]);
}

}  // namespace
}  // namespace livesonic::alerting
