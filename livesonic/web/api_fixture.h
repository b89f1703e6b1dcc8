// SPDX-License-Identifier: Apache-2.0
// For the room's tests: the API over a real store in a directory of its own, with operations that
// do what a test says.
#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "livesonic/base/clock.h"
#include "livesonic/base/text.h"
#include "livesonic/base/time_text.h"
#include "livesonic/storage/store.h"
#include "livesonic/web/api.h"

namespace livesonic::web {

// Registers and removes in the store as app does; polls come to what `summary` says.
class TestOperations final : public Operations {
 public:
  explicit TestOperations(storage::Store& store) : store_(store) {}

  Result<PollSummary> poll(const std::string& cluster) override {
    const std::lock_guard lock(mutex_);
    polled.push_back(cluster);
    if (failure) return fail(*failure);
    PollSummary copy = summary;
    copy.cluster = cluster;
    return copy;
  }
  Result<SyncSummary> sync_domains() override {
    if (failure) return fail(*failure);
    return SyncSummary{5, 2, 1, 3, {"AWS says no"}};
  }
  Result<void> add_cluster(const Cluster& cluster) override { return store_.put_cluster(cluster); }
  Result<void> remove_cluster(const std::string& name) override {
    return store_.remove_cluster(name, Time{}, "removed");
  }

  // Approves what asks for a reboot; keeps what it is told.
  Result<livesonic::Action> preview_action(const ActionRequest& request) override {
    if (auto cluster = store_.cluster(request.cluster); !cluster) return fail(cluster.error());
    livesonic::Action action;
    action.request = request;
    action.state = request.kind == ActionKind::kReboot ? ActionState::kApproved
                                                       : ActionState::kAwaitingApproval;
    action.deed = "do it";
    action.why = "within the limits";
    action.inputs = {{"sound", "3"}};
    action.requested_at = parse_iso8601("2026-03-01T08:30:00Z").value();
    return action;
  }
  Result<livesonic::Action> request_action(const ActionRequest& request) override {
    auto action = preview_action(request);
    if (!action) return action;
    action->id = "action-" + std::to_string(++actions_);
    if (auto added = store_.add_action(*action); !added) return fail(added.error());
    return action;
  }
  Result<livesonic::Action> approve_action(const std::string& id, const std::string& by) override {
    return decide(id, by, ActionState::kApproved, "");
  }
  Result<livesonic::Action> reject_action(const std::string& id, const std::string& by,
                                          const std::string& reason) override {
    return decide(id, by, ActionState::kRejected, reason);
  }
  Result<StopSwitch> switch_actions(bool stop, const std::string& by,
                                    const std::string& reason) override {
    const StopSwitch state{stop, by, reason, std::nullopt};
    if (auto set = store_.set_stop_switch(state); !set) return fail(set.error());
    return state;
  }

  std::vector<std::string> polled;
  PollSummary summary;
  std::optional<Error> failure;

 private:
  Result<livesonic::Action> decide(const std::string& id, const std::string& by, ActionState state,
                                   const std::string& result) {
    auto action = store_.action(id);
    if (!action) return action;
    action->state = state;
    action->decided_by = by;
    action->result = result;
    auto moved = store_.move_action(*action, ActionState::kAwaitingApproval);
    if (!moved) return fail(moved.error());
    return action;
  }

  storage::Store& store_;
  std::mutex mutex_;
  int actions_ = 0;
};

// Remembers what was said; the incidents and silences are the store's.
class TestDesk final : public IncidentDesk {
 public:
  explicit TestDesk(storage::Store& store) : store_(store) {}

  Result<Incident> acknowledge(const std::string& id, const std::string& by,
                               std::optional<Time> until, const std::string& comment) override {
    auto incident = store_.incident(id);
    if (incident) incident->acknowledged = Acknowledgement{by, Time{}, until, comment};
    return incident;
  }
  Result<Incident> unacknowledge(const std::string& id) override { return store_.incident(id); }
  Result<Incident> comment(const std::string& id, const std::string& by,
                           const std::string& text) override {
    auto incident = store_.incident(id);
    if (incident) incident->comments.push_back({by, Time{}, text});
    return incident;
  }
  Result<Silence> silence(const Silence& silence) override {
    Silence kept = silence;
    kept.id = "silence-1";
    if (auto put = store_.put_silence(kept); !put) return fail(put.error());
    return kept;
  }
  Result<Silence> end_silence(const std::string& id) override { return store_.silence(id); }
  Result<std::vector<Silence>> silences() override { return store_.silences(Time{}); }
  Result<std::vector<Incident>> preview(const Silence& silence) override {
    auto open = store_.all_open_incidents();
    if (open) std::erase_if(*open, [&](const Incident& one) { return !hits(silence, one, {}); });
    return open;
  }
  std::vector<Rule> rules() override {
    Rule rule;
    rule.name = "slow";
    std::vector<Rule> all{rule};
    const auto own = store_.rules().value();
    all.insert(all.end(), own.begin(), own.end());
    return all;
  }
  Result<Rule> put_rule(const std::string& definition, bool replace) override {
    Rule rule;
    rule.name = nlohmann::json::parse(definition).at("name");
    rule.runbook = definition;
    rule.origin = RuleOrigin::kOperator;
    if (rule.name == "slow") return fail(ErrorKind::kConflict, "it is one of the file");
    if (!replace && !store_.rules().value().empty()) return fail(ErrorKind::kConflict, "known");
    if (auto put = store_.put_rule(rule); !put) return fail(put.error());
    return rule;
  }
  Result<void> remove_rule(const std::string& name) override { return store_.remove_rule(name); }
  Judging judging() override { return {}; }

 private:
  storage::Store& store_;
};

struct Reply {
  int status = 0;
  nlohmann::json json;
  std::map<std::string, std::string> headers;
};

class ApiTest : public testing::Test {
 protected:
  ApiTest()
      : directory_(std::filesystem::path(testing::TempDir()) / ("livesonic-web-" + random_id())),
        store(storage::open_sqlite(directory_).value()),
        operations(*store),
        desk(*store),
        api(make_api(dependencies())) {}
  ~ApiTest() override {
    api.reset();
    store.reset();
    std::error_code ignored;
    std::filesystem::remove_all(directory_, ignored);
  }

  Dependencies dependencies() {
    return {*store, *store, *store,           *store,
            *store, *store, operations,       desk,
            events, clock,  "/the/directory", clock.now() - std::chrono::hours{1}};
  }

  // `target` is a path below /api/v1, perhaps with a query.
  Reply ask(const std::string& method, const std::string& target, const std::string& body = {}) {
    httpd::Request request;
    request.method = method;
    const std::size_t question = target.find('?');
    request.path = "/api/v1" + target.substr(0, question);
    if (question != std::string::npos) {
      for (const auto pair : split(std::string_view(target).substr(question + 1), '&')) {
        const auto parts = split(pair, '=');
        request.query[std::string(parts.at(0))] = parts.at(1);
      }
    }
    request.body = body;
    const httpd::Response response = api->handle(request);
    EXPECT_EQ(response.content_type, "application/json");
    return {response.status, nlohmann::json::parse(response.body), response.headers};
  }
  Reply get(const std::string& target) { return ask("GET", target); }
  Reply post(const std::string& target, const std::string& body) {
    return ask("POST", target, body);
  }

  // The answer must be this error; returns its message.
  std::string refused(const Reply& reply, int status, const std::string& kind) {
    EXPECT_EQ(reply.status, status) << reply.json;
    const auto error = reply.json.value("error", nlohmann::json::object());
    EXPECT_EQ(error.value("kind", ""), kind);
    EXPECT_EQ(reply.json.size(), 1U);
    return error.value("message", "");
  }

  void register_cluster(const std::string& name, Origin origin = Origin::kOperator) {
    Cluster cluster;
    cluster.name = name;
    cluster.resource = name + "-elb";
    cluster.origin = origin;
    cluster.registered_at = clock.now();
    ASSERT_TRUE(store->put_cluster(cluster));
  }

  static Instance instance(const std::string& cluster, const std::string& id) {
    Instance made;
    made.cluster = cluster;
    made.id = id;
    made.balancer_state = "InService";
    return made;
  }

  void put_instances(const std::string& cluster, const std::vector<Instance>& instances) {
    DiscoveryStatus status;
    status.last_attempt = clock.now();
    status.last_success = clock.now();
    ASSERT_TRUE(store->update_membership(cluster, status, instances));
  }

  void put_service(const std::string& name, Origin origin = Origin::kOperator,
                   std::vector<std::string> clusters = {}) {
    Service service;
    service.name = name;
    service.command = "true";
    service.origin = origin;
    service.clusters = std::move(clusters);
    ASSERT_TRUE(store->put_service(service));
  }

  const std::filesystem::path directory_;

 public:
  FakeClock clock{parse_iso8601("2026-03-01T08:30:00Z").value()};
  std::unique_ptr<storage::Store> store;
  TestOperations operations;
  TestDesk desk;
  LiveEvents events;
  std::unique_ptr<httpd::Handler> api;
};

// Keeps what is sent.
class TestStream final : public httpd::EventStream {
 public:
  bool send(const std::string& event, const std::string& data) override {
    if (gone) return false;
    sent.emplace_back(event, nlohmann::json::parse(data));
    return true;
  }
  bool gone = false;
  std::vector<std::pair<std::string, nlohmann::json>> sent;
};

}  // namespace livesonic::web
