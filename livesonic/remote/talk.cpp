// SPDX-License-Identifier: Apache-2.0
#include "livesonic/remote/talk.h"

#include <fmt/format.h>

#include <algorithm>

namespace livesonic::remote {

void Answer::add(bool is_err, std::string_view bytes) {
  std::string& kept = is_err ? result_.err : result_.out;
  const std::size_t room = limit_ - kept.size();
  kept.append(bytes.substr(0, room));
  if (bytes.size() > room) result_.truncated = true;
}

CommandResult Answer::finish(End end, std::string detail, Duration took) {
  result_.end = end;
  result_.detail = std::move(detail);
  result_.took = took;
  return std::move(result_);
}

CommandResult Answer::finish_with(const ExecChannel& channel, Duration took) {
  if (!channel.signal().empty()) {
    return finish(End::kKilled, "killed by " + channel.signal(), took);
  }
  const std::optional<int> status = channel.status();
  if (!status) {
    return finish(End::kConnectionLost, "the host closed the channel without an exit status", took);
  }
  const bool fits = *status >= 0 && *status <= 255;
  result_.exit_status = fits ? *status : 255;
  return finish(
      End::kExited,
      fits ? ""
           : fmt::format("the host reported the exit status {}", static_cast<unsigned>(*status)),
      took);
}

}  // namespace livesonic::remote
