// SPDX-License-Identifier: Apache-2.0
// Status, incidents, domains and host keys: what is mostly read.
#include <gtest/gtest.h>

#include "livesonic/web/api_fixture.h"

namespace livesonic::web {
namespace {

using namespace std::chrono_literals;

class Overview : public ApiTest {
 protected:
  Overview() { register_cluster("web"); }

  void open_and_close_incidents() {
    Incident open;
    open.id = "id-open";
    open.cluster = "web";
    open.cause = "service:nginx";
    open.opened_at = clock.now();
    open.summary = "nginx is down";
    open.members = {{"i-a", "zebra", "exit 3", clock.now(), std::nullopt}};
    open.channels = {"ops"};
    Incident closed;
    closed.id = "id-closed";
    closed.cluster = "web";
    closed.cause = "score";
    closed.opened_at = clock.now() - 1h;
    closed.closed_at = clock.now() - 30min;
    storage::RoundOutcome outcome;
    outcome.cluster = "web";
    outcome.incidents = {closed, open};
    Delivery delivery;
    delivery.id = "d1";
    delivery.channel = "webhook";
    delivery.incident = "id-open";
    delivery.payload = "{}";
    delivery.created_at = clock.now() - 5min;
    delivery.next_attempt_at = clock.now();
    outcome.deliveries = {delivery};
    ASSERT_TRUE(store->commit_round(outcome));
    ASSERT_TRUE(store->mark_failed("d1", {clock.now(), clock.now(), "refused"}));
  }
};

TEST_F(Overview, health_says_who_answers_and_since_when) {
  EXPECT_EQ(get("/health").json, nlohmann::json({{"service", "livesonic"},
                                                 {"version", LIVESONIC_VERSION},
                                                 {"data_dir", "/the/directory"},
                                                 {"started_at", "2026-03-01T07:30:00Z"},
                                                 {"now", "2026-03-01T08:30:00Z"}}));
}

TEST_F(Overview, status_has_clusters_open_incidents_domains_and_outbox) {
  open_and_close_incidents();
  ASSERT_TRUE(store->put_domains({{"Z1", "a.example.", "r", "c", false, 4, {}, {}, std::nullopt},
                                  {"Z2", "b.example.", "r", "c", true, 2, {}, {}, clock.now()}}));
  const auto status = get("/status").json;
  EXPECT_EQ(status["clusters"].size(), 1U);
  EXPECT_EQ(status["clusters"][0]["open_incidents"], 1);
  ASSERT_EQ(status["incidents"].size(), 1U);
  EXPECT_EQ(status["incidents"][0]["id"], "id-open");
  EXPECT_EQ(status["domains"], nlohmann::json::parse(R"({"live": 1, "gone": 1})"));
  EXPECT_EQ(status["outbox"], nlohmann::json::parse(R"({"undelivered": 1,
      "oldest": "2026-03-01T08:25:00Z", "last_error": "refused"})"));
  EXPECT_EQ(status["event_queues"], nlohmann::json::array());
  EXPECT_EQ(status["now"], "2026-03-01T08:30:00Z");
}

TEST_F(Overview, the_queues_of_awss_events_say_how_listening_goes) {
  Dependencies listening = dependencies();
  listening.event_queues = [this] {
    EventQueueState queue;
    queue.account = "default";
    queue.queue_url = "https://sqs.example/1/events";
    queue.last_answer = clock.now();
    queue.messages = 7;
    queue.unreadable = 1;
    queue.error = "";
    return std::vector{queue};
  };
  api = make_api(std::move(listening));
  EXPECT_EQ(get("/status").json["event_queues"], nlohmann::json::parse(R"([{"account": "default",
      "queue_url": "https://sqs.example/1/events", "last_answer": "2026-03-01T08:30:00Z",
      "last_message": null, "messages": 7, "unreadable": 1, "waiting": 0, "error": ""}])"));
}

TEST_F(Overview, an_empty_outbox_has_nulls) {
  EXPECT_EQ(get("/status").json["outbox"],
            nlohmann::json::parse(R"({"undelivered": 0, "oldest": null, "last_error": null})"));
}

TEST_F(Overview, incidents_are_listed_newest_first_and_filtered) {
  open_and_close_incidents();
  const auto ids = [&](const std::string& query) {
    std::vector<std::string> list;
    const Reply reply = get("/incidents" + query);
    for (const auto& incident : reply.json.at("incidents")) {
      list.push_back(incident["id"]);
    }
    return list;
  };
  using Ids = std::vector<std::string>;
  EXPECT_EQ(ids(""), (Ids{"id-open", "id-closed"}));
  EXPECT_EQ(ids("?state=open"), Ids{"id-open"});
  EXPECT_EQ(ids("?state=closed&cluster=web&limit=10"), Ids{"id-closed"});
  EXPECT_EQ(ids("?limit=1"), Ids{"id-open"});
  EXPECT_EQ(ids("?cluster=db"), Ids{});
  for (const char* wrong : {"?state=ajar", "?limit=0", "?limit=1001", "?limit=x", "?limit="}) {
    refused(get(std::string("/incidents") + wrong), 400, "invalid_input");
  }
}

TEST_F(Overview, an_incident_is_found_by_its_id) {
  open_and_close_incidents();
  EXPECT_EQ(get("/incidents/id-open").json, nlohmann::json::parse(R"({"id": "id-open",
      "cluster": "web", "cause": "service:nginx", "summary": "nginx is down",
      "opened_at": "2026-03-01T08:30:00Z", "closed_at": null,
      "members": [{"instance": "i-a", "label": "zebra", "detail": "exit 3",
                   "since": "2026-03-01T08:30:00Z", "until": null}], "channels": ["ops"],
      "severity": "warning", "runbook": "", "muted": "", "flapping_since": null,
      "acknowledged": null, "comments": []})"));
  refused(get("/incidents/nope"), 404, "not_found");
}

TEST_F(Overview, domains_are_the_live_ones_unless_the_gone_are_asked_for) {
  ASSERT_TRUE(store->put_domains({{"Z1", "a.example.", "r", "c", true, 4, {}, {}, std::nullopt},
                                  {"Z2", "b.example.", "r", "c", true, 2, {}, {}, clock.now()}}));
  const auto live = get("/domains").json["domains"];
  EXPECT_EQ(live, nlohmann::json::parse(R"([{"zone_id": "Z1", "name": "a.example.",
      "caller_reference": "r", "comment": "c", "private_zone": true, "record_count": 4,
      "first_seen": "1970-01-01T00:00:00Z", "last_seen": "1970-01-01T00:00:00Z",
      "gone_at": null, "account": "default", "tags": {}, "aliases": [], "clusters": [],
      "registration": null, "certificate": null}])"));
  EXPECT_EQ(get("/domains?gone=true").json["domains"].size(), 2U);
  EXPECT_EQ(post("/domains/sync", "{}").json,
            nlohmann::json::parse(R"({"live": 5, "added": 2, "changed": 1, "gone": 3,
                "problems": ["AWS says no"]})"));
  operations.failure = Error{ErrorKind::kPermission, "AWS says no"};
  refused(post("/domains/sync", "{}"), 403, "permission");
}

TEST_F(Overview, a_domain_shows_what_belongs_to_its_name) {
  Domain shop{"Z1", "shop.example.com.", "r", "", false, 4, {}, {}, std::nullopt};
  shop.apex_has_address = true;
  shop.tags = {{"team", "web"}};
  shop.aliases = {{"shop.example.com.", "A", "web-1.elb.amazonaws.com.", {"web"}},
                  {"www.shop.example.com.", "A", "api-1.elb.amazonaws.com.", {"api", "web"}}};
  const Domain other{"Z2", "other.example.", "r", "", false, 2, {}, {}, std::nullopt};
  ASSERT_TRUE(store->put_domains({shop, other}));
  shop.record_count = 5;
  shop.last_seen = clock.now();
  ASSERT_TRUE(store->put_domains({shop}));
  ASSERT_TRUE(store->put_registered_domains(
      {{"example.com", "default", true, clock.now() + 24h, clock.now(), clock.now(), {}},
       {"gone.example", "default", true, clock.now(), clock.now(), clock.now(), clock.now()}}));
  ASSERT_TRUE(store->put_certificates({{"shop.example.com", clock.now(), "", clock.now(),
                                        clock.now() + 48h, "Test & Co", "self-signed"}}));

  const auto detail = get("/domains/Z1").json;
  EXPECT_EQ(detail["clusters"], nlohmann::json::parse(R"(["api", "web"])"));
  EXPECT_EQ(detail["tags"]["team"], "web");
  EXPECT_EQ(detail["aliases"][1]["clusters"].size(), 2U);
  EXPECT_EQ(detail["registration"]["name"], "example.com");
  EXPECT_EQ(detail["registration"]["expires_at"], "2026-03-02T08:30:00Z");
  EXPECT_EQ(detail["certificate"]["problem"], "self-signed");
  EXPECT_EQ(detail["record_counts"], nlohmann::json::parse(R"([
      {"at": "1970-01-01T00:00:00Z", "records": 4},
      {"at": "2026-03-01T08:30:00Z", "records": 5}])"));
  refused(get("/domains/Z3"), 404, "not_found");

  EXPECT_EQ(get("/domains?cluster=api").json["domains"].size(), 1U);
  EXPECT_EQ(get("/domains?cluster=db").json["domains"].size(), 0U);
  EXPECT_EQ(get("/domains").json["domains"].size(), 2U);
  EXPECT_EQ(get("/domains").json["registrations"].size(), 1U);
  EXPECT_EQ(get("/domains?gone=true").json["registrations"].size(), 2U);
}

TEST_F(Overview, a_pinned_host_key_can_be_forgotten_once) {
  ASSERT_TRUE(store->pin_key("i-a", "SHA256:x", clock.now()));
  EXPECT_EQ(ask("DELETE", "/host-keys/i-a").json, nlohmann::json::parse(R"({"removed": "i-a"})"));
  EXPECT_FALSE(store->pinned_key("i-a").value());
  refused(ask("DELETE", "/host-keys/i-a"), 404, "not_found");
}

TEST_F(Overview, events_must_be_asked_for_as_a_stream) {
  EXPECT_NE(refused(get("/events"), 400, "invalid_input").find("text/event-stream"),
            std::string::npos);
}

TEST_F(Overview, what_is_not_there_is_not_found_and_what_cannot_be_done_is_not_allowed) {
  refused(get("/nothing"), 404, "not_found");
  refused(get("/clusters/"), 404, "not_found");
  const Reply reply = ask("PUT", "/clusters/web");
  EXPECT_EQ(refused(reply, 405, "method_not_allowed"),
            "/api/v1/clusters/web takes GET, DELETE, not PUT");
  EXPECT_EQ(reply.headers.at("Allow"), "GET, DELETE");
  EXPECT_EQ(reply.headers.at("Cache-Control"), "no-store");
}

}  // namespace
}  // namespace livesonic::web
