// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "livesonic/web/api_fixture.h"

namespace livesonic::web {
namespace {

using namespace std::chrono_literals;
using Clusters = ApiTest;

ScoreReading score_of(const Instance& instance, Outcome outcome, std::optional<int> score,
                      Time at) {
  return {instance.cluster, instance.id, at, 120ms, outcome, score, score ? "" : "why not"};
}

CheckReading check_of(const Instance& instance, const std::string& service, Outcome outcome,
                      Time at) {
  return {instance.cluster, instance.id, service, at, 30ms, outcome, 3, "out", "err", "detail"};
}

TEST_F(Clusters, are_registered_once_and_then_there) {
  const Reply made = post("/clusters", R"({"name": "web", "elb": "web-elb"})");
  EXPECT_EQ(made.status, 201);
  EXPECT_EQ(made.json["name"], "web");
  EXPECT_EQ(made.json["kind"], "elb");
  EXPECT_EQ(made.json["resource"], "web-elb");
  EXPECT_EQ(made.json["origin"], "operator");
  EXPECT_EQ(made.json["registered_at"], "2026-03-01T08:30:00Z");
  EXPECT_EQ(made.json["score"], nullptr);
  EXPECT_EQ(made.json["discovery"], nlohmann::json::parse(R"({"last_attempt": null,
      "last_success": null, "error": "", "warning": ""})"));

  const Reply again = post("/clusters", R"({"name": "web", "elb": "web-elb"})");
  EXPECT_EQ(again.status, 200);
  EXPECT_EQ(again.json, made.json);
  EXPECT_EQ(get("/clusters").json["clusters"], nlohmann::json::array({made.json}));
}

TEST_F(Clusters, of_any_kind_are_registered_by_kind_and_resource) {
  const Reply made = post("/clusters", R"({"name": "shop", "kind": "alb", "resource": "shop-alb",
      "account": "prod", "region": "us-east-1", "target_groups": ["blue"]})");
  EXPECT_EQ(made.status, 201);
  EXPECT_EQ(made.json["kind"], "alb");
  EXPECT_EQ(made.json["account"], "prod");
  EXPECT_EQ(made.json["region"], "us-east-1");
  EXPECT_EQ(made.json["target_groups"], nlohmann::json::parse(R"(["blue"])"));
  EXPECT_EQ(made.json["parent"], nullptr);
  EXPECT_EQ(made.json["registration"], false);
  EXPECT_EQ(made.json["drift"], nlohmann::json::parse(R"({"wanted": null, "members": 0,
      "in_service": 0, "reached": 0, "drifting": false})"));
  const Reply every = post("/clusters", R"({"name": "all", "kind": "alb", "resource": "prod-*"})");
  EXPECT_EQ(every.json["registration"], true);
  const auto message_of = [&](const std::string& body) {
    return refused(post("/clusters", body), 400, "invalid_input");
  };
  EXPECT_NE(message_of(R"({"name": "x", "kind": "gke", "resource": "y"})").find("ecs_service"),
            std::string::npos);
  EXPECT_EQ(message_of(R"({"name": "x", "kind": "alb"})"), "resource: is missing");
  EXPECT_EQ(message_of(R"({"name": "x", "resource": "y"})"), "kind: is missing");
  EXPECT_EQ(message_of(R"({"name": "x", "kind": "ecs_service", "resource": "y"})"),
            "resource: must be CLUSTER/SERVICE, the names of the ECS cluster and of the service");
  EXPECT_EQ(message_of(R"({"name": "x", "kind": "asg", "resource": "y", "target_groups": ["z"]})"),
            "resource: has no target_groups to choose from: only alb and nlb have");
}

TEST_F(Clusters, may_be_reached_in_a_way_of_their_own) {
  const Reply plain = post("/clusters", R"({"name": "web", "elb": "web-elb"})");
  EXPECT_EQ(plain.json["remote"], "ssh");
  EXPECT_EQ(plain.json["jump"], nullptr);
  const Reply made = post("/clusters", R"({"name": "inner", "elb": "inner-elb", "user": "ops",
      "port": 2222, "jump": "gate@bastion:22"})");
  EXPECT_EQ(made.status, 201);
  EXPECT_EQ(made.json["user"], "ops");
  EXPECT_EQ(made.json["port"], 2222);
  EXPECT_EQ(made.json["jump"], "gate@bastion:22");
  EXPECT_EQ(post("/clusters", R"({"name": "closed", "elb": "c", "remote": "ssm"})").json["remote"],
            "ssm");
  const auto message_of = [&](const std::string& body) {
    return refused(post("/clusters", body), 400, "invalid_input");
  };
  EXPECT_EQ(message_of(R"({"name": "x", "elb": "y", "remote": "telnet"})"),
            "remote: 'telnet' is no way to a host; known: ssh, ssm, local");
  EXPECT_EQ(message_of(R"({"name": "x", "elb": "y", "remote": "ssm", "port": 22})"),
            "remote: ssm has no use for a user, a port or a jump");
  EXPECT_EQ(message_of(R"({"name": "x", "elb": "y", "user": "-oX"})"),
            "user: must be a user's name on the hosts");
  // The same, reached otherwise, is not the same.
  EXPECT_EQ(refused(post("/clusters", R"({"name": "web", "elb": "web-elb", "remote": "ssm"})"), 409,
                    "conflict")
                .empty(),
            false);
}

TEST_F(Clusters, are_polled_unless_they_are_to_stream_and_that_can_be_changed) {
  EXPECT_EQ(post("/clusters", R"({"name": "web", "elb": "web-elb"})").json["mode"], "poll");
  const Reply changed = post("/clusters", R"({"name": "web", "elb": "web-elb", "mode": "stream"})");
  EXPECT_EQ(changed.status, 200);
  EXPECT_EQ(changed.json["mode"], "stream");
  EXPECT_EQ(changed.json["streams"], nlohmann::json::parse(R"({"live": 0, "broken": 0})"));
  // Registering it again without a word of it leaves it as it is.
  EXPECT_EQ(post("/clusters", R"({"name": "web", "elb": "web-elb"})").json["mode"], "stream");
  EXPECT_EQ(get("/clusters/web").json["mode"], "stream");
  refused(post("/clusters", R"({"name": "web", "elb": "other-elb", "mode": "poll"})"), 409,
          "conflict");
  refused(post("/clusters", R"({"name": "x", "elb": "y", "mode": "push"})"), 400, "invalid_input");
}

TEST_F(Clusters, that_a_registration_found_are_removed_with_it_only) {
  Cluster found;
  found.name = "prod-web";
  found.resource = "prod-web";
  found.parent = "prod";
  found.origin = Origin::kDiscovered;
  ASSERT_TRUE(store->put_cluster(found));
  const std::string message = refused(ask("DELETE", "/clusters/prod-web"), 409, "conflict");
  EXPECT_NE(message.find("'prod'"), std::string::npos);
  EXPECT_EQ(get("/clusters/prod-web").json["parent"], "prod");
}

TEST_F(Clusters, whose_name_is_taken_by_another_balancer_are_refused) {
  register_cluster("web");
  const std::string message =
      refused(post("/clusters", R"({"name": "web", "elb": "other"})"), 409, "conflict");
  EXPECT_NE(message.find("web-elb"), std::string::npos);
}

TEST_F(Clusters, with_mistakes_are_refused_by_the_key) {
  const auto message_of = [&](const std::string& body) {
    return refused(post("/clusters", body), 400, "invalid_input");
  };
  EXPECT_EQ(message_of(R"({"name": "web"})"), "elb: is missing");
  EXPECT_EQ(message_of(R"({"name": 5, "elb": "x"})"), "name: must be a text");
  EXPECT_EQ(message_of(R"({"name": "web", "elb": "x", "colour": 1})"),
            "colour: is no key known here");
  EXPECT_NE(message_of(R"({"name": "we b", "elb": "x"})").find("'we b'"), std::string::npos);
  EXPECT_EQ(message_of(R"({"name": "web", "elb": "x.eu.elb.amazonaws.com"})"),
            "elb: must be the load balancer's name, not its DNS name");
  EXPECT_NE(message_of("{").find("not JSON"), std::string::npos);
  message_of("[]");
  message_of("");
  EXPECT_TRUE(get("/clusters").json["clusters"].empty());
}

TEST_F(Clusters, are_removed_but_for_those_of_the_file) {
  register_cluster("web");
  register_cluster("db", Origin::kFile);
  const Reply removed = ask("DELETE", "/clusters/web", "{}");
  EXPECT_EQ(removed.status, 200);
  EXPECT_EQ(removed.json, nlohmann::json::parse(R"({"removed": "web"})"));
  refused(ask("DELETE", "/clusters/web"), 404, "not_found");
  const std::string message = refused(ask("DELETE", "/clusters/db"), 409, "conflict");
  EXPECT_NE(message.find("configuration file"), std::string::npos);
}

TEST_F(Clusters, show_their_instances_with_the_latest_readings) {
  register_cluster("web");
  Instance a = instance("web", "i-a");
  a.name = "zebra";
  a.tags = {{"Name", "zebra"}, {"role", "front"}};
  a.lifecycle = Lifecycle::kSpot;
  a.launched_at = clock.now() - 24h;
  const Instance b = instance("web", "i-b");
  Instance gone = instance("web", "i-c");
  gone.departure = {DepartureReason::kScaleIn, "from 3 to 2", clock.now()};
  put_instances("web", {a, b, gone});
  put_service("nginx");
  put_service("elsewhere", Origin::kOperator, {"db"});
  ASSERT_TRUE(store->record({{score_of(a, Outcome::kOk, 80, clock.now()),
                              {check_of(a, "nginx", Outcome::kCheckFailed, clock.now())}},
                             {score_of(b, Outcome::kUnreachable, std::nullopt, clock.now()), {}}}));

  const auto cluster = get("/clusters/web").json;
  EXPECT_EQ(cluster["instances"], nlohmann::json::parse(R"({"watched": 2, "in_service": 2,
      "scored": 1, "failing": 1, "unreachable": 1, "retired": 1})"));
  ASSERT_EQ(cluster["members"].size(), 2U);
  EXPECT_EQ(cluster["members"][0]["id"], "i-b");  // by label: "i-b" before "zebra"
  EXPECT_EQ(cluster["members"][0]["score"]["score"], nullptr);
  EXPECT_EQ(cluster["members"][0]["score"]["outcome"], "unreachable");
  const auto& zebra = cluster["members"][1];
  EXPECT_EQ(zebra["label"], "zebra");
  EXPECT_EQ(zebra["tags"], nlohmann::json::parse(R"({"Name": "zebra", "role": "front"})"));
  EXPECT_EQ(zebra["lifecycle"], "spot");
  EXPECT_EQ(zebra["launched_at"], "2026-02-28T08:30:00Z");
  EXPECT_EQ(zebra["gone_at"], nullptr);
  EXPECT_EQ(zebra["score"], nlohmann::json::parse(R"({"at": "2026-03-01T08:30:00Z",
      "took_ms": 120, "outcome": "ok", "score": 80, "parts": null, "detail": ""})"));
  EXPECT_EQ(zebra["checks"], nlohmann::json::parse(R"([{"service": "nginx",
      "at": "2026-03-01T08:30:00Z", "took_ms": 30, "outcome": "check_failed",
      "status": "unknown", "exit_status": 3, "summary": "out", "long_output": "", "out": "out",
      "err": "err", "detail": "detail"}])"));
  ASSERT_EQ(cluster["services"].size(), 1U);
  EXPECT_EQ(cluster["services"][0]["name"], "nginx");
  EXPECT_TRUE(cluster["incidents"].empty());

  const auto all = get("/clusters/web?gone=true").json["members"];
  ASSERT_EQ(all.size(), 3U);
  EXPECT_EQ(all[1]["gone_at"], "2026-03-01T08:30:00Z");
  EXPECT_EQ(all[1]["gone_reason"], "scale_in");
  EXPECT_EQ(all[1]["gone_detail"], "from 3 to 2");
  refused(get("/clusters/web?gone=maybe"), 400, "invalid_input");
  refused(get("/clusters/nope"), 404, "not_found");
}

TEST_F(Clusters, show_their_latest_score_and_the_trend_of_a_day) {
  register_cluster("web");
  std::vector<ClusterPoint> points;
  // One point in each of the first two of the sixty steps, and one now.
  for (const auto& [age, mean] :
       std::vector<std::pair<Duration, double>>{{24h - 1min, 50}, {24h - 25min, 60}, {0ms, 90}}) {
    points.push_back({clock.now() - age, mean, 40, 95, 1.5, 3, 4});
  }
  ASSERT_TRUE(store->import_cluster_points("web", points));
  const auto summary = get("/clusters").json["clusters"][0];
  EXPECT_EQ(summary["score"], nlohmann::json::parse(R"({"at": "2026-03-01T08:30:00Z",
      "mean": 90.0, "min": 40, "max": 95, "spread": 1.5, "count": 3, "members": 4})"));
  ASSERT_EQ(summary["trend"].size(), 60U);
  EXPECT_EQ(summary["trend"][0], 50.0);
  EXPECT_EQ(summary["trend"][1], 60.0);
  EXPECT_EQ(summary["trend"][2], nullptr);
  EXPECT_EQ(summary["trend"][59], 90.0);
}

TEST_F(Clusters, that_have_been_silent_for_days_still_show_their_latest_score) {
  register_cluster("web");
  ASSERT_TRUE(store->import_cluster_points("web", {{clock.now() - 100h, 70, 70, 70, 0, 1, 1}}));
  const auto summary = get("/clusters").json["clusters"][0];
  EXPECT_EQ(summary["score"]["mean"], 70.0);
  EXPECT_EQ(summary["trend"], nlohmann::json(std::vector<nlohmann::json>(60, nullptr)));
}

TEST_F(Clusters, are_polled_on_demand) {
  register_cluster("web");
  register_cluster("db");
  operations.summary = {"", 4, 3, 1, 1, 77.5, ""};
  const Reply one = post("/clusters/web/poll", "{}");
  EXPECT_EQ(one.status, 200);
  EXPECT_EQ(one.json, nlohmann::json::parse(R"({"cluster": "web", "instances": 4, "scored": 3,
      "failing": 1, "unreachable": 1, "mean": 77.5, "error": ""})"));
  const Reply all = post("/poll", "");
  ASSERT_EQ(all.json["polls"].size(), 2U);
  EXPECT_EQ(all.json["polls"][0]["cluster"], "db");
  EXPECT_EQ(all.json["polls"][1]["cluster"], "web");
  EXPECT_EQ(operations.polled.size(), 3U);
  refused(post("/clusters/nope/poll", "{}"), 404, "not_found");
  refused(post("/clusters/web/poll", R"({"x": 1})"), 400, "invalid_input");
}

TEST_F(Clusters, that_cannot_be_polled_say_so) {
  register_cluster("web");
  operations.failure = Error{ErrorKind::kUnavailable, "AWS is away"};
  EXPECT_EQ(refused(post("/clusters/web/poll", "{}"), 502, "unavailable"), "AWS is away");
  const Reply all = post("/poll", "{}");
  EXPECT_EQ(all.status, 200);
  EXPECT_EQ(all.json["polls"][0]["error"], "AWS is away");
  EXPECT_EQ(all.json["polls"][0]["mean"], nullptr);
}

}  // namespace
}  // namespace livesonic::web
