// SPDX-License-Identifier: Apache-2.0
#include "livesonic/monitoring/stream_plan.h"

#include <algorithm>

namespace livesonic::monitoring {
namespace {

using remote::End;

constexpr Duration kKeepEvery = std::chrono::seconds{10};
constexpr Duration kFirstRetry = std::chrono::seconds{1};
constexpr Duration kLongestRetry = std::chrono::seconds{60};
// serverscore may be replaced by a newer one meanwhile, or sshd's limits raised.
constexpr Duration kCannotRetry = std::chrono::minutes{10};
// A stream has nothing but short lines to say.
constexpr std::size_t kLongestLine = 4096;

}  // namespace

remote::StreamCommand stream_command(const std::string& score_command, Duration start) {
  remote::StreamCommand command;
  command.line = score_command + " --stream 1s";
  command.start = start;
  command.silence = kGap;
  command.longest_line = kLongestLine;
  return command;
}

bool worth_keeping(const std::optional<ScoreReading>& kept, const ScoreReading& next) {
  return !kept || kept->score != next.score || kept->outcome != next.outcome ||
         kept->detail != next.detail || next.at - kept->at >= kKeepEvery || next.at < kept->at;
}

bool cannot_stream(const StreamEnd& end) {
  if (end.had_scores) return end.result.end == End::kChannelRefused;
  return end.result.end == End::kChannelRefused || end.result.end == End::kProtocolError ||
         end.result.end == End::kExited;
}

Duration retry_delay(const StreamEnd& end, int failures, std::uint64_t random) {
  Duration whole = kFirstRetry;
  if (cannot_stream(end)) {
    whole = kCannotRetry;
  } else if (failures > 0) {
    whole = std::min(kFirstRetry * (1 << std::min(failures, 10)), kLongestRetry);
  }
  const auto half = static_cast<std::uint64_t>(whole.count() / 2);
  return whole * 3 / 4 + Duration{static_cast<Duration::rep>(random % half)};
}

}  // namespace livesonic::monitoring
