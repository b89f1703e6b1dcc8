// SPDX-License-Identifier: Apache-2.0
#include "livesonic/web/api_fixture.h"

namespace livesonic::web {
namespace {

using namespace std::chrono_literals;

class TestChannels final : public Channels {
 public:
  Result<std::vector<ChannelState>> list() override {
    ChannelState ops;
    ops.name = "ops";
    ops.type = "webhook";
    ops.waiting = 2;
    ops.dead = 1;
    ops.last_dead = Time{1'770'000'000s};
    ops.last_error = "HTTP 404";
    return std::vector{ops, ChannelState{}};
  }
  Result<ChannelTest> test(const std::string& channel) override {
    if (channel != "ops") return fail(ErrorKind::kNotFound, "there is no channel 'x'");
    return ChannelTest{channel, false, "HTTP 404", 12ms};
  }
  Result<Delivery> retry(const std::string& delivery) override {
    if (delivery != "d1") return fail(ErrorKind::kConflict, "it is not given up");
    Delivery retried;
    retried.id = delivery;
    return retried;
  }
};

class ChannelRoutes : public ApiTest {
 protected:
  ChannelRoutes() {
    Dependencies all = dependencies();
    all.channels = &channels_;
    api = make_api(all);
  }
  TestChannels channels_;
};

TEST_F(ChannelRoutes, list_how_the_channels_do) {
  const auto channels = get("/channels").json.at("channels");
  ASSERT_EQ(channels.size(), 2U);
  EXPECT_EQ(channels[0].at("type"), "webhook");
  EXPECT_EQ(channels[0].at("broken"), true);
  EXPECT_EQ(channels[0].at("waiting"), 2);
  EXPECT_EQ(channels[0].at("last_error"), "HTTP 404");
  EXPECT_TRUE(channels[0].at("last_success").is_null());
  EXPECT_TRUE(channels[1].at("type").is_null());
}

TEST_F(ChannelRoutes, tell_what_came_of_a_test) {
  const auto reply = post("/channels/ops/test", "{}");
  EXPECT_EQ(reply.status, 200);
  EXPECT_EQ(reply.json.at("accepted"), false);
  EXPECT_EQ(reply.json.at("error"), "HTTP 404");
  EXPECT_EQ(reply.json.at("took_ms"), 12);
  refused(post("/channels/none/test", "{}"), 404, "not_found");
  refused(post("/channels/ops/test", R"({"x": 1})"), 400, "invalid_input");
}

TEST_F(ChannelRoutes, list_the_dead_and_retry_them) {
  EXPECT_TRUE(get("/deliveries").json.at("deliveries").empty());
  EXPECT_TRUE(get("/deliveries?state=waiting").json.at("deliveries").empty());
  refused(get("/deliveries?state=lost"), 400, "invalid_input");
  EXPECT_EQ(post("/deliveries/d1/retry", "{}").json.at("id"), "d1");
  refused(post("/deliveries/d2/retry", "{}"), 409, "conflict");
}

TEST_F(ApiTest, without_channels_there_is_none_to_test) {
  EXPECT_TRUE(get("/channels").json.at("channels").empty());
  refused(post("/channels/ops/test", "{}"), 404, "not_found");
  refused(post("/deliveries/d/retry", "{}"), 404, "not_found");
}

}  // namespace
}  // namespace livesonic::web
