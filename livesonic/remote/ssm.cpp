// SPDX-License-Identifier: Apache-2.0
// AWS allows few orders a second, but each may be for fifty hosts: those that are to run the same
// at about the same time share one.
#include "livesonic/remote/ssm.h"

#include <fmt/format.h>

#include <algorithm>
#include <condition_variable>
#include <map>
#include <mutex>
#include <thread>
#include <tuple>
#include <utility>

#include "livesonic/base/text.h"
#include "livesonic/base/time_text.h"
#include "livesonic/base/worker_pool.h"
#include "livesonic/remote/pending_run.h"

namespace livesonic::remote {
namespace {

using std::chrono::steady_clock;

constexpr std::size_t kThreads = 16;
constexpr std::size_t kQueued = 10'000;
constexpr std::size_t kMostWaiting = 100'000;
// What AWS keeps of the outputs.
constexpr std::size_t kKeptOut = 24'000;
constexpr std::size_t kKeptErr = 8'000;

bool pause(Duration duration, const std::stop_token& stop) {
  std::mutex mutex;
  std::condition_variable_any never;
  std::unique_lock lock(mutex);
  never.wait_for(lock, stop, duration, [] { return false; });
  return !stop.stop_requested();
}

// The next command of a run, on one host.
struct Step {
  std::string host;
  std::shared_ptr<PendingRun> run;
  std::size_t index = 0;
  [[nodiscard]] const Command& command() const { return run->commands[index]; }
};

CommandResult ended(End end, std::string detail) {
  CommandResult result;
  result.end = end;
  result.detail = std::move(detail);
  return result;
}

void keep(std::string& into, std::string text, std::size_t limit, std::size_t kept_by_aws,
          bool& truncated) {
  truncated = truncated || text.size() > limit || text.size() >= kept_by_aws;
  if (text.size() > limit) text.resize(limit);
  into = std::move(text);
}

class Ssm final : public Remote {
 public:
  Ssm(RunCommand& aws, SsmSettings settings)
      : aws_(aws),
        settings_(settings),
        workers_(kThreads, kQueued),
        gathering_([this](const std::stop_token& stop) { gather(stop); }) {}

  ~Ssm() override {
    gathering_.request_stop();
    gathering_.join();
  }

  void run(Host host, std::vector<Command> commands, Done done) override {
    const auto run = std::make_shared<PendingRun>(std::move(commands), std::move(done));
    if (!run->commands.empty() && run->needs_no_input()) add({std::move(host.id), run});
  }

  void forget(const std::string& /*host_id*/) override {}

 private:
  void add(Step step) {
    const std::lock_guard lock(mutex_);
    if (waiting_.size() >= kMostWaiting) return;  // its end tells
    waiting_.push_back(std::move(step));
    changed_.notify_one();
  }

  // Brings together what can be one order.
  void gather(const std::stop_token& stop) {
    for (;;) {
      std::vector<Step> steps;
      {
        std::unique_lock lock(mutex_);
        if (!changed_.wait(lock, stop, [this] { return !waiting_.empty(); })) return;
      }
      if (!pause(settings_.gather, stop)) return;
      {
        const std::lock_guard lock(mutex_);
        steps.swap(waiting_);
      }
      std::map<std::tuple<std::string, std::string, Duration>, std::vector<Step>> orders;
      for (Step& step : steps) {
        auto place = aws_.place(step.host);
        if (!place) {
          finish(std::move(step), ended(End::kNoAddress, place.error().message));
          continue;
        }
        const Command& command = step.command();
        std::vector<Step>& order = orders[{std::move(*place), command.line, command.timeout}];
        order.push_back(std::move(step));
        if (order.size() == RunCommand::kMostHosts) submit(std::exchange(order, {}));
      }
      for (auto& [key, order] : orders) {
        if (!order.empty()) submit(std::move(order));
      }
    }
  }

  void submit(std::vector<Step> order) {
    auto shared = std::make_shared<std::vector<Step>>(std::move(order));
    (void)workers_.submit(
        [this, shared](const std::stop_token& stop) { carry_out(std::move(*shared), stop); });
  }

  void carry_out(std::vector<Step> steps, const std::stop_token& stop) {
    const Command command = steps.front().command();
    RunCommand::Order order;
    for (const Step& step : steps) order.hosts.push_back(step.host);
    order.script = "exec </dev/null\n" + command.line;
    order.run_within =
        std::max(std::chrono::ceil<std::chrono::seconds>(command.timeout), std::chrono::seconds{1});
    const auto began = steady_clock::now();
    const auto id = aws_.send(order, stop);
    if (!id) {
      if (steps.size() > 1 && id.error().kind == ErrorKind::kInvalidInput) {
        // One that isn't managed must not harm the others.
        for (Step& step : steps) carry_out_alone(std::move(step), stop);
        return;
      }
      for (Step& step : steps) {
        auto result = not_sent(step.host, id.error());
        finish(std::move(step), std::move(result));
      }
      return;
    }
    const auto deadline = began + settings_.begin_within + order.run_within + settings_.telling;
    Duration wait = settings_.first_look;
    while (!steps.empty() && pause(wait, stop)) {
      const bool too_late = steady_clock::now() >= deadline;
      for (std::size_t i = 0; i < steps.size() && !stop.stop_requested();) {
        auto result = look(*id, steps[i], too_late, stop);
        if (!result) {
          ++i;
          continue;
        }
        result->took = std::chrono::duration_cast<Duration>(steady_clock::now() - began);
        finish(std::move(steps[i]), std::move(*result));
        steps.erase(steps.begin() + static_cast<std::ptrdiff_t>(i));
      }
      wait = std::min(wait * 3 / 2, settings_.longest_pause);
    }
  }

  void carry_out_alone(Step step, const std::stop_token& stop) {
    std::vector<Step> one;
    one.push_back(std::move(step));
    carry_out(std::move(one), stop);
  }

  static CommandResult not_sent(const std::string& host, const Error& error) {
    if (error.kind == ErrorKind::kInvalidInput) {
      return ended(End::kUnreachable,
                   fmt::format("Systems Manager does not manage {}: is its agent running, and does "
                               "the instance's role allow it? ({})",
                               printable(shorten(host, 64)), error.message));
    }
    return ended(End::kNotTried, error.message);
  }

  // What has become of it; nothing when that isn't known yet.
  std::optional<CommandResult> look(const std::string& id, const Step& step, bool too_late,
                                    const std::stop_token& stop) {
    const auto progress = aws_.look(id, step.host, stop);
    if (!progress) {
      // AWS takes a moment to know its own orders.
      if (!too_late) return std::nullopt;
      return ended(End::kNotTried, progress.error().message);
    }
    const Duration timeout = step.command().timeout;
    CommandResult result;
    switch (progress->state) {
      case RunCommand::State::kPending:
        if (!too_late) return std::nullopt;
        return ended(End::kUnreachable, fmt::format("the agent of {} did not take the command",
                                                    printable(shorten(step.host, 64))));
      case RunCommand::State::kRunning:
        if (!too_late) return std::nullopt;
        return ended(End::kTimedOut,
                     fmt::format("still running after {}", format_duration(timeout)));
      case RunCommand::State::kUndelivered:
        return ended(End::kUnreachable,
                     fmt::format("the agent of {} did not take the command ({})",
                                 printable(shorten(step.host, 64)), progress->detail));
      case RunCommand::State::kFailed:
        return ended(End::kNotTried, progress->detail);
      case RunCommand::State::kTimedOut:
        result =
            ended(End::kTimedOut, fmt::format("still running after {}", format_duration(timeout)));
        break;
      case RunCommand::State::kEnded:
        result.end = End::kExited;
        result.exit_status = progress->exit_status.value_or(255) & 0xff;
        result.detail.clear();
        break;
    }
    const std::size_t limit = step.command().output_limit;
    keep(result.out, progress->out, limit, kKeptOut, result.truncated);
    keep(result.err, progress->err, limit, kKeptErr, result.truncated);
    return result;
  }

  // On to the run's next command, or home.
  void finish(Step step, CommandResult result) {
    step.run->results[step.index] = std::move(result);
    if (++step.index < step.run->commands.size()) add(std::move(step));
  }

  RunCommand& aws_;
  const SsmSettings settings_;
  std::mutex mutex_;
  std::condition_variable_any changed_;
  std::vector<Step> waiting_;  // for an order
  WorkerPool workers_;
  std::jthread gathering_;
};

}  // namespace

std::unique_ptr<Remote> make_ssm(RunCommand& aws, SsmSettings settings) {
  return std::make_unique<Ssm>(aws, settings);
}

}  // namespace livesonic::remote
