// SPDX-License-Identifier: Apache-2.0
#include "livesonic/storage/contract.h"

namespace livesonic::storage {
namespace {

using namespace std::chrono_literals;

class IncidentsContract : public ContractTest {
 protected:
  void SetUp() override {
    ContractTest::SetUp();
    register_cluster("web");
  }

  std::vector<std::string> due(Time now, int limit = 100, const std::string& channel = "hook") {
    std::vector<std::string> ids;
    const std::vector<Delivery> found = store().due_deliveries(channel, now, limit).value();
    for (const Delivery& delivery : found) ids.push_back(delivery.id);
    return ids;
  }

  std::optional<Time> next_due(const std::string& channel = "hook") {
    return store().next_delivery_due(channel).value();
  }
};
INSTANTIATE_TEST_SUITE_P(Stores, IncidentsContract, testing::ValuesIn(backends()), backend_name);

using Ids = std::vector<std::string>;
const TimeRange kEver{Time::min(), Time::max()};

Incident an_incident(const std::string& id, Time opened_at, const std::string& cluster = "web") {
  Incident incident;
  incident.id = id;
  incident.cluster = cluster;
  incident.cause = "score";
  incident.opened_at = opened_at;
  incident.summary = "2 of 3 instances of web score below 40";
  incident.members = {{"i-1", "web-1", "score 12", opened_at - 1min, std::nullopt},
                      {"i-2", "web-2", "score 13", opened_at - 2min, opened_at + 1min}};
  incident.channels = {"hook", "pager"};
  return incident;
}

Delivery a_delivery(const std::string& id, const std::string& incident, DeliveryKind kind,
                    Time created_at, const std::string& channel = "hook") {
  Delivery delivery;
  delivery.id = id;
  delivery.channel = channel;
  delivery.incident = incident;
  delivery.kind = kind;
  delivery.payload = R"({"text": "hello"})";
  delivery.created_at = created_at;
  delivery.next_attempt_at = created_at;
  return delivery;
}

TEST_P(IncidentsContract, a_round_is_read_back_whole_also_after_a_restart) {
  RoundOutcome outcome;
  outcome.cluster = "web";
  outcome.point = ClusterPoint{at("2026-03-01T08:30:00.250Z"), 66.625, 12, 99, 33.5, 3, 4};
  for (const std::string& text : hostile_texts()) {
    const std::string number = std::to_string(outcome.incidents.size());
    outcome.conditions.push_back(
        {"web", "i-" + number + text, "service:" + text, 2, 1, true, Time{7ms}, text});
    Incident incident = an_incident("n" + number + text, Time{1'000ms});
    incident.cause = text;
    incident.summary = text;
    incident.members.push_back({text + "i", text + "l", text + "d", Time{1ms}, Time{2ms}});
    outcome.incidents.push_back(incident);
    Delivery delivery =
        a_delivery("d" + number + text, incident.id, DeliveryKind::kOpening, Time{5ms});
    delivery.channel = text;
    delivery.payload = text;
    delivery.last_error = text;
    delivery.attempts = 3;
    delivery.next_attempt_at = Time{6ms};
    outcome.deliveries.push_back(delivery);
  }
  ASSERT_TRUE(store().commit_round(outcome));
  reopen();
  EXPECT_EQ(store().conditions("web"), outcome.conditions);
  EXPECT_EQ(store().open_incidents("web"), outcome.incidents);
  EXPECT_EQ(store().undelivered(), outcome.deliveries);
  EXPECT_EQ(store().cluster_history("web", kEver), std::vector{*outcome.point});
  for (const Incident& incident : outcome.incidents) {
    EXPECT_EQ(store().incident(incident.id), incident);
  }
}

TEST_P(IncidentsContract, each_round_replaces_the_conditions_of_its_cluster_only) {
  register_cluster("db");
  const Condition first{"web", "i-1", "score", 1, 0, false, Time{1ms}, "score 12"};
  Condition other = first;
  other.cluster = "db";
  Condition second = first;
  second.instance = "i-2";
  ASSERT_TRUE(store().commit_round({"web", std::nullopt, {first}, {}, {}}));
  ASSERT_TRUE(store().commit_round({"db", std::nullopt, {other}, {}, {}}));
  ASSERT_TRUE(store().commit_round({"web", std::nullopt, {second}, {}, {}}));
  EXPECT_EQ(store().conditions("web"), std::vector{second});
  EXPECT_EQ(store().conditions("db"), std::vector{other});
}

TEST_P(IncidentsContract, a_round_in_which_nobody_answered_leaves_no_point) {
  ASSERT_TRUE(store().commit_round({"web", ClusterPoint{Time{1ms}, 0, 0, 0, 0, 0, 5}, {}, {}, {}}));
  EXPECT_TRUE(store().cluster_history("web", kEver).value().empty());
}

TEST_P(IncidentsContract, a_round_that_contradicts_what_is_stored_is_not_written_at_all) {
  const Delivery delivery = a_delivery("d", "n", DeliveryKind::kOpening, Time{1ms});
  ASSERT_TRUE(
      store().commit_round({"web", std::nullopt, {}, {an_incident("n", Time{1ms})}, {delivery}}));
  RoundOutcome again{"web",
                     ClusterPoint{Time{2ms}, 50, 50, 50, 0, 1, 1},
                     {{"web", "i-1", "score", 1, 0, false, Time{1ms}, ""}},
                     {an_incident("n2", Time{2ms})},
                     {delivery}};
  const Result<void> done = store().commit_round(again);
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().kind, ErrorKind::kConflict);
  EXPECT_TRUE(store().conditions("web").value().empty());
  EXPECT_TRUE(store().cluster_history("web", kEver).value().empty());
  EXPECT_EQ(store().incident("n2").error().kind, ErrorKind::kNotFound);
  again.deliveries = {a_delivery("d2", "no such incident", DeliveryKind::kOpening, Time{1ms})};
  EXPECT_EQ(store().commit_round(again).error().kind, ErrorKind::kConflict);
}

TEST_P(IncidentsContract, removing_a_cluster_drops_its_conditions_and_leaves_its_incidents) {
  const Incident incident = an_incident("n", Time{1ms});
  ASSERT_TRUE(store().commit_round(
      {"web", std::nullopt, {{"web", "i-1", "score", 3, 0, true, Time{1ms}, ""}}, {incident}, {}}));
  ASSERT_TRUE(store().remove_cluster("web", Time{2ms}, "cluster removed"));
  EXPECT_TRUE(store().conditions("web").value().empty());
  EXPECT_EQ(store().open_incidents("web"), std::vector{incident});
}

TEST_P(IncidentsContract, a_removed_cluster_gets_nothing_new_but_its_incidents_can_be_closed) {
  Incident incident = an_incident("n", Time{1ms});
  ASSERT_TRUE(store().commit_round({"web", std::nullopt, {}, {incident}, {}}));
  ASSERT_TRUE(store().remove_cluster("web", Time{2ms}, "cluster removed"));
  RoundOutcome late{"web",
                    ClusterPoint{Time{3ms}, 50, 50, 50, 0, 1, 1},
                    {{"web", "i-1", "score", 1, 0, false, Time{1ms}, ""}},
                    {an_incident("late", Time{3ms})},
                    {}};
  EXPECT_EQ(store().commit_round(late).error().kind, ErrorKind::kNotFound);
  EXPECT_EQ(store().incident("late").error().kind, ErrorKind::kNotFound);

  incident.closed_at = Time{3ms};
  late.incidents = {incident};
  late.deliveries = {a_delivery("d", "n", DeliveryKind::kClosing, Time{3ms})};
  late.cluster_removed = true;
  ASSERT_TRUE(store().commit_round(late));
  EXPECT_TRUE(store().open_incidents("web").value().empty());
  EXPECT_EQ(store().incident("n"), incident);
  EXPECT_EQ(due(Time{3ms}), Ids{"d"});
  EXPECT_TRUE(store().conditions("web").value().empty());
  EXPECT_TRUE(store().cluster_history("web", kEver).value().empty());
}

TEST_P(IncidentsContract, incidents_are_listed_newest_first_by_cluster_and_state) {
  Incident closed = an_incident("n2", Time{2ms});
  closed.closed_at = Time{9ms};
  ASSERT_TRUE(store().commit_round({"web",
                                    std::nullopt,
                                    {},
                                    {an_incident("n3", Time{3ms}, "db"), closed,
                                     an_incident("n1", Time{1ms}), an_incident("n4", Time{3ms})},
                                    {}}));
  const auto listed = [&](const IncidentQuery& query) {
    Ids ids;
    const std::vector<Incident> found = store().incidents(query).value();
    for (const Incident& incident : found) ids.push_back(incident.id);
    return ids;
  };
  EXPECT_EQ(listed({}), (Ids{"n4", "n3", "n2", "n1"}));
  EXPECT_EQ(listed({"web", std::nullopt, 100}), (Ids{"n4", "n2", "n1"}));
  EXPECT_EQ(listed({"web", true, 100}), (Ids{"n4", "n1"}));
  EXPECT_EQ(listed({std::nullopt, false, 100}), Ids{"n2"});
  EXPECT_EQ(listed({std::nullopt, std::nullopt, 2}), (Ids{"n4", "n3"}));
  EXPECT_EQ(store().incident("n9").error().kind, ErrorKind::kNotFound);
}

TEST_P(IncidentsContract, messages_are_due_oldest_first_and_only_until_delivered) {
  ASSERT_TRUE(
      store().commit_round({"web",
                            std::nullopt,
                            {},
                            {an_incident("n1", Time{1ms}), an_incident("n2", Time{1ms})},
                            {a_delivery("late", "n2", DeliveryKind::kOpening, Time{20ms}),
                             a_delivery("early", "n1", DeliveryKind::kOpening, Time{10ms})}}));
  EXPECT_EQ(due(Time{9ms}), Ids{});
  EXPECT_EQ(due(Time{10ms}), Ids{"early"});
  EXPECT_EQ(due(Time{99ms}), (Ids{"early", "late"}));
  EXPECT_EQ(due(Time{99ms}, 1), Ids{"early"});
  EXPECT_EQ(due(Time{99ms}, 0), Ids{});
  EXPECT_EQ(next_due(), Time{10ms});

  ASSERT_TRUE(store().mark_failed("early", {Time{50ms}, Time{50ms}, "connection refused"}));
  EXPECT_EQ(due(Time{40ms}), Ids{"late"});
  EXPECT_EQ(next_due(), Time{20ms});
  const Delivery failed = store().undelivered().value().at(0);
  EXPECT_EQ(failed.attempts, 1);
  EXPECT_EQ(failed.last_error, "connection refused");
  EXPECT_EQ(failed.next_attempt_at, Time{50ms});

  ASSERT_TRUE(store().mark_delivered("late", Time{41ms}));
  ASSERT_TRUE(store().mark_delivered("early", Time{51ms}));
  ASSERT_TRUE(store().mark_delivered("early", Time{52ms}));  // told twice
  reopen();
  EXPECT_EQ(due(Time{99ms}), Ids{});
  EXPECT_TRUE(store().undelivered().value().empty());
  EXPECT_EQ(next_due(), std::nullopt);
}

TEST_P(IncidentsContract, a_closing_waits_for_the_opening_of_the_same_incident_and_channel) {
  ASSERT_TRUE(store().commit_round(
      {"web",
       std::nullopt,
       {},
       {an_incident("n1", Time{1ms}), an_incident("n2", Time{1ms})},
       {a_delivery("open-hook", "n1", DeliveryKind::kOpening, Time{10ms}, "hook"),
        a_delivery("open-mail", "n1", DeliveryKind::kOpening, Time{10ms}, "mail"),
        a_delivery("close-hook", "n1", DeliveryKind::kClosing, Time{20ms}, "hook"),
        a_delivery("close-mail", "n1", DeliveryKind::kClosing, Time{20ms}, "mail"),
        a_delivery("close-other", "n2", DeliveryKind::kClosing, Time{30ms}, "hook")}}));
  EXPECT_EQ(due(Time{99ms}), (Ids{"open-hook", "close-other"}));
  EXPECT_EQ(due(Time{99ms}, 100, "mail"), Ids{"open-mail"});
  EXPECT_EQ(due(Time{99ms}, 100, "no such channel"), Ids{});
  ASSERT_TRUE(store().mark_delivered("open-mail", Time{40ms}));
  ASSERT_TRUE(store().mark_failed("open-hook", {Time{90ms}, Time{90ms}, "refused"}));
  EXPECT_EQ(due(Time{50ms}), Ids{"close-other"});
  EXPECT_EQ(due(Time{50ms}, 100, "mail"), Ids{"close-mail"});
  ASSERT_TRUE(store().mark_delivered("close-mail", Time{50ms}));
  ASSERT_TRUE(store().mark_delivered("close-other", Time{50ms}));
  EXPECT_EQ(next_due("mail"), std::nullopt);
  // Nothing to wake up for before the opening's next attempt.
  EXPECT_EQ(next_due(), Time{90ms});
  ASSERT_TRUE(store().mark_delivered("open-hook", Time{95ms}));
  EXPECT_EQ(due(Time{99ms}), Ids{"close-hook"});
}

TEST_P(IncidentsContract, a_message_that_is_not_there_cannot_be_marked) {
  EXPECT_EQ(store().mark_delivered("d", Time{}).error().kind, ErrorKind::kNotFound);
  EXPECT_EQ(store().mark_failed("d", {Time{}, Time{}, ""}).error().kind, ErrorKind::kNotFound);
}

}  // namespace
}  // namespace livesonic::storage
