// SPDX-License-Identifier: Apache-2.0
// A command that goes on printing lines, on one channel of a session.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "livesonic/remote/talk.h"

namespace livesonic::remote {

// Lines go to the sink as they come; the end is its one result.
class StreamChannel final : public Talk {
 public:
  StreamChannel(ssh_session session, const StreamCommand& command, std::shared_ptr<LineSink> sink,
                SteadyTime now);

  void advance(SteadyTime now) override;
  void session_lost(SteadyTime now, const std::string& reason) override;
  [[nodiscard]] std::optional<SteadyTime> due() const override;
  void on_output(bool is_err, std::string_view bytes) override;

 private:
  void end(SteadyTime now, End end, std::string detail);
  // Bytes of a line, or its end.
  void take(std::string_view bytes);
  void take_line(std::string_view line);

  const StreamCommand command_;
  const std::shared_ptr<LineSink> sink_;
  Answer answer_;
  std::string line_;  // so far
  bool too_long_ = false;
  std::size_t lines_ = 0;  // since counted_from_
  SteadyTime counted_from_;
  bool heard_ = false;     // since last looked
  bool began_ = false;     // there was a line
  SteadyTime last_heard_;  // to within the time between two looks
  SteadyTime look_at_;     // whether it went silent
};

}  // namespace livesonic::remote
