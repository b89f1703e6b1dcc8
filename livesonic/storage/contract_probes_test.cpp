// SPDX-License-Identifier: Apache-2.0
#include "livesonic/storage/contract.h"

namespace livesonic::storage {
namespace {

using namespace std::chrono_literals;

class ProbesContract : public ContractTest {
 protected:
  void put_probe(const std::string& name, std::vector<std::string> clusters) {
    Probe probe;
    probe.name = name;
    probe.clusters = std::move(clusters);
    ASSERT_TRUE(store().put_probe(probe));
  }
  static CheckReading found(const std::string& cluster, const std::string& probe, Time at) {
    CheckReading reading;
    reading.cluster = cluster;
    reading.service = probe;
    reading.at = at;
    reading.took = 12ms;
    reading.outcome = Outcome::kCheckFailed;
    reading.status = CheckStatus::kWarning;
    reading.exit_status = 503;
    reading.out = "body";
    reading.detail = "why";
    return reading;
  }
};
INSTANTIATE_TEST_SUITE_P(Stores, ProbesContract, testing::ValuesIn(backends()), backend_name);

TEST_P(ProbesContract, probes_are_read_back_by_name_also_after_a_restart) {
  std::vector<Probe> expected;
  for (const std::string& text : hostile_texts()) {
    Probe probe;
    probe.name = "p" + std::to_string(expected.size()) + text;
    probe.kind = static_cast<ProbeKind>(expected.size() % 4);
    probe.target = text;
    probe.clusters = {"web", text};
    probe.expect.contains = text;
    probe.forbid.exit_status = 503;
    probe.thresholds = {"", "1:", text};
    probe.addresses = {text};
    probe.send = text;
    probe.redirects = 3;
    probe.verify = false;
    probe.timeout = 1'234ms;
    probe.interval = 5min;
    probe.origin = Origin::kFile;
    ASSERT_TRUE(store().put_probe(probe));
    expected.push_back(probe);
  }
  reopen();
  EXPECT_EQ(store().probes(), expected);
}

TEST_P(ProbesContract, what_they_found_is_kept_for_each_cluster_with_its_metrics) {
  register_cluster("web");
  register_cluster("api");
  put_probe("front", {"web", "api"});
  const Time time = at("2026-03-01T00:00:00Z");
  CheckReading reading = found("web", "front", time);
  reading.metrics = {{"time", 0.5, "s"}};
  ASSERT_TRUE(store().record_probes(
      {reading, found("db", "front", time), found("api", "no-such-probe", time)}));
  reopen();
  EXPECT_EQ(store().latest_probes("web"), std::vector{found("web", "front", time)});
  EXPECT_TRUE(store().latest_probes("api").value().empty());
  const TimeRange ever{Time::min(), Time::max()};
  EXPECT_EQ(store().metric_history("web", "", "front", ever).value().at(0).points.size(), 1U);
  // They are no instance's.
  EXPECT_TRUE(store().latest_checks("web").value().empty());
  EXPECT_TRUE(store().instances("web", Which::kAll).value().empty());
}

TEST_P(ProbesContract, one_that_is_changed_or_removed_leaves_nothing_of_before) {
  register_cluster("web");
  put_probe("front", {"web"});
  const Time time = at("2026-03-01T00:00:00Z");
  ASSERT_TRUE(store().record_probes({found("web", "front", time)}));
  put_probe("front", {"api"});
  EXPECT_TRUE(store().latest_probes("web").value().empty());
  ASSERT_TRUE(store().remove_probe("front"));
  EXPECT_EQ(store().remove_probe("front").error().kind, ErrorKind::kNotFound);
  EXPECT_TRUE(store().probes().value().empty());
}

}  // namespace
}  // namespace livesonic::storage
