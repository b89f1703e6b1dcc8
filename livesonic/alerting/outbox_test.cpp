// SPDX-License-Identifier: Apache-2.0
#include "livesonic/notify/outbox.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <condition_variable>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <stop_token>

#include "livesonic/alerting/alerting.h"
#include "livesonic/alerting/rules_for_test.h"
#include "livesonic/base/text.h"
#include "livesonic/storage/store.h"

namespace livesonic::alerting {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

// Accepts or refuses as told, and remembers what it was given.
class Channel final : public notify::Notifier {
 public:
  explicit Channel(std::string name) : name_(std::move(name)) {}
  [[nodiscard]] const std::string& name() const override { return name_; }
  notify::Accepted deliver(const Delivery& delivery, const notify::Message&,
                           const std::stop_token& stop) override {
    {
      std::unique_lock lock(mutex);
      attempts.push_back(delivery);
      changed.notify_all();
      if (hanging) {
        changed.wait(lock, stop, [] { return false; });
        return notify::refused("interrupted");
      }
    }
    if (refusing) return notify::refused("HTTP status 500");
    return {};
  }
  std::vector<std::string> kinds() {
    const std::lock_guard lock(mutex);
    std::vector<std::string> words;
    for (const Delivery& delivery : attempts) words.emplace_back(to_string(delivery.kind));
    return words;
  }
  std::mutex mutex;
  std::condition_variable_any changed;
  std::vector<Delivery> attempts;
  std::atomic<bool> refusing = false;
  std::atomic<bool> hanging = false;  // until it is told to stop

 private:
  const std::string name_;
};

class NoEvents final : public EventSink {
 public:
  void publish(const Event&) override {}
};

class OutboxTest : public testing::Test {
 protected:
  OutboxTest()
      : dir_(std::filesystem::temp_directory_path() / ("livesonic-" + random_id())),
        store_(storage::open_sqlite(dir_).value()) {
    Cluster web;
    web.name = "web";
    EXPECT_TRUE(store_->put_cluster(web));
    reopen();
  }
  ~OutboxTest() override {
    outbox_.reset();
    alerting_.reset();
    store_.reset();
    std::filesystem::remove_all(dir_);
  }

  // As after a restart: a new outbox over the same store.
  void reopen(std::vector<std::string> channels = {"webhook"}) {
    outbox_.reset();
    channels_.clear();
    std::vector<notify::Channel> notifiers;
    for (const std::string& name : channels) {
      auto channel = std::make_unique<Channel>(name);
      channels_.push_back(channel.get());
      notifiers.push_back({std::move(channel), "webhook"});
    }
    outbox_ = std::make_unique<notify::Outbox>(*store_, std::move(notifiers), clock_);
    alerting_ = std::make_unique<Alerting>(Alerting::Parts{*store_, *store_, events_},
                                           basic_rules(), outbox_->channels());
  }

  void poll(int score, int times = 1) {
    for (int i = 0; i < times; ++i) {
      clock_.advance(60s);
      Round round;
      round.cluster.name = "web";
      round.at = clock_.now();
      Instance instance;
      instance.id = "i-1";
      round.instances.push_back(instance);
      InstanceReadings readings;
      readings.score = {"web", "i-1", round.at, 5ms, Outcome::kOk, score, ""};
      round.readings.push_back(readings);
      round.point = summarize(round.at, round.readings);
      ASSERT_TRUE(alerting_->finish(round));
    }
  }

  FakeClock clock_{Time{1'770'000'000s}};
  std::filesystem::path dir_;
  std::unique_ptr<storage::Store> store_;
  NoEvents events_;
  std::unique_ptr<notify::Outbox> outbox_;
  std::unique_ptr<Alerting> alerting_;
  std::vector<Channel*> channels_;
};

TEST_F(OutboxTest, one_opening_and_one_closing_arrive_for_an_incident) {
  poll(10, 5);
  EXPECT_EQ(outbox_->send_due(), 0u);
  poll(90, 5);
  EXPECT_EQ(outbox_->send_due(), 0u);
  EXPECT_EQ(outbox_->send_due(), 0u);
  EXPECT_THAT(channels_[0]->kinds(), ElementsAre("opening", "closing"));

  const auto message = nlohmann::json::parse(channels_[0]->attempts[0].payload);
  EXPECT_EQ(message.at("delivery_id"), channels_[0]->attempts[0].id);
  EXPECT_EQ(message.at("kind"), "opening");
  EXPECT_EQ(message.at("incident").at("cluster"), "web");
  EXPECT_EQ(message.at("incident").at("members").at(0).at("instance"), "i-1");
  EXPECT_TRUE(message.at("incident").at("closed_at").is_null());
}

TEST_F(OutboxTest, what_was_not_accepted_is_sent_again_later_with_the_same_id) {
  poll(10, 3);
  channels_[0]->refusing = true;
  EXPECT_EQ(outbox_->send_due(), 1u);
  EXPECT_EQ(outbox_->send_due(), 1u);  // not due yet: no attempt is made
  EXPECT_THAT(channels_[0]->attempts, SizeIs(1));
  clock_.advance(1s);
  channels_[0]->refusing = false;
  EXPECT_EQ(outbox_->send_due(), 0u);
  ASSERT_THAT(channels_[0]->attempts, SizeIs(2));
  EXPECT_EQ(channels_[0]->attempts[0].id, channels_[0]->attempts[1].id);
  EXPECT_EQ(channels_[0]->attempts[0].payload, channels_[0]->attempts[1].payload);
}

TEST_F(OutboxTest, a_closing_waits_for_its_opening_and_both_survive_a_restart) {
  channels_[0]->refusing = true;
  poll(10, 3);
  EXPECT_EQ(outbox_->send_due(), 1u);
  poll(90, 3);
  clock_.advance(10min);
  EXPECT_EQ(outbox_->send_due(), 2u);
  EXPECT_THAT(channels_[0]->kinds(), ElementsAre("opening", "opening"));

  reopen();
  clock_.advance(10min);
  EXPECT_EQ(outbox_->send_due(), 0u);
  EXPECT_THAT(channels_[0]->kinds(), ElementsAre("opening", "closing"));
}

TEST_F(OutboxTest, a_channel_that_hears_of_no_opening_hears_of_no_closing) {
  poll(10, 3);
  EXPECT_EQ(outbox_->send_due(), 0u);
  reopen({"webhook", "pager"});
  ASSERT_TRUE(alerting_->close_cluster("web", "the cluster was removed", clock_.now()));
  EXPECT_EQ(outbox_->send_due(), 0u);
  EXPECT_THAT(channels_[0]->kinds(), ElementsAre("closing"));
  EXPECT_THAT(channels_[1]->kinds(), IsEmpty());
}

TEST_F(OutboxTest, a_channel_that_is_added_hears_of_what_is_open_and_of_its_end) {
  poll(10, 3);
  EXPECT_EQ(outbox_->send_due(), 0u);
  reopen({"webhook", "pager"});
  ASSERT_TRUE(alerting_->tick(clock_.now()));
  poll(90, 3);
  EXPECT_EQ(outbox_->send_due(), 0u);
  EXPECT_THAT(channels_[0]->kinds(), ElementsAre("closing"));
  EXPECT_THAT(channels_[1]->kinds(), ElementsAre("opening", "closing"));
}

TEST_F(OutboxTest, a_channel_that_refuses_holds_up_no_other) {
  reopen({"broken", "sound"});
  channels_[0]->refusing = true;
  poll(10, 3);
  EXPECT_EQ(outbox_->send_due(), 1u);
  EXPECT_THAT(channels_[1]->kinds(), ElementsAre("opening"));
}

TEST_F(OutboxTest, removing_a_cluster_closes_its_incidents_with_their_messages) {
  poll(10, 3);
  ASSERT_TRUE(store_->remove_cluster("web", clock_.now(), "the cluster was removed"));
  ASSERT_TRUE(alerting_->close_cluster("web", "the cluster was removed", clock_.now()));
  EXPECT_EQ(outbox_->send_due(), 0u);
  EXPECT_THAT(channels_[0]->kinds(), ElementsAre("opening", "closing"));
  EXPECT_THAT(store_->open_incidents("web").value(), IsEmpty());
}

TEST_F(OutboxTest, a_round_that_ends_after_its_cluster_was_removed_opens_nothing) {
  poll(10, 2);
  ASSERT_TRUE(store_->remove_cluster("web", clock_.now(), "the cluster was removed"));
  Round late;
  late.cluster.name = "web";
  late.at = clock_.now();
  InstanceReadings readings;
  readings.score = {"web", "i-1", late.at, 5ms, Outcome::kOk, 10, ""};
  late.readings.push_back(readings);
  EXPECT_EQ(alerting_->finish(late).error().kind, ErrorKind::kNotFound);
  EXPECT_THAT(store_->incidents({}).value(), IsEmpty());
}

TEST_F(OutboxTest, a_silence_by_tag_asks_for_the_tags_of_those_that_suffer) {
  std::map<std::string, std::string> tags{{"role", "worker"}};
  std::vector<std::string> asked;
  Alerting::Parts parts{*store_, *store_, events_,
                        [&](const std::string& cluster, const std::vector<std::string>& ids) {
                          EXPECT_EQ(cluster, "web");
                          asked = ids;
                          return MemberTags{{"i-1", tags}};
                        }};
  alerting_ = std::make_unique<Alerting>(parts, basic_rules(), outbox_->channels());
  poll(10, 2);
  EXPECT_THAT(asked, IsEmpty());
  Silence silence;
  silence.matchers = {parse_matcher("tag:role=worker").value()};
  silence.starts_at = clock_.now();
  silence.ends_at = clock_.now() + 1h;
  ASSERT_TRUE(alerting_->silence(silence, clock_.now()));
  poll(10);
  EXPECT_THAT(asked, ElementsAre("i-1"));
  EXPECT_EQ(outbox_->send_due(), 0u);
  EXPECT_THAT(channels_[0]->kinds(), IsEmpty());
  EXPECT_EQ(alerting_->preview(silence)->size(), 1U);
  // It gets another role.
  tags = {{"role", "web"}};
  EXPECT_TRUE(alerting_->preview(silence)->empty());
  ASSERT_TRUE(alerting_->tick(clock_.now()));
  outbox_->send_due();
  EXPECT_THAT(channels_[0]->kinds(), ElementsAre("opening"));
}

TEST_F(OutboxTest, in_the_background_a_message_leaves_as_soon_as_it_is_announced) {
  outbox_->start();
  poll(10, 3);
  outbox_->wake();
  std::unique_lock lock(channels_[0]->mutex);
  EXPECT_TRUE(
      channels_[0]->changed.wait_for(lock, 20s, [&] { return !channels_[0]->attempts.empty(); }));
}

TEST_F(OutboxTest, a_channel_that_hangs_holds_up_no_stop_and_is_tried_at_once_after_it) {
  channels_[0]->hanging = true;
  outbox_->start();
  poll(10, 3);
  outbox_->wake();
  {
    std::unique_lock lock(channels_[0]->mutex);
    ASSERT_TRUE(
        channels_[0]->changed.wait_for(lock, 20s, [&] { return !channels_[0]->attempts.empty(); }));
  }
  reopen();
  EXPECT_EQ(outbox_->send_due(), 0u);
  ASSERT_THAT(channels_[0]->kinds(), ElementsAre("opening"));
  EXPECT_EQ(channels_[0]->attempts[0].attempts, 0);
}

TEST(RetryDelay, doubles_up_to_five_minutes_and_is_spread) {
  EXPECT_EQ(notify::retry_delay(1, 1.0), 1s);
  EXPECT_EQ(notify::retry_delay(2, 1.0), 2s);
  EXPECT_EQ(notify::retry_delay(100, 1.0), 5min);
  EXPECT_EQ(notify::retry_delay(1, 0.5), 500ms);
  EXPECT_EQ(notify::retry_delay(1, -3), 500ms);
}

}  // namespace
}  // namespace livesonic::alerting
