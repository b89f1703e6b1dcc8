// SPDX-License-Identifier: Apache-2.0
// Another instance in an instance's place. Where the group has room for one more it launches first,
// and the old one goes when the new one is in service; else it goes first.
#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "livesonic/actions/deed.h"

namespace livesonic::actions {
namespace {

constexpr const char* kLaunch = "launch";  // phases
constexpr const char* kTerminate = "terminate";

int number(const std::string& text) {
  int value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

bool is_leaving(const GroupMember* member) {
  return member == nullptr || member->state.starts_with("Terminat") ||
         member->state.starts_with("Detach");
}

int serving_beside(const GroupFacts& group, const std::string& id) {
  return static_cast<int>(std::ranges::count_if(group.members, [&](const GroupMember& member) {
    return member.id != id && member.state == "InService" && member.healthy;
  }));
}

bool may_launch_first(const GroupFacts& group, const std::string& id) {
  const GroupMember* member = group.find(id);
  return group.counts_instances && group.desired < group.most &&
         !group.suspended.contains("Launch") && member != nullptr && member->state == "InService";
}

class Replace final : public Deed {
 public:
  Result<void> prepare(Work& work) override {
    const auto group =
        work.means.cloud.group(work.cluster, work.instance(), work.members, work.stop);
    if (!group) return fail(group.error());
    if (!group->not_owned.empty()) return fail(ErrorKind::kConflict, group->not_owned);
    if (group->find(work.instance()) == nullptr) {
      return fail(ErrorKind::kConflict, fmt::format("the Auto Scaling group {} has no {} any more",
                                                    group->name, work.instance()));
    }
    work.note("group") = group->name;
    work.note("desired") = std::to_string(group->desired);
    work.note("beside") = std::to_string(serving_beside(*group, work.instance()));
    work.note("phase") = may_launch_first(*group, work.instance()) ? kLaunch : kTerminate;
    work.note("first") = work.note("phase");
    return {};
  }

  Result<void> call(Work& work) override {
    if (work.note("phase") == kLaunch) {
      if (auto launched = launch(work); !launched) return launched;
      work.note("phase") = kTerminate;
      if (auto saved = work.save(); !saved) return saved;
    }
    const bool launched_first = work.note("first") == kLaunch;
    return work.means.cloud.terminate(work.cluster, work.instance(), true, launched_first,
                                      work.stop);
  }

  Result<Evidence> look(Work& work) override {
    const auto group = work.means.cloud.group_named(work.cluster, work.note("group"), work.stop);
    if (!group) return fail(group.error());
    if (!is_leaving(group->find(work.instance()))) return Evidence::kNotDone;
    const bool whole = serving_beside(*group, work.instance()) >= group->desired;
    return whole ? Evidence::kDone : Evidence::kUnderWay;
  }

  [[nodiscard]] std::string told(const Work& work) const override {
    const auto first = work.action.progress.find("first");
    const bool launched_first = first != work.action.progress.end() && first->second == kLaunch;
    return launched_first ? "replaced: another was in service before it was terminated"
                          : "replaced: terminated, and another is in service";
  }

 private:
  // Asks for one more than there were, which may be asked for twice, and waits until it serves.
  static Result<void> launch(Work& work) {
    const int before = number(work.note("desired"));
    const int beside = number(work.note("beside"));
    auto group = work.means.cloud.group_named(work.cluster, work.note("group"), work.stop);
    if (!group) return fail(group.error());
    if (group->desired == before) {
      auto told = work.means.cloud.set_desired(work.cluster, group->name, before + 1, work.stop);
      if (!told) return told;
    } else if (group->desired != before + 1) {
      return fail(ErrorKind::kConflict,
                  fmt::format("somebody else has set the capacity of {} to {} meanwhile",
                              group->name, group->desired));
    }
    const Settings& settings = work.means.settings;
    const Time until = work.means.clock.now() + settings.patience;
    for (Duration wait = settings.look_first; work.means.clock.now() < until;
         wait = std::min(wait * 2, settings.look_every)) {
      group = work.means.cloud.group_named(work.cluster, work.note("group"), work.stop);
      if (group && serving_beside(*group, work.instance()) > beside) return {};
      if (!work.means.sleep(wait, work.stop)) {
        return fail(ErrorKind::kUnavailable, "given up, because a stop was asked for");
      }
    }
    return fail(ErrorKind::kConflict,
                fmt::format("{} has launched nothing that serves, so {} was left alone; its "
                            "capacity is {} still: set it to {} if that isn't wanted",
                            work.note("group"), work.instance(), before + 1, before));
  }
};

}  // namespace

std::unique_ptr<Deed> make_replace_deed(ActionKind kind) {
  return kind == ActionKind::kReplace ? std::make_unique<Replace>() : nullptr;
}

}  // namespace livesonic::actions
