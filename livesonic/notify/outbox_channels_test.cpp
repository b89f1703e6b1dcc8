// SPDX-License-Identifier: Apache-2.0
// The outbox over a real store: what is given up, what is told again, tests and retries. That
// openings and closings arrive is tested where they are decided, in alerting.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <deque>
#include <filesystem>

#include "livesonic/base/text.h"
#include "livesonic/notify/message_for_test.h"
#include "livesonic/notify/outbox.h"
#include "livesonic/storage/store.h"

namespace livesonic::notify {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;

// Answers what it is told to, in turn, and accepts after that.
class Scripted final : public Notifier {
 public:
  explicit Scripted(std::string name) : name_(std::move(name)) {}
  [[nodiscard]] const std::string& name() const override { return name_; }
  [[nodiscard]] bool keeps_state() const override { return stateful; }
  [[nodiscard]] Duration refresh_every() const override { return every; }
  Accepted deliver(const Delivery&, const Message& message, const std::stop_token&) override {
    told.push_back(message);
    if (answers.empty()) return {};
    const Accepted answer = answers.front();
    answers.pop_front();
    return answer;
  }
  Accepted refresh(const std::vector<Message>& open, const std::stop_token&) override {
    for (const Message& message : open) refreshed.push_back(message.incident.id);
    return {};
  }
  std::vector<std::string> kinds() const {
    std::vector<std::string> all;
    for (const Message& message : told) all.emplace_back(to_string(message.kind));
    return all;
  }
  bool stateful = false;
  Duration every{};
  std::deque<Accepted> answers;
  std::vector<Message> told;
  std::vector<std::string> refreshed;

 private:
  const std::string name_;
};

const Accepted kGone = refused("HTTP 404", true);

class OutboxChannelsTest : public testing::Test {
 protected:
  OutboxChannelsTest()
      : dir_(std::filesystem::temp_directory_path() / ("livesonic-" + random_id())),
        store_(storage::open_sqlite(dir_).value()) {
    Cluster web;
    web.name = "web";
    EXPECT_TRUE(store_->put_cluster(web));
    reopen();
  }
  ~OutboxChannelsTest() override {
    outbox_.reset();
    store_.reset();
    std::filesystem::remove_all(dir_);
  }

  void reopen(Policy policy = {.rate = {}, .give_up_after = 1h, .refusals = 2}) {
    outbox_.reset();
    auto ops = std::make_unique<Scripted>("ops");
    ops_ = ops.get();
    std::vector<Channel> channels;
    channels.push_back({std::move(ops), "webhook", policy});
    OutboxHooks hooks;
    hooks.complete = [](Message& message) { message.link = "https://link"; };
    hooks.channels_changed = [this]() -> Result<void> {
      broken_.clear();
      const auto states = outbox_->states().value();
      for (const ChannelState& state : states) {
        if (state.broken()) broken_.push_back(state.name);
      }
      return {};
    };
    outbox_ = std::make_unique<Outbox>(*store_, std::move(channels), clock_, hooks);
  }

  void tell(const std::string& id, DeliveryKind kind) {
    Incident incident = a_message(kind).incident;
    incident.channels = {"ops"};
    Delivery delivery;
    delivery.id = id;
    delivery.channel = "ops";
    delivery.incident = incident.id;
    delivery.kind = kind;
    delivery.payload = message_json(id, kind, incident);
    delivery.created_at = delivery.next_attempt_at = clock_.now();
    ASSERT_TRUE(store_->commit_round({"web", std::nullopt, {}, {incident}, {delivery}, true}));
  }

  std::size_t send() {
    clock_.advance(10min);
    return outbox_->send_due().value();
  }

  FakeClock clock_{Time{1'770'000'000s}};
  std::filesystem::path dir_;
  std::unique_ptr<storage::Store> store_;
  std::unique_ptr<Outbox> outbox_;
  Scripted* ops_ = nullptr;
  std::vector<std::string> broken_;
};

TEST_F(OutboxChannelsTest, a_message_is_completed_when_it_is_sent) {
  tell("open", DeliveryKind::kOpening);
  tell("close", DeliveryKind::kClosing);
  EXPECT_EQ(send(), 0U);
  EXPECT_THAT(ops_->kinds(), ElementsAre("opening", "closing"));
  EXPECT_EQ(ops_->told[0].opening_id, "");
  EXPECT_EQ(ops_->told[1].opening_id, "open");
  EXPECT_EQ(ops_->told[1].link, "https://link");
}

TEST_F(OutboxChannelsTest, what_is_refused_for_good_is_given_up_and_told) {
  ops_->answers = {kGone, kGone};
  tell("open", DeliveryKind::kOpening);
  EXPECT_EQ(send(), 1U);
  EXPECT_THAT(broken_, IsEmpty());
  EXPECT_EQ(send(), 0U);
  EXPECT_THAT(broken_, ElementsAre("ops"));
  tell("close", DeliveryKind::kClosing);
  EXPECT_EQ(send(), 0U);
  EXPECT_THAT(ops_->kinds(), ElementsAre("opening", "opening")) << "no closing without an opening";

  reopen();
  EXPECT_EQ(send(), 0U);
  EXPECT_THAT(broken_, ElementsAre("ops")) << "also after a restart";
  EXPECT_TRUE(outbox_->retry("open"));
  EXPECT_EQ(send(), 0U);
  EXPECT_THAT(ops_->kinds(), ElementsAre("opening", "closing"));
  EXPECT_THAT(broken_, IsEmpty());
}

TEST_F(OutboxChannelsTest, what_is_not_accepted_for_too_long_is_given_up) {
  ops_->answers.assign(20, refused("HTTP 500"));
  tell("open", DeliveryKind::kOpening);
  for (int i = 0; i < 5; ++i) EXPECT_EQ(send(), 1U);
  EXPECT_EQ(send(), 0U);
  EXPECT_THAT(broken_, ElementsAre("ops"));
  EXPECT_EQ(outbox_->states().value().at(0).last_error, "HTTP 500");
}

TEST_F(OutboxChannelsTest, a_message_that_cannot_be_read_is_given_up) {
  tell("open", DeliveryKind::kOpening);
  Delivery spoilt = store_->undelivered().value().at(0);
  spoilt.id = "spoilt";
  spoilt.payload = "{";
  ASSERT_TRUE(store_->commit_round({"web", std::nullopt, {}, {}, {spoilt}, true}));
  send();
  EXPECT_EQ(send(), 0U);
  EXPECT_EQ(store_->dead_deliveries(10).value().at(0).last_error, "the message is no JSON");
}

TEST_F(OutboxChannelsTest, a_channel_that_wants_to_be_left_alone_gets_nothing_else) {
  ops_->answers = {Accepted(tl::unexpected<Refusal>({"HTTP 429", false, 1h}))};
  tell("open", DeliveryKind::kOpening);
  tell("update", DeliveryKind::kUpdate);
  EXPECT_EQ(send(), 2U);
  EXPECT_EQ(send(), 2U);
  EXPECT_THAT(ops_->kinds(), ElementsAre("opening"));
}

TEST_F(OutboxChannelsTest, no_more_goes_than_the_rate_allows) {
  reopen({.rate = {1, 1h}, .give_up_after = 24h, .refusals = 8});
  tell("open", DeliveryKind::kOpening);
  tell("update", DeliveryKind::kUpdate);
  EXPECT_EQ(send(), 1U);
  EXPECT_EQ(send(), 1U);
  EXPECT_THAT(ops_->kinds(), ElementsAre("opening"));
}

TEST_F(OutboxChannelsTest, a_channel_that_forgets_is_told_again_of_what_is_open) {
  ops_->every = 1min;
  tell("open", DeliveryKind::kOpening);
  EXPECT_EQ(send(), 0U);
  EXPECT_THAT(ops_->refreshed, ElementsAre("n1"));
  reopen();
  ops_->every = 1min;
  tell("close", DeliveryKind::kClosing);
  EXPECT_EQ(send(), 0U);
  EXPECT_THAT(ops_->refreshed, IsEmpty());
}

TEST_F(OutboxChannelsTest, a_test_shows_whether_a_channel_works_and_mends_it) {
  ops_->answers = {kGone, kGone, refused("HTTP 503")};
  tell("open", DeliveryKind::kOpening);
  send();
  send();
  const ChannelTest failed = outbox_->test("ops").value();
  EXPECT_FALSE(failed.accepted);
  EXPECT_EQ(failed.error, "HTTP 503");
  EXPECT_TRUE(outbox_->states().value().at(0).broken());
  clock_.advance(1s);
  EXPECT_TRUE(outbox_->test("ops").value().accepted);
  EXPECT_FALSE(outbox_->states().value().at(0).broken());
  EXPECT_EQ(ops_->told.back().incident.cause, "test");
  EXPECT_EQ(outbox_->test("none").error().kind, ErrorKind::kNotFound);
}

TEST_F(OutboxChannelsTest, a_test_leaves_nothing_open_where_incidents_are_kept) {
  ops_->stateful = true;
  EXPECT_TRUE(outbox_->test("ops").value().accepted);
  EXPECT_THAT(ops_->kinds(), ElementsAre("opening", "closing"));
  EXPECT_EQ(ops_->told[0].incident.id, ops_->told[1].incident.id);
  EXPECT_FALSE(ops_->told[1].incident.open());
}

TEST_F(OutboxChannelsTest, messages_of_a_channel_that_is_gone_are_shown) {
  tell("open", DeliveryKind::kOpening);
  Delivery other = store_->undelivered().value().at(0);
  other.id = "other";
  other.channel = "old";
  ASSERT_TRUE(store_->commit_round({"web", std::nullopt, {}, {}, {other}, true}));
  const auto states = outbox_->states().value();
  ASSERT_EQ(states.size(), 2U);
  EXPECT_EQ(states[0].type, "webhook");
  EXPECT_EQ(states[1].name, "old");
  EXPECT_EQ(states[1].type, "");
  EXPECT_EQ(states[1].waiting, 1);
}

}  // namespace
}  // namespace livesonic::notify
