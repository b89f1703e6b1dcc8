// SPDX-License-Identifier: Apache-2.0
#include "livesonic/scaling/ledger.h"

#include <gtest/gtest.h>

#include "livesonic/base/time_text.h"

namespace livesonic::scaling {
namespace {

using namespace std::chrono_literals;

const Time kNine = parse_iso8601("2026-03-01T09:00:00Z").value();

Instance running(const std::string& id, const std::string& type = "m6i.large",
                 Lifecycle lifecycle = Lifecycle::kOnDemand) {
  Instance instance;
  instance.cluster = "web";
  instance.id = id;
  instance.type = type;
  instance.lifecycle = lifecycle;
  instance.ec2_state = "running";
  instance.availability_zone = "ap-northeast-1a";
  instance.launched_at = kNine - 24h;
  return instance;
}

// On-demand 0.12 an hour, spot 0.036, and an "odd" type's price nobody knows.
std::optional<double> price(const Instance& instance) {
  if (instance.type == "odd") return std::nullopt;
  return instance.lifecycle == Lifecycle::kSpot ? 0.036 : 0.12;
}

void expect_line(const CostLine& line, Time hour, Duration ran, double usd) {
  EXPECT_EQ(line.cluster, "web");
  EXPECT_EQ(line.hour, hour);
  EXPECT_EQ(line.ran, ran);
  EXPECT_NEAR(line.usd, usd, 1e-12);
}

TEST(Ledger, a_minute_of_a_fleet_is_a_line_for_each_lifecycle_and_type) {
  const auto lines = bill_for({running("i-1"), running("i-2"), running("i-3", "c6i.large"),
                               running("i-4", "m6i.large", Lifecycle::kSpot)},
                              price, kNine + 5min, kNine + 6min);
  ASSERT_EQ(lines.size(), 3U);
  EXPECT_EQ(lines[0].type, "c6i.large");
  expect_line(lines[0], kNine, 1min, 0.002);
  EXPECT_EQ(lines[1].type, "m6i.large");
  expect_line(lines[1], kNine, 2min, 0.004);
  EXPECT_EQ(lines[2].lifecycle, Lifecycle::kSpot);
  expect_line(lines[2], kNine, 1min, 0.0006);
}

TEST(Ledger, a_bill_is_split_where_an_hour_ends) {
  const auto lines = bill_for({running("i-1")}, price, kNine - 15min, kNine + 2h);
  ASSERT_EQ(lines.size(), 3U);
  expect_line(lines[0], kNine - 1h, 15min, 0.03);
  expect_line(lines[1], kNine, 1h, 0.12);
  expect_line(lines[2], kNine + 1h, 1h, 0.12);
}

TEST(Ledger, an_instance_costs_from_its_launch) {
  Instance young = running("i-1");
  young.launched_at = kNine + 30s;
  Instance unborn = running("i-2");
  unborn.launched_at = kNine + 60s;
  Instance unknown = running("i-3", "c6i.large");
  unknown.launched_at.reset();
  const auto lines = bill_for({young, unborn, unknown}, price, kNine, kNine + 60s);
  ASSERT_EQ(lines.size(), 2U);
  expect_line(lines[0], kNine, 60s, 0.002);
  expect_line(lines[1], kNine, 30s, 0.001);
}

TEST(Ledger, what_does_not_run_or_is_no_instance_costs_nothing) {
  std::vector<Instance> instances;
  for (const char* state : {"", "pending", "stopping", "stopped", "shutting-down", "terminated"}) {
    instances.push_back(running("i-1"));
    instances.back().ec2_state = state;
  }
  instances.push_back(running("ip-10.0.0.1", ""));
  instances.push_back(running("7f3c9b52", "Fargate task"));
  instances.push_back(running("i-2", ""));
  EXPECT_TRUE(bill_for(instances, price, kNine, kNine + 1h).empty());
}

TEST(Ledger, a_type_without_a_price_is_counted_in_time_alone) {
  const auto lines = bill_for({running("i-1", "odd")}, price, kNine, kNine + 90s);
  ASSERT_EQ(lines.size(), 1U);
  expect_line(lines[0], kNine, 90s, 0);
  EXPECT_EQ(lines[0].unpriced, 90s);
}

TEST(Ledger, a_night_without_a_look_is_billed_for_those_that_are_there_now) {
  Instance young = running("i-2");
  young.launched_at = kNine + 6h + 30min;
  const auto lines = bill_for({running("i-1"), young}, price, kNine, kNine + 8h);
  ASSERT_EQ(lines.size(), 8U);
  Duration ran{};
  double usd = 0;
  for (const CostLine& line : lines) {
    ran += line.ran;
    usd += line.usd;
  }
  EXPECT_EQ(ran, 8h + 90min);
  EXPECT_NEAR(usd, 9.5 * 0.12, 1e-12);
}

TEST(Ledger, no_time_costs_nothing) {
  EXPECT_TRUE(bill_for({running("i-1")}, price, kNine, kNine).empty());
  EXPECT_TRUE(bill_for({running("i-1")}, price, kNine, kNine - 1h).empty());
}

}  // namespace
}  // namespace livesonic::scaling
