// SPDX-License-Identifier: Apache-2.0
// What EC2 does to one instance.
#include <chrono>

#include "livesonic/actions/deed.h"
#include "livesonic/base/text.h"

namespace livesonic::actions {
namespace {

using namespace std::chrono_literals;

// The kernel draws another one at each boot.
constexpr const char* kBootId = "cat /proc/sys/kernel/random/boot_id";
// "If an instance does not cleanly shut down within a few minutes, EC2 performs a hard reboot."
constexpr Duration kRebootsWithin = 6min;

// Empty where the host doesn't say.
std::string boot_id(Work& work) {
  if (work.means.hosts == nullptr) return {};
  const auto told =
      work.means.hosts->run(work.cluster, work.instance(), kBootId, 10s, 256, work.stop);
  if (!told || told->exit_status != 0) return {};
  return std::string(trim(told->out));
}

// EC2 never says whether an instance was rebooted; the host does, where it can be asked.
class Reboot final : public Deed {
 public:
  Result<void> prepare(Work& work) override {
    work.note("boot_id") = boot_id(work);
    return {};
  }
  Result<void> call(Work& work) override {
    auto told = work.means.cloud.reboot(work.cluster, work.instance(), work.stop);
    accepted_ = told.has_value();
    return told;
  }
  Result<Evidence> look(Work& work) override {
    const std::string before = work.note("boot_id");
    if (before.empty()) return accepted_ ? Evidence::kDone : Evidence::kUnknown;
    const std::string now = boot_id(work);
    if (!now.empty() && now != before) {
      seen_ = true;
      return Evidence::kDone;
    }
    const Duration since =
        work.means.clock.now() - work.action.started_at.value_or(work.means.clock.now());
    if (since < kRebootsWithin) return Evidence::kUnderWay;
    return now.empty() ? Evidence::kUnknown : Evidence::kNotDone;
  }
  // Twice would be once too often.
  [[nodiscard]] bool repeatable() const override { return false; }
  [[nodiscard]] std::string told(const Work&) const override {
    return seen_ ? "rebooted"
                 : "EC2 has accepted the reboot; the host can't be asked whether it did";
  }

 private:
  bool accepted_ = false;
  bool seen_ = false;
};

Result<std::string> state_of(Work& work) {
  const auto host = work.means.cloud.host(work.cluster, work.instance(), work.stop);
  if (!host) return fail(host.error());
  return host->state;
}

class Halt final : public Deed {
 public:
  Result<void> call(Work& work) override {
    return work.means.cloud.halt(work.cluster, work.instance(), work.stop);
  }
  Result<Evidence> look(Work& work) override {
    const auto state = state_of(work);
    if (!state) return fail(state.error());
    if (*state == "stopping") return Evidence::kUnderWay;
    return *state == "stopped" ? Evidence::kDone : Evidence::kNotDone;
  }
  [[nodiscard]] std::string told(const Work&) const override { return "stopped"; }
};

class Start final : public Deed {
 public:
  Result<void> call(Work& work) override {
    return work.means.cloud.start(work.cluster, work.instance(), work.stop);
  }
  Result<Evidence> look(Work& work) override {
    const auto state = state_of(work);
    if (!state) return fail(state.error());
    if (*state == "pending") return Evidence::kUnderWay;
    return *state == "running" ? Evidence::kDone : Evidence::kNotDone;
  }
  [[nodiscard]] std::string told(const Work&) const override { return "running"; }
};

class Terminate final : public Deed {
 public:
  Result<void> prepare(Work& work) override {
    const auto group =
        work.means.cloud.group(work.cluster, work.instance(), work.members, work.stop);
    const bool none = !group && group.error().kind == ErrorKind::kNotFound;
    if (!group && !none) return fail(group.error());
    if (group && !group->not_owned.empty()) {
      return fail(ErrorKind::kConflict, group->not_owned);
    }
    const bool in_group = group && group->find(work.instance()) != nullptr;
    work.note("group") = in_group ? group->name : std::string();
    return {};
  }
  Result<void> call(Work& work) override {
    return work.means.cloud.terminate(work.cluster, work.instance(), !work.note("group").empty(),
                                      true, work.stop);
  }
  Result<Evidence> look(Work& work) override {
    const auto state = state_of(work);
    if (!state) return fail(state.error());
    if (state->empty() || *state == "terminated" || *state == "shutting-down") {
      return Evidence::kDone;
    }
    const std::string group = work.note("group");
    if (group.empty()) return Evidence::kNotDone;
    // Its group takes its time: connections drain, lifecycle hooks run.
    const auto facts = work.means.cloud.group_named(work.cluster, group, work.stop);
    if (!facts) return fail(facts.error());
    const GroupMember* member = facts->find(work.instance());
    const bool leaving = member == nullptr || member->state.starts_with("Terminat");
    return leaving ? Evidence::kUnderWay : Evidence::kNotDone;
  }
  [[nodiscard]] std::string told(const Work&) const override { return "terminated"; }
};

}  // namespace

std::unique_ptr<Deed> make_instance_deed(ActionKind kind) {
  if (kind == ActionKind::kReboot) return std::make_unique<Reboot>();
  if (kind == ActionKind::kStop) return std::make_unique<Halt>();
  if (kind == ActionKind::kStart) return std::make_unique<Start>();
  if (kind == ActionKind::kTerminate) return std::make_unique<Terminate>();
  return nullptr;
}

}  // namespace livesonic::actions
