// SPDX-License-Identifier: Apache-2.0
#include "livesonic/app/channels.h"

#include <gtest/gtest.h>

#include <filesystem>

#include "livesonic/base/text.h"
#include "livesonic/storage/store.h"

namespace livesonic::app {
namespace {

using namespace std::chrono_literals;

ChannelState a_channel(std::optional<Time> last_success, std::optional<Time> last_dead) {
  ChannelState state;
  state.name = "ops";
  state.type = "webhook";
  state.last_success = last_success;
  state.last_dead = last_dead;
  state.dead = 2;
  state.last_error = "HTTP 404";
  return state;
}

TEST(BrokenChannels, are_those_that_accepted_nothing_since_something_was_given_up) {
  const auto findings = broken_channels({a_channel({}, Time{5ms}), a_channel(Time{4ms}, Time{5ms}),
                                         a_channel(Time{6ms}, Time{5ms}), a_channel({}, {})});
  ASSERT_EQ(findings.size(), 2U);
  EXPECT_EQ(findings[0].cause, "channel:ops");
  EXPECT_EQ(findings[0].detail, "given up: 2; the last error: HTTP 404");
}

TEST(BrokenChannels, one_that_is_no_longer_configured_is_no_news) {
  ChannelState gone = a_channel({}, Time{5ms});
  gone.type.clear();
  EXPECT_TRUE(broken_channels({gone}).empty());
}

TEST(CompleteMessage, brings_the_last_hour_up_to_the_incident_and_a_link) {
  const auto directory = std::filesystem::temp_directory_path() / ("livesonic-" + random_id());
  {
    const auto store = storage::open_sqlite(directory).value();
    Cluster web;
    web.name = "web";
    ASSERT_TRUE(store->put_cluster(web));
    const Time opened{1'770'000'000s};
    std::vector<ClusterPoint> points;
    for (int i = -720; i <= 60; ++i) points.push_back({opened + i * 10s, 50, 40, 60, 1, 3, 3});
    ASSERT_TRUE(store->import_cluster_points("web", points));
    notify::Message message;
    message.incident.cluster = "web";
    message.incident.opened_at = opened;
    complete_message(message, *store, "https://monitor.example");
    EXPECT_EQ(message.link, "https://monitor.example/clusters/web");
    ASSERT_GE(message.history.size(), 50U);
    EXPECT_LE(message.history.size(), 60U);
    EXPECT_EQ(message.history.back().at, opened);
    EXPECT_GE(message.history.front().at, opened - 1h);
  }
  std::filesystem::remove_all(directory);
}

}  // namespace
}  // namespace livesonic::app
