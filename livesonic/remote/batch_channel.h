// SPDX-License-Identifier: Apache-2.0
// Several commands on one channel, so that the host starts its login shell once for all of them.
// They run one after the other, each with its own deadline, output and status. What one of them
// does to the shell it does to itself: commands that were not begun are left for another channel.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "livesonic/remote/batch_text.h"
#include "livesonic/remote/talk.h"

namespace livesonic::remote {

class BatchChannel final : public Talk {
 public:
  // `commands` fit a batch. `proven`: the host's shell has taken batches before, so the first
  // command may follow the opening at once.
  BatchChannel(ssh_session session, std::vector<Command> commands, bool proven, SteadyTime now);

  void advance(SteadyTime now) override;
  void session_lost(SteadyTime now, const std::string& reason) override;
  [[nodiscard]] std::optional<SteadyTime> due() const override;
  void on_output(bool is_err, std::string_view bytes) override;
  [[nodiscard]] bool is_slow(SteadyTime now) const override;
  void leave_the_rest() override;
  [[nodiscard]] bool unsuited() const override { return unsuited_; }
  [[nodiscard]] bool suited() const override { return greeted() && !unsuited_; }

 private:
  void advance_running(SteadyTime now);
  void advance_ending(SteadyTime now);
  void take(MarkedText& stream, bool is_err);
  void request(SteadyTime now);
  void take_rest();
  void conclude_marked(SteadyTime now);
  void conclude_with_channel(SteadyTime now);
  void not_suited(SteadyTime now);
  [[nodiscard]] bool greeted() const { return out_.marks() > 0 && err_.marks() > 0; }
  [[nodiscard]] SteadyTime deadline() const;
  [[nodiscard]] bool all_sent() const { return number_ == commands_.size(); }

  std::vector<Command> commands_;
  const bool proven_;
  const std::string secret_;
  MarkedText out_;
  MarkedText err_;
  bool opened_ = false;     // the opening has been sent
  bool requested_ = false;  // so has the command in hand
  std::size_t number_ = 1;  // of the command in hand, counted from 1
  SteadyTime began_;        // the command in hand
  std::optional<SteadyTime> running_since_;
  int status_ = 0;
  Answer answer_;
  bool unsuited_ = false;
  bool heard_ = false;                     // since last looked
  std::optional<SteadyTime> quiet_since_;  // no more output, after the shell's end
  std::optional<SteadyTime> over_since_;
};

}  // namespace livesonic::remote
