// SPDX-License-Identifier: Apache-2.0
// One command on one channel of a session: asked for, run, read to the end, closed.
#pragma once

#include <optional>
#include <string>

#include "livesonic/remote/talk.h"

namespace livesonic::remote {

class CommandChannel final : public Talk {
 public:
  CommandChannel(ssh_session session, const Command& command, SteadyTime now);

  void advance(SteadyTime now) override;
  void session_lost(SteadyTime now, const std::string& reason) override;
  [[nodiscard]] std::optional<SteadyTime> due() const override;
  void on_output(bool is_err, std::string_view bytes) override;

 private:
  void advance_running(SteadyTime now);
  void conclude_ended(SteadyTime now);
  void give_up(SteadyTime now, End end, std::string detail);

  const Duration timeout_;
  const SteadyTime deadline_;
  Answer answer_;
  bool heard_ = false;                     // since last looked
  std::optional<SteadyTime> quiet_since_;  // no more output, after the exit status
};

}  // namespace livesonic::remote
