// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "livesonic/web/api_fixture.h"

namespace livesonic::web {
namespace {

using ServiceDiscovery = ApiTest;

TEST_F(ServiceDiscovery, gives_prometheus_the_watched_hosts_with_what_is_known_of_them) {
  register_cluster("web");
  register_cluster("db");
  Instance one = instance("web", "i-a");
  one.private_ip = "10.0.0.7";
  one.public_dns = "a.example";
  one.tags = {{"Name", "web-1"}, {"aws:autoscaling:groupName", "asg"}};
  one.name = "web-1";
  Instance gone = instance("web", "i-b");
  gone.private_ip = "10.0.0.8";
  gone.departure = Departure{};
  const Instance no_address = instance("web", "i-c");
  Instance other = instance("db", "i-d");
  other.private_ip = "2001:db8::1";
  put_instances("web", {one, gone, no_address});
  put_instances("db", {other});

  const auto all = get("/sd/prometheus").json;
  ASSERT_EQ(all.size(), 2U);
  EXPECT_EQ(all[0]["targets"], nlohmann::json::parse(R"(["[2001:db8::1]:9100"])"));
  EXPECT_EQ(all[1]["targets"], nlohmann::json::parse(R"(["10.0.0.7:9100"])"));
  const auto& labels = all[1]["labels"];
  EXPECT_EQ(labels["__meta_livesonic_cluster"], "web");
  EXPECT_EQ(labels["__meta_livesonic_instance_id"], "i-a");
  EXPECT_EQ(labels["__meta_livesonic_instance_name"], "web-1");
  EXPECT_EQ(labels["__meta_livesonic_tag_aws_autoscaling_groupName"], "asg");

  const auto named = get("/sd/prometheus?cluster=web&address=public_dns&port=8080").json;
  ASSERT_EQ(named.size(), 1U);
  EXPECT_EQ(named[0]["targets"][0], "a.example:8080");
  refused(get("/sd/prometheus?address=fax"), 400, "invalid_input");
  refused(get("/sd/prometheus?port=0"), 400, "invalid_input");
}

}  // namespace
}  // namespace livesonic::web
