// SPDX-License-Identifier: Apache-2.0
#include "livesonic/app/cost_reporter.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "livesonic/base/text.h"
#include "livesonic/base/time_text.h"
#include "livesonic/notify/message.h"

namespace livesonic::app {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;

// A Thursday; the report is due on Mondays at 8 in Tokyo.
const Time kThursday = parse_iso8601("2026-11-26T12:00:00Z").value();
const Time kMonday = parse_iso8601("2026-11-29T23:00:00Z").value();

class CostReporterTest : public testing::Test {
 protected:
  CostReporterTest() {
    config_.data_dir = folder_;
    config_.cost_report.at = Cron::parse("0 8 * * mon", "Asia/Tokyo").value();
    config_.cost_report.channels = {"mail", "chat"};
    open();
    Cluster cluster;
    cluster.name = "web";
    cluster.resource = "web-elb";
    EXPECT_TRUE(core_->store->put_cluster(cluster));
  }
  ~CostReporterTest() override {
    close();
    std::filesystem::remove_all(folder_);
  }

  void open() {
    core_ = open_core(config_, &clock_).value();
    desk_ = std::make_unique<CostDesk>(*core_, std::map<std::string, ScalingPolicy>{},
                                       [] { return nullptr; });
    reporter_ = std::make_unique<CostReporter>(*core_, *desk_, config_.cost_report);
  }
  void close() {
    reporter_.reset();
    desk_.reset();
    core_.reset();
  }

  // AWS said then that one m6i.large runs there.
  void look(Time at) {
    Instance one;
    one.cluster = "web";
    one.id = "i-1";
    one.type = "m6i.large";
    one.ec2_state = "running";
    one.launched_at = kThursday - 24h;
    DiscoveryStatus status;
    status.last_attempt = status.last_success = at;
    ASSERT_TRUE(core_->store->update_membership("web", status, {one}));
  }

  // It is that late, AWS has just been asked, and what a minute brings is done.
  void minute(Time now, bool looks = true) {
    clock_.set(now);
    if (looks) look(now);
    desk_->tick({});
    reporter_->tick();
  }

  std::vector<std::string> waiting() {
    std::vector<std::string> ids;
    const auto all = core_->store->undelivered().value();
    for (const Delivery& one : all) ids.push_back(one.id);
    return ids;
  }

  const std::filesystem::path folder_ =
      std::filesystem::path(testing::TempDir()) / ("reports-" + random_id());
  config::Config config_;
  FakeClock clock_{kThursday};
  std::unique_ptr<Core> core_;
  std::unique_ptr<CostDesk> desk_;
  std::unique_ptr<CostReporter> reporter_;
};

TEST_F(CostReporterTest, tells_each_channel_at_its_moment_and_not_what_was_before) {
  minute(kThursday);
  EXPECT_THAT(waiting(), IsEmpty());
  minute(kMonday - 1min);
  EXPECT_THAT(waiting(), IsEmpty());
  minute(kMonday + 20s);
  EXPECT_THAT(waiting(), ElementsAre("costs-29933220-mail", "costs-29933220-chat"));
  const auto message =
      notify::parse_message(core_->store->undelivered().value().front().payload).value();
  ASSERT_TRUE(message.costs);
  EXPECT_EQ(message.costs->to, kMonday);
  EXPECT_EQ(message.costs->from, kMonday - 24h * 7);
  ASSERT_EQ(message.costs->clusters.size(), 1U);
  EXPECT_EQ(message.costs->clusters[0].name, "web");
  EXPECT_NEAR(message.costs->clusters[0].hours, 83, 0.1);  // since Thursday noon
  EXPECT_FALSE(message.costs->before);
}

TEST_F(CostReporterTest, tells_a_week_once_however_often_it_is_started) {
  minute(kThursday);
  minute(kMonday + 20s);
  for (int i = 0; i < 3; ++i) {
    close();
    open();
    minute(kMonday + 1h + i * 1min);
  }
  EXPECT_EQ(waiting().size(), 2U);
  minute(kMonday + 24h * 7);
  EXPECT_EQ(waiting().size(), 4U);
  const auto all = core_->store->undelivered().value();
  EXPECT_TRUE(notify::parse_message(all.back().payload)->costs->before);
}

TEST_F(CostReporterTest, tells_of_the_last_of_several_weeks_that_went_by_meanwhile) {
  minute(kThursday);
  close();
  open();
  minute(kMonday + 24h * 15);
  EXPECT_THAT(waiting(), ElementsAre("costs-29953380-mail", "costs-29953380-chat"));
}

TEST_F(CostReporterTest, waits_a_while_for_what_is_not_billed_yet) {
  minute(kThursday);
  minute(kMonday - 1h);
  minute(kMonday + 1min, false);
  EXPECT_THAT(waiting(), IsEmpty());
  minute(kMonday + 16min, false);  // AWS can't be asked
  EXPECT_EQ(waiting().size(), 2U);
}

TEST_F(CostReporterTest, is_silent_without_a_moment) {
  config_.cost_report = {};
  close();
  open();
  minute(kThursday);
  minute(kMonday + 20s);
  EXPECT_THAT(waiting(), IsEmpty());
}

}  // namespace
}  // namespace livesonic::app
