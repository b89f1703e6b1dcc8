// SPDX-License-Identifier: Apache-2.0
// Instances of our own, launched from a launch template and ended when they are not needed.
#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "livesonic/actions/deed.h"
#include "livesonic/base/text.h"

namespace livesonic::actions {
namespace {

using namespace std::chrono_literals;

// So long AWS may not list yet what it has launched.
constexpr Duration kListedWithin = 5min;
constexpr Duration kDrainLook = 5s;

std::string joined(const std::vector<std::string>& words) {
  return fmt::format("{}", fmt::join(words, " "));
}

Result<const LaunchRules*> rules_of(const Work& work) {
  const LaunchRules* rules = work.means.settings.launch_rules(work.cluster.name);
  if (rules != nullptr) return rules;
  return fail(ErrorKind::kConflict, "the configuration launches no instances for this cluster");
}

bool is_balanced(const Cluster& cluster) {
  return cluster.kind != ClusterKind::kTag;
}

class Launch final : public Deed {
 public:
  Result<void> call(Work& work) override {
    const auto rules = rules_of(work);
    if (!rules) return fail(rules.error());
    const auto purchase = parse_purchase(work.action.request.target);
    if (!purchase) return fail(purchase.error());
    const LaunchOrder order{.token = work.action.id,
                            .purchase = *purchase,
                            .count = work.action.request.capacity.value_or(0)};
    const auto outcome = work.means.cloud.launch(work.cluster, **rules, order, work.stop);
    if (!outcome) return fail(outcome.error());
    work.note("instances") = joined(outcome->ids);
    if (!outcome->refused.empty()) work.note("refused") = outcome->refused;
    if (outcome->ids.empty()) {
      return fail(ErrorKind::kConflict, fmt::format("AWS launched none: {}: {}", outcome->refused,
                                                    printable(outcome->why)));
    }
    return work.save();
  }

  // Registers those that run by now, which may be repeated.
  Result<Evidence> look(Work& work) override {
    const auto all = work.means.cloud.launched(work.cluster, work.stop);
    if (!all) return fail(all.error());
    std::vector<std::string> ids;
    std::vector<std::string> ready;
    bool pending = false;
    for (const LaunchedHost& host : *all) {
      if (host.launch != work.action.id) continue;
      ids.push_back(host.id);
      pending |= host.state == "pending";
      if (host.state == "running" && !joined_.contains(host.id)) ready.push_back(host.id);
    }
    const std::string known = work.note("instances");
    if (ids.empty()) {
      if (known.empty()) return Evidence::kNotDone;
      const Duration since =
          work.means.clock.now() - work.action.started_at.value_or(work.means.clock.now());
      return since < kListedWithin ? Evidence::kUnderWay : Evidence::kDone;
    }
    if (known.empty()) {
      work.note("instances") = joined(ids);
      if (auto saved = work.save(); !saved) return fail(saved.error());
    }
    if (is_balanced(work.cluster) && !ready.empty()) {
      auto told = work.means.cloud.enroll(work.cluster, ready, work.stop);
      if (!told) return fail(told.error());
    }
    joined_.insert(ready.begin(), ready.end());
    const bool all_listed = ids.size() >= words_of(work.note("instances")).size();
    return pending || !all_listed ? Evidence::kUnderWay : Evidence::kDone;
  }

  [[nodiscard]] std::string told(const Work& work) const override {
    const auto instances = work.action.progress.find("instances");
    const auto refused = work.action.progress.find("refused");
    std::string text =
        "launched " + (instances == work.action.progress.end() ? "" : instances->second);
    if (refused != work.action.progress.end()) {
      text += fmt::format(", and no more of {}: {}", work.action.request.capacity.value_or(0),
                          refused->second);
    }
    return text;
  }

 private:
  std::set<std::string> joined_;  // the balancer
};

class ReleaseInstances final : public Deed {
 public:
  Result<void> call(Work& work) override {
    const auto rules = rules_of(work);
    if (!rules) return fail(rules.error());
    const auto ids = left(work);
    if (!ids) return fail(ids.error());
    if (ids->empty()) return {};
    if (is_balanced(work.cluster)) {
      auto told = work.means.cloud.deregister(work.cluster, *ids, work.stop);
      if (!told) return told;
      await_drained(work, *ids, (*rules)->drain);
      if (work.stop.stop_requested()) return {};
    }
    return work.means.cloud.end(work.cluster, *ids, work.stop);
  }
  Result<Evidence> look(Work& work) override {
    const auto ids = left(work);
    if (!ids) return fail(ids.error());
    return ids->empty() ? Evidence::kDone : Evidence::kNotDone;
  }
  [[nodiscard]] std::string told(const Work&) const override { return "drained, and terminated"; }

 private:
  // Those that are not ending yet, and bear the cluster's tag.
  static Result<std::vector<std::string>> left(Work& work) {
    const auto all = work.means.cloud.launched(work.cluster, work.stop);
    if (!all) return fail(all.error());
    const auto meant = work.action.request.instances();
    std::vector<std::string> ids;
    for (const LaunchedHost& host : *all) {
      const bool is_meant = std::ranges::find(meant, host.id) != meant.end();
      if (is_meant && host.state != "shutting-down") ids.push_back(host.id);
    }
    return ids;
  }
  static void await_drained(Work& work, const std::vector<std::string>& ids, Duration drain) {
    const Time until = work.means.clock.now() + drain;
    while (work.means.clock.now() < until) {
      // Where the balancer can't be asked, the time that is allowed says when.
      const auto seated = work.means.cloud.seated(work.cluster, ids, work.stop);
      if (seated && seated->empty()) return;
      if (!work.means.sleep(kDrainLook, work.stop)) return;
    }
  }
};

}  // namespace

std::unique_ptr<Deed> make_launch_deed(ActionKind kind) {
  if (kind == ActionKind::kLaunch) return std::make_unique<Launch>();
  if (kind == ActionKind::kRelease) return std::make_unique<ReleaseInstances>();
  return nullptr;
}

}  // namespace livesonic::actions
