// SPDX-License-Identifier: Apache-2.0
#include "livesonic/scaling/pool_book.h"

#include <gmock/gmock.h>

#include "livesonic/base/time_text.h"

namespace livesonic::scaling {
namespace {

using namespace std::chrono_literals;

const Time kNow = parse_iso8601("2026-03-02T08:30:00Z").value();
const std::string kPool = "spot:c6i.large:us-east-1a";

Pool pool(const std::string& type, const std::string& zone) {
  return {.type = type,
          .zone = zone,
          .price = 0.03,
          .on_demand_price = 0.085,
          .interrupted = 0,
          .barred = false};
}

std::vector<Pool> pools() {
  return {pool("c6i.large", "us-east-1a"), pool("m6i.large", "us-east-1a"),
          pool("c6i.large", "us-east-1b"), pool("m6i.large", "us-east-1b")};
}

Action attempt(Duration ago, bool refused, const std::string& target = kPool,
               const std::string& code = "InsufficientInstanceCapacity") {
  Action action;
  action.request.kind = ActionKind::kLaunch;
  action.request.target = target;
  action.state = refused ? ActionState::kFailed : ActionState::kDone;
  action.finished_at = kNow - ago;
  if (refused) action.progress["refused"] = code;
  return action;
}

Reclaim reclaim(Duration ago, const std::string& type = "c6i.large",
                const std::string& zone = "us-east-1a") {
  return {{Lifecycle::kSpot, type, zone}, kNow - ago, false};
}

TEST(PoolBook, a_refusal_bars_for_a_growing_while) {
  const auto until = [&](const std::vector<Action>& attempts) -> std::optional<Duration> {
    const auto barred = barred_until(pools(), {}, attempts, kNow);
    const auto found = barred.find(kPool);
    if (found == barred.end()) return std::nullopt;
    return found->second - kNow;
  };
  EXPECT_EQ(until({attempt(1min, true)}), 4min);
  EXPECT_EQ(until({attempt(6min, true)}), std::nullopt);
  EXPECT_EQ(until({attempt(10min, true), attempt(1min, true)}), 9min);
  EXPECT_EQ(until({attempt(1min, true), attempt(10min, true), attempt(30min, true)}), 19min);
  // Success forgives.
  EXPECT_EQ(until({attempt(20min, true), attempt(10min, false), attempt(1min, true)}), 4min);
  // A cap in the target is no other pool.
  EXPECT_EQ(until({attempt(1min, true, kPool + "@0.05")}), 4min);
  // What says nothing of the pool bars nothing.
  EXPECT_EQ(until({attempt(1min, true, kPool, "InvalidParameterValue")}), std::nullopt);
  std::vector<Action> many;
  for (int i = 0; i < 40; ++i) many.push_back(attempt(i * 10min + 1min, true));
  EXPECT_EQ(until(many), 24h - 1min);
}

TEST(PoolBook, the_on_demand_market_has_refusals_too) {
  const std::string kind = "on-demand:m6i.large:us-east-1b";
  EXPECT_TRUE(barred_until(pools(), {}, {attempt(1min, true, kind)}, kNow).contains(kind));
}

TEST(PoolBook, a_pool_that_took_back_is_left_alone_for_longer_each_time) {
  const auto until = [&](const std::vector<Reclaim>& reclaims) {
    return barred_until(pools(), reclaims, {}, kNow).at(kPool) - kNow;
  };
  EXPECT_EQ(until({reclaim(10min)}), 50min);
  // Many at once are one event.
  EXPECT_EQ(until({reclaim(10min), reclaim(12min), reclaim(14min)}), 50min);
  EXPECT_EQ(until({reclaim(5h), reclaim(10min)}), 110min);
  EXPECT_FALSE(barred_until(pools(), {reclaim(61min)}, {}, kNow).contains(kPool));
  Reclaim recommended = reclaim(20min);
  recommended.announced_only = true;
  EXPECT_EQ(until({recommended}), 40min);
}

TEST(PoolBook, a_storm_bars_the_zone) {
  const auto barred = barred_until(pools(), {reclaim(10min), reclaim(8min, "m6i.large")}, {}, kNow);
  EXPECT_EQ(barred.size(), 2U);
  // Half of a zone's pools, and two of them.
  std::vector<Pool> wide = pools();
  wide.push_back(pool("r6i.large", "us-east-1a"));
  wide.push_back(pool("t3.large", "us-east-1a"));
  const auto storm = barred_until(wide, {reclaim(10min), reclaim(8min, "m6i.large")}, {}, kNow);
  EXPECT_TRUE(storm.contains("spot:t3.large:us-east-1a"));
  EXPECT_FALSE(storm.contains("spot:c6i.large:us-east-1b"));
  // One after the other is no storm.
  const auto calm = barred_until(wide, {reclaim(30min), reclaim(8min, "m6i.large")}, {}, kNow);
  EXPECT_FALSE(calm.contains("spot:t3.large:us-east-1a"));
}

TEST(PoolBook, the_record_tells_how_often_it_takes_back) {
  std::vector<Instance> instances;
  for (int i = 0; i < 10; ++i) {
    Instance one;
    one.id = "i-" + std::to_string(i);
    one.lifecycle = Lifecycle::kSpot;
    one.type = "c6i.large";
    one.availability_zone = "us-east-1a";
    one.launched_at = kNow - 100h;
    if (i < 2) {
      one.departure =
          Departure{DepartureReason::kSpotInterruption, "", kNow - (i == 0 ? 10h : 50h)};
    }
    instances.push_back(one);
  }
  std::vector<Pool> all = pools();
  note_record(all, instances, {{kPool, kNow + 1h}}, kNow);
  EXPECT_TRUE(all[0].barred);
  EXPECT_FALSE(all[1].barred);
  // Eight lived for 100 hours, one for 90, one for 50.
  EXPECT_NEAR(all[0].interrupted, 2.5 / (940 + 84), 1e-9);
  EXPECT_NEAR(all[1].interrupted, 0.5 / 84, 1e-9);
}

}  // namespace
}  // namespace livesonic::scaling
