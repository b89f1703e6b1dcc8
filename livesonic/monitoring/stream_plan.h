// SPDX-License-Identifier: Apache-2.0
// What is decided about streams of scores: what to run, what to keep, when to try again. Pure.
#pragma once

#include <cstdint>
#include <optional>

#include "livesonic/base/clock.h"
#include "livesonic/model/reading.h"
#include "livesonic/remote/remote.h"

namespace livesonic::monitoring {

// The interval of the lines, which are also the signs of life. Without one for two of them the
// stream has a gap, and is given up.
constexpr Duration kHeartbeat = std::chrono::seconds{1};
constexpr Duration kGap = 2 * kHeartbeat;

// `score_command`: serverscore as it is called on that host.
remote::StreamCommand stream_command(const std::string& score_command, Duration start);

// Is the reading to be stored, after `kept` was? It is when something differs, and every ten
// seconds: nothing else could be told from it.
bool worth_keeping(const std::optional<ScoreReading>& kept, const ScoreReading& next);

// How a stream ended.
struct StreamEnd {
  remote::CommandResult result;
  bool had_scores = false;
};

// Can it be said that there will be none on this host before something has changed there, although
// the host can be talked to? Then the scores are polled.
bool cannot_stream(const StreamEnd& end);

// How long to wait after the end. `failures`: ends in a row, this one included, of streams that had
// no score. `random` is any number; hosts that failed together don't come back together.
Duration retry_delay(const StreamEnd& end, int failures, std::uint64_t random);

}  // namespace livesonic::monitoring
