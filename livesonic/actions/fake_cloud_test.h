// SPDX-License-Identifier: Apache-2.0
// For the room's tests: an AWS of one cluster that does what it is told at once, and remembers how
// often; hosts and webhooks likewise.
#pragma once

#include <algorithm>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "livesonic/actions/cloud.h"
#include "livesonic/actions/hosts.h"

namespace livesonic::actions {

class FakeCloud final : public Cloud {
 public:
  Result<HostFacts> host(const Cluster&, const std::string& id, const std::stop_token&) override {
    const std::lock_guard lock(mutex);
    if (unreachable) return fail(*unreachable);
    return hosts[id];
  }
  Result<GroupFacts> group(const Cluster& cluster, const std::string& id,
                           const std::vector<std::string>&, const std::stop_token& stop) override {
    auto found = group_named(cluster, facts.name, stop);
    if (found && !id.empty() && found->find(id) == nullptr) {
      return fail(ErrorKind::kNotFound, id + " is in no Auto Scaling group");
    }
    return found;
  }
  Result<GroupFacts> group_named(const Cluster&, const std::string&,
                                 const std::stop_token&) override {
    const std::lock_guard lock(mutex);
    if (unreachable) return fail(*unreachable);
    if (facts.name.empty()) return fail(ErrorKind::kNotFound, "there is no group");
    return facts;
  }
  Result<std::vector<Seat>> seats(const Cluster&, const std::string& id,
                                  const std::stop_token&) override {
    const std::lock_guard lock(mutex);
    if (unreachable) return fail(*unreachable);
    return std::vector<Seat>{{"web-elb", registered.contains(id) ? "InService" : "", false}};
  }
  Result<ServiceFacts> service(const Cluster&, const std::stop_token&) override {
    const std::lock_guard lock(mutex);
    return service_facts;
  }

  Result<std::set<std::string>> seated(const Cluster&, const std::vector<std::string>& ids,
                                       const std::stop_token&) override {
    const std::lock_guard lock(mutex);
    if (unreachable) return fail(*unreachable);
    std::set<std::string> still;
    for (const std::string& id : ids) {
      if (registered.contains(id) || never_drained.contains(id)) still.insert(id);
    }
    return still;
  }
  Result<std::vector<LaunchedHost>> launched(const Cluster&, const std::stop_token&) override {
    const std::lock_guard lock(mutex);
    if (unreachable) return fail(*unreachable);
    std::vector<LaunchedHost> there;
    for (const LaunchedHost& host : launched_hosts) {
      if (host.state == "terminated") continue;
      there.push_back(host);
    }
    return there;
  }
  Result<LaunchOutcome> launch(const Cluster&, const LaunchRules&, const LaunchOrder& order,
                               const std::stop_token&) override {
    LaunchOutcome& outcome = outcomes[order.token];
    auto told = tell("launch", [&] {
      if (!outcome.ids.empty()) return;
      while (static_cast<int>(outcome.ids.size()) < std::min(order.count, capacity)) {
        outcome.ids.push_back("i-new" + std::to_string(next_++));
        launched_hosts.push_back(
            {outcome.ids.back(), "running", order.token, order.purchase, false});
      }
      if (capacity < order.count) {
        outcome.refused = "InsufficientInstanceCapacity";
        outcome.why = "there is none";
      }
    });
    if (!told) return fail(told.error());
    return outcome;
  }
  Result<void> end(const Cluster&, const std::vector<std::string>& ids,
                   const std::stop_token&) override {
    return tell("end", [&] {
      for (LaunchedHost& host : launched_hosts) {
        if (std::ranges::find(ids, host.id) == ids.end()) continue;
        if (host.state == "terminated") ++calls["ended twice"];
        host.state = "terminated";
      }
    });
  }

  Result<void> deregister(const Cluster&, const std::vector<std::string>& ids,
                          const std::stop_token&) override {
    return tell("deregister", [&] {
      for (const std::string& id : ids) registered.erase(id);
    });
  }
  Result<void> enroll(const Cluster&, const std::vector<std::string>& ids,
                      const std::stop_token&) override {
    return tell("register", [&] { registered.insert(ids.begin(), ids.end()); });
  }
  Result<void> reboot(const Cluster&, const std::string& id, const std::stop_token&) override {
    return tell("reboot", [&] { ++boots[id]; });
  }
  Result<void> halt(const Cluster&, const std::string& id, const std::stop_token&) override {
    return tell("stop", [&] { hosts[id].state = "stopped"; });
  }
  Result<void> start(const Cluster&, const std::string& id, const std::stop_token&) override {
    return tell("start", [&] { hosts[id].state = "running"; });
  }
  Result<void> terminate(const Cluster&, const std::string& id, bool in_group, bool smaller,
                         const std::stop_token&) override {
    return tell("terminate", [&] {
      hosts[id].state = "terminated";
      if (!in_group) return;
      std::erase_if(facts.members, [&](const GroupMember& member) { return member.id == id; });
      if (smaller) --facts.desired;
      fill();
    });
  }
  Result<void> set_desired(const Cluster&, const std::string&, int desired,
                           const std::stop_token&) override {
    return tell("set_desired", [&] {
      facts.desired = desired;
      fill();
    });
  }
  Result<void> set_count(const Cluster&, int desired, const std::stop_token&) override {
    return tell("set_count", [&] { service_facts.desired = desired; });
  }
  Result<void> set_health(const Cluster&, const std::string& id, bool healthy,
                          const std::stop_token&) override {
    return tell("set_health", [&] {
      for (GroupMember& member : facts.members) {
        if (member.id == id) member.healthy = healthy;
      }
    });
  }
  Result<void> enter_standby(const Cluster&, const std::string&, const std::string& id,
                             const std::stop_token&) override {
    return tell("enter_standby", [&] { set_state(id, "Standby"); });
  }
  Result<void> exit_standby(const Cluster&, const std::string&, const std::string& id,
                            const std::stop_token&) override {
    return tell("exit_standby", [&] { set_state(id, "InService"); });
  }
  Result<void> deploy(const Cluster&, const std::stop_token&) override {
    return tell("deploy", [&] { service_facts.deployment += "'"; });
  }
  Result<void> deploy_release(const Cluster&, const std::string& release,
                              const std::stop_token&) override {
    return tell("deploy_release", [&] { service_facts.definition = release; });
  }
  Result<void> begin_refresh(const Cluster&, const std::string&, const std::string& release,
                             const std::stop_token&) override {
    return tell("begin_refresh", [&] {
      const std::string id = "refresh-" + std::to_string(next_++);
      past.insert(past.begin(), {id, "InProgress", release});
    });
  }
  Result<void> undo_refresh(const Cluster&, const std::string&, const std::stop_token&) override {
    return tell("undo_refresh", [&] { past.front().status = "RollbackInProgress"; });
  }
  Result<std::vector<RefreshFacts>> refreshes(const Cluster&, const std::string&,
                                              const std::stop_token&) override {
    const std::lock_guard lock(mutex);
    if (unreachable) return fail(*unreachable);
    return past;
  }
  Result<std::string> publish(const Topic&, const std::string&, const std::string&,
                              const std::stop_token&) override {
    return tell("publish", [] {}).map([] { return std::string("message-1"); });
  }

  int called(const std::string& what) {
    const std::lock_guard lock(mutex);
    return calls[what];
  }

  // A group of these, all in service.
  void group_of(int count, int most) {
    facts.name = "web-asg";
    facts.least = 1;
    facts.most = most;
    facts.desired = count;
    fill();
    for (const GroupMember& member : facts.members) {
      hosts[member.id].state = "running";
      registered.insert(member.id);
    }
  }

  std::mutex mutex;  // guards the rest
  std::map<std::string, HostFacts> hosts;
  std::set<std::string> registered;
  std::set<std::string> never_drained;
  std::vector<LaunchedHost> launched_hosts;
  std::map<std::string, LaunchOutcome> outcomes;  // by token
  int capacity = 100;                             // so many a launch may have
  std::map<std::string, int> boots;
  GroupFacts facts;
  std::vector<RefreshFacts> past;  // the newest first
  ServiceFacts service_facts;
  std::map<std::string, int> calls;
  std::optional<Error> unreachable;  // nothing can be asked
  std::optional<Error> refusal;      // nothing is done
  std::optional<Error> lost_answer;  // it is done, and nobody hears of it

 private:
  template <typename Do>
  Result<void> tell(const std::string& what, Do act) {
    const std::lock_guard lock(mutex);
    ++calls[what];
    if (refusal) return fail(*refusal);
    act();
    if (lost_answer) return fail(*lost_answer);
    return {};
  }
  void fill() {
    while (static_cast<int>(facts.members.size()) < facts.desired) {
      facts.members.push_back({"i-" + std::to_string(next_++), "InService", true});
    }
  }
  void set_state(const std::string& id, const std::string& state) {
    for (GroupMember& member : facts.members) {
      if (member.id == id) member.state = state;
    }
  }
  int next_ = 0;
};

// The cloud's boots are what they show.
class FakeHosts final : public Hosts {
 public:
  explicit FakeHosts(FakeCloud& cloud) : cloud_(cloud) {}
  Result<HostOutput> run(const Cluster&, const std::string& id, const std::string& line, Duration,
                         std::size_t, const std::stop_token&) override {
    const std::lock_guard lock(cloud_.mutex);
    ++cloud_.calls["run " + line];
    HostOutput output;
    output.begun = reachable;
    if (!reachable) {
      output.detail = "no route to host";
      return output;
    }
    output.exit_status = exit_status;
    output.out = line.find("boot_id") != std::string::npos
                     ? "boot-" + std::to_string(cloud_.boots[id]) + "\n"
                     : "fine\n";
    return output;
  }
  bool reachable = true;
  std::optional<int> exit_status = 0;

 private:
  FakeCloud& cloud_;
};

class FakeCaller final : public Caller {
 public:
  Result<void> post(const Webhook&, const std::string& json, const std::string& id,
                    const std::stop_token&) override {
    posted.emplace_back(id, json);
    return {};
  }
  std::vector<std::pair<std::string, std::string>> posted;
};

}  // namespace livesonic::actions
