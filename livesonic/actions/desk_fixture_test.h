// SPDX-License-Identifier: Apache-2.0
// For the room's tests: a desk over a real store, with four instances of a cluster "web" and an AWS
// that obeys.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <memory>

#include "livesonic/actions/desk.h"
#include "livesonic/actions/fake_cloud_test.h"
#include "livesonic/base/text.h"
#include "livesonic/base/time_text.h"
#include "livesonic/storage/store.h"

namespace livesonic::actions {

class KeptEvents final : public EventSink {
 public:
  void publish(const Event& event) override {
    const std::lock_guard lock(mutex_);
    kinds.push_back(event.kind);
  }
  std::vector<std::string> kinds;

 private:
  std::mutex mutex_;
};

class KeptAlarm final : public BreakerAlarm {
 public:
  Result<void> tell(const std::vector<Finding>& findings, Time) override {
    told.push_back(findings);
    return {};
  }
  std::set<std::string> told_of() override { return {}; }
  std::vector<std::vector<Finding>> told;
};

class DeskTest : public testing::Test {
 protected:
  DeskTest()
      : directory_(std::filesystem::path(testing::TempDir()) / ("livesonic-desk-" + random_id())) {
    settings.defaults.dry_run = false;
    settings.defaults.kinds = {all_action_kinds().begin(), all_action_kinds().end()};
    settings.defaults.cluster_cooldown = Duration{0};
    settings.commands = {{"fix", "fix-it", std::chrono::seconds{5}, {}},
                         {"other", "fix-it", std::chrono::seconds{5}, {"db"}}};
    settings.webhooks = {{"ops", Secret("http://127.0.0.1:1/"), std::chrono::seconds{1}}};
    settings.topics = {{"ops", "arn:aws:sns:ap-northeast-1:1:ops", ""}};
    settings.look_first = settings.look_every = Duration{1};
    cloud.group_of(4, 6);
    open();
    Cluster cluster;
    cluster.name = "web";
    cluster.resource = "web-elb";
    EXPECT_TRUE(store->put_cluster(cluster));
    for (int i = 0; i < 4; ++i) members[static_cast<std::size_t>(i)] = 90;
    poll();
  }
  ~DeskTest() override {
    desk.reset();
    store.reset();
    std::error_code ignored;
    std::filesystem::remove_all(directory_, ignored);
  }

  // As after a restart of the program.
  void open() {
    desk.reset();
    store.reset();
    store = storage::open_sqlite(directory_).value();
    // Waiting takes no time, but the clock goes on.
    const Sleeper sleep = [this](Duration wait, const std::stop_token& stop) {
      clock.advance(std::max(wait, Duration{10}));
      return !stop.stop_requested();
    };
    desk = std::make_unique<Desk>(Desk::Parts{
        *store, *store, *store, events, {cloud, &hosts, caller, settings, clock, sleep}, &alarm});
  }

  // What discovery and monitoring bring: all members in service, with their scores.
  void poll() {
    clock.advance(std::chrono::seconds{1});
    std::vector<Instance> instances;
    std::vector<InstanceReadings> readings;
    for (std::size_t i = 0; i < members.size(); ++i) {
      Instance instance;
      instance.cluster = "web";
      instance.id = "i-" + std::to_string(i);
      instance.name = "web-" + std::to_string(i);
      instance.balancer_state = "InService";
      instance.last_seen = clock.now();
      instance.first_seen = launched;
      instance.standing.group = "web-asg";
      instance.standing.launch_template = release;
      instances.push_back(instance);
      readings.push_back(
          {{"web", instance.id, clock.now(), Duration{1}, Outcome::kOk, members[i], ""}, {}});
    }
    DiscoveryStatus status;
    ASSERT_TRUE(store->update_membership("web", status, instances));
    ASSERT_TRUE(store->record(readings));
  }

  static ActionRequest asked(ActionKind kind, std::string instance = "",
                             std::string by = "rule:heal") {
    ActionRequest request;
    request.kind = kind;
    request.cluster = "web";
    request.instance = std::move(instance);
    request.by = std::move(by);
    return request;
  }

  // Asks for it, and waits until it is over.
  Action done(const ActionRequest& request) {
    const auto action = desk->request(request);
    EXPECT_TRUE(action) << action.error().message;
    if (!action) return {};
    return over(action->id);
  }
  Action over(const std::string& id) {
    return desk->wait_for(id, std::chrono::seconds{30}, {}).value();
  }

  // What a program that was killed leaves behind: an intent, and perhaps the deed.
  Action left_behind(const ActionRequest& request, const ActionNotes& progress) {
    Action action;
    action.id = random_id();
    action.request = request;
    action.state = ActionState::kExecuting;
    action.removes = 1;
    action.requested_at = clock.now();
    action.started_at = clock.now();
    action.progress = progress;
    EXPECT_TRUE(store->add_action(action));
    return action;
  }

  const std::filesystem::path directory_;
  FakeClock clock{parse_iso8601("2026-03-02T08:30:00Z").value()};
  Settings settings;
  FakeCloud cloud;
  FakeHosts hosts{cloud};
  FakeCaller caller;
  KeptEvents events;
  KeptAlarm alarm;
  std::array<int, 4> members{};
  std::string release = "lt-1 version 1";  // what poll() finds them made of
  Time launched = clock.now();
  std::unique_ptr<storage::Store> store;
  std::unique_ptr<Desk> desk;
};

}  // namespace livesonic::actions
