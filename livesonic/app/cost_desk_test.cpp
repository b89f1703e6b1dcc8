// SPDX-License-Identifier: Apache-2.0
// With a real store, and no AWS: prices are those of the list.
#include "livesonic/app/cost_desk.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "livesonic/base/text.h"
#include "livesonic/base/time_text.h"

namespace livesonic::app {
namespace {

using namespace std::chrono_literals;

class CostDeskTest : public testing::Test {
 protected:
  CostDeskTest() {
    config_.data_dir = folder_;
    core_ = open_core(config_).value();
    // A whole number of hours ago, so that nothing depends on when this runs.
    begin_ = std::chrono::floor<std::chrono::hours>(core_->clock.now()) - 10h;
    desk_ = std::make_unique<CostDesk>(*core_, std::map<std::string, ScalingPolicy>{},
                                       [] { return nullptr; });
  }
  ~CostDeskTest() override {
    core_.reset();
    std::filesystem::remove_all(folder_);
  }

  void register_cluster(const std::string& name) {
    Cluster cluster;
    cluster.name = name;
    cluster.resource = name + "-elb";
    ASSERT_TRUE(core_->store->put_cluster(cluster));
  }

  // AWS says that these m6i.large, launched long ago, are the cluster's.
  void look(const std::string& cluster, Time at, const std::vector<std::string>& ids) {
    std::vector<Instance> instances;
    for (const std::string& id : ids) {
      Instance& one = instances.emplace_back();
      one.cluster = cluster;
      one.id = id;
      one.type = "m6i.large";
      one.ec2_state = "running";
      one.launched_at = begin_ - 24h;
    }
    DiscoveryStatus status;
    status.last_attempt = at;
    status.last_success = at;
    ASSERT_TRUE(core_->store->update_membership(cluster, status, instances));
  }

  nlohmann::json costs(const std::optional<std::string>& cluster = std::nullopt) {
    return desk_->report(cluster, begin_, begin_ + 24h).value()["clusters"];
  }

  const std::filesystem::path folder_ =
      std::filesystem::path(testing::TempDir()) / ("costs-" + random_id());
  config::Config config_;
  std::unique_ptr<Core> core_;
  Time begin_;
  std::unique_ptr<CostDesk> desk_;
};

TEST_F(CostDeskTest, bills_from_the_first_look_to_the_last_one) {
  register_cluster("web");
  desk_->tick({});
  EXPECT_TRUE(costs().empty());
  look("web", begin_, {"i-1", "i-2"});
  desk_->tick({});
  EXPECT_TRUE(costs().empty());
  look("web", begin_ + 90min, {});
  desk_->tick({});
  desk_->tick({});  // nobody has looked since
  const auto web = costs().at(0);
  EXPECT_EQ(web["cluster"], "web");
  EXPECT_EQ(web["instance_hours"], 3);
  EXPECT_NEAR(web["usd"].get<double>(), 3 * 0.096, 1e-9);
  EXPECT_EQ(core_->store->billed_until("web").value(), begin_ + 90min);
}

TEST_F(CostDeskTest, an_instance_in_two_clusters_counts_in_both) {
  for (const char* name : {"api", "web"}) {
    register_cluster(name);
    look(name, begin_, {"i-1"});
  }
  desk_->tick({});
  for (const char* name : {"api", "web"}) look(name, begin_ + 1h, {});
  desk_->tick({});
  ASSERT_EQ(costs().size(), 2U);
  EXPECT_EQ(costs()[0]["instance_hours"], 1);
  EXPECT_EQ(costs()[1]["instance_hours"], 1);
  EXPECT_EQ(costs("web").at(0)["cluster"], "web");
}

TEST_F(CostDeskTest, what_a_removed_cluster_has_cost_is_told) {
  register_cluster("web");
  look("web", begin_, {"i-1"});
  desk_->tick({});
  look("web", begin_ + 1h, {});
  desk_->tick({});
  ASSERT_TRUE(core_->store->remove_cluster("web", begin_ + 2h, "removed"));
  desk_->tick({});
  EXPECT_EQ(costs("web").at(0)["instance_hours"], 1);
  EXPECT_TRUE(costs("web").at(0)["savings"].empty());
}

TEST_F(CostDeskTest, reports_whole_hours_of_what_there_is) {
  register_cluster("web");
  EXPECT_EQ(costs("web").at(0)["usd"], 0);
  EXPECT_EQ(desk_->report("none", begin_, begin_ + 1h).error().kind, ErrorKind::kNotFound);
  EXPECT_EQ(desk_->report({}, begin_ - 24h * 93, begin_).error().kind, ErrorKind::kInvalidInput);
  look("web", begin_, {"i-1"});
  desk_->tick({});
  look("web", begin_ + 2h, {});
  desk_->tick({});
  const auto report = desk_->report("web", begin_ + 90min, begin_ + 24h).value();
  EXPECT_EQ(report["from"], to_iso8601(begin_ + 1h));
  EXPECT_EQ(report["clusters"][0]["instance_hours"], 1);
}

}  // namespace
}  // namespace livesonic::app
