// SPDX-License-Identifier: Apache-2.0
// What Auto Scaling groups and ECS services are told.
#include <fmt/format.h>

#include "livesonic/actions/deed.h"

namespace livesonic::actions {
namespace {

class SetCapacity final : public Deed {
 public:
  Result<void> prepare(Work& work) override {
    if (of_service(work)) return {};
    const auto group = work.means.cloud.group(work.cluster, "", work.members, work.stop);
    if (!group) return fail(group.error());
    if (!group->not_owned.empty()) return fail(ErrorKind::kConflict, group->not_owned);
    work.note("group") = group->name;
    return {};
  }
  Result<void> call(Work& work) override {
    const int wanted = work.action.request.capacity.value_or(0);
    if (of_service(work)) return work.means.cloud.set_count(work.cluster, wanted, work.stop);
    return work.means.cloud.set_desired(work.cluster, work.note("group"), wanted, work.stop);
  }
  Result<Evidence> look(Work& work) override {
    int desired = 0;
    if (of_service(work)) {
      const auto service = work.means.cloud.service(work.cluster, work.stop);
      if (!service) return fail(service.error());
      desired = service->desired;
    } else {
      const auto group = work.means.cloud.group_named(work.cluster, work.note("group"), work.stop);
      if (!group) return fail(group.error());
      desired = group->desired;
    }
    return desired == work.action.request.capacity ? Evidence::kDone : Evidence::kNotDone;
  }
  [[nodiscard]] std::string told(const Work& work) const override {
    return fmt::format("{} are wanted now", work.action.request.capacity.value_or(0));
  }

 private:
  static bool of_service(const Work& work) { return work.cluster.kind == ClusterKind::kEcsService; }
};

// What is done to one member of a group.
class MemberDeed : public Deed {
 public:
  Result<void> prepare(Work& work) override {
    const auto group =
        work.means.cloud.group(work.cluster, work.instance(), work.members, work.stop);
    if (!group) return fail(group.error());
    if (!group->not_owned.empty()) return fail(ErrorKind::kConflict, group->not_owned);
    work.note("group") = group->name;
    return {};
  }
  Result<Evidence> look(Work& work) override {
    const auto group = work.means.cloud.group_named(work.cluster, work.note("group"), work.stop);
    if (!group) return fail(group.error());
    return judge(group->find(work.instance()), work);
  }

 private:
  // `member` is null when the group has it no more.
  virtual Evidence judge(const GroupMember* member, Work& work) = 0;
};

class SetHealth final : public MemberDeed {
 public:
  Result<void> call(Work& work) override {
    return work.means.cloud.set_health(work.cluster, work.instance(),
                                       work.action.request.healthy.value_or(true), work.stop);
  }
  [[nodiscard]] std::string told(const Work& work) const override {
    return work.action.request.healthy.value_or(true) ? "its group takes it for healthy"
                                                      : "its group takes it for unhealthy";
  }

 private:
  Evidence judge(const GroupMember* member, Work& work) override {
    const bool healthy = work.action.request.healthy.value_or(true);
    // One that was unhealthy is replaced.
    const bool leaving = member == nullptr || member->state.starts_with("Terminat");
    if (leaving) return healthy ? Evidence::kNotDone : Evidence::kDone;
    return member->healthy == healthy ? Evidence::kDone : Evidence::kNotDone;
  }
};

class EnterStandby final : public MemberDeed {
 public:
  Result<void> call(Work& work) override {
    return work.means.cloud.enter_standby(work.cluster, work.note("group"), work.instance(),
                                          work.stop);
  }
  [[nodiscard]] std::string told(const Work&) const override { return "on standby"; }

 private:
  Evidence judge(const GroupMember* member, Work&) override {
    if (member == nullptr) return Evidence::kNotDone;
    if (member->state == "EnteringStandby") return Evidence::kUnderWay;
    return member->state == "Standby" ? Evidence::kDone : Evidence::kNotDone;
  }
};

class ExitStandby final : public MemberDeed {
 public:
  Result<void> call(Work& work) override {
    return work.means.cloud.exit_standby(work.cluster, work.note("group"), work.instance(),
                                         work.stop);
  }
  [[nodiscard]] std::string told(const Work&) const override { return "in service again"; }

 private:
  Evidence judge(const GroupMember* member, Work&) override {
    if (member == nullptr) return Evidence::kNotDone;
    if (member->state.starts_with("Pending")) return Evidence::kUnderWay;
    return member->state == "InService" ? Evidence::kDone : Evidence::kNotDone;
  }
};

// Whether there was one is seen by the service's primary deployment being another.
class Deploy final : public Deed {
 public:
  Result<void> prepare(Work& work) override {
    const auto service = work.means.cloud.service(work.cluster, work.stop);
    if (!service) return fail(service.error());
    work.note("deployment") = service->deployment;
    return {};
  }
  Result<void> call(Work& work) override {
    return work.means.cloud.deploy(work.cluster, work.stop);
  }
  Result<Evidence> look(Work& work) override {
    const auto service = work.means.cloud.service(work.cluster, work.stop);
    if (!service) return fail(service.error());
    return service->deployment == work.note("deployment") ? Evidence::kNotDone : Evidence::kDone;
  }
  [[nodiscard]] std::string told(const Work&) const override {
    return "a new deployment has begun";
  }
};

}  // namespace

std::unique_ptr<Deed> make_group_deed(ActionKind kind) {
  if (kind == ActionKind::kSetCapacity) return std::make_unique<SetCapacity>();
  if (kind == ActionKind::kSetHealth) return std::make_unique<SetHealth>();
  if (kind == ActionKind::kEnterStandby) return std::make_unique<EnterStandby>();
  if (kind == ActionKind::kExitStandby) return std::make_unique<ExitStandby>();
  if (kind == ActionKind::kDeploy) return std::make_unique<Deploy>();
  return nullptr;
}

}  // namespace livesonic::actions
