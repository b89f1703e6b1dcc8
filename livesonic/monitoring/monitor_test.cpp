// SPDX-License-Identifier: Apache-2.0
#include "livesonic/monitoring/monitor.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <condition_variable>
#include <filesystem>
#include <future>
#include <mutex>

#include "livesonic/base/text.h"
#include "livesonic/remote/fake_remote.h"
#include "livesonic/storage/store.h"

namespace livesonic::monitoring {
namespace {

using namespace std::chrono_literals;
using remote::CommandResult;
using remote::End;
using remote::exited;

// Answers each command by its line, at once, on the caller's thread.
class ScriptedRemote final : public remote::Remote {
 public:
  void run(remote::Host host, std::vector<remote::Command> commands, remote::Done done) override {
    std::vector<CommandResult> results;
    for (const remote::Command& command : commands) {
      const auto found = answers.find({host.address, command.line});
      results.push_back(found == answers.end()
                            ? remote::ended(End::kUnreachable, "no route to host")
                            : found->second);
    }
    done(std::move(results));
  }
  remote::StreamId stream(remote::Host, remote::StreamCommand,
                          std::shared_ptr<remote::LineSink>) override {
    return 0;
  }
  void end_stream(const std::string&, remote::StreamId) override {}
  void forget(const std::string& host_id) override { forgotten.push_back(host_id); }

  std::map<std::pair<std::string, std::string>, CommandResult> answers;
  std::vector<std::string> forgotten;
};

class FixedMembership final : public Membership {
 public:
  Result<Refreshed> refresh(const Cluster&, const std::stop_token&) override { return next; }
  Refreshed next;
};

class Rounds final : public RoundSink {
 public:
  Result<void> finish(const Round& round) override {
    {
      const std::lock_guard lock(mutex);
      rounds.push_back(round);
    }
    changed.notify_all();
    return {};
  }
  void wait_for(std::size_t count) {
    std::unique_lock lock(mutex);
    ASSERT_TRUE(changed.wait_for(lock, 30s, [&] { return rounds.size() >= count; }));
  }
  std::mutex mutex;
  std::condition_variable changed;
  std::vector<Round> rounds;
};

class NoEvents final : public EventSink {
 public:
  void publish(const Event&) override {}
};

class MonitorTest : public testing::Test {
 protected:
  MonitorTest()
      : dir_(std::filesystem::temp_directory_path() / ("livesonic-" + random_id())),
        store_(storage::open_sqlite(dir_).value()) {
    Cluster web;
    web.name = "web";
    web.resource = "web-elb";
    web.registered_at = clock_.now();
    EXPECT_TRUE(store_->put_cluster(web));
    EXPECT_TRUE(
        store_->update_membership("web", {}, {instance("i-1"), instance("i-2"), instance("i-3")}));
    Service nginx;
    nginx.name = "nginx";
    nginx.command = "systemctl is-active nginx";
    nginx.expect.exact = "active";
    EXPECT_TRUE(store_->put_service(nginx));
    Service elsewhere;
    elsewhere.name = "postgres";
    elsewhere.command = "pg_isready";
    elsewhere.clusters = {"db"};
    EXPECT_TRUE(store_->put_service(elsewhere));

    remote_.answers[{"i-1.example", "serverscore --brief"}] = exited(0, "80 cpu=80\n");
    remote_.answers[{"i-1.example", "systemctl is-active nginx"}] = exited(0, "active\n");
    remote_.answers[{"i-2.example", "serverscore --brief"}] = exited(0, "40\n");
    remote_.answers[{"i-2.example", "systemctl is-active nginx"}] = exited(3, "failed\n");
  }
  ~MonitorTest() override {
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

  SystemClock clock_;
  std::filesystem::path dir_;
  std::unique_ptr<storage::Store> store_;
  ScriptedRemote remote_;
  FixedMembership membership_;
  Rounds rounds_;
  NoEvents events_;
  Tally tally_;
  Poller poller_{
      {membership_, &remote_, *store_, *store_, rounds_, events_, clock_, nullptr, &tally_},
      HostAccess{}};
};

TEST_F(MonitorTest, a_poll_reads_every_instance_and_one_that_is_gone_harms_no_other) {
  Monitor monitor(poller_, *store_, clock_, 60s);
  const auto result = monitor.poll_now("web");
  ASSERT_TRUE(result) << result.error().message;

  const Round& round = result->round;
  ASSERT_EQ(round.readings.size(), 3u);
  ASSERT_EQ(round.services.size(), 1u);
  ASSERT_TRUE(round.point);
  EXPECT_DOUBLE_EQ(round.point->mean, 60);
  EXPECT_EQ(round.point->min, 40);
  EXPECT_EQ(round.point->count, 2);
  EXPECT_EQ(round.point->members, 3);
  EXPECT_DOUBLE_EQ(round.point->spread, 20);

  const auto scores = store_->latest_scores("web").value();
  ASSERT_EQ(scores.size(), 3u);
  const auto checks = store_->latest_checks("web").value();
  ASSERT_EQ(checks.size(), 3u);
  for (const CheckReading& check : checks) {
    const Outcome expected = check.instance == "i-1"   ? Outcome::kOk
                             : check.instance == "i-2" ? Outcome::kCheckFailed
                                                       : Outcome::kUnreachable;
    EXPECT_EQ(check.outcome, expected) << check.instance;
  }
}

TEST_F(MonitorTest, a_service_with_an_interval_keeps_its_outcome_between_its_runs) {
  Service disk;
  disk.name = "disk";
  disk.command = "check_disk";
  disk.interval = 1h;
  disk.clusters = {"web"};
  ASSERT_TRUE(store_->put_service(disk));
  remote_.answers[{"i-1.example", "check_disk"}] = exited(1, "DISK WARNING | /=9");
  ASSERT_TRUE(poller_.poll("web", {}));
  remote_.answers[{"i-1.example", "check_disk"}] = exited(0, "DISK OK | /=1");
  remote_.answers[{"i-2.example", "check_disk"}] = exited(0, "DISK OK | /=1");
  const auto second = poller_.poll("web", {});
  ASSERT_TRUE(second);
  // Of the first its own word stands; the second was out of reach, so it is asked again.
  const auto& first_checks = second->round.readings.at(0).checks;
  ASSERT_EQ(first_checks.size(), 2u);
  EXPECT_EQ(first_checks[0].service, "disk");
  EXPECT_TRUE(first_checks[0].kept);
  EXPECT_EQ(first_checks[0].status, CheckStatus::kWarning);
  EXPECT_FALSE(first_checks[1].kept);
  const auto& second_checks = second->round.readings.at(1).checks;
  ASSERT_EQ(second_checks.size(), 2u);
  EXPECT_FALSE(second_checks[0].kept);
  EXPECT_EQ(second_checks[0].outcome, Outcome::kOk);
  // Another command is another check: it is run at once.
  disk.command = "check_disk -w 1";
  ASSERT_TRUE(store_->put_service(disk));
  const auto third = poller_.poll("web", {});
  ASSERT_TRUE(third);
  EXPECT_FALSE(third->round.readings.at(0).checks.at(0).kept);
}

TEST_F(MonitorTest, an_instance_without_an_address_is_said_to_have_none) {
  Instance pending = instance("i-4");
  pending.public_dns.clear();
  ASSERT_TRUE(store_->update_membership("web", {}, {pending}));
  Monitor monitor(poller_, *store_, clock_, 60s);
  const auto result = monitor.poll_now("web");
  ASSERT_TRUE(result);
  const auto& reading = result->round.readings.back().score;
  EXPECT_EQ(reading.outcome, Outcome::kNotRun);
  EXPECT_THAT(reading.detail, testing::HasSubstr("ssh.address: public_dns"));
}

TEST_F(MonitorTest, sessions_of_retired_instances_are_closed_and_the_aws_error_is_passed_on) {
  membership_.next.retired = {"i-9"};
  membership_.next.error = "Throttling";
  Monitor monitor(poller_, *store_, clock_, 60s);
  const auto result = monitor.poll_now("web");
  ASSERT_TRUE(result);
  EXPECT_THAT(remote_.forgotten, testing::ElementsAre("i-9"));
  EXPECT_EQ(result->aws_error, "Throttling");
}

TEST_F(MonitorTest,
       without_a_way_to_the_hosts_membership_is_kept_and_no_host_is_called_unreachable) {
  membership_.next.retired = {"i-9"};
  Poller poller{{membership_, nullptr, *store_, *store_, rounds_, events_, clock_}, HostAccess{}};
  const auto result = poller.poll("web", {});
  ASSERT_TRUE(result) << result.error().message;
  EXPECT_EQ(result->round.instances.size(), 3u);
  EXPECT_TRUE(result->round.readings.empty());
  EXPECT_FALSE(result->round.point);
  EXPECT_TRUE(store_->latest_scores("web").value().empty());
  ASSERT_EQ(rounds_.rounds.size(), 1u);  // open incidents close: nobody looks any more
}

TEST_F(MonitorTest, sessions_to_hosts_of_removed_clusters_are_closed) {
  ASSERT_TRUE(poller_.poll("web", {}));
  poller_.clusters_are({"web", "api"});
  EXPECT_TRUE(remote_.forgotten.empty());
  poller_.clusters_are({"api"});
  EXPECT_THAT(remote_.forgotten, testing::UnorderedElementsAre("i-1", "i-2", "i-3"));
}

TEST_F(MonitorTest, a_cluster_that_does_not_exist_cannot_be_polled) {
  Monitor monitor(poller_, *store_, clock_, 60s);
  const auto result = monitor.poll_now("nope");
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().kind, ErrorKind::kNotFound);
}

TEST_F(MonitorTest, polls_on_schedule_and_takes_up_new_clusters_at_once) {
  Monitor monitor(poller_, *store_, clock_, 50ms);
  monitor.start();
  rounds_.wait_for(3);
  Cluster api;
  api.name = "api";
  api.registered_at = clock_.now();
  ASSERT_TRUE(store_->put_cluster(api));
  monitor.clusters_changed();
  std::unique_lock lock(rounds_.mutex);
  ASSERT_TRUE(rounds_.changed.wait_for(lock, 20s, [&] {
    return std::any_of(rounds_.rounds.begin(), rounds_.rounds.end(),
                       [](const Round& round) { return round.cluster.name == "api"; });
  }));
}

// Waits for what refresh_soon comes to.
Result<void> refreshed(Monitor& monitor, const std::string& cluster) {
  // Shared, because the thread that sets it may be the last to look at it.
  const auto promise = std::make_shared<std::promise<Result<void>>>();
  auto done = promise->get_future();
  monitor.refresh_soon(cluster,
                       [promise](Result<void> result) { promise->set_value(std::move(result)); });
  return done.get();
}

TEST_F(MonitorTest, a_refresh_looks_at_the_members_and_judges_nothing) {
  membership_.next.retired = {"i-9"};
  Monitor monitor(poller_, *store_, clock_, 60s);
  EXPECT_TRUE(refreshed(monitor, "web"));
  EXPECT_EQ(remote_.forgotten, std::vector<std::string>{"i-9"});
  EXPECT_TRUE(rounds_.rounds.empty());
  EXPECT_TRUE(store_->latest_scores("web").value().empty());
}

TEST_F(MonitorTest, a_refresh_tells_why_it_failed) {
  membership_.next.error = "DescribeInstanceHealth: denied";
  Monitor monitor(poller_, *store_, clock_, 60s);
  for (const auto& [cluster, kind] :
       {std::pair("web", ErrorKind::kUnavailable), std::pair("nope", ErrorKind::kNotFound)}) {
    const Result<void> done = refreshed(monitor, cluster);
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().kind, kind);
  }
}

}  // namespace
}  // namespace livesonic::monitoring
