// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "livesonic/storage/contract.h"

namespace livesonic::storage {
namespace {

using namespace std::chrono_literals;

class CostsContract : public ContractTest {
 protected:
  CostLine line(std::string_view hour, const std::string& type, Duration ran, double usd) {
    CostLine made;
    made.cluster = "web";
    made.hour = at(hour);
    made.type = type;
    made.ran = ran;
    made.usd = usd;
    return made;
  }
  std::vector<CostLine> all() { return store().costs({{}, Time::min(), Time::max()}).value(); }

  const Time first_ = at("2026-03-01T08:59:00Z");
};
INSTANTIATE_TEST_SUITE_P(Stores, CostsContract, testing::ValuesIn(backends()), backend_name);

TEST_P(CostsContract, a_bill_adds_its_lines_and_moves_the_end_also_over_a_restart) {
  register_cluster("web");
  EXPECT_EQ(store().billed_until("web").value(), std::nullopt);
  ASSERT_TRUE(store().bill("web", std::nullopt, first_, {}));
  ASSERT_TRUE(store().bill("web", first_, first_ + 2min,
                           {line("2026-03-01T08:00:00Z", "m6i.large", 60s, 0.5),
                            line("2026-03-01T09:00:00Z", "m6i.large", 60s, 0.25)}));
  reopen();
  CostLine more = line("2026-03-01T09:00:00Z", "m6i.large", 30s, 0.125);
  more.unpriced = 10s;
  CostLine spot = line("2026-03-01T09:00:00Z", "m6i.large", 7s, 1);
  spot.lifecycle = Lifecycle::kSpot;
  ASSERT_TRUE(store().bill("web", first_ + 2min, first_ + 3min, {more, spot}));
  reopen();
  EXPECT_EQ(store().billed_until("web").value(), first_ + 3min);
  CostLine sum = line("2026-03-01T09:00:00Z", "m6i.large", 90s, 0.375);
  sum.unpriced = 10s;
  EXPECT_EQ(all(), (std::vector{line("2026-03-01T08:00:00Z", "m6i.large", 60s, 0.5), sum, spot}));
}

TEST_P(CostsContract, what_was_billed_is_not_billed_again) {
  register_cluster("web");
  const std::vector lines{line("2026-03-01T08:00:00Z", "m6i.large", 60s, 0.5)};
  ASSERT_TRUE(store().bill("web", std::nullopt, first_, lines));
  for (const auto& from : {std::optional<Time>(), std::optional(first_ - 1ms)}) {
    EXPECT_EQ(store().bill("web", from, first_ + 1min, lines).error().kind, ErrorKind::kConflict);
  }
  EXPECT_EQ(store().bill("web", first_, first_ - 1ms, lines).error().kind,
            ErrorKind::kInvalidInput);
  EXPECT_EQ(all(), lines);
  EXPECT_EQ(store().billed_until("web").value(), first_);
}

TEST_P(CostsContract, only_registered_clusters_are_billed) {
  EXPECT_EQ(store().bill("web", std::nullopt, first_, {}).error().kind, ErrorKind::kNotFound);
  EXPECT_EQ(store().billed_until("web").error().kind, ErrorKind::kNotFound);
  EXPECT_EQ(store().spent("web", Time::min(), Time::max()).value(), 0);
}

TEST_P(CostsContract, a_removed_cluster_keeps_its_costs_and_begins_anew_when_it_is_back) {
  register_cluster("web");
  const std::vector lines{line("2026-03-01T08:00:00Z", "m6i.large", 60s, 0.5)};
  ASSERT_TRUE(store().bill("web", std::nullopt, first_, lines));
  ASSERT_TRUE(store().remove_cluster("web", first_ + 1min, "removed"));
  EXPECT_EQ(store().billed_until("web").error().kind, ErrorKind::kNotFound);
  EXPECT_EQ(all(), lines);
  register_cluster("web");
  EXPECT_EQ(store().billed_until("web").value(), std::nullopt);
  EXPECT_EQ(store().spent("web", Time::min(), Time::max()).value(), 0.5);
}

TEST_P(CostsContract, costs_are_those_of_the_hours_that_begin_within_the_range) {
  register_cluster("web");
  register_cluster("api");
  CostLine other = line("2026-03-01T09:00:00Z", "c6i.large", 60s, 4);
  other.cluster = "api";
  const CostLine eight = line("2026-03-01T08:00:00Z", "m6i.large", 60s, 1);
  const CostLine nine = line("2026-03-01T09:00:00Z", "m6i.large", 60s, 2);
  ASSERT_TRUE(store().bill("api", std::nullopt, first_, {other}));
  ASSERT_TRUE(store().bill("web", std::nullopt, first_, {nine, eight}));
  EXPECT_EQ(all(), (std::vector{other, eight, nine}));
  const Time hour = at("2026-03-01T09:00:00Z");
  const auto of = [&](std::vector<std::string> clusters, Time from, Time to) {
    return store().costs({std::move(clusters), from, to}).value();
  };
  EXPECT_EQ(of({"web", "none"}, hour, hour + 1h), std::vector{nine});
  EXPECT_EQ(of({"web", "api"}, hour - 1h, hour), std::vector{eight});
  EXPECT_EQ(of({}, hour - 1h, hour + 1ms), (std::vector{other, eight, nine}));
  EXPECT_EQ(store().spent("web", hour - 1h, hour).value(), 1);
  EXPECT_EQ(store().spent("web", hour - 1h, hour + 1ms).value(), 3);
  EXPECT_EQ(store().spent("web", hour, hour).value(), 0);
}

TEST_P(CostsContract, costs_go_with_the_months_also_where_there_is_no_history) {
  register_cluster("web");
  const CostLine march = line("2026-03-01T00:00:00Z", "m6i.large", 60s, 2);
  ASSERT_TRUE(store().bill("web", std::nullopt, first_,
                           {line("2026-02-28T23:00:00Z", "m6i.large", 60s, 1), march}));
  EXPECT_TRUE(store().drop_months_before({2026, 2}).value().empty());
  EXPECT_EQ(all().size(), 2U);
  EXPECT_TRUE(store().drop_months_before({2026, 3}).value().empty());
  EXPECT_EQ(all(), std::vector{march});
  EXPECT_EQ(store().billed_until("web").value(), first_);
}

TEST_P(CostsContract, types_are_kept_as_they_are) {
  register_cluster("web");
  std::vector<CostLine> lines;
  for (const std::string& text : hostile_texts()) {
    lines.push_back(line("2026-03-01T08:00:00Z", text, 1s, 1));
  }
  ASSERT_TRUE(store().bill("web", std::nullopt, first_, lines));
  std::vector<CostLine> found = all();
  ASSERT_EQ(found.size(), lines.size());
  for (const CostLine& one : lines) {
    EXPECT_NE(std::find(found.begin(), found.end(), one), found.end()) << one.type.substr(0, 50);
  }
}

}  // namespace
}  // namespace livesonic::storage
