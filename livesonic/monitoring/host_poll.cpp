// SPDX-License-Identifier: Apache-2.0
#include "livesonic/monitoring/host_poll.h"

#include <iterator>
#include <utility>

namespace livesonic::monitoring {
namespace {

using remote::CommandResult;
using Results = std::vector<CommandResult>;
using Done = std::function<void(HostAnswer)>;

// Brings serverscore, and asks it for the score that is still missing.
void bring(remote::Remote& remote, const std::shared_ptr<ScoreTool>& tool, const remote::Host& host,
           HostAnswer answer, Done done) {
  tool->bring(host, [&remote, tool, host, answer = std::move(answer),
                     done = std::move(done)](const Result<void>& brought) mutable {
    const bool have_score = answer.score->exit_status == 0;
    if (!brought || have_score) {
      done(std::move(answer));
      return;
    }
    remote.run(host, {tool->score_command(host.id)},
               [tool, id = host.id, answer = std::move(answer),
                done = std::move(done)](Results results) mutable {
                 answer.score = std::move(results.front());
                 tool->lacks(id, *answer.score, nullptr);
                 done(std::move(answer));
               });
  });
}

}  // namespace

void poll_host(remote::Remote& remote, const std::shared_ptr<ScoreTool>& tool, remote::Host host,
               const std::vector<remote::Command>& checks, bool with_score, Done done) {
  std::vector<remote::Command> commands;
  commands.reserve(checks.size() + 2);
  if (with_score) commands.push_back(tool->score_command(host.id));
  commands.insert(commands.end(), checks.begin(), checks.end());
  // Systems Manager gives commands no input, so nothing can be brought that way.
  const bool may_bring = host.way != remote::Way::kSsm;
  const auto version = with_score && may_bring ? tool->version_command(host.id) : std::nullopt;
  if (version) commands.push_back(*version);
  if (commands.empty()) {
    done({});
    return;
  }
  remote::Host there = host;
  remote.run(
      std::move(there), std::move(commands),
      [&remote, tool, host = std::move(host), with_score, may_bring,
       asked_version = version.has_value(), done = std::move(done)](Results results) mutable {
        HostAnswer answer;
        bool lacking = false;
        if (with_score) {
          answer.score = std::move(results.front());
          lacking = may_bring &&
                    tool->lacks(host.id, *answer.score, asked_version ? &results.back() : nullptr);
        }
        const auto first = results.begin() + (with_score ? 1 : 0);
        const auto last = results.end() - (asked_version ? 1 : 0);
        answer.checks.assign(std::make_move_iterator(first), std::make_move_iterator(last));
        if (lacking) {
          bring(remote, tool, host, std::move(answer), std::move(done));
        } else {
          done(std::move(answer));
        }
      });
}

}  // namespace livesonic::monitoring
