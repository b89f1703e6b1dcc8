// SPDX-License-Identifier: Apache-2.0
#include "livesonic/monitoring/host_poll.h"

#include <iterator>
#include <utility>

namespace livesonic::monitoring {
namespace {

using remote::CommandResult;
using Results = std::vector<CommandResult>;
using Done = std::function<void(HostAnswer)>;

// One poll of one host on its way. Held by the callbacks of what it waits for.
class Asking : public std::enable_shared_from_this<Asking> {
 public:
  Asking(remote::Remote& remote, std::shared_ptr<ScoreTool> tool, remote::Host host, bool cloud,
         Done done)
      : remote_(remote),
        tool_(std::move(tool)),
        host_(std::move(host)),
        cloud_(cloud),
        done_(std::move(done)) {}

  void begin(const Questions& questions) {
    std::vector<remote::Command> commands;
    commands.reserve(questions.checks.size() + 2);
    if (questions.score) commands.push_back(tool_->score_command(host_.id, cloud_));
    commands.insert(commands.end(), questions.checks.begin(), questions.checks.end());
    const auto version =
        questions.score && may_bring() ? tool_->version_command(host_.id) : std::nullopt;
    if (version) commands.push_back(*version);
    if (commands.empty()) return done_({});
    remote_.run(
        remote::Host(host_), std::move(commands),
        [self = shared_from_this(), scored = questions.score, asked_version = version.has_value()](
            Results results) { self->answered(std::move(results), scored, asked_version); });
  }

 private:
  // Systems Manager gives commands no input, so nothing can be brought that way.
  [[nodiscard]] bool may_bring() const { return host_.way != remote::Way::kSsm; }

  void answered(Results results, bool scored, bool asked_version) {
    if (asked_version) {
      version_ = std::move(results.back());
      results.pop_back();
    }
    const auto first = results.begin() + (scored ? 1 : 0);
    answer_.checks.assign(std::make_move_iterator(first), std::make_move_iterator(results.end()));
    if (!scored) return done_(std::move(answer_));
    answer_.score = std::move(results.front());
    if (!tool_->declines(host_.id, *answer_.score)) return settle();
    ask_again([](Asking& self) { self.settle(); });
  }

  void settle() {
    const CommandResult* const version = version_ ? &*version_ : nullptr;
    const bool lacking = may_bring() && tool_->lacks(host_.id, *answer_.score, version);
    if (!lacking) return done_(std::move(answer_));
    tool_->bring(host_, [self = shared_from_this()](const Result<void>& brought) {
      const bool have_score = self->answer_.score->exit_status == 0;
      if (!brought || have_score) return self->done_(std::move(self->answer_));
      self->ask_again([](Asking& asking) {
        asking.tool_->lacks(asking.host_.id, *asking.answer_.score, nullptr);
        asking.done_(std::move(asking.answer_));
      });
    });
  }

  // For the score that is still missing.
  void ask_again(std::function<void(Asking&)> then) {
    remote_.run(remote::Host(host_), {tool_->score_command(host_.id, cloud_)},
                [self = shared_from_this(), then = std::move(then)](Results results) {
                  self->answer_.score = std::move(results.front());
                  then(*self);
                });
  }

  remote::Remote& remote_;
  const std::shared_ptr<ScoreTool> tool_;
  const remote::Host host_;
  const bool cloud_;
  const Done done_;
  HostAnswer answer_;
  std::optional<CommandResult> version_;
};

}  // namespace

void poll_host(remote::Remote& remote, const std::shared_ptr<ScoreTool>& tool, remote::Host host,
               const Questions& questions, std::function<void(HostAnswer)> done) {
  std::make_shared<Asking>(remote, tool, std::move(host), questions.cloud, std::move(done))
      ->begin(questions);
}

}  // namespace livesonic::monitoring
