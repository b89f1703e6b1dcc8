// SPDX-License-Identifier: Apache-2.0
// Back to the release that ran before. An Auto Scaling group's instance refresh that is under way
// is undone, else another one begins, of the earlier version; an ECS service is deployed from its
// earlier task definition. The version to go back to stands in the request.
#include <fmt/format.h>

#include <algorithm>

#include "livesonic/actions/deed.h"
#include "livesonic/actions/releases.h"

namespace livesonic::actions {
namespace {

std::string noted(const Work& work, const char* name) {
  const auto found = work.action.progress.find(name);
  return found == work.action.progress.end() ? std::string() : found->second;
}

// Whether the service was told is seen by what its primary deployment runs.
class RollBackService final : public Deed {
 public:
  Result<void> prepare(Work& work) override {
    const auto service = work.means.cloud.service(work.cluster, work.stop);
    if (!service) return fail(service.error());
    const auto way = way_back(*service, {}, work.action.request.target);
    if (!way) return fail(way.error());
    work.note("from") = way->from;
    work.note("to") = way->to;
    return {};
  }
  Result<void> call(Work& work) override {
    return work.means.cloud.deploy_release(work.cluster, work.note("to"), work.stop);
  }
  Result<Evidence> look(Work& work) override {
    const auto service = work.means.cloud.service(work.cluster, work.stop);
    if (!service) return fail(service.error());
    return service->definition == work.note("to") ? Evidence::kDone : Evidence::kNotDone;
  }
  [[nodiscard]] std::string told(const Work& work) const override {
    return fmt::format("a deployment of {} has begun, in place of {}", noted(work, "to"),
                       noted(work, "from"));
  }
};

class RollBackGroup final : public Deed {
 public:
  Result<void> prepare(Work& work) override {
    const auto group = work.means.cloud.group(work.cluster, "", work.members, work.stop);
    if (!group) return fail(group.error());
    if (!group->not_owned.empty()) return fail(ErrorKind::kConflict, group->not_owned);
    const auto refreshes = work.means.cloud.refreshes(work.cluster, group->name, work.stop);
    if (!refreshes) return fail(refreshes.error());
    const auto way = way_back(*group, *refreshes, {}, work.action.request.target);
    if (!way) return fail(way.error());
    work.note("group") = group->name;
    work.note("from") = way->from;
    work.note("to") = way->to;
    work.note("undoes") = way->refresh;
    work.note("newest") = refreshes->empty() ? "" : refreshes->front().id;
    return {};
  }
  Result<void> call(Work& work) override {
    if (!work.note("undoes").empty()) {
      return work.means.cloud.undo_refresh(work.cluster, work.note("group"), work.stop);
    }
    return work.means.cloud.begin_refresh(work.cluster, work.note("group"), work.note("to"),
                                          work.stop);
  }
  Result<Evidence> look(Work& work) override {
    const auto refreshes = work.means.cloud.refreshes(work.cluster, work.note("group"), work.stop);
    if (!refreshes) return fail(refreshes.error());
    for (const RefreshFacts& refresh : *refreshes) {
      if (!work.note("undoes").empty()) {
        if (refresh.id != work.note("undoes")) continue;
        return refresh.status.starts_with("Rollback") ? Evidence::kDone : Evidence::kNotDone;
      }
      // Those that were there before ours are no evidence.
      if (refresh.id == work.note("newest")) break;
      if (refresh.release == work.note("to")) return Evidence::kDone;
    }
    return Evidence::kNotDone;
  }
  [[nodiscard]] std::string told(const Work& work) const override {
    if (const std::string undone = noted(work, "undoes"); !undone.empty()) {
      return fmt::format("the instance refresh {} of {} is being rolled back, from {} to {}",
                         undone, noted(work, "group"), noted(work, "from"), noted(work, "to"));
    }
    return fmt::format("an instance refresh of {} to {} has begun, in place of {}",
                       noted(work, "group"), noted(work, "to"), noted(work, "from"));
  }
};

class RollBack final : public Deed {
 public:
  Result<void> prepare(Work& work) override { return of(work).prepare(work); }
  Result<void> call(Work& work) override { return of(work).call(work); }
  Result<Evidence> look(Work& work) override { return of(work).look(work); }
  [[nodiscard]] std::string told(const Work& work) const override { return of(work).told(work); }

 private:
  Deed& of(const Work& work) { return of_service(work) ? static_cast<Deed&>(service_) : group_; }
  [[nodiscard]] const Deed& of(const Work& work) const {
    return of_service(work) ? static_cast<const Deed&>(service_) : group_;
  }
  static bool of_service(const Work& work) { return work.cluster.kind == ClusterKind::kEcsService; }

  RollBackService service_;
  RollBackGroup group_;
};

}  // namespace

std::unique_ptr<Deed> make_roll_back_deed(ActionKind kind) {
  return kind == ActionKind::kRollBack ? std::make_unique<RollBack>() : nullptr;
}

}  // namespace livesonic::actions
