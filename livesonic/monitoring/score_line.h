// SPDX-License-Identifier: Apache-2.0
// What serverscore prints when it is asked for a score; see docs/serverscore.md. Pure functions
// over bytes that a host sent: anything may be in them.
#pragma once

#include <optional>
#include <string_view>

#include "livesonic/model/instance.h"
#include "livesonic/model/reading.h"

namespace livesonic::monitoring {

struct ScoreLine {
  int score = 0;                    // 1..100
  std::optional<ScoreParts> parts;  // where they are told
  // What AWS announced to the host, the interruption before the recommendation. An interruption's
  // `at` is not told, and is that of a line that never was: whoever hears it first says when.
  std::optional<Notice> notice;
};

// A number alone on its line, or what `serverscore --brief` prints; white space around it allowed,
// and words of either's form that aren't known. nullopt for anything else.
std::optional<ScoreLine> parse_score_line(std::string_view out);

}  // namespace livesonic::monitoring
