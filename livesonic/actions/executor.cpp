// SPDX-License-Identifier: Apache-2.0
#include "livesonic/actions/executor.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "livesonic/base/log.h"
#include "livesonic/base/text.h"
#include "livesonic/base/time_text.h"

namespace livesonic::actions {
namespace {

constexpr std::size_t kThreads = 4;
constexpr std::size_t kQueued = 256;
constexpr std::size_t kLongestResult = 1000;
// So long a decision holds that could not be acted upon at once.
constexpr Duration kGoodFor = std::chrono::minutes{15};

bool may_have_happened(const Error& error) {
  return error.kind == ErrorKind::kUnavailable || error.kind == ErrorKind::kTimeout;
}

}  // namespace

// One action on its way, from approved to its end.
class Executor::Run {
 public:
  Run(Executor& executor, Action action, const std::stop_token& stop)
      : executor_(executor),
        action_(std::move(action)),
        stop_(stop),
        deed_(make_deed(action_.request.kind)) {}

  void begin() {
    if (!find_cluster()) return;
    if (const std::string why = why_not_any_more(); !why.empty()) {
      return finish(ActionState::kCancelled, why, ActionState::kApproved);
    }
    if (auto ready = deed_->prepare(work()); !ready) {
      if (stopping()) return;
      return finish(ActionState::kFailed, ready.error().message, ActionState::kApproved);
    }
    const Action before = action_;
    action_.state = ActionState::kExecuting;
    action_.started_at = now();
    if (auto begun = executor_.store_.begin_action(action_); !begun) {
      action_ = before;
      const bool stopped = begun.error().kind == ErrorKind::kConflict && still_approved();
      if (stopped) finish(ActionState::kCancelled, begun.error().message, ActionState::kApproved);
      return;
    }
    executor_.changed_(action_);
    do_it();
  }

  void go_on() {
    if (!find_cluster()) return;
    action_.reconciled = true;
    const auto evidence = ask_until_told();
    if (!evidence) return;  // stopping; the next start asks again
    switch (*evidence) {
      case Evidence::kDone:
        return finish(ActionState::kDone, deed_->told(work()) + ", as was found after a restart");
      case Evidence::kUnderWay:
        return watch();
      case Evidence::kNotDone:
        if (const std::string why = why_not_again(); !why.empty()) {
          return finish(ActionState::kFailed, "it had not happened before the restart, and " + why);
        }
        if (deed_->repeatable()) return do_it();
        return finish(ActionState::kFailed,
                      "it had not happened when livesonic was restarted, and is not tried again");
      case Evidence::kUnknown:
        return finish(ActionState::kUnknown,
                      "livesonic was restarted meanwhile, and nobody can tell whether it happened; "
                      "it is not tried again");
    }
  }

 private:
  Work& work() { return *work_; }
  [[nodiscard]] Time now() const { return executor_.means_.clock.now(); }
  [[nodiscard]] bool stopping() const { return stop_.stop_requested(); }

  // It may have been approved by another process, long ago, under another configuration.
  std::string why_not_any_more() {
    const Limits& limits = executor_.means_.settings.limits_of(action_.request.cluster);
    if (limits.dry_run || !limits.kinds.contains(action_.request.kind)) {
      return "the configuration does not allow it any more";
    }
    if (now() - action_.decided_at.value_or(action_.requested_at) > kGoodFor) {
      return "it could not be begun for too long; ask for it again";
    }
    return {};
  }

  // What was thrown or set since it was begun; empty: nothing.
  std::string why_not_again() {
    const auto stopped = executor_.store_.stop_switch();
    if (!stopped) return stopped.error().message;
    if (stopped->on) return stopped->by + " has stopped all actions";
    const Limits& limits = executor_.means_.settings.limits_of(action_.request.cluster);
    return limits.dry_run ? "now this is a dry run" : "";
  }

  bool still_approved() {
    const auto kept = executor_.store_.action(action_.id);
    return kept && kept->state == ActionState::kApproved;
  }

  bool find_cluster() {
    auto cluster = executor_.inventory_.cluster(action_.request.cluster);
    auto instances = cluster
                         ? executor_.inventory_.instances(cluster->name, storage::Which::kWatched)
                         : Result<std::vector<Instance>>(fail(cluster.error()));
    if (!instances) {
      finish(action_.state == ActionState::kApproved ? ActionState::kFailed : ActionState::kUnknown,
             instances.error().message, action_.state);
      return false;
    }
    cluster_ = std::move(*cluster);
    for (const Instance& instance : *instances) members_.push_back(instance.id);
    work_ = std::make_unique<Work>(Work{
        action_, cluster_, members_, executor_.means_,
        [this] { return executor_.store_.move_action(action_, ActionState::kExecuting); }, stop_});
    return true;
  }

  void do_it() {
    const auto called = deed_->call(work());
    if (stopping()) return keep();
    if (called) return watch();
    if (!may_have_happened(called.error())) {
      return finish(ActionState::kFailed, called.error().message);
    }
    // The answer is lost, or never came: AWS knows.
    const auto evidence = ask_until_told();
    if (!evidence) return keep();
    if (*evidence == Evidence::kDone) return finish(ActionState::kDone, deed_->told(work()));
    if (*evidence == Evidence::kUnderWay) return watch();
    finish(*evidence == Evidence::kNotDone ? ActionState::kFailed : ActionState::kUnknown,
           called.error().message);
  }

  // Asks until it is done, or patience is at its end.
  void watch() {
    const Settings& settings = executor_.means_.settings;
    const Time until = now() + settings.patience;
    std::string problem;
    for (Duration wait = settings.look_first;; wait = std::min(wait * 2, settings.look_every)) {
      const auto evidence = deed_->look(work());
      if (stopping()) return keep();
      problem = evidence ? "" : ": " + evidence.error().message;
      if (evidence && *evidence == Evidence::kDone) {
        return finish(ActionState::kDone, deed_->told(work()));
      }
      if (evidence && *evidence == Evidence::kUnknown) {
        return finish(ActionState::kUnknown,
                      "it was asked for, and nobody can tell whether it "
                      "happened");
      }
      if (now() >= until) break;
      if (!executor_.means_.sleep(wait, stop_)) return keep();
    }
    finish(ActionState::kFailed, fmt::format("it was asked for, and had not come to its end {} "
                                             "later{}",
                                             format_age(settings.patience), problem));
  }

  // What AWS says, asked again while it can't be asked; none when we are stopping.
  std::optional<Evidence> ask_until_told() {
    const Settings& settings = executor_.means_.settings;
    const Time until = now() + settings.patience;
    for (Duration wait = settings.look_first;; wait = std::min(wait * 2, settings.look_every)) {
      const auto evidence = deed_->look(work());
      if (stopping()) return std::nullopt;
      if (evidence) return *evidence;
      if (!may_have_happened(evidence.error()) && evidence.error().kind != ErrorKind::kThrottled) {
        log::warning("action {}: what came of it can't be asked for: {}", action_.id,
                     evidence.error().message);
        return Evidence::kUnknown;
      }
      if (now() >= until) return Evidence::kUnknown;
      if (!executor_.means_.sleep(wait, stop_)) return std::nullopt;
    }
  }

  // We are stopping: it stays begun.
  void keep() {
    if (auto kept = executor_.store_.move_action(action_, ActionState::kExecuting); !kept) {
      log::error("action {} can't be kept: {}", action_.id, kept.error().message);
    }
  }

  void finish(ActionState state, const std::string& result,
              ActionState from = ActionState::kExecuting) {
    action_.state = state;
    action_.result = shorten(result, kLongestResult);
    action_.finished_at = now();
    if (auto moved = executor_.store_.move_action(action_, from); !moved) {
      log::error("the end of action {} can't be kept: {}", action_.id, moved.error().message);
      return;
    }
    log::info("action {}: {}: {}: {}", action_.id, action_.deed, to_string(state),
              printable(action_.result));
    executor_.changed_(action_);
  }

  Executor& executor_;
  Action action_;
  const std::stop_token& stop_;
  const std::unique_ptr<Deed> deed_;
  Cluster cluster_;
  std::vector<std::string> members_;
  std::unique_ptr<Work> work_;
};

Executor::Executor(storage::Actions& store, storage::Inventory& inventory, Means means,
                   std::function<void(const Action&)> changed)
    : store_(store),
      inventory_(inventory),
      means_(std::move(means)),
      changed_(std::move(changed)),
      pool_(std::make_unique<WorkerPool>(kThreads, kQueued)) {}

Result<void> Executor::submit(const std::string& id, bool again) {
  const std::lock_guard lock(mutex_);
  if (!taken_.insert(id).second) return {};  // it is on its way
  const bool queued =
      pool_ != nullptr && pool_->submit([this, id, again](const std::stop_token& stop) {
        carry_out(id, again, stop);
        const std::lock_guard again_locked(mutex_);
        taken_.erase(id);
      });
  if (queued) return {};
  taken_.erase(id);
  return fail(ErrorKind::kUnavailable, "too many actions are queued already");
}

void Executor::carry_out(const std::string& id, bool again, const std::stop_token& stop) {
  auto action = store_.action(id);
  if (!action) {
    log::error("action {} can't be read: {}", id, action.error().message);
    return;
  }
  const auto wanted = again ? ActionState::kExecuting : ActionState::kApproved;
  if (action->state != wanted) return;  // somebody else was faster
  Run run(*this, std::move(*action), stop);
  if (again) {
    run.go_on();
  } else {
    run.begin();
  }
}

void Executor::stop() {
  std::unique_ptr<WorkerPool> pool;
  {
    const std::lock_guard lock(mutex_);
    pool = std::move(pool_);
  }
  pool.reset();
}

}  // namespace livesonic::actions
