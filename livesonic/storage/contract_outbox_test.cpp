// SPDX-License-Identifier: Apache-2.0
// Of the store's contract: messages that are given up, and how the channels do.
#include "livesonic/storage/contract.h"

namespace livesonic::storage {
namespace {

using namespace std::chrono_literals;
using Ids = std::vector<std::string>;

class OutboxContract : public ContractTest {
 protected:
  void SetUp() override {
    ContractTest::SetUp();
    register_cluster("web");
    Incident incident;
    incident.id = "n";
    incident.cluster = "web";
    incident.cause = "score";
    incident.channels = {"hook", "mail"};
    ASSERT_TRUE(store().commit_round({"web",
                                      std::nullopt,
                                      {},
                                      {incident},
                                      {message("open", DeliveryKind::kOpening, 10ms),
                                       message("update", DeliveryKind::kUpdate, 20ms),
                                       message("close", DeliveryKind::kClosing, 30ms),
                                       message("mail", DeliveryKind::kOpening, 10ms, "mail")}}));
  }

  static Delivery message(const std::string& id, DeliveryKind kind, Duration at,
                          const std::string& channel = "hook") {
    Delivery delivery;
    delivery.id = id;
    delivery.channel = channel;
    delivery.incident = "n";
    delivery.kind = kind;
    delivery.payload = "{}";
    delivery.created_at = delivery.next_attempt_at = Time{at};
    return delivery;
  }

  static Ids ids(const Result<std::vector<Delivery>>& deliveries) {
    Ids all;
    for (const Delivery& delivery : deliveries.value()) all.push_back(delivery.id);
    return all;
  }
  Ids due() { return ids(store().due_deliveries("hook", Time{1h}, 100)); }

  ChannelState state(const std::string& name) {
    const auto states = store().channel_states().value();
    for (const ChannelState& one : states) {
      if (one.name == name) return one;
    }
    return {};
  }

  void kill(const std::string& id, Duration at = 50ms) {
    ASSERT_TRUE(store().mark_failed(id, {Time{at}, Time{at}, "HTTP 404", true, true}));
  }
};
INSTANTIATE_TEST_SUITE_P(Stores, OutboxContract, testing::ValuesIn(backends()), backend_name);

TEST_P(OutboxContract, what_follows_an_opening_is_told_in_order) {
  EXPECT_EQ(due(), Ids{"open"});
  ASSERT_TRUE(store().mark_delivered("open", Time{40ms}));
  EXPECT_EQ(due(), Ids{"update"});
  ASSERT_TRUE(store().mark_failed("update", {Time{41ms}, Time{2h}, "busy", false, false}));
  EXPECT_EQ(due(), Ids{});
  EXPECT_EQ(store().next_delivery_due("hook").value(), Time{2h});
  kill("update");
  EXPECT_EQ(due(), Ids{"close"}) << "an update that is given up holds up no closing";
}

TEST_P(OutboxContract, a_dead_opening_keeps_its_closing_back_until_it_is_retried) {
  kill("open");
  EXPECT_EQ(due(), Ids{});
  EXPECT_EQ(store().next_delivery_due("hook").value(), std::nullopt);
  EXPECT_EQ(ids(store().undelivered()), Ids{"mail"});
  reopen();
  EXPECT_EQ(ids(store().dead_deliveries(10)), Ids{"open"});
  const Delivery dead = store().dead_deliveries(10).value().at(0);
  EXPECT_EQ(dead.dead_at, Time{50ms});
  EXPECT_EQ(dead.refusals, 1);
  EXPECT_EQ(dead.attempts, 1);
  EXPECT_EQ(dead.last_error, "HTTP 404");

  const Delivery retried = store().retry_delivery("open", Time{60ms}).value();
  EXPECT_EQ(retried.retried_at, Time{60ms});
  EXPECT_EQ(retried.refusals, 0);
  EXPECT_EQ(due(), Ids{"open"});
  EXPECT_EQ(store().due_deliveries("hook", Time{1h}, 1).value().at(0), retried);
  ASSERT_TRUE(store().mark_delivered("open", Time{70ms}));
  ASSERT_TRUE(store().mark_delivered("update", Time{70ms}));
  EXPECT_EQ(due(), Ids{"close"});
  EXPECT_EQ(ids(store().dead_deliveries(10)), Ids{});
}

TEST_P(OutboxContract, only_the_dead_can_be_retried) {
  EXPECT_EQ(store().retry_delivery("none", Time{1ms}).error().kind, ErrorKind::kNotFound);
  EXPECT_EQ(store().retry_delivery("open", Time{1ms}).error().kind, ErrorKind::kConflict);
  ASSERT_TRUE(store().mark_delivered("open", Time{2ms}));
  EXPECT_EQ(store().retry_delivery("open", Time{3ms}).error().kind, ErrorKind::kConflict);
  EXPECT_EQ(store().mark_failed("none", {}).error().kind, ErrorKind::kNotFound);
}

TEST_P(OutboxContract, each_channel_shows_how_it_does) {
  EXPECT_EQ(state("hook").waiting, 3);
  EXPECT_EQ(state("hook").oldest_waiting, Time{10ms});
  EXPECT_FALSE(state("hook").broken());
  ASSERT_TRUE(store().mark_delivered("mail", Time{45ms}));
  kill("open");
  ChannelState hook = state("hook");
  EXPECT_EQ(hook.waiting, 0);
  EXPECT_EQ(hook.dead, 1);
  EXPECT_EQ(hook.last_dead, Time{50ms});
  EXPECT_EQ(hook.last_failure, Time{50ms});
  EXPECT_EQ(hook.last_error, "HTTP 404");
  EXPECT_TRUE(hook.broken());
  EXPECT_EQ(state("mail").last_success, Time{45ms});
  EXPECT_FALSE(state("mail").broken());

  ASSERT_TRUE(store().note_attempt("hook", Time{80ms}, ""));
  EXPECT_FALSE(state("hook").broken()) << "a test was accepted since";
  EXPECT_EQ(state("hook").dead, 1);
  ASSERT_TRUE(store().note_attempt("new", Time{90ms}, "refused"));
  EXPECT_EQ(state("new").last_error, "refused");
  EXPECT_EQ(state("new").waiting, 0);
}

TEST_P(OutboxContract, the_opening_of_an_incident_is_found_for_each_channel) {
  EXPECT_EQ(store().opening_of("n", "hook").value(), "open");
  EXPECT_EQ(store().opening_of("n", "mail").value(), "mail");
  EXPECT_EQ(store().opening_of("n", "pager").value(), std::nullopt);
}

TEST_P(OutboxContract, it_can_be_proved_that_it_can_be_written) {
  EXPECT_TRUE(store().prove_writable(Time{1ms}));
  EXPECT_TRUE(store().prove_writable(Time{2ms}));
}

TEST_P(OutboxContract, a_report_is_told_once_and_waits_like_every_message) {
  EXPECT_EQ(store().reported_until("costs").value(), std::nullopt);
  ASSERT_TRUE(store().post_report({"costs", std::nullopt, Time{1s}, {}}));
  EXPECT_EQ(store().reported_until("costs").value(), Time{1s});
  Delivery report = message("costs-1-hook", DeliveryKind::kReport, 5ms);
  report.incident.clear();
  ASSERT_TRUE(store().post_report({"costs", Time{1s}, Time{2s}, {report}}));
  // Another process that knew no better, and one that comes too late.
  EXPECT_EQ(store().post_report({"costs", Time{1s}, Time{2s}, {report}}).error().kind,
            ErrorKind::kConflict);
  EXPECT_FALSE(store().post_report({"costs", Time{2s}, Time{3s}, {report}}));
  EXPECT_EQ(store().reported_until("costs").value(), Time{2s}) << "all of it or nothing";
  EXPECT_EQ(due(), (Ids{"costs-1-hook", "open"}));
  EXPECT_EQ(store().due_deliveries("hook", Time{1h}, 1).value().front(), report);
  ASSERT_TRUE(store().mark_delivered("costs-1-hook", Time{3s}));
  EXPECT_EQ(due(), Ids{"open"});
}

}  // namespace
}  // namespace livesonic::storage
