// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "livesonic/web/api_fixture.h"

namespace livesonic::web {
namespace {

using Probes = ApiTest;

TEST_F(Probes, are_added_listed_and_removed) {
  const auto stream = std::make_shared<TestStream>();
  events.add(stream);
  const std::string body = R"({"name": "front", "kind": "http", "clusters": ["web"],
      "target": "https://www.example.com/health", "expect_status": 200,
      "expect_not_contains": "error", "warning": "0.5", "redirects": 2, "verify": false,
      "timeout": "5s", "interval": "5m"})";
  const Reply added = post("/probes", body);
  ASSERT_EQ(added.status, 201) << added.json;
  EXPECT_EQ(added.json["expect"]["status"], 200);
  EXPECT_EQ(added.json["expect_not"]["contains"], "error");
  EXPECT_EQ(added.json["thresholds"]["metric"], "time");
  EXPECT_EQ(added.json["redirects"], 2);
  EXPECT_EQ(added.json["verify"], false);
  EXPECT_EQ(get("/probes").json["probes"], nlohmann::json::array({added.json}));
  ASSERT_EQ(stream->sent.size(), 1U);
  EXPECT_EQ(stream->sent[0].first, "probes.changed");
  EXPECT_EQ(post("/probes", body).status, 200);
  refused(post("/probes", R"({"name": "front", "kind": "tls", "clusters": ["web"]})"), 409,
          "conflict");
  EXPECT_EQ(ask("DELETE", "/probes/front").status, 200);
  refused(ask("DELETE", "/probes/front"), 404, "not_found");
}

TEST_F(Probes, with_mistakes_are_refused_by_the_key) {
  const auto message_of = [&](const std::string& rest) {
    return refused(post("/probes", R"({"name": "a", "clusters": ["web"], )" + rest + "}"), 400,
                   "invalid_input");
  };
  EXPECT_EQ(message_of(R"("kind": "icmp")"), "kind: must be http, tcp, dns or tls, not 'icmp'");
  EXPECT_EQ(message_of(R"("kind": "tcp", "target": "a")").substr(0, 8), "target: ");
  EXPECT_EQ(message_of(R"("kind": "dns", "send": "x")"), "send: is for tcp");
  EXPECT_EQ(message_of(R"("kind": "http", "expect_status": 99)"),
            "expect_status: must be a number from 100 to 599");
  refused(post("/probes", R"({"name": "a", "kind": "http"})"), 400, "invalid_input");
}

TEST_F(Probes, are_shown_with_their_cluster_and_have_metrics) {
  register_cluster("web");
  Probe probe;
  probe.name = "front";
  probe.clusters = {"web"};
  probe.origin = Origin::kFile;
  ASSERT_TRUE(store->put_probe(probe));
  const auto before = get("/clusters/web").json;
  EXPECT_EQ(before["front"], nlohmann::json::parse(R"({"probes": 1, "failing": 0})"));
  EXPECT_TRUE(before["probes"].at(0)["reading"].is_null());

  CheckReading reading;
  reading.cluster = "web";
  reading.service = "front";
  reading.at = clock.now() - std::chrono::minutes{1};
  reading.outcome = Outcome::kCheckFailed;
  reading.status = CheckStatus::kWarning;
  reading.exit_status = 503;
  reading.detail = "slow";
  reading.metrics = {{"time", 0.25, "s"}};
  ASSERT_TRUE(store->record_probes({reading}));
  const auto after = get("/clusters/web").json;
  EXPECT_EQ(after["front"]["failing"], 1);
  EXPECT_EQ(after["probes"].at(0)["target"], "http://{balancer}/");
  EXPECT_EQ(after["probes"].at(0)["reading"]["status"], "warning");
  EXPECT_EQ(after["probes"].at(0)["reading"]["http_status"], 503);
  const auto metrics = get("/clusters/web/probes/front/metrics?last=1h").json["metrics"];
  EXPECT_EQ(metrics.at(0)["points"].at(0)["value"], 0.25);
  refused(ask("DELETE", "/probes/front"), 409, "conflict");
}

}  // namespace
}  // namespace livesonic::web
