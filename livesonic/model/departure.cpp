// SPDX-License-Identifier: Apache-2.0
#include "livesonic/model/departure.h"

#include <fmt/format.h>

#include <array>

#include "livesonic/base/text.h"

namespace livesonic {
namespace {

struct Words {
  DepartureReason reason;
  std::string_view word;
  std::string_view phrase;
};

constexpr std::array<Words, 11> kWords{
    {{DepartureReason::kScaleIn, "scale_in", "scaled in"},
     {DepartureReason::kInstanceRefresh, "instance_refresh", "replaced by an instance refresh"},
     {DepartureReason::kDeploy, "deploy", "replaced by a deploy"},
     {DepartureReason::kSpotInterruption, "spot_interruption", "spot capacity taken back"},
     {DepartureReason::kRebalance, "rebalance", "rebalanced"},
     {DepartureReason::kHealthReplaced, "health_replaced", "replaced as unhealthy"},
     {DepartureReason::kTerminatedByUser, "terminated_by_user", "terminated by a user"},
     {DepartureReason::kStopped, "stopped", "stopped"},
     {DepartureReason::kDeregistered, "deregistered", "deregistered"},
     {DepartureReason::kClusterRemoved, "cluster_removed", "its cluster was removed"},
     {DepartureReason::kUnexplained, "unexplained", "unexplained"}}};

const Words& words_of(DepartureReason reason) {
  for (const Words& words : kWords) {
    if (words.reason == reason) return words;
  }
  return kWords.back();
}

}  // namespace

std::string_view to_string(DepartureReason reason) {
  return words_of(reason).word;
}

std::string_view in_words(DepartureReason reason) {
  return words_of(reason).phrase;
}

Result<DepartureReason> parse_departure_reason(std::string_view text) {
  for (const Words& words : kWords) {
    if (words.word == text) return words.reason;
  }
  return fail(ErrorKind::kInvalidInput,
              fmt::format("'{}' is no reason of a departure", printable(shorten(text, 32))));
}

}  // namespace livesonic
