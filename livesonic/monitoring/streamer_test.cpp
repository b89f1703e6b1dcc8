// SPDX-License-Identifier: Apache-2.0
#include "livesonic/monitoring/streamer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "livesonic/base/text.h"
#include "livesonic/monitoring/poller.h"
#include "livesonic/remote/fake_remote.h"
#include "livesonic/storage/store.h"

namespace livesonic::monitoring {
namespace {

using namespace std::chrono_literals;
using remote::End;

class Published final : public EventSink {
 public:
  void publish(const Event& event) override { kinds.push_back(event.kind); }
  std::vector<std::string> kinds;
};

class NoMembership final : public Membership {
 public:
  Result<Refreshed> refresh(const Cluster&, const std::stop_token&) override { return Refreshed{}; }
};

class LastRound final : public RoundSink {
 public:
  Result<void> finish(const Round& round) override {
    last = round;
    return {};
  }
  Round last;
};

class StreamerTest : public testing::Test {
 protected:
  StreamerTest()
      : dir_(std::filesystem::temp_directory_path() / ("livesonic-" + random_id())),
        store_(storage::open_sqlite(dir_).value()) {
    Cluster web;
    web.name = "web";
    web.resource = "web-elb";
    web.mode = Mode::kStream;
    web.registered_at = clock_.now();
    EXPECT_TRUE(store_->put_cluster(web));
    EXPECT_TRUE(store_->update_membership("web", {}, {instance("i-1"), instance("i-2")}));
  }
  ~StreamerTest() override {
    streamer_.reset();
    store_.reset();
    std::filesystem::remove_all(dir_);
  }

  static Instance instance(const std::string& id) {
    Instance one;
    one.cluster = "web";
    one.id = id;
    one.public_dns = id + ".example";
    return one;
  }
  Round poll() {
    Poller poller(
        {membership_, &remote_, *store_, *store_, rounds_, events_, clock_, streamer_.get()},
        HostAccess{});
    EXPECT_TRUE(poller.poll("web", {}));
    return rounds_.last;
  }
  std::size_t polled() { return remote_.calls().size(); }
  StreamState state(std::size_t index = 0) { return streamer_->states().at(index); }
  std::vector<ScorePoint> history(const std::string& id) {
    return store_->instance_history("web", id, {Time::min(), Time::max()}).value();
  }

  FakeClock clock_{Time{1'764'000'000'000ms}};
  std::filesystem::path dir_;
  std::unique_ptr<storage::Store> store_;
  remote::FakeRemote remote_{
      [](const std::string&, const std::string&) { return remote::exited(0, "80\n"); }};
  Published events_;
  NoMembership membership_;
  LastRound rounds_;
  std::unique_ptr<Streamer> streamer_ =
      std::make_unique<Streamer>(Streamer::Parts{remote_, *store_, events_, clock_}, Duration{10s});
};

TEST_F(StreamerTest, a_poll_shows_the_way_and_then_scores_come_without_one) {
  EXPECT_EQ(poll().readings[0].score.score, 80);
  streamer_->tick();
  ASSERT_EQ(remote_.streams().size(), 2u);
  EXPECT_EQ(remote_.streams()[0].command.line, "serverscore --brief --stream 1s");
  EXPECT_EQ(remote_.streams()[0].host.address, "i-1.example");
  EXPECT_FALSE(state().live);
  for (const auto& stream : remote_.streams()) stream.sink->on_line("93");
  EXPECT_TRUE(state().live);
  const std::size_t before = polled();
  const Round round = poll();
  EXPECT_EQ(polled(), before);  // nothing was asked of the hosts
  EXPECT_EQ(round.readings[0].score.score, 93);
  ASSERT_TRUE(round.point);
  EXPECT_EQ(round.point->mean, 93);
}

TEST_F(StreamerTest, each_second_is_stored_as_far_as_it_says_something_and_told_to_the_dashboard) {
  poll();
  streamer_->tick();
  const auto sink = remote_.streams()[0].sink;
  events_.kinds.clear();
  const auto before = history("i-1").size();
  for (int second = 0; second < 20; ++second) {
    clock_.advance(1s);
    sink->on_line(second == 5 ? "40" : "93");
    streamer_->tick();
  }
  std::vector<int> scores;
  for (const ScorePoint& point : history("i-1")) scores.push_back(point.score);
  scores.erase(scores.begin(), scores.begin() + static_cast<std::ptrdiff_t>(before));
  EXPECT_EQ(scores, (std::vector<int>{93, 40, 93, 93}));
  EXPECT_EQ(store_->latest_scores("web").value()[0].score, 93);
  EXPECT_EQ(events_.kinds, std::vector<std::string>(4, "readings"));
}

TEST_F(StreamerTest, a_gap_falls_back_to_polling_and_the_stream_is_tried_again) {
  poll();
  streamer_->tick();
  const auto streams = remote_.streams();
  streams[0].sink->on_line("93");
  streams[1].sink->on_line("93");
  clock_.advance(2s);
  remote_.end_stream(streams[0].id, remote::ended(End::kTimedOut, "nothing came for 2s"));
  streams[1].sink->on_line("92");
  streamer_->tick();
  EXPECT_FALSE(state().live);
  EXPECT_EQ(store_->latest_scores("web").value()[0].outcome, Outcome::kTimedOut);
  const Round round = poll();
  EXPECT_EQ(round.readings[0].score.score, 80);
  EXPECT_EQ(round.readings[1].score.score, 92);
  clock_.advance(3s);
  streamer_->tick();
  ASSERT_EQ(remote_.streams().size(), 3u);
  remote_.streams()[2].sink->on_line("91");
  EXPECT_TRUE(state().live);
}

TEST_F(StreamerTest, silence_that_nobody_tells_of_is_noticed_by_the_time) {
  poll();
  streamer_->tick();
  remote_.streams()[0].sink->on_line("93");
  EXPECT_TRUE(streamer_->fresh("web", "i-1"));
  clock_.advance(4s);
  EXPECT_FALSE(streamer_->fresh("web", "i-1"));
}

TEST_F(StreamerTest, a_serverscore_that_cannot_stream_is_polled_and_says_why) {
  poll();
  streamer_->tick();
  remote::CommandResult refused = remote::exited(2, "", "serverscore: unknown option --stream\n");
  remote_.end_stream(remote_.streams()[0].id, refused);
  EXPECT_THAT(state().detail, testing::HasSubstr("unknown option"));
  const std::size_t before = remote_.streams().size();
  for (int minute = 0; minute < 5; ++minute) {
    clock_.advance(1min);
    EXPECT_EQ(poll().readings[0].score.score, 80);
    streamer_->tick();
  }
  EXPECT_EQ(remote_.streams().size(), before);
  EXPECT_EQ(store_->latest_scores("web").value()[0].score, 80);
}

TEST_F(StreamerTest, what_is_no_score_is_no_sign_of_life_and_not_endured_for_ever) {
  poll();
  streamer_->tick();
  const auto stream = remote_.streams()[0];
  stream.sink->on_line("Welcome to i-1!");
  stream.sink->on_line("");
  stream.sink->on_line("93");
  EXPECT_TRUE(state().live);
  for (int i = 0; i < 200; ++i) stream.sink->on_line("101");
  clock_.advance(1s);
  streamer_->tick();
  EXPECT_FALSE(remote_.streams()[0].sink);  // it was ended
  EXPECT_FALSE(state().live);
  EXPECT_THAT(state().detail, testing::HasSubstr("no score"));
}

TEST_F(StreamerTest, streams_of_instances_that_left_are_ended) {
  poll();
  streamer_->tick();
  Instance gone = instance("i-1");
  gone.departure = Departure{DepartureReason::kStopped, "", clock_.now()};
  ASSERT_TRUE(store_->update_membership("web", {}, {gone}));
  poll();
  EXPECT_FALSE(remote_.streams()[0].sink);
  EXPECT_TRUE(remote_.streams()[1].sink);
  EXPECT_EQ(streamer_->states().size(), 1u);
}

TEST_F(StreamerTest, a_cluster_that_is_polled_has_no_streams) {
  poll();
  streamer_->tick();
  Cluster web = store_->cluster("web").value();
  web.mode = Mode::kPoll;
  ASSERT_TRUE(store_->put_cluster(web));
  EXPECT_EQ(poll().readings[0].score.score, 80);
  streamer_->tick();
  EXPECT_TRUE(streamer_->states().empty());
  for (const auto& stream : remote_.streams()) EXPECT_FALSE(stream.sink);
}

TEST_F(StreamerTest, the_parts_of_a_streamed_score_are_kept) {
  poll();
  streamer_->tick();
  remote_.streams()[0].sink->on_line("40 cpu=100 io=100 memory=40");
  EXPECT_EQ(streamer_->fresh("web", "i-1")->parts, (ScoreParts{100, 100, 40, 100}));
}

TEST_F(StreamerTest, what_AWS_announced_to_a_host_is_told_once) {
  class Watcher final : public NoticeWatcher {
   public:
    void announced(const std::string& cluster, const std::string& instance,
                   const Notice& notice) override {
      told.push_back(cluster + "/" + instance + ": " + in_words(notice));
    }
    std::vector<std::string> told;
  } watcher;
  streamer_ = std::make_unique<Streamer>(
      Streamer::Parts{remote_, *store_, events_, clock_, nullptr, nullptr, &watcher},
      Duration{10s});
  poll();
  streamer_->tick();
  for (int i = 0; i < 3; ++i) {
    remote_.streams()[0].sink->on_line("90 cpu=90 spot=terminate@2026-03-01T08:32:00Z");
    streamer_->tick();
  }
  ASSERT_EQ(watcher.told.size(), 1u);
  EXPECT_EQ(watcher.told[0], "web/i-1: spot interruption: terminate at 2026-03-01T08:32:00Z");
  streamer_.reset();
}

TEST_F(StreamerTest, late_lines_after_its_end_are_heard_by_nobody) {
  poll();
  streamer_->tick();
  const auto sink = remote_.streams()[0].sink;
  streamer_.reset();
  sink->on_line("93");
  sink->on_end(remote::ended(End::kNotTried));
}

}  // namespace
}  // namespace livesonic::monitoring
