// SPDX-License-Identifier: Apache-2.0
// One host's part of a round: its score and its checks, asked in one go.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "livesonic/monitoring/score_tool.h"
#include "livesonic/remote/remote.h"

namespace livesonic::monitoring {

struct HostAnswer {
  std::optional<remote::CommandResult> score;  // unless it was not asked for
  std::vector<remote::CommandResult> checks;   // in the order of the commands
};

struct Questions {
  std::vector<remote::Command> checks;
  bool score = true;
  bool cloud = false;  // with the score: what AWS has announced to the host
};

// Where the host lacks serverscore it is brought there first, as far as the tool does that. `done`
// is called once, maybe at once, and must not block.
void poll_host(remote::Remote& remote, const std::shared_ptr<ScoreTool>& tool, remote::Host host,
               const Questions& questions, std::function<void(HostAnswer)> done);

}  // namespace livesonic::monitoring
